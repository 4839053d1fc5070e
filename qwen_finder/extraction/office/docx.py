"""Word documents: paragraphs under their headings, tables by rows, and all that stands beside the text.

Footnotes and comments follow the paragraph that refers to them, text boxes the one they are anchored to;
headers and footers come last, once each. Tracked insertions are read, deletions are not. Pages are known
only where Word left its own marks of the last layout; other programs leave none, and then there are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.office.flow import Flow
from qwen_finder.extraction.office.package import DamagedPart, Package
from qwen_finder.extraction.office.relations import (
    main_part,
    paragraphs,
    part_events,
    properties_of,
    relations_of,
)
from qwen_finder.extraction.office.transcript import Transcript, one_line
from qwen_finder.extraction.office.xml import END, START, TEXT, DamagedXml, Event, events
from qwen_finder.extraction.reading import Limits, Source

# Word keeps the English name of a built-in style in every language; other programs translate it.
_HEADING_NAMES = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|titulo|encabezado|заголовок|标题|標題|見出し|제목|kop|rubrik|"
    r"nagłówek|nadpis|başlık|otsikko|overskrift|címsor|επικεφαλίδα|عنوان|כותרת|หัวเรื่อง)\s*(\d)",
    re.IGNORECASE,
)
_TITLE_NAMES = frozenset(
    {"title", "titel", "titre", "título", "titolo", "название", "заголовок", "标题", "表題"}
)
_NOT_READ = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "pPrChange", "rPrChange"}
)
_CONTENTS = re.compile(r"(?:toc|contents|verzeichnis|目录)\s*\d", re.IGNORECASE)
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOTES = {"footnotes": "footnote", "endnotes": "endnote", "comments": "comment"}
_REFERENCES = {
    "footnoteReference": "footnotes",
    "endnoteReference": "endnotes",
    "commentReference": "comments",
}
_MAX_NOTES = 2_000_000
"""Characters of all footnotes and comments that are held until their paragraph comes."""

Notes = dict[tuple[str, str], str]
"""(part, id) → text."""


def read_docx(source: Source, limits: Limits) -> Document:
    """A segment for each stretch below one heading. Raises FileError "file.broken", "file.encrypted"."""
    package = Package(source, limits)
    part = main_part(package, "word/document.xml")
    relations = list(relations_of(package, part).values())
    beside = {relation.kind: relation.target for relation in relations}
    styles = _Styles(part_events(package, beside.get("styles", "word/styles.xml")))
    notes: Notes = {}
    for kind, element in _NOTES.items():
        if kind in beside:
            _read_notes(part_events(package, beside[kind]), kind, element, notes)
    transcript = Transcript(limits, package.damage)
    body = _Body(transcript, styles, notes)
    try:
        with package.open(part) as stream:
            body.read(events(stream))
    except (DamagedPart, DamagedXml):
        transcript.damaged(source.path, exhausted=package.exhausted)
    seen: set[str] = set()
    for relation in relations:
        if relation.kind in ("header", "footer"):
            text = " ".join(paragraphs(part_events(package, relation.target)))
            if text not in seen:
                seen.add(text)
                transcript.paragraph(text)
    properties = properties_of(package)
    document = transcript.document(Kind.DOCUMENT, properties.pop("title", "") or body.title, properties)
    if body.has_pages:
        return document
    return replace(document, segments=tuple(replace(segment, page=None) for segment in document.segments))


class _Styles:
    """Which paragraph styles are headings, by their outline level or name, also inherited."""

    def __init__(self, source: Iterator[Event]) -> None:
        self._names: dict[str, str] = {}
        self._levels: dict[str, int] = {}
        self._parents: dict[str, str] = {}
        style = ""
        for kind, name, attributes in source:
            if kind != START:
                continue
            value = attributes.get("val", "")
            if name == "style":
                style = attributes.get("styleId", "")
            elif name == "name":
                self._names.setdefault(style, value)
            elif name == "basedOn":
                self._parents[style] = value
            elif name == "outlineLvl":
                self._levels[style] = level_of(value)

    def level(self, style: str) -> int:
        """1 to 9 for a heading, 0 for what is none."""
        for _ in range(20):
            if style in self._levels:
                return self._levels[style]
            if level := heading_level(self._names.get(style, style)):
                return level
            if style not in self._parents:
                return 0
            style = self._parents[style]
        return 0

    def is_title(self, style: str) -> bool:
        return self._names.get(style, style).lower() in _TITLE_NAMES

    def is_contents(self, style: str) -> bool:
        """Whether it belongs to a table of contents, which repeats the headings."""
        return bool(_CONTENTS.match(self._names.get(style, "")))


def heading_level(style: str) -> int:
    """The level that a style's name says, in many languages; 0 when it names no heading."""
    named = _HEADING_NAMES.fullmatch(style)
    return int(named[1]) if named else 0


