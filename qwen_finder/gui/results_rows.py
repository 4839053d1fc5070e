"""From hits to the rows of the list: grouped, sorted, each passage brought into one line with its marks.

Runs in the thread that asked, so that a thousand hits cost the thread that paints nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Hit, Passage, Strength
from qwen_finder.gui.marks import Span, displayable, occurrences, one_line, to_utf16

MOST_BEST = 3
# Fewer results than this are seen at a glance: a best of them would say nothing.
_LEAST_FOR_BEST = 5


class RowKind(Enum):
    """What a row of the list is."""

    HEADER = "header"
    HIT = "hit"
    PICTURE = "picture"
    PASSAGE = "passage"
    COPY = "copy"


class Group(Enum):
    """The parts of the list, in their order; ``rank`` of the enum is that of the members."""

    BEST = "best"
    DOCUMENTS = "documents"
    CODE = "code"
    PICTURES = "pictures"
    OTHER = "other"


class Sort(Enum):
    """The order within each group."""

    RELEVANCE = "relevance"
    DATE = "date"
    NAME = "name"
    SIZE = "size"


_GROUPS = {
    Kind.DOCUMENT: Group.DOCUMENTS,
    Kind.TEXT: Group.DOCUMENTS,
    Kind.CODE: Group.CODE,
    Kind.IMAGE: Group.PICTURES,
}


@dataclass(eq=False, slots=True)
class Row:
    """A row of the list. ``path`` is the file it leads to, ``text`` what is shown of the passage, ``marks``
    are the matches in it and ``name_marks`` those in the name, in UTF-16 units. ``units`` is how
    many letters wide the text is, about; ``width`` is the layout's.
    """

    kind: RowKind
    group: Group
    hit: Hit | None = None
    path: str = ""
    name: str = ""
    folder: str = ""
    passage: Passage | None = None
    text: str = ""
    marks: list[Span] = field(default_factory=list)
    name_marks: list[Span] = field(default_factory=list)
    count: int = 0
    open: bool = False
    units: float = 0.0
    width: float = -1.0

    @property
    def extra(self) -> int:
        """Rows that opening it would show, as far as they are known."""
        if self.hit is None:
            return 0
        return self.hit.more_passages + max(len(self.hit.passages) - 1, 0) + len(self.hit.copies)


def arrange(hits: Sequence[Hit], sort: Sort, strength: Strength, words: Sequence[str]) -> list[Row]:
    """The rows for ``hits``, best first; ``strength`` is that of the best one, ``words`` was asked."""
    best: list[Hit] = []
    # Filters alone rank nothing.
    ranked = sort is Sort.RELEVANCE and bool(words)
    if ranked and strength.rank >= Strength.GOOD.rank and len(hits) >= _LEAST_FOR_BEST:
        best = [hit for hit in hits[:MOST_BEST] if hit.strength is strength]
    parts: dict[Group, list[Hit]] = {group: [] for group in Group}
    parts[Group.BEST] = best
    for hit in hits[len(best) :]:
        parts[_GROUPS.get(hit.kind, Group.OTHER)].append(hit)
    rows: list[Row] = []
    for group, members in parts.items():
        if members:
            rows.append(Row(RowKind.HEADER, group, count=len(members)))
            rows += [hit_row(hit, group, words) for hit in sorted_hits(members, sort)]
    return rows


def sorted_hits(hits: Iterable[Hit], sort: Sort) -> list[Hit]:
    match sort:
        case Sort.DATE:
            return sorted(hits, key=lambda hit: hit.modified, reverse=True)
        case Sort.NAME:
            return sorted(hits, key=lambda hit: os.path.basename(hit.path).casefold())
        case Sort.SIZE:
            return sorted(hits, key=lambda hit: hit.size, reverse=True)
    return list(hits)


def hit_row(hit: Hit, group: Group, words: Sequence[str]) -> Row:
    kind = RowKind.PICTURE if group is Group.PICTURES else RowKind.HIT
    row = Row(kind, group, hit, hit.path)
    _place(row, words)
    if hit.passages:
        _show(row, hit.passages[0])
    return row


def inner_rows(owner: Row, passages: Sequence[Passage]) -> list[Row]:
    """The rows below an open one: its other passages, then its copies."""
    hit = owner.hit
    assert hit is not None
    rows = []
    for passage in passages:
        if passage in hit.passages[:1]:
            continue
        row = Row(RowKind.PASSAGE, owner.group, hit, hit.path, owner.name, owner.folder)
        _show(row, passage)
        rows.append(row)
    for path in hit.copies:
        row = Row(RowKind.COPY, owner.group, hit, path)
        _place(row, ())
        rows.append(row)
    return rows


def homely(folder: str) -> str:
    """``folder`` with the user's own shortened to ~."""
    home = os.path.expanduser("~")
    return f"~{folder[len(home) :]}" if folder == home or folder.startswith(home + os.sep) else folder


def local_time(hit: Hit) -> datetime | None:
    """When the file was changed, by the clock of this machine."""
    try:
        return datetime.fromisoformat(hit.modified).astimezone()
    except ValueError:
        return None


def _place(row: Row, words: Sequence[str]) -> None:
    folder, name = os.path.split(row.path)
    row.name, row.folder = displayable(name), displayable(homely(folder))
    row.name_marks = to_utf16(row.name, occurrences(row.name, words))


def _show(row: Row, passage: Passage) -> None:
    row.passage = passage
    text, marks = one_line(displayable(passage.text), passage.highlights)
    row.text, row.marks = text, to_utf16(text, marks)
    # Characters of Chinese, Japanese and Korean are about twice as wide as others.
    row.units = len(text) if text.isascii() else sum(2.0 if c > "\u2e80" else 1.0 for c in text)
