"""Where a text may be cut with the least harm.

Knows letters, lines and sentences of many scripts; knows nothing of tokens or documents.
"""

from __future__ import annotations

import re
import unicodedata
from enum import IntEnum


class Cut(IntEnum):
    """How much a cut hurts, from not at all to a broken word."""

    BLANK_LINE = 0
    LINE = 1
    SENTENCE = 2
    WORD = 3
    CHARACTER = 4

    @property
    def inside_sentence(self) -> bool:
        return self >= Cut.WORD


_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
_LINE_ENDS = re.compile(r"\n")
# A line of some length that goes on in lower case is a wrapped sentence, not an end.
_PROSE_LINE_ENDS = re.compile(r"(?<![^\n]{24}[\w,،、-])\n|\n(?![a-zß-öø-ÿа-яёα-ω])")
_SENTENCE_ENDS = re.compile(r"[。！？｡．]+[」』”’）)\]]*|[.!?…।॥؟۔։።]+[\"'”’»)\]]*(?=\s)|[।॥؟۔።]+")
_SPACES = re.compile(r"\s+")
_PUNCTUATION = re.compile(r"[^\w\s]+")
_JOINERS = frozenset("\u200d\u200c\ufe0e\ufe0f")


def best_cut(text: str, low: int, high: int, *, prose: bool) -> tuple[int, Cut]:
    """The last offset in (low, high] where a cut hurts least, and how much it hurts.

    ``prose`` tells wrapped lines from ended ones; in code and tables every line end is an end.
    """
    for cut, pattern in (
        (Cut.BLANK_LINE, _BLANK_LINES),
        (Cut.LINE, _PROSE_LINE_ENDS if prose else _LINE_ENDS),
        (Cut.SENTENCE, _SENTENCE_ENDS),
        (Cut.WORD, _SPACES),
        (Cut.WORD, _PUNCTUATION),
    ):
        last = 0
        for match in pattern.finditer(text, low, high):
            last = match.end()
        if last > low:
            return last, cut
    return whole_character(text, high, low), Cut.CHARACTER


def whole_character(text: str, offset: int, low: int) -> int:
    """``offset``, moved back over marks that belong to the character before; never to ``low``."""
    moved = offset
    while moved > low + 1 and moved > offset - 16 and moved < len(text) and _continues(text, moved):
        moved -= 1
    return moved


def _continues(text: str, offset: int) -> bool:
    character = text[offset]
    return character in _JOINERS or text[offset - 1] == "\u200d" or unicodedata.category(character)[0] == "M"


def overlap_start(text: str, low: int, cut: int) -> int:
    """Where a passage that repeats the words before ``cut`` begins: at the first word after ``low``."""
    space = _SPACES.search(text, low, cut)
    return space.end() if space and space.end() < cut else whole_character(text, low, max(0, low - 16))
