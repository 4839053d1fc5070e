"""PowerPoint presentations: the slides in the order in which they are shown, each with its speaker notes.

Hidden slides count and are read, as the program numbers them. Text in diagrams is read too, in charts not.
A comment follows the slide it was made on. Masters and layouts say nothing that a person wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qwen_finder.core.document import Document, Kind, Unit
from qwen_finder.extraction.office.package import DamagedPart, Package, broken
from qwen_finder.extraction.office.relations import main_part, part_events, properties_of, relations_of
from qwen_finder.extraction.office.transcript import PARAGRAPH, Transcript, one_line, row_text
from qwen_finder.extraction.office.xml import END, START, TEXT, DamagedXml, Event, events
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import name_of

_TITLES = frozenset({"title", "ctrTitle"})
_FURNITURE = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})
"""Placeholders that repeat on every slide."""
_NOT_READ = frozenset({"Fallback", "fld"})
_DIAGRAM = "diagramData"
_COMMENTS = "comments"


def read_pptx(source: Source, limits: Limits) -> Document:
    """A segment for each slide. Raises FileError "file.broken", "file.encrypted"."""
    package = Package(source, limits)
    part = main_part(package, "ppt/presentation.xml")
    transcript = Transcript(limits, package.damage)
    first_title = ""
    slides = _slides(package, part)
    for number, slide in enumerate(slides, start=1):
        if not transcript.room_for(number):
            break
        content = _Shapes()
        try:
            with package.open(slide) as stream:
                content.read(events(stream))
        except (DamagedPart, DamagedXml):
            transcript.damaged(source.path, exhausted=package.exhausted)
        first_title = first_title or content.title
        blocks = content.blocks
        for relation in relations_of(package, slide).values():
            if relation.kind == "notesSlide":
                notes = _Shapes()
                notes.read(part_events(package, relation.target))
                blocks += notes.blocks
            elif relation.kind in (_DIAGRAM, _COMMENTS):
                blocks += _texts(part_events(package, relation.target))
        path = (name_of(content.title),) if content.title else ()
        for text in blocks:
            transcript.add(text, path, number, Unit.SLIDE)
        if transcript.full:
            break
    if not slides:
        raise broken(source.path, "it names no slides")
    properties = properties_of(package)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", "") or first_title, properties)


def _slides(package: Package, part: str) -> list[str]:
    """The slides' parts in their order; by their numbers when the presentation itself cannot be read."""
    relations = relations_of(package, part)
    slides = [
        relations[attributes["r:id"]].target
        for kind, name, attributes in part_events(package, part)
        if kind == START and name == "sldId" and attributes.get("r:id") in relations
    ]
    if slides:
        return slides
    numbered = []
    for name in package:
        stem, _, number = name.rpartition("/slide")
        if stem == "ppt/slides" and number.removesuffix(".xml").isdecimal():
            numbered.append((int(number.removesuffix(".xml")), name))
    return [name for _, name in sorted(numbered)]


@dataclass(slots=True)
class _Shapes:
    """The texts of a slide or of its notes, shape by shape."""

    blocks: list[str] = field(default_factory=list)
    title: str = ""

    def read(self, source: Iterator[Event]) -> None:
        parts: list[str] = []
        paragraphs: list[str] = []
        row: list[str] = []
        in_text, skipped, placeholder = False, 0, ""
        for kind, name, attributes in source:
            if kind == TEXT:
                if in_text and not skipped:
                    parts.append(name)
            elif skipped:
                skipped += 1 if kind == START else -1
            elif kind == START:
                if name in _NOT_READ:
                    skipped = 1
                elif name == "t":
                    in_text = True
                elif name == "ph":
                    placeholder = attributes.get("type", "body")
                elif name == "br":
                    parts.append("\n")
            elif name == "t":
                in_text = False
            elif name == "p":
                if text := one_line("".join(parts)):
                    paragraphs.append(text)
                parts.clear()
            elif name == "tc":
                row.append(" ".join(paragraphs))
                paragraphs.clear()
            elif name == "tr":
                self.blocks.append(row_text(row))
                row.clear()
            elif name in ("sp", "graphicFrame", "cxnSp"):
                self._shape(paragraphs, placeholder)
                paragraphs.clear()
                placeholder = ""
        self._shape(paragraphs, placeholder)

    def _shape(self, paragraphs: list[str], placeholder: str) -> None:
        if not paragraphs or placeholder in _FURNITURE:
            return
        if placeholder in _TITLES and not self.title:
            self.title = " ".join(paragraphs)
        self.blocks.append("\n".join(paragraphs) + PARAGRAPH)


def _texts(source: Iterator[Event]) -> list[str]:
    """The paragraphs of a diagram or of comments."""
    shapes: list[str] = []
    parts: list[str] = []
    in_text = False
    for kind, name, _ in source:
        if kind == TEXT and in_text:
            parts.append(name)
        elif kind != TEXT and name in ("t", "text"):
            in_text = kind == START
            parts.append(" " if name == "text" else "")
        elif kind == END and name in ("p", "cm", "pt"):
            if text := one_line("".join(parts)):
                shapes.append(text + PARAGRAPH)
            parts.clear()
    return shapes
