"""Where each row of the results lies: full rows below each other, pictures as a grid. Knows no widget.

Heights depend on the row alone, so that ten thousand rows are laid out in a few milliseconds.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect

from qwen_finder.gui.results_rows import Row, RowKind


class Layout:
    """The rectangles of ``rows`` in a view of ``width``; computed anew when either changes."""

    def __init__(self) -> None:
        self._lefts: list[int] = []
        self._tops: list[int] = []
        self._widths: list[int] = []
        self._heights: list[int] = []
        # The first row of each line, and the top of that line.
        self._firsts: list[int] = []
        self._lines: list[int] = []
        self.height = 0

    def __len__(self) -> int:
        return len(self._tops)

    def compute(
        self,
        rows: Sequence[Row],
        width: int,
        *,
        height_of: Callable[[Row, int], int],
        cell_width: int,
        margin: int,
    ) -> None:
        """``cell_width`` is the least of a picture; ``margin`` is left free at both sides of everything."""
        self._lefts, self._tops, self._widths, self._heights = [], [], [], []
        self._firsts, self._lines = [], []
        inner = max(width - 2 * margin, 1)
        columns = max(inner // max(cell_width, 1), 1)
        cell = inner // columns
        top, column, cell_height = margin, 0, 0
        for number, row in enumerate(rows):
            picture = row.kind is RowKind.PICTURE
            if column and (not picture or column == columns):
                top, column = top + cell_height, 0
            if column == 0:
                self._firsts.append(number)
                self._lines.append(top)
            if picture:
                cell_height = height_of(row, cell)
                self._lefts.append(margin + column * cell)
                self._widths.append(cell)
                self._heights.append(cell_height)
                self._tops.append(top)
                column += 1
                continue
            height = height_of(row, inner)
            self._lefts.append(margin)
            self._widths.append(inner)
            self._heights.append(height)
            self._tops.append(top)
            top += height
        self.height = top + (cell_height if column else 0) + margin

    def rect(self, number: int) -> QRect:
        """Where row ``number`` lies, from the top of the whole list."""
        if not 0 <= number < len(self._tops):
            return QRect()
        return QRect(
            self._lefts[number], self._tops[number], self._widths[number], self._heights[number]
        )  # fmt: skip

    def at(self, x: int, y: int) -> int:
        """The row at a point, -1 where there is none."""
        for number in self.between(y, y):
            if self.rect(number).contains(x, y):
                return number
        return -1

    def between(self, top: int, bottom: int) -> range:
        """The rows that may be seen between two heights."""
        if not self._lines:
            return range(0)
        first = max(bisect_right(self._lines, top) - 1, 0)
        last = bisect_right(self._lines, bottom)
        end = self._firsts[last] if last < len(self._firsts) else len(self._tops)
        return range(self._firsts[first], end)

    def line_of(self, number: int) -> range:
        """The rows beside row ``number``, itself among them."""
        line = bisect_right(self._firsts, number) - 1
        end = self._firsts[line + 1] if line + 1 < len(self._firsts) else len(self._tops)
        return range(self._firsts[line], end)
