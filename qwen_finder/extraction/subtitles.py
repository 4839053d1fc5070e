"""Subtitles: what is said, without the times and the styling; lines are counted in the file."""

from __future__ import annotations

import re

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.markup import lines_of
from qwen_finder.extraction.reading import Limits, Source, left_out

_TIMES = re.compile(r"\s*[\d:.,]{4,}\s*(?:-->|,)\s*[\d:.,]{4,}")
_TAG = re.compile(r"<[^>\n]{0,80}>|\{\\[^}\n]{0,200}\}")
_DIALOGUE = re.compile(r"Dialogue:\s*(?:[^,]*,){9}(.*)")


def read_subtitles(source: Source, limits: Limits) -> Document:
    """One segment for each spoken line, in order."""
    text, whole = source.read_text(limits.max_characters)
    styled = source.name.lower().endswith((".ass", ".ssa"))
    segments: list[Segment] = []
    offset = 0
    for line, spoken in _spoken(text, styled):
        said = spoken + "\n"
        segments.append(Segment(said, offset, line))
        offset += len(said)
    return Document(Kind.TEXT, tuple(segments), partial="" if whole else left_out(limits))


def _spoken(text: str, styled: bool) -> list[tuple[int, str]]:
    """(line number, what is said) of each line with speech."""
    spoken: list[tuple[int, str]] = []
    skipping = False
    for number, (_, raw) in enumerate(lines_of(text), start=1):
        line = raw.strip()
        if styled:
            dialogue = _DIALOGUE.match(line)
            line = dialogue[1].replace("\\N", " ").replace("\\n", " ") if dialogue else ""
        elif line.startswith(("NOTE", "STYLE", "WEBVTT", "REGION")):
            skipping = True
        elif not line:
            skipping = False
        if skipping or line.isdecimal() or _TIMES.match(line):
            continue
        said = _TAG.sub("", line).strip()
        if said:
            spoken.append((number, said))
    return spoken
