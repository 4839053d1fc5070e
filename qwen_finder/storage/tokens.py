"""Where words begin and end: in people's text of every script, and inside identifiers.

``parseHTTPHeader2`` is parse, HTTP, Header, 2. Used for file names and for full text; knows neither.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+")
_ASCII_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    r"\U00020000-\U0003ffff]"
)
"""A character of a script that puts no spaces between words, or whose words carry their particles."""


def valid(text: str) -> str:
    """``text`` without surrogates (each replaced by one character): what a database can store."""
    return _SURROGATE.sub("\ufffd", text)


def words(text: str) -> list[str]:
    """Runs of letters, digits and the marks that belong to letters (the vowel signs of Hindi)."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text).split()


def parts(word: str) -> list[str]:
    """The parts of one word of letters and digits, in order and with their case; [word] if it has one."""
    if word.isascii():
        return _ASCII_PARTS.findall(word)
    cuts = [0, *(at for at in range(1, len(word)) if _begins(word, at)), len(word)]
    return [word[start:end] for start, end in pairwise(cuts)]


def _begins(word: str, at: int) -> bool:
    before, here = word[at - 1], word[at]
    if here.isdigit() != before.isdigit():
        return True
    if not here.isupper():
        return False
    return before.islower() or (before.isupper() and word[at + 1 : at + 2].islower())
