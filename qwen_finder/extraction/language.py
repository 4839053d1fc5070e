"""Which language a text is in."""


def detect(text: str) -> str:
    return ""
