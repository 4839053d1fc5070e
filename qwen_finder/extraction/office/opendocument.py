"""OpenDocument files (ODT, ODS, ODP, ODG, their templates, and the flat XML form of each).

Text goes under its headings, each sheet has its rows, each slide its number and its notes. Footnotes,
comments and text boxes follow their paragraph. Tracked deletions are kept by the format in a place of their
own, which is passed over. A document that is encrypted says so in its manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from qwen_finder.core.document import Document, Kind, Unit
from qwen_finder.extraction.office.flow import Flow
from qwen_finder.extraction.office.package import DamagedPart, Package, encrypted
from qwen_finder.extraction.office.relations import part_events, read_properties
from qwen_finder.extraction.office.sheets import SheetWriter
from qwen_finder.extraction.office.transcript import PARAGRAPH, Transcript, one_line
from qwen_finder.extraction.office.xml import END, START, TEXT, DamagedXml, Event, events
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import name_of

_PROPERTIES = {
    "title": "title",
    "initial-creator": "author",
    "subject": "subject",
    "keyword": "keywords",
    "description": "description",
    "creation-date": "created",
    "date": "modified",
}
_NOT_READ = frozenset(
    """tracked-changes page-thumbnail binary-data table-of-content alphabetical-index scripts font-face-decls
    automatic-styles styles master-styles settings meta forms page-number page-count ruby-text title
    desc""".split()  # noqa: SIM905 - a paragraph of words
)
_NOT_READ_IN_CELLS = _NOT_READ | {"creator", "date", "creator-initials"}
"""Of a comment; in running text these are fields, and a comment's are outside of its paragraphs."""
_SIGNS = {"tab": "\t", "line-break": "\n"}
_MOST_SPACES = 100
_MOST_REPEATED = 50
"""Times that a row which repeats itself is written down."""


def read_opendocument(source: Source, limits: Limits) -> Document:
    """The document in a package. Raises FileError "file.broken", "file.encrypted"."""
    package = Package(source, limits)
    if any(name == "encryption-data" for _, name, _ in part_events(package, "META-INF/manifest.xml")):
        raise encrypted(source.path)
    transcript = Transcript(limits, package.damage)
    content = _Content(transcript)
    try:
        with package.open("content.xml") as stream:
            content.read(events(stream))
    except (DamagedPart, DamagedXml):
        transcript.damaged(source.path, exhausted=package.exhausted)
    if content.is_text:
        for text in _headers(part_events(package, "styles.xml")):
            transcript.paragraph(text)
    properties = read_properties(part_events(package, "meta.xml"), _PROPERTIES)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def read_flat_opendocument(source: Source, limits: Limits) -> Document:
    """The document in a single XML file (.fodt, .fods, .fodp). Raises FileError "file.broken"."""
    transcript = Transcript(limits)
    content = _Content(transcript)
    try:
        content.read(events(source.stream()))
    except DamagedXml:
        transcript.damaged(source.path)
    if content.is_text:
        for text in _headers(_until_body(source.stream())):
            transcript.paragraph(text)
    properties = read_properties(_until_body(source.stream()), _PROPERTIES)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def _until_body(stream: BinaryIO) -> Iterator[Event]:
    try:
        for event in events(stream):
            if event[1] == "body" and event[0] == START:
                return
            yield event
    except DamagedXml:
        return


