"""The part of a long text that is shown: of one page or member, and around one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qwen_finder.core.document import Segment, Unit
from qwen_finder.extraction.about import HEADING

MOST_CHARACTERS = 200_000
"""As much text as a preview holds."""

# Most of the room goes to what follows the place, as one reads on.
_BEFORE = MOST_CHARACTERS // 4


@dataclass(frozen=True, slots=True)
class Window:
    """The range [start, end) of a text; ``line`` is the number of its first line, 0 when lines have none."""

    start: int
    end: int
    line: int

    def inside(self, spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
        """Those of ``spans`` that lie in it, relative to it."""
        return tuple((a - self.start, b - self.start) for a, b in spans if a >= self.start and b <= self.end)


def chosen(
    segments: Sequence[Segment], member: str, page: int | None
) -> tuple[list[Segment], Unit, int | None, int | None]:
    """The segments of ``member`` and, where there are pages, of ``page`` or the first one; what those are
    called, how many there are, and which one it is.

    An unknown member or page shows what there is: the file may have changed since it was indexed.
    """
    own = [segment for segment in segments if segment.path[:1] != (HEADING,)]
    inside = [segment for segment in own if segment.member == member] or own
    pages = sorted({segment.page for segment in inside if segment.page is not None})
    if not pages:
        return inside, Unit.PAGE, None, None
    number = page if page in pages else pages[0]
    shown = [segment for segment in inside if segment.page == number]
    return shown, shown[0].unit, pages[-1], number


def around(text: str, first: int, line: int | None, marked: Sequence[tuple[int, int]]) -> Window:
    """The window of ``text``, whose first line is ``first``, around ``line``, else around what is marked."""
    if len(text) <= MOST_CHARACTERS:
        return Window(0, len(text), first)
    place = marked[0][0] if marked else 0
    if line is not None and first:
        place = _offset(text, max(0, line - first))
    middle = max(0, min(place - _BEFORE, len(text) - MOST_CHARACTERS))
    end = middle + MOST_CHARACTERS
    # From the beginning of a line, unless that one line is all there is.
    begun = text.rfind("\n", max(0, middle - _BEFORE), middle) + 1
    start = begun or (middle if middle > _BEFORE else 0)
    if end < len(text):
        newline = text.rfind("\n", max(place, end - _BEFORE), end)
        end = newline + 1 if newline >= 0 else end
    return Window(start, end, first + text.count("\n", 0, start) if first else 0)


def _offset(text: str, lines: int) -> int:
    """Where the line after so many begins."""
    at = 0
    for _ in range(lines):
        newline = text.find("\n", at)
        if newline < 0:
            return at
        at = newline + 1
    return at
