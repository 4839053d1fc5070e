"""Which natural language a text is in: by its script, then by its commonest words.

A small table of our own: it loads in no time and is right about texts of a few lines. Short or mixed texts
may give "" - a wrong language would hide a file from its filter, an unknown one only leaves it out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict

_SAMPLE = 4000

_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(f"[{ranges}]"))
    for name, ranges in (
        ("kana", "\u3041-\u30ff\uff66-\uff9f"),
        ("han", "\u3400-\u4dbf\u4e00-\u9fff"),
        ("ko", "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"),
        ("th", "\u0e01-\u0e5b"),
        ("devanagari", "\u0900-\u097f"),
        ("cyrillic", "\u0400-\u04ff"),
        ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"),
        ("he", "\u05d0-\u05ea"),
        ("el", "\u0370-\u03ff"),
        ("hy", "\u0531-\u0587"),
        ("ka", "\u10a0-\u10ff"),
        ("bn", "\u0980-\u09ff"),
        ("pa", "\u0a00-\u0a7f"),
        ("gu", "\u0a80-\u0aff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("kn", "\u0c80-\u0cff"),
        ("ml", "\u0d00-\u0d7f"),
        ("si", "\u0d80-\u0dff"),
        ("my", "\u1000-\u109f"),
        ("km", "\u1780-\u17ff"),
        ("lo", "\u0e80-\u0eff"),
        ("am", "\u1200-\u137f"),
        ("latin", "a-zA-Z\u00c0-\u024f\u1ea0-\u1ef9"),
    )
)

# Letters are written more densely in some scripts: one Han character says as much as two or three letters.
_WEIGHTS = {"han": 2.5, "kana": 2.0, "ko": 2.5}

_WORDS: dict[str, str] = {
    "en": """the of and to in is that for it with as was on are this be by not or have from at which but you
        we they an were has had can will would their your if when there been all one our please a i""",
    "de": """der die und das ist nicht ein eine den von zu mit sich des auf für im dem auch es als wir sie ich
        werden wird aus bei nach oder wie sind zum zur einen einer noch haben bitte war über""",
    "fr": """le la les des et est une un du dans que qui pour pas sur au avec ne se ce il elle nous vous sont
        plus par cette ou être aux mais je à c'est d'un dans leur votre été ces""",
    "es": """el la los las de que y en un una es por con no para se del al lo como más pero sus su este esta
        son hay muy también fue ser está nos cuando todo sin sobre ya o le""",
    "pt": """o a os as de que e do da em um uma para com não por mais dos das no na se ao foi como mas são
        também você é está seu sua nos nas pela pelo ser até isso""",
    "it": """il di che è la e un una per non in con si del della le dei al sono da come più gli ma nel alla
        anche questo questa i lo delle degli ha dal nella essere ogni""",
    "nl": """de het een en van is dat niet op te in voor met zijn aan ik je er maar om ook als bij wordt naar
        uit worden deze door over wij hebben heeft kan nog geen dit of""",
    "sv": """och att det i en som är på av för med den till inte om ett har jag men från vi så kan när eller
        var ska vid också sig efter alla detta här finns mycket du""",
    "da": """og at det i en som er på af for med den til ikke om et har jeg men fra vi så kan når eller var
        skal ved også sig efter alle dette her blev mange hvor""",
    "no": """og at det i en som er på av for med den til ikke om et har jeg men fra vi så kan når eller var
        skal ved også seg etter alle dette her ble mange hvor""",
    "fi": """ja on ei se että oli hän mutta myös kun ovat tai niin joka kuin jos sen mitä ole vain voi minä
        sekä tämä jo kanssa mukaan nyt""",
    "pl": """i w na z się nie to jest do że o jak po co ale od za tak są przez dla przy może ich być tym już
        tego oraz lub można także które który została ze""",
    "cs": """a v se na je že to s z do o pro i ale jako jsou by k jeho tak od po které který bylo nebo při již
        není jsme ve podle může""",
    "sk": """a v sa na je že to s z do o pre aj ale ako sú by k jeho tak od po ktoré ktorý bolo alebo pri už
        nie sme vo podľa môže""",
    "ro": """și de în la a cu pe este nu o un că mai din care pentru sunt sau se au fost prin după dar ce al
        ale acest această fi""",
    "hu": """a az és hogy nem is egy van de ez meg csak volt ha már vagy mint kell azt lehet el minden még
        után ezt szerint ki fel""",
    "tr": """ve bir bu da de için ile çok daha olarak olan gibi var ne en kadar ama değil sonra her ya o ki
        olduğu mı tarafından veya ise göre""",
    "vi": """và của là không có được cho các một trong người những này với đã để khi tôi ra từ đến như về
        cũng nhưng bạn trên vào nhiều phải""",
    "id": """yang dan di dengan untuk ini tidak dari dalam itu pada akan ke adalah saya kami anda juga atau
        oleh ada sudah bisa dapat karena sebagai telah mereka kita lebih""",
    "ca": """el la els les de que i en un una és per amb no del al com més però són aquest aquesta també ha
        va ser dels seu""",
}  # fmt: skip

_LETTERS: dict[str, str] = {
    "de": "äöüß", "fr": "éèêàçùœîôû", "es": "ñáéíóú¿¡", "pt": "ãõçáéíóúâê", "it": "àèìòù", "sv": "åäö",
    "da": "æøå", "no": "æøå", "fi": "äö", "pl": "ąćęłńóśźż", "cs": "ěščřžýáíéůú", "sk": "ľĺŕôäčšžýáíé",
    "ro": "ăâîșțşţ", "hu": "őűáéíóöúü", "tr": "ğışöüçİ", "ca": "àèéíòóúç·",
    "vi": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
}  # fmt: skip

_BY_WORD: dict[str, tuple[str, ...]] = {
    word: tuple(language for language, words in _WORDS.items() if word in words.split())
    for word in {word for words in _WORDS.values() for word in words.split()}
}
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_LEAST_SHARE = 0.06


def detect(text: str) -> str:
    """The ISO 639-1 code of the language of most of ``text`` (of its first 4,000 characters), or ""."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return _latin(sample)
    counts = {
        name: found * _WEIGHTS.get(name, 1.0)
        for name, pattern in _SCRIPTS
        if (found := len(pattern.findall(sample)))
    }
    if not counts:
        return ""
    if "kana" in counts and counts["kana"] > 0.1 * counts.get("han", 0):
        counts["kana"] += counts.pop("han", 0.0)
    script = max(counts, key=lambda name: counts[name])
    if script == "latin":
        return _latin(sample)
    if counts[script] < 4:
        return ""
    if script == "cyrillic":
        return _cyrillic(sample.lower())
    if script == "arabic":
        return _arabic(sample)
    if script == "devanagari":
        # Marathi and Nepali say "is" and "of" otherwise.
        return _most(
            sample,
            {"hi": ("है", "हैं", "का", "के", "की", "में"), "mr": ("आहे", "आणि", "च्या"), "ne": ("छ", "हरू", "को")},
        )
    return {"kana": "ja", "han": "zh"}.get(script, script)


