"""Workbooks: what a cell shows, which row it is in, and sheets of every sort."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

import pytest

from qwen_finder.core.document import Document, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.office.xlsx import is_date_format
from qwen_finder.extraction.reading import Limits

Read = Callable[..., Document]
Package = Callable[[Mapping[str, str | bytes]], bytes]


@pytest.fixture
def workbook(package: Package) -> Callable[..., bytes]:
    """``workbook(rows, ...)``: a workbook whose only sheet, "Ships", has these rows."""

    def workbook(rows: str, properties: str = "", **parts: str) -> bytes:
        return package(
            {
                "[Content_Types].xml": "<Types/>",
                "xl/workbook.xml": f"""<workbook>{properties}<sheets><sheet name="Ships" r:id="r1"
                    state="veryHidden"/></sheets></workbook>""",
                "xl/_rels/workbook.xml.rels": "r1 worksheet worksheets/sheet1.xml",
                "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
                "xl/styles.xml": """<styleSheet><numFmts><numFmt numFmtId="164"
                    formatCode='"Tag "yyyy/mm/dd'/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
                    <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs>
                    </styleSheet>""",
                **{name.replace("__", "/").replace("_xml", ".xml"): text for name, text in parts.items()},
            }
        )

    return workbook


def cell(value: str, kind: str = "", style: str = "") -> str:
    return f'<c t="{kind}" s="{style}"><v>{value}</v></c>'


def lines(document: Document) -> list[tuple[int, str]]:
    """(row, text) of every row."""
    assert {(segment.unit, segment.page) for segment in document.segments} == {(Unit.SHEET, 1)}
    return [
        (segment.line + offset, line)
        for segment in document.segments
        for offset, line in enumerate(segment.text.splitlines())
        if line
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (cell("0.30000000000000004"), "0.3"),
        (cell("12345678901234567890"), "12345678901234567890"),
        (cell("1", "b"), "TRUE"),
        (cell("a b", "str"), "a b"),
        (cell("45730", style="1"), "2025-03-14"),
        (cell("45730.75", style="2"), "2025-03-14 18:00"),
        (cell("0.75", style="1"), "18:00"),
        (cell("1e300", style="1"), "1e300"),
        (cell("2025-03-14T00:00:00", "d"), "2025-03-14"),
        ('<c t="inlineStr"><is><r><t>two </t></r><r><t>runs</t></r></is></c>', "two runs"),
        ("<c><f>SUM(A1:A3)</f><v>6</v></c>", "6"),
    ],
)
def test_what_a_cell_shows(read: Read, workbook: Callable[..., bytes], written: str, shown: str) -> None:
    assert lines(read("a.xlsx", workbook(f"<row>{written}</row>"))) == [(1, shown)]


def test_what_shows_nothing_is_left_out(read: Read, workbook: Callable[..., bytes]) -> None:
    row = f"<row>{cell('#N/A', 'e')}<c/>{cell('7', 's')}{cell('kept')}</row>"
    assert lines(read("a.xlsx", workbook(row))) == [(1, "kept")]


def test_rows_keep_their_numbers_over_gaps(read: Read, workbook: Callable[..., bytes]) -> None:
    rows = f'<row r="3">{cell("3")}</row><row>{cell("4")}</row><row r="900">{cell("900")}</row>'
    document = read("a.xlsx", workbook(rows))
    assert lines(document) == [(3, "3"), (4, "4"), (900, "900")]
    assert {segment.path for segment in document.segments} == {("Ships",)}


def test_shared_strings_without_their_readings(read: Read, workbook: Callable[..., bytes]) -> None:
    strings = "<sst><si><t>東京</t><rPh><t>トウキョウ</t></rPh></si><si><r><t>line\none</t></r></si></sst>"
    row = f"<row>{cell('1', 's')}{cell('0', 's')}</row>"
    document = read("a.xlsx", workbook(row, xl__sharedStrings_xml=strings))
    assert lines(document) == [(1, "line one\t東京")]
    assert document.segments[0].path == ("Ships", "line one, 東京")


def test_dates_of_the_old_macintosh(read: Read, workbook: Callable[..., bytes]) -> None:
    content = workbook(f"<row>{cell('44268', style='1')}</row>", '<workbookPr date1904="1"/>')
    assert lines(read("a.xlsx", content)) == [(1, "2025-03-14")]


def test_comments_say_their_row_and_text_boxes_follow(read: Read, package: Package) -> None:
    content = package(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": '<workbook><sheets><sheet name="A" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": "r1 worksheet worksheets/sheet1.xml",
            "xl/worksheets/sheet1.xml": "<worksheet><row r='2'><c><v>5</v></c></row></worksheet>",
            "xl/worksheets/_rels/sheet1.xml.rels": "c comments ../comments1.xml\nd drawing ../drawings/d.xml",
            "xl/comments1.xml": "<x><comment ref='B7'><text><r><t>check</t></r></text></comment></x>",
            "xl/drawings/d.xml": "<a:wsDr><a:p><a:r><a:t>a box</a:t></a:r></a:p></a:wsDr>",
        }
    )
    assert lines(read("a.xlsx", content)) == [(2, "5"), (7, "check"), (0, "a box")]


def test_reading_stops_at_the_limit(read: Read, workbook: Callable[..., bytes]) -> None:
    rows = "".join(f"<row>{cell('x' * 50, 'str')}</row>" for _ in range(100))
    document = read("a.xlsx", workbook(rows), Limits(max_bytes=1 << 20, max_characters=1000))
    assert sum(len(segment.text) for segment in document.segments) == 1000
    assert "1,000" in document.partial


@pytest.mark.parametrize(
    "code", ["yyyy-mm-dd", "[h]:mm:ss", "d. mmmm", '"Tag" dd', "hh:mm AM/PM", "m/d/yy;@"]
)
def test_formats_of_dates(code: str) -> None:
    assert is_date_format(code.replace("[h]", "h"))


@pytest.mark.parametrize(
    "code", ["0.00", "General", "#,##0 [$€-407]", '0.0 "days"', "[Red]0", "0 \\d", "_-* #,##0_d"]
)
def test_formats_of_numbers(code: str) -> None:
    assert not is_date_format(code)


def _records(*records: tuple[int] | tuple[int, bytes]) -> bytes:
    """(kind, content) of each record of the binary form."""
    written = b""
    for kind, *content in records:
        inside = content[0] if content else b""
        written += bytes([kind] if kind < 128 else [kind & 0x7F | 0x80, kind >> 7])
        written += bytes([len(inside)]) + inside
    return written


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_a_binary_workbook_keeps_its_rows(read: Read, package: Package) -> None:
    bundle = struct.pack("<II", 0, 1) + _wide("r1") + _wide("Boote")
    row = struct.pack("<I", 4) + bytes(13)
    text = struct.pack("<II", 0, 0) + _wide("Kutter")
    content = package(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": "r officeDocument xl/workbook.bin",
            "xl/_rels/workbook.bin.rels": "r1 worksheet worksheets/sheet1.bin",
            "xl/workbook.bin": _records((131,), (143,), (156, bundle), (144,), (132,)),
            "xl/worksheets/sheet1.bin": _records(
                (129,), (148, bytes(16)), (145,), (0, row), (6, text), (146,), (130,)
            ),
        }
    )
    document = read("a.xlsb", content)
    assert lines(document) == [(5, "Kutter")]
    assert document.segments[0].path == ("Boote",)


def test_a_binary_workbook_that_is_none_is_broken(read: Read, package: Package) -> None:
    parts = {"[Content_Types].xml": "<Types/>", "_rels/.rels": "r officeDocument xl/workbook.bin"}
    with pytest.raises(FileError) as error:
        read("a.xlsb", package({**parts, "xl/workbook.bin": ""}))
    assert error.value.code == "file.broken"
