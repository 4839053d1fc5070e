"""Writing down a sheet: a line for each row, and the number of the row kept wherever rows are left out."""

from __future__ import annotations

from collections.abc import Iterable

from qwen_finder.core.document import Unit
from qwen_finder.extraction.office.transcript import PARAGRAPH, Transcript
from qwen_finder.extraction.segments import Path, name_of
from qwen_finder.extraction.table import header_path

_BETWEEN = "\t"
_SMALL_GAP = 20
"""Empty rows that are written down as empty lines; more begin a new segment."""


class SheetWriter:
    """One sheet, ``number`` counted from 1; rows may come with gaps and, comments, in any order.

    Its name is the path of its segments, followed by the column names when the first row holds such.
    """

    def __init__(self, transcript: Transcript, number: int, name: str) -> None:
        self._transcript = transcript
        self._number = number
        self._path: Path = (name_of(name),) if name.strip() else ()
        self._next = 0

    def row(self, number: int, cells: list[str]) -> None:
        """A row with what its cells show, each in one line."""
        shown = [cell for cell in cells if cell]
        if not shown:
            return
        text = _BETWEEN.join(shown) + "\n"
        if not self._next:
            self._path += header_path(text)
        gap = number - self._next if self._next else -1
        if 0 < gap <= _SMALL_GAP:
            text = "\n" * gap + text
        line = None if 0 <= gap <= _SMALL_GAP else number
        self._transcript.add(text, self._path, self._number, Unit.SHEET, line)
        self._next = number + 1

    def beside(self, paragraphs: Iterable[str]) -> None:
        """What stands on the sheet outside of its cells."""
        for text in paragraphs:
            self._transcript.add(text + PARAGRAPH, self._path, self._number, Unit.SHEET, 0)
            self._next = -1


def number_text(stored: str) -> str:
    """A number as a program shows it, without the noise of binary fractions (0.30000000000000004)."""
    if "." not in stored and "e" not in stored and "E" not in stored:
        return stored
    try:
        return f"{float(stored):.15g}"
    except ValueError:
        return stored
