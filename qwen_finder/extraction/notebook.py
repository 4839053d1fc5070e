"""Jupyter notebooks: what was written in the cells; outputs are left out.

Lines are those of the notebook file when each source line stands on its own there (as Jupyter writes it).
"""

from __future__ import annotations

import json
from typing import Any

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import TextDecoder, clean
from qwen_finder.extraction.markup import markdown
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import Path, cut

_PROSE = frozenset({"markdown", "heading"})


def read_notebook(source: Source, limits: Limits) -> Document:
    """A segment for each cell, under the heading above it. Raises FileError "file.broken"."""
    content = source.read_bytes(limits)
    decoder = TextDecoder(source.head)
    raw = decoder.decode(content[decoder.mark :], final=True)
    try:
        notebook = json.loads(raw)
        cells = [(str(cell.get("cell_type", "")), _source(cell)) for cell in _cells(notebook)]
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        raise FileError(
            "file.broken",
            f"{source.path} is not a readable notebook: it is damaged or cut off.",
            "Open and save it again in Jupyter.",
        ) from error
    segments: list[Segment] = []
    length = 0
    place = _Place(raw)
    path: Path = ()
    for kind, text in cells:
        line = place.line_of(text)
        text = clean(text).rstrip() + "\n\n"
        room = limits.max_characters - length
        if room <= 0:
            break
        text = text[:room]
        pieces = cut(text, markdown(text)) if kind in _PROSE else (Segment(text),)
        for piece in pieces:
            path = piece.path or path
            segments.append(Segment(piece.text, length + piece.start, line + piece.line - 1, None, path))
        length += len(text)
    partial = left_out(limits) if length >= limits.max_characters else ""
    return Document(Kind.CODE, tuple(segments), partial=partial)


def _cells(notebook: Any) -> list[dict[str, Any]]:
    if "cells" in notebook:
        return list(notebook["cells"])
    return [cell for sheet in notebook["worksheets"] for cell in sheet["cells"]]


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", cell.get("input", ""))
    return source if isinstance(source, str) else "".join(source)


class _Place:
    """Finds the line of the file on which each cell's source begins, cell after cell."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._offset = 0
        self._line = 1

    def line_of(self, source: str) -> int:
        first = source.split("\n", 1)[0]
        for ascii_only in (False, True):
            quoted = json.dumps(first, ensure_ascii=ascii_only)[:-1]
            found = self._raw.find(quoted, self._offset)
            if found >= 0:
                self._line += self._raw.count("\n", self._offset, found)
                self._offset = found
                break
        return self._line
