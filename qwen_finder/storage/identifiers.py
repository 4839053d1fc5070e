"""Where the words inside an identifier begin: ``parseHTTPHeader2`` is parse, HTTP, Header, 2.

Used for file names and for source code; knows neither.
"""

from __future__ import annotations

import re
from itertools import pairwise

_ASCII_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


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