class _Content:
    """Turns the events of the content into text, sheets or slides, whichever come."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._flow = Flow(transcript)
        self._level = 0
        self._pages = 0
        self._sheets = 0
        self._unit = Unit.SLIDE

    @property
    def is_text(self) -> bool:
        return not self._pages and not self._sheets

    def read(self, source: Iterator[Event]) -> None:
        """Running text. Sheets and slides are read by their own methods, which take over ``source``."""
        skipped = 0
        is_spreadsheet = False
        for kind, name, attributes in source:
            if kind == TEXT:
                if not skipped:
                    self._flow.write(name)
            elif skipped:
                skipped += 1 if kind == START else -1
            elif kind == END:
                self._end(name)
            elif name in _NOT_READ:
                skipped = 1
            elif name == "spreadsheet":
                is_spreadsheet = True
            elif name == "drawing":
                self._unit = Unit.PAGE
            elif name == "table" and is_spreadsheet:
                self._sheet(source, attributes.get("name", ""))
            elif name == "page":
                self._page(source)
            else:
                self._start(name, attributes)
            if self._transcript.full:
                return

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        flow = self._flow
        match name:
            case "p" | "h":
                flow.begin_paragraph()
                level = attributes.get("outline-level", "1")
                self._level = int(level) if name == "h" and level.isdecimal() else 0
            case "tab" | "line-break":
                flow.write(_SIGNS[name])
            case "s":
                flow.write(" " * _number(attributes.get("c", "1"), _MOST_SPACES))
            case "note" | "annotation" | "text-box":
                flow.begin_aside()
            case "table-row":
                flow.begin_row()
            case "table-cell":
                flow.begin_cell()

    def _end(self, name: str) -> None:
        flow = self._flow
        match name:
            case "p" | "h":
                flow.end_paragraph(self._level if name == "h" else 0)
            case "note" | "annotation" | "text-box":
                flow.end_aside()
            case "table-row":
                flow.end_row()
            case "table-cell":
                flow.end_cell()
            case "table":
                flow.end_table()

    def _sheet(self, source: Iterator[Event], name: str) -> None:
        """A sheet, up to its end. Rows and cells may stand for many that are alike."""
        self._sheets += 1
        if not self._transcript.room_for(self._sheets):
            return
        writer = SheetWriter(self._transcript, self._sheets, name)
        row, repeated, depth, skipped = 1, 1, 1, 0
        cells: list[str] = []
        parts: list[str] = []
        value = ""
        boxes: list[str] = []
        in_shapes = False
        for kind, tag, attributes in source:
            if kind == TEXT:
                if (depth > 1 or in_shapes) and not skipped:
                    parts.append(tag)
                continue
            if skipped:
                skipped += 1 if kind == START else -1
                continue
            if tag == "table":
                depth += 1 if kind == START else -1
                if not depth:
                    writer.beside(boxes)
                    return
            elif tag == "shapes":
                in_shapes = kind == START
                parts.clear()
            elif kind == START:
                if tag in _NOT_READ_IN_CELLS:
                    skipped = 1
                elif tag == "table-row":
                    repeated = _number(attributes.get("number-rows-repeated", "1"), 1 << 24)
                    cells = []
                elif tag in ("table-cell", "covered-table-cell"):
                    parts.clear()
                    value = attributes.get("date-value", "").removesuffix("T00:00:00").replace("T", " ")
                    depth += 1
                elif tag in ("p", "line-break", "tab", "s"):
                    parts.append(" ")
            elif tag in ("table-cell", "covered-table-cell"):
                depth -= 1
                cells.append(value or one_line("".join(parts)))
            elif tag == "p" and in_shapes:
                boxes += filter(None, [one_line("".join(parts))])
                parts.clear()
            elif tag == "table-row":
                if any(cells):
                    for number in range(row, row + min(repeated, _MOST_REPEATED)):
                        writer.row(number, cells)
                row += repeated
                if self._transcript.full:
                    return

    def _page(self, source: Iterator[Event]) -> None:
        """A slide or a drawing's page, up to its end."""
        self._pages += 1
        if not self._transcript.room_for(self._pages):
            return
        title, frame_class = "", ""
        frames: list[str] = []
        lines: list[str] = []
        parts: list[str] = []
        skipped = 0
        for kind, tag, attributes in source:
            if kind == TEXT:
                if not skipped:
                    parts.append(tag)
                continue
            if skipped:
                skipped += 1 if kind == START else -1
            elif kind == START:
                if tag in _NOT_READ_IN_CELLS:
                    skipped = 1
                elif tag == "frame":
                    frame_class = attributes.get("class", "")
                elif tag in ("p", "h"):
                    parts.clear()
                elif tag in ("s", "tab", "line-break"):
                    parts.append(" ")
            elif tag in ("p", "h"):
                if text := one_line("".join(parts)):
                    lines.append(text)
                parts.clear()
            elif tag in ("frame", "custom-shape", "page", "annotation", "notes", "table-row"):
                if frame_class == "title" and lines and not title:
                    title = " ".join(lines)
                if lines:
                    frames.append(("\t" if tag == "table-row" else "\n").join(lines) + PARAGRAPH)
                lines.clear()
                frame_class = ""
            if kind == END and tag == "page":
                break
        path = (name_of(title),) if title else ()
        for text in frames:
            self._transcript.add(text, path, self._pages, self._unit)


def _headers(source: Iterator[Event]) -> list[str]:
    """The texts of the headers and footers, once each."""
    found: dict[str, None] = {}
    parts: list[str] = []
    depth = 0
    for kind, name, _ in source:
        if name in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
            depth += {START: 1, END: -1}.get(kind, 0)
            if kind == END and (text := one_line("".join(parts))):
                found[text] = None
            parts.clear()
        elif kind == TEXT and depth:
            parts.append(name)
        elif kind == END and name == "p":
            parts.append(" ")
    return list(found)


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isdecimal() and len(text) < 12 else 1