def level_of(outline: str) -> int:
    """A heading's level from OOXML's outline level, which counts from 0 and calls body text 9."""
    return int(outline) + 1 if outline.isdecimal() and int(outline) < 9 else 0


class _Body:
    """Turns the events of the document part into text."""

    def __init__(self, transcript: Transcript, styles: _Styles, notes: Notes) -> None:
        self._transcript = transcript
        self._flow = Flow(transcript)
        self._flow.page = 1
        self._styles = styles
        self._notes = notes
        self._styled: list[tuple[str, int | None]] = []
        """Style and outline level of each open paragraph."""
        self.title = ""

    @property
    def has_pages(self) -> bool:
        return self._flow.page != 1

    def read(self, source: Iterator[Event]) -> None:
        in_text = False
        skipped = 0
        for kind, name, attributes in source:
            if kind == TEXT:
                if in_text and not skipped:
                    self._flow.write(name)
            elif skipped:
                skipped += 1 if kind == START else -1
            elif name == "t":
                in_text = kind == START
            elif kind == END:
                self._end(name)
            elif name in _NOT_READ:
                skipped = 1
            else:
                self._start(name, attributes)
            if self._transcript.full:
                return

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        flow = self._flow
        value = attributes.get("val", "")
        match name:
            case "p":
                flow.begin_paragraph()
                self._styled.append(("", None))
            case "pStyle" if self._styled:
                self._styled[-1] = (value, self._styled[-1][1])
            case "outlineLvl" if self._styled:
                self._styled[-1] = (self._styled[-1][0], level_of(value))
            case "tab" | "br" | "cr" | "noBreakHyphen":
                flow.write(_SIGNS[name])
            case "lastRenderedPageBreak":
                flow.page = (flow.page or 0) + 1
            case "footnoteReference" | "endnoteReference" | "commentReference":
                flow.note(self._notes.get((_REFERENCES[name], attributes.get("id", "")), ""))
            case "txbxContent":
                flow.begin_aside()
            case "tc":
                flow.begin_cell()
            case "tr":
                flow.begin_row()

    def _end(self, name: str) -> None:
        match name:
            case "p" if self._styled:
                self._paragraph(*self._styled.pop())
            case "txbxContent":
                self._flow.end_aside()
            case "tc":
                self._flow.end_cell()
            case "tr":
                self._flow.end_row()
            case "tbl":
                self._flow.end_table()

    def _paragraph(self, style: str, level: int | None) -> None:
        if self._styles.is_contents(style):
            self._flow.drop_paragraph()
            return
        text = self._flow.end_paragraph(self._styles.level(style) if level is None else level)
        if not self.title and self._styles.is_title(style):
            self.title = one_line(text)


def _read_notes(source: Iterator[Event], part: str, element: str, notes: Notes) -> None:
    """Adds the notes of ``part``, whose elements are called ``element``, to ``notes``."""
    length = 0
    current: list[Event] | None = None
    identity = ""
    for event in source:
        kind, name, attributes = event
        if name == element and kind == START:
            current, identity = [], attributes.get("id", "")
        elif name == element and kind == END and current is not None:
            text = " ".join(paragraphs(iter(current)))
            length += len(text)
            if length > _MAX_NOTES:
                return
            notes[part, identity] = text
            current = None
        elif current is not None:
            current.append(event)