def _latin(sample: str) -> str:
    words = _LATIN_WORD.findall(sample.lower())
    if not words:
        return ""
    scores: defaultdict[str, float] = defaultdict(float)
    different: Counter[str] = Counter()
    for word, times in Counter(words).items():
        languages = _BY_WORD.get(word, ())
        # A word that many languages share says little, and a single letter may be anything.
        weight = times / len(languages) ** 0.5 * (1.0 if len(word) > 1 else 0.25) if languages else 0.0
        for language in languages:
            scores[language] += weight
            different[language] += 1
    if not sample.isascii():
        lower = Counter(sample.lower())
        for language, letters in _LETTERS.items():
            seen = sum(lower[letter] for letter in letters)
            scores[language] += seen * 0.25
            different[language] += seen > 2
    if not scores:
        return ""
    best = max(scores, key=lambda language: scores[language])
    return best if different[best] > 1 and scores[best] >= max(1.5, _LEAST_SHARE * len(words)) else ""


def _cyrillic(sample: str) -> str:
    letters = Counter(sample)
    if letters["ї"] + letters["є"] + letters["ґ"] > 0 and letters["ы"] <= letters["ї"] + letters["є"]:
        return "uk"
    if letters["ў"]:
        return "be"
    if letters["ђ"] + letters["ћ"] + letters["љ"] + letters["њ"] + letters["ј"]:
        return "mk" if letters["ѓ"] + letters["ќ"] + letters["ѕ"] else "sr"
    if letters["ә"] + letters["қ"] + letters["ғ"] + letters["ұ"]:
        return "kk"
    if letters["ы"] + letters["э"] + letters["ё"]:
        return "ru"
    if letters["і"]:
        return "uk"
    return _most(
        sample, {"ru": (" и ", " в ", " не ", " что "), "bg": (" се ", " на ", " да ", " е ", "ът ")}
    )


def _arabic(sample: str) -> str:
    letters = Counter(sample)
    if letters["ٹ"] + letters["ڈ"] + letters["ے"] + letters["ں"] > 0.01 * len(sample):
        return "ur"
    persian = letters["پ"] + letters["چ"] + letters["ژ"] + letters["گ"] + letters["ی"] + letters["ک"]
    arabic = letters["ي"] + letters["ة"] + letters["ك"] + letters["ى"] + letters["إ"] + letters["أ"]
    return "fa" if persian > arabic else "ar"


def _most(sample: str, evidence: dict[str, tuple[str, ...]]) -> str:
    return max(evidence, key=lambda language: sum(sample.count(word) for word in evidence[language]))
