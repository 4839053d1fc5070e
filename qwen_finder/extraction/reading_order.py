"""The lines that text recognition found on a picture, put in the order in which a person reads them.

Knows boxes and their words; knows neither pictures nor engines.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

_COLUMN_LINES = 3
"""A column has at least so many lines; fewer may be two cells of a table."""
_COLUMN_WIDTH = 6.0
"""Lines of a column of text are this many times as wide as high; cells of a table are not."""
_MAX_DEPTH = 12


class Line(NamedTuple):
    """Words in one box; the origin is the top left corner, the unit the same for all lines of a picture."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


def in_order(lines: Sequence[Line]) -> str:
    """The text of ``lines``: columns one after the other, rows as lines, a blank line where a gap is wide."""
    return "\n\n".join(_paragraphs(block) for block in _blocks(list(lines), 0))


def _blocks(lines: list[Line], depth: int) -> list[list[Line]]:
    """Cut at gutters, else at the widest gap between rows below which there is one."""
    if len(lines) < 2 * _COLUMN_LINES or depth >= _MAX_DEPTH:
        return [lines] if lines else []
    columns = _columns(lines)
    if columns:
        return [block for column in columns for block in _blocks(column, depth + 1)]
    for upper, lower in _cuts(lines):
        if _columns(upper) or _columns(lower):
            return _blocks(upper, depth + 1) + _blocks(lower, depth + 1)
    return [lines]


def _columns(lines: Sequence[Line]) -> tuple[list[Line], list[Line]] | None:
    """The lines left and right of the widest gutter that runs through all of them; None without one."""
    height = statistics.median(line.height for line in lines) if lines else 0.0
    best, at = height / 2, None
    reach = float("-inf")
    for line in sorted(lines, key=lambda line: line.left):
        if reach > float("-inf") and line.left - reach > best:
            best, at = line.left - reach, line.left
        reach = max(reach, line.right)
    if at is None:
        return None
    left = [line for line in lines if line.left < at]
    right = [line for line in lines if line.left >= at]
    return (left, right) if _is_column(left) and _is_column(right) else None


def _is_column(lines: Sequence[Line]) -> bool:
    if len(lines) < _COLUMN_LINES:
        return False
    shapes = [(line.right - line.left) / max(line.height, 1e-6) for line in lines]
    return statistics.median(shapes) >= _COLUMN_WIDTH


def _cuts(lines: Sequence[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Ways to cut into an upper and a lower part at a gap between rows, the widest gaps first."""
    ordered = sorted(lines, key=lambda line: line.top)
    gaps: list[tuple[float, int]] = []
    reach = ordered[0].bottom
    for index, line in enumerate(ordered[1:], 1):
        if line.top > reach:
            gaps.append((line.top - reach, index))
        reach = max(reach, line.bottom)
    gaps.sort(reverse=True)
    return [(ordered[:index], ordered[index:]) for _, index in gaps[:4]]


def _paragraphs(lines: Sequence[Line]) -> str:
    """Rows from top to bottom, each from left to right."""
    text = ""
    last: list[Line] = []
    for row in _rows(lines):
        words = " ".join(line.text for line in sorted(row, key=lambda line: line.left))
        if last:
            gap = min(line.top for line in row) - max(line.bottom for line in last)
            text += "\n\n" if gap > max(line.height for line in row) else "\n"
        text += words
        last = row
    return text


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that stand beside each other: the middle of one lies within the other."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.top + line.bottom):
        middle = (line.top + line.bottom) / 2
        if rows and rows[-1][0].top <= middle <= rows[-1][0].bottom:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows
