"""Excel workbooks: every sheet in its order, hidden ones too, a line for each row that holds something.

Rows are read as a stream and keep their numbers. Of a formula its last result is read, a date becomes an ISO
date, since a search for "2025-03-14" is nothing like 45730. Comments and text boxes follow their sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.office.package import DamagedPart, Package, broken
from qwen_finder.extraction.office.relations import (
    Relation,
    main_part,
    paragraphs,
    part_events,
    properties_of,
    relations_of,
)
from qwen_finder.extraction.office.sheets import SheetWriter, number_text
from qwen_finder.extraction.office.transcript import Transcript, one_line
from qwen_finder.extraction.office.xml import END, START, TEXT, DamagedXml, Event, events
from qwen_finder.extraction.reading import Limits, Source

_MAX_STRINGS = 8
"""Times ``Limits.max_characters`` that the shared strings may take in memory."""

_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_CODES = re.compile(r"[dyhs]|m", re.IGNORECASE)
_DAY = re.compile(r"[dy]", re.IGNORECASE)
_CELL = re.compile(r"[A-Za-z]{1,3}(\d{1,7})")


class _Sheet(NamedTuple):
    name: str
    part: str


def read_xlsx(source: Source, limits: Limits) -> Document:
    """A segment for each run of rows. Raises FileError "file.broken", "file.encrypted"."""
    package = Package(source, limits)
    part = main_part(package, "xl/workbook.xml")
    if part.endswith(".bin"):
        from qwen_finder.extraction.office.calamine import read_calamine

        return read_calamine(source, limits)
    relations = relations_of(package, part)
    sheets, epoch = _workbook(package, part, relations)
    if not sheets:
        raise broken(source.path, "it names no sheets")
    others = {relation.kind: relation.target for relation in relations.values()}
    dates = _date_styles(part_events(package, others.get("styles", "xl/styles.xml")))
    strings = _shared_strings(package, others.get("sharedStrings", "xl/sharedStrings.xml"), limits)
    transcript = Transcript(limits, package.damage)
    for number, sheet in enumerate(sheets, start=1):
        if not transcript.room_for(number):
            break
        writer = SheetWriter(transcript, number, sheet.name)
        try:
            with package.open(sheet.part) as stream:
                for row, cells in _rows(events(stream), _Values(strings, dates, epoch)):
                    writer.row(row, cells)
                    if transcript.full:
                        break
        except DamagedPart:
            continue  # a chart sheet, or one that a broken download lost
        except DamagedXml:
            transcript.damaged(source.path, exhausted=package.exhausted)
        for relation in relations_of(package, sheet.part).values():
            if relation.kind in ("comments", "threadedComment"):
                for row, text in _comments(part_events(package, relation.target)):
                    writer.row(row, [text])
            elif relation.kind == "drawing":
                writer.beside(paragraphs(part_events(package, relation.target)))
        if transcript.full:
            break
    properties = properties_of(package)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def _workbook(package: Package, part: str, relations: dict[str, Relation]) -> tuple[list[_Sheet], datetime]:
    """The sheets in their order, and the day from which dates are counted."""
    sheets: list[_Sheet] = []
    epoch = datetime(1899, 12, 30)
    for kind, name, attributes in part_events(package, part):
        if kind != START:
            continue
        if name == "workbookPr" and attributes.get("date1904", "") in ("1", "true"):
            epoch = datetime(1904, 1, 1)
        elif name == "sheet":
            relation = relations.get(attributes.get("r:id", ""))
            number = len(sheets) + 1
            target = relation.target if relation else f"xl/worksheets/sheet{number}.xml"
            sheets.append(_Sheet(attributes.get("name", ""), target))
    return sheets, epoch


def _date_styles(source: Iterator[Event]) -> set[int]:
    """The numbers of the cell styles that show a number as a date or a time."""
    formats: dict[str, str] = {}
    found: set[int] = set()
    in_cell_styles, number = False, 0
    for kind, name, attributes in source:
        if name == "cellXfs" and kind != TEXT:
            in_cell_styles = kind == START
        elif kind != START:
            continue
        elif name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and in_cell_styles:
            identity = attributes.get("numFmtId", "0")
            if identity in formats:
                is_date = is_date_format(formats[identity])
            else:
                is_date = identity.isdecimal() and int(identity) in _BUILT_IN_DATES
            if is_date:
                found.add(number)
            number += 1
    return found


def is_date_format(code: str) -> bool:
    """Whether Excel's number format shows a date or a time."""
    return bool(_DATE_CODES.search(_QUOTED.sub("", code.split(";", 1)[0]))) and "General" not in code


def _shared_strings(package: Package, part: str, limits: Limits) -> list[str]:
    """The texts that cells refer to by their number, without the readings of Japanese words."""
    strings: list[str] = []
    parts: list[str] = []
    in_text, in_reading = False, False
    left = limits.max_characters * _MAX_STRINGS
    for kind, name, _ in part_events(package, part):
        if kind == TEXT:
            if in_text and not in_reading:
                parts.append(name)
        elif name == "t":
            in_text = kind == START
        elif name == "rPh":
            in_reading = kind == START
        elif name == "si" and kind == END:
            text = one_line("".join(parts))
            parts.clear()
            strings.append(text)
            left -= len(text)
            if left <= 0:
                break
    return strings


class _Values:
    """What a cell shows, from what is stored."""

    def __init__(self, strings: list[str], dates: set[int], epoch: datetime) -> None:
        self._strings = strings
        self._dates = dates
        self._epoch = epoch

    def shown(self, stored: str, kind: str, style: str) -> str:
        if kind == "s":
            number = int(stored) if stored.isdecimal() else -1
            return self._strings[number] if 0 <= number < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if stored == "1" else "FALSE"
        if kind in ("str", "inlineStr"):
            return one_line(stored)
        if kind == "d":
            return stored.removesuffix("T00:00:00")
        if kind == "e":
            return ""
        if style.isdecimal() and int(style) in self._dates:
            return self._date(stored)
        return number_text(stored)

    def _date(self, stored: str) -> str:
        try:
            serial = float(stored)
            moment = self._epoch + timedelta(days=serial)
        except (ValueError, OverflowError):
            return stored
        moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
        if 0 <= serial < 1:
            return moment.strftime("%H:%M")
        day = moment.strftime("%Y-%m-%d")
        return day if serial == int(serial) else f"{day} {moment:%H:%M}"


def _rows(source: Iterator[Event], values: _Values) -> Iterator[tuple[int, list[str]]]:
    """(row number, what its cells show) of each row with any cell; rows without a number follow on."""
    row, cells = 0, list[str]()
    parts: list[str] = []
    cell_kind, style, wanted, in_reading = "", "", False, False
    for kind, name, attributes in source:
        if kind == TEXT:
            if wanted and not in_reading:
                parts.append(name)
        elif name == "c":
            if kind == START:
                cell_kind, style = attributes.get("t", ""), attributes.get("s", "")
                parts.clear()
            elif parts and (text := values.shown("".join(parts), cell_kind, style)):
                cells.append(text)
        elif name in ("v", "t"):
            wanted = kind == START
        elif name == "rPh":
            in_reading = kind == START
        elif name == "row":
            if kind == START:
                number = attributes.get("r", "")
                row = int(number) if number.isdecimal() and len(number) < 9 else row + 1
                cells = []
            elif cells:
                yield row, cells


def _comments(source: Iterator[Event]) -> Iterator[tuple[int, str]]:
    """(row, text) of each comment of a sheet."""
    row = 1
    parts: list[str] = []
    in_text = False
    for kind, name, attributes in source:
        if kind == TEXT:
            if in_text:
                parts.append(name)
        elif name in ("t", "text"):
            # A threaded comment's text stands in "text" itself, another's in runs below it.
            in_text = kind == START
        elif name in ("comment", "threadedComment"):
            if kind == START:
                found = _CELL.fullmatch(attributes.get("ref", ""))
                row = int(found[1]) if found else 1
                parts.clear()
            elif text := one_line("".join(parts)):
                yield row, text
