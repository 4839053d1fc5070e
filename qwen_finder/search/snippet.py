"""Cuts the part of a chunk that is shown: the stretch with most of the query's words, marked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qwen_finder.core.document import Unit
from qwen_finder.core.query import Passage, StoredChunk
from qwen_finder.search.words import Occurrence, Term, merged, occurrences

SHOWN_CHARACTERS = 320


def passage(chunk: StoredChunk, terms: Sequence[Term], phrases: Sequence[str]) -> Passage:
    """The passage of ``chunk`` to show, with code-point ranges of matches relative to it."""
    text = chunk.text
    found = occurrences(terms, text)
    exact = [span for phrase in phrases for span in phrase_spans(text, phrase)]
    spans = exact or [(item.start, item.end) for item in found]
    start, end = _window(text, exact[:1] or _densest(found))
    shown = text[start:end]
    inside = [(a - start, b - start) for a, b in spans if a >= start and b <= end]
    return Passage(
        text=shown,
        line=chunk.line + text.count("\n", 0, start) if _has_lines(chunk) else None,
        page=chunk.page,
        unit=chunk.unit,
        member=chunk.member,
        highlights=merged(inside, shown),
    )


def _has_lines(chunk: StoredChunk) -> bool:
    return chunk.line > 0 and (chunk.page is None or chunk.unit is Unit.SHEET)


def _densest(found: Sequence[Occurrence]) -> list[tuple[int, int]]:
    """The stretch that holds the most different terms in the least space, as at most one span."""
    best: tuple[int, int] | None = None
    chosen = (0, 0)
    counts: dict[int, int] = {}
    first = 0
    for last, item in enumerate(found):
        counts[item.term] = counts.get(item.term, 0) + 1
        while item.end - found[first].start > SHOWN_CHARACTERS and first < last:
            counts[found[first].term] -= 1
            if not counts[found[first].term]:
                del counts[found[first].term]
            first += 1
        rank = (len(counts), found[first].start - item.end)
        if best is None or rank > best:
            best, chosen = rank, (first, last)
    return [(found[chosen[0]].start, found[chosen[1]].end)] if found else []


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The [start, end) to show around the first of ``spans``, cut at line or word edges if there are any."""
    if len(text) <= SHOWN_CHARACTERS:
        return _trim(text, 0, len(text))
    if not spans:
        return _trim(text, 0, _edge(text, SHOWN_CHARACTERS))
    first, last = spans[0][0], min(spans[0][1], spans[0][0] + SHOWN_CHARACTERS)
    room = SHOWN_CHARACTERS - (last - first)
    # A match that begins a sentence reads best with what follows it, so most of the room goes behind.
    start = max(0, first - room // 3)
    if start:
        newline = text.rfind("\n", start, first)
        space = text.find(" ", start, first)
        start = newline + 1 if newline >= 0 else space + 1 if space >= 0 else start
    return _trim(text, start, _edge(text, min(len(text), start + SHOWN_CHARACTERS), at_least=last))


def _edge(text: str, end: int, at_least: int = 0) -> int:
    """``end`` moved back to white space, if there is some near it."""
    if end >= len(text):
        return len(text)
    space = max(text.rfind(" ", end - 40, end), text.rfind("\n", end - 40, end))
    return space if space > at_least else end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def phrase_spans(text: str, phrase: str) -> list[tuple[int, int]]:
    """Where ``phrase`` stands in ``text``, whatever the case and the white space between its words."""
    words = [re.escape(word) for word in phrase.split()]
    if not words:
        return []
    return [match.span() for match in re.finditer(r"\s+".join(words), text, re.IGNORECASE)]
