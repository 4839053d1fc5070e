"""The text of a document as it is written down: piece by piece, until the limit says stop.

Readers say what comes next and where it stands; offsets are counted and text is cleaned here, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qwen_finder.core.document import Document, Kind, Segment, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading import Limits, left_out
from qwen_finder.extraction.segments import Path, name_of

PARAGRAPH = "\n\n"
"""What ends a paragraph: a blank line, since a single line end may be a wrapped line."""

# Soft hyphens are the printer's, signs of private fonts (bullets) are nobody's: neither can be searched for.
_UNSEARCHABLE = re.compile("[\xad\ue000-\uf8ff\U000f0000-\U0010fffd]+")
_BLANKS = re.compile("[ \t\xa0]+")


def tidy(text: str) -> str:
    """``text`` without control characters, soft hyphens and signs of private fonts."""
    text = clean(text)
    return text if text.isascii() else _UNSEARCHABLE.sub("", text)


def one_line(text: str) -> str:
    """A cell or a title: everything in one line, spaces run together."""
    return " ".join(tidy(text).split())


_MAX_CELL = 300


def flowing(texts: list[str]) -> str:
    """What stands in a table's cell: in one line, or as paragraphs when it is a column of prose."""
    texts = [text for text in map(one_line, texts) if text]
    return (PARAGRAPH if sum(map(len, texts)) > _MAX_CELL else " ").join(texts)


def row_text(cells: list[str]) -> str:
    """A table's row as a line, its end included; as paragraphs when a cell holds some; "" when empty."""
    cells = [cell for cell in cells if cell]
    if any("\n" in cell for cell in cells):
        return PARAGRAPH.join(cells) + PARAGRAPH
    return "\t".join(cells) + "\n" if cells else ""


class Transcript:
    """Segments that touch, at most ``limits.max_characters`` long in all.

    ``full`` turns true when something had to be left out: readers stop then. ``damage`` is the sentence on
    what could not be read.
    """

    def __init__(self, limits: Limits, damage: str = "") -> None:
        self._limits = limits
        self._segments: list[Segment] = []
        self._parts: list[str] = []
        self._place: tuple[Path, int | None, Unit, int] = ((), None, Unit.PAGE, 0)
        self._begin = 0
        self.length = 0
        self.full = False
        self.damage = damage

    @property
    def empty(self) -> bool:
        return not self.length

    def add(
        self,
        text: str,
        path: Path = (),
        page: int | None = None,
        unit: Unit = Unit.PAGE,
        line: int | None = None,
    ) -> None:
        """Writes down ``text`` (clean, with the line end that belongs to it).

        It goes on in the segment before it when it has the same place. A ``line`` begins a new segment;
        without one it has none, since lines of a document are made when it is shown.
        """
        if not text or self.full:
            return
        room = self._limits.max_characters - self.length
        if len(text) > room:
            text, self.full = text[:room], True
            if not text:
                return
        place = (path, page, unit, line or 0)
        if place[:3] != self._place[:3] or line is not None:
            self._close()
            self._place = place
        self._parts.append(text)
        self.length += len(text)

    def paragraph(self, text: str, path: Path = (), page: int | None = None, unit: Unit = Unit.PAGE) -> None:
        """Writes down a paragraph as it was read, when there is anything in it."""
        text = _BLANKS.sub(" ", tidy(text)).strip()
        if text:
            self.add(text + PARAGRAPH, path, page, unit)

    def damaged(self, path: str, *, exhausted: bool = False) -> None:
        """Notes that reading ended early, because of a limit when it is ``exhausted``."""
        if exhausted:
            self.full = True
        elif not self.full:
            self.damage = f"{path} is damaged: the rest of it could not be read."

    def room_for(self, page: int) -> bool:
        """Whether a page, slide or sheet of this number is to be read at all."""
        if page > self._limits.max_pages:
            self.full = True
        return not self.full

    def document(self, kind: Kind, title: str = "", metadata: Mapping[str, str] | None = None) -> Document:
        """What was written down. Raises FileError "file.broken" when there is damage and nothing else."""
        self._close()
        if self.damage and not self._segments:
            raise FileError(
                "file.broken", self.damage, "Open it in the program that made it, and save it again."
            )
        partial = self.damage or (left_out(self._limits) if self.full else "")
        return Document(
            kind, tuple(self._segments), title=name_of(title), metadata=metadata or {}, partial=partial
        )

    def _close(self) -> None:
        text = "".join(self._parts)
        self._parts.clear()
        if text:
            path, page, unit, line = self._place
            self._segments.append(Segment(text, self._begin, line, page, path, unit))
            self._begin += len(text)
