"""Cutting a text into segments that touch: nothing between two segments is lost.

Readers say where something begins and what it is called; offsets and lines are counted here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qwen_finder.core.document import Segment

Path = tuple[str, ...]
Mark = tuple[int, Path]
"""From this offset on, the text belongs to this path."""

_MAX_NAME = 120
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]")


def cut(text: str, marks: Iterable[Mark]) -> tuple[Segment, ...]:
    """``text`` cut at ``marks`` (ascending offsets); what lies before the first has an empty path.

    A stretch without a letter or digit (a closing brace, blank lines) stays with what precedes it.
    """
    merged: list[Mark] = [(0, ())]
    readable, scanned = False, 0
    for offset, path in marks:
        if path == merged[-1][1]:
            continue
        readable = readable or bool(_WORD.search(text, scanned, offset))
        scanned = offset
        if not readable and merged[-1][0] == 0:
            merged[-1] = (0, path)
            continue
        if not readable:
            merged.pop()
            if merged[-1][1] == path:
                readable = True
                continue
        merged.append((offset, path))
        readable = False
    if len(merged) > 1 and not _WORD.search(text, merged[-1][0]):
        merged.pop()
    segments: list[Segment] = []
    line = 1
    for position, (start, path) in enumerate(merged):
        end = merged[position + 1][0] if position + 1 < len(merged) else len(text)
        segments.append(Segment(text[start:end], start, line, None, path))
        line += text.count("\n", start, end)
    return tuple(segments)


class Outline:
    """The headings that enclose the current place, kept while a document is read from top to bottom."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, title: str) -> Path:
        """The path below a heading of this ``level`` (1 is outermost)."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        self._open.append((level, name_of(title)))
        return tuple(name for _, name in self._open if name)


def name_of(title: str) -> str:
    """A heading or symbol as part of a path: one line of bounded length."""
    name = _SPACES.sub(" ", title).strip()
    return name if len(name) <= _MAX_NAME else name[: _MAX_NAME - 1].rstrip() + "…"
