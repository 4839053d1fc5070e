"""Stretches of text to be marked: the service counts code points, Qt counts UTF-16 units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

Span = tuple[int, int]

# Thai to Khmer, and Japanese and Chinese, are written without spaces between words.
_LETTERS_WITH_SPACES = re.compile("[^\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def to_utf16(text: str, spans: Iterable[Span]) -> list[Span]:
    """``spans`` of code points as spans of UTF-16 units of the same text."""
    if text.isascii() or max(text, default="") < "\U00010000":
        return list(spans)
    offsets, units = [0], 0
    for character in text:
        units += 2 if ord(character) > 0xFFFF else 1
        offsets.append(units)
    last = len(text)
    return [(offsets[min(start, last)], offsets[min(end, last)]) for start, end in spans]


def displayable(text: str) -> str:
    """``text`` without what Qt cannot show: halves of surrogate pairs from file names that are no UTF-8."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def one_line(
    text: str, spans: Sequence[Span], *, before: int = 70, most: int = 600
) -> tuple[str, list[Span]]:
    """``text`` as one line that begins shortly before its first mark, with its marks.

    White space becomes single spaces; "…" stands for what is left out.
    """
    start = 0
    if spans and spans[0][0] > before * 2:
        start = spans[0][0] - before
        # From a word's beginning, where there are words.
        space = text.find(" ", start, spans[0][0])
        start = space + 1 if space >= 0 else start
    out: list[str] = ["… "] if start else []
    length = sum(map(len, out))
    places = {}
    gap = True
    for offset in range(start, len(text)):
        places[offset] = length
        character = text[offset]
        if character.isspace() or character in "\0\ufffe":
            if gap:
                continue
            character, gap = " ", True
        else:
            gap = False
        out.append(character)
        length += 1
        if length > most:
            out.append("…")
            break
    end = len(places) + start
    places[end] = length
    marks = [
        (places[max(first, start)], places[min(last, end)])
        for first, last in spans
        if last > start and first < end
    ]
    return "".join(out), [(first, last) for first, last in marks if last > first]


def occurrences(text: str, wanted: Iterable[str]) -> list[Span]:
    """Where a word of ``text`` begins with one of ``wanted``, whatever their case; spans do not overlap.

    A camelCase hump begins a word too, and where no spaces are written any place does. What has one or two
    letters must be the whole word: "in" is no part of "minutes".
    """
    parts = sorted({word for word in wanted if word}, key=len, reverse=True)
    if not parts:
        return []
    pattern = re.compile("|".join(map(re.escape, parts)), re.IGNORECASE)
    return [match.span() for match in pattern.finditer(text) if _is_word(text, *match.span())]


def _is_word(text: str, start: int, end: int) -> bool:
    if not (text[start].isalpha() and _LETTERS_WITH_SPACES.match(text[start])):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    if before.isalpha() and not (before.islower() and text[start].isupper()):
        return False
    return end - start > 2 or not after.isalpha() or (text[end - 1].islower() and after.isupper())


def right_to_left(text: str) -> bool:
    """Whether ``text`` is written so, by its first letter that has a direction."""
    if text.isascii():
        return False
    for character in text[:2000]:
        direction = unicodedata.bidirectional(character)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False
