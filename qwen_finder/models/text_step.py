"""The text step before a multilingual starter's tokenizer: a plain function of the text and two short tables.

llama.cpp's WordPiece tokenizer keeps the first code point of each canonical decomposition, drops combining
marks and sets every Han character apart. That costs Korean its syllables, Hindi its vowels, Thai its tones,
kana their voicing and Chinese its words. So a text is spelt beforehand in letters that the tokenizer leaves
alone: decomposed, in lower case, marks that distinguish words and Han characters written as *spare letters*
(of scripts nobody writes today), variants of one character as one. Plain ASCII passes unchanged, so
English keeps the tokens it always had.

The model file says by its metadata that it was trained on such text, and carries the tables itself. The same
step serves documents, queries, the token counter and the training; it knows nothing of models.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache

from qwen_finder.core.errors import ModelError
from qwen_finder.models.gguf_file import GgufFile

VERSION = "1"
KEY = "qwen_finder.text_step"
HAN_KEY = "qwen_finder.text_step.han"
TRADITIONAL_KEY = "qwen_finder.text_step.traditional"

_TANGUT = 0x17000
SPARE_HAN = 0x187F8 - _TANGUT
"""How many Han characters can be spelt as (Tangut) letters."""
_YI = 0xA000
RUN = chr(_YI)
"""Stands before every run of a script that is written without spaces: all pieces of words in it are then
continuations, and no word needs to be known twice."""

_MARKS = (
    *[0x0E31, *range(0x0E34, 0x0E3B), *range(0x0E47, 0x0E4F)],  # Thai vowels and tones
    *[*range(0x0900, 0x0904), 0x093A, 0x093B, 0x093C, *range(0x093E, 0x0950)],  # Devanagari signs
    *[*range(0x0955, 0x0958), 0x0962, 0x0963],
    *[0x3099, 0x309A],  # the voicing of kana
    *[0x0300, 0x0301, 0x0302, 0x0303, 0x0306, 0x0309, 0x031B, 0x0323],  # Vietnamese
)
_SPARE_MARKS = {mark: chr(_YI + 1 + number) for number, mark in enumerate(_MARKS)}
_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")

# One letter where Arabic script has several, or Persian writes another than Arabic.
_ARABIC = {
    "\u0649": "\u064a",  # alef maksura, yeh
    "\u06cc": "\u064a",  # Farsi yeh
    "\u0629": "\u0647",  # teh marbuta, heh
    "\u06a9": "\u0643",  # keheh, kaf
    "\u0671": "\u0627",  # alef wasla
    "\u06c0": "\u0647",
    "\u0640": "",  # tatweel
    "\u200c": " ",  # the zero-width non-joiner parts a Persian word from its ending
}
_DIGITS = {chr(zero + value): str(value) for zero in (0x0660, 0x06F0, 0x0966, 0x0E50) for value in range(10)}
_SPACELESS = "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46"
_WIDTH = re.compile("[\u3131-\u318e\u3300-\u33ff\ufb00-\ufdff\ufe70-\ufefc\uff00-\uffef]+")
"""Full and half width, ligatures and presentation forms; other compatibility characters (…, ²) are tokens."""
_DROPPED = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffd]"
)
_ACCENTED = re.compile("[\u0300-\u036f\u0111]")
_ONLY_VIETNAMESE = re.compile("[\u0309\u031b\u0323\u0111]")


class TextStep:
    """``han``: the characters that become spare letters, in their order, at most ``SPARE_HAN``.
    ``traditional``: Traditional characters, each followed by the Simplified one it is read as.
    Thread-safe."""

    def __init__(self, han: str, traditional: str) -> None:
        table: dict[int, str | None] = {}
        letters = {character: chr(_TANGUT + number) for number, character in enumerate(han[:SPARE_HAN])}
        table |= {ord(character): letter for character, letter in letters.items()}
        for old, new in zip(traditional[::2], traditional[1::2], strict=True):
            table[ord(old)] = letters.get(new, new)
        table |= {ord(key): value for key, value in (_ARABIC | _DIGITS).items()}
        table |= _SPARE_MARKS
        table |= _other_marks()
        self._plain = {key: value for key, value in table.items() if chr(key) not in _VIETNAMESE_MARKS}
        self._plain |= {ord(mark): "" for mark in _VIETNAMESE_MARKS}
        self._vietnamese = table
        run = f"{_SPACELESS}{chr(_TANGUT)}-{chr(_TANGUT + SPARE_HAN - 1)}"
        spare = "".join(_SPARE_MARKS[mark] for mark in _MARKS if mark not in map(ord, _VIETNAMESE_MARKS))
        devanagari = {_SPARE_MARKS[mark] for mark in _MARKS if 0x0900 <= mark < 0x0980}
        inner = "".join(letter for letter in spare if letter not in devanagari)
        self._runs = re.compile(f"([{run}][{run}{inner}]*)")

    def __call__(self, text: str) -> str:
        """``text`` as the tokenizer shall see it. Whether a letter is at its end changes nothing."""
        if text.isascii():
            return text
        text = _WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _DROPPED.sub("", text))
        text = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower())
        accents = len(_ACCENTED.findall(text))
        vietnamese = accents and 4 * len(_ONLY_VIETNAMESE.findall(text)) >= accents
        text = text.translate(self._vietnamese if vietnamese else self._plain)
        return self._runs.sub(rf" {RUN}\1 ", text)


def step_of(file: GgufFile) -> TextStep | None:
    """The step that the model in ``file`` wants; None for a model that wants none.

    Raises ModelError "model.newer" if this program does not know it.
    """
    version = file.text(KEY)
    if not version:
        return None
    if version != VERSION:
        raise ModelError(
            "model.newer",
            f"{file.path} wants its texts spelt in a way that this program does not know "
            f"({KEY} is {version}).",
            "Update Qwen Finder, or use another model.",
        )
    return TextStep(file.text(HAN_KEY), file.text(TRADITIONAL_KEY))


@lru_cache(maxsize=1)
def _other_marks() -> dict[int, str]:
    """All marks that stand for nothing here: dropped, as the tokenizer would drop most of them."""
    kept = set(_MARKS)
    return {
        code: ""
        for code in range(0x0300, sys.maxunicode + 1)
        if code not in kept and unicodedata.category(chr(code)) in ("Mn", "Mc", "Me")
    }
