"""Bookmarks of a PDF as headings: which section a passage of a page belongs to.

A bookmark names a page. Where on the page the section begins is where its title stands in the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.segments import Mark, Outline, Path, name_of

Bookmark = tuple[int, str, int]
"""Level counted from 0, title, page counted from 0."""

_PROBE = 30
"""Characters of a title that are looked for: longer ones are wrapped on the page."""
_MAX_INDENT = 16
"""Characters that may stand before a title on its line: its number, a bullet."""
_MAX_HEADER = 160
"""As much above the first title of a page is a running head, not the end of the section before."""


class Sections:
    """The sections of a document, asked page by page in ascending order."""

    def __init__(self, bookmarks: Iterable[Bookmark]) -> None:
        self._begins: dict[int, list[tuple[str, Path]]] = {}
        self._current: Path = ()
        outline = Outline()
        for level, title, page in bookmarks:
            title = " ".join(clean(title).split())
            path = outline.enter(level + 1, title)
            if title and page >= 0:
                self._begins.setdefault(page, []).append((name_of(title), path))

    def marks(self, page: int, text: str) -> Sequence[Mark]:
        """Where in the ``text`` of ``page`` (counted from 0) which section begins; the first from 0."""
        begins = self._begins.get(page)
        if begins is None:
            return [(0, self._current)] if self._current else []
        marks: list[Mark] = [(0, self._current)]
        for number, (title, path) in enumerate(begins):
            offset = _find(title, text, marks[-1][0])
            if number == 0 and offset <= _MAX_HEADER:
                marks = [(0, path)]
            elif offset > marks[-1][0]:
                marks.append((offset, path))
            else:
                marks[-1] = (marks[-1][0], _enclosing(marks[-1][1], path))
        self._current = begins[-1][1]
        return marks


def _enclosing(before: Path, path: Path) -> Path:
    """The innermost section that is right for a place where two are said to begin."""
    if path[: len(before)] == before:
        return path
    common = 0
    while common < min(len(before), len(path)) and before[common] == path[common]:
        common += 1
    return path[:common]


def _find(title: str, text: str, start: int) -> int:
    """The offset of the line that begins with ``title``, -1 when there is none from ``start`` on."""
    probe = title[:_PROBE].rstrip(" …")
    for words, page in ((probe, text), (probe.lower(), text.lower())):
        found = page.find(words, start) if len(page) == len(text) else -1
        while found >= 0:
            line = text.rfind("\n", 0, found) + 1
            if found - line <= _MAX_INDENT:
                return max(line, start)
            found = page.find(words, found + 1)
    return -1
