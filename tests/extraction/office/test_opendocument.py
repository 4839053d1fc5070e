"""OpenDocument: what repeats, what stands beside the text, and what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from qwen_finder.core.document import Document, Unit
from qwen_finder.core.errors import FileError

Read = Callable[..., Document]
Package = Callable[[Mapping[str, str | bytes]], bytes]

_SPACES = (
    'xmlns:office="urn:o" xmlns:text="urn:t" xmlns:table="urn:b" xmlns:draw="urn:d" xmlns:dc="urn:c" '
    'xmlns:svg="urn:s"'
)

_KINDS = {"drawing": "graphics"}
"""Where the name of the element is not that of the type."""


@pytest.fixture
def opened(read: Read, package: Package) -> Callable[[str, str], Document]:
    """``opened(kind, body)``: the document of this kind ("text", "spreadsheet") with this body."""

    def opened(kind: str, body: str) -> Document:
        content = f"<?xml version='1.0'?><office:x {_SPACES}><office:{kind}>{body}</office:{kind}></office:x>"
        mimetype = f"application/vnd.oasis.opendocument.{_KINDS.get(kind, kind)}"
        return read("a.od", package({"mimetype": mimetype, "content.xml": content}))

    return opened


def text_of(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


def test_a_comment_follows_its_paragraph_without_its_author_and_date(
    opened: Callable[[str, str], Document],
) -> None:
    body = """<text:p>before <office:annotation><dc:creator>E</dc:creator><dc:date>2025</dc:date>
        <text:p>a remark</text:p></office:annotation>and after, on <text:date>14 March</text:date></text:p>"""
    assert text_of(opened("text", body)) == "before and after, on 14 March\n\na remark\n\n"


def test_spaces_tabs_and_line_ends_are_elements(opened: Callable[[str, str], Document]) -> None:
    body = "<text:p>a<text:s text:c='3'/>b<text:line-break/>c</text:p>"
    assert text_of(opened("text", body)) == "a b\nc\n\n"


def test_rows_and_cells_that_stand_for_many(opened: Callable[[str, str], Document]) -> None:
    cell = "<table:table-cell><text:p>x</text:p></table:table-cell>"
    body = f"""<table:table table:name="Far">
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>
        <table:table-row table:number-rows-repeated="3">{cell}</table:table-row>
        <table:table-row><table:table-cell table:number-columns-repeated="16384"/>{cell}</table:table-row>
        </table:table>"""
    document = opened("spreadsheet", body)
    (segment,) = document.segments
    assert (segment.line, segment.text, segment.path) == (1_000_001, "x\n" * 4, ("Far",))
    assert (segment.page, segment.unit) == (1, Unit.SHEET)


def test_sheets_are_numbered_and_their_drawings_read(opened: Callable[[str, str], Document]) -> None:
    box = "<table:shapes><draw:text-box><text:p>a box</text:p></draw:text-box></table:shapes>"
    row = "<table:table-row><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row>"
    sheets = (f'<table:table table:name="{name}">{box}{row.format(name)}</table:table>' for name in "AB")
    document = opened("spreadsheet", "".join(sheets))
    assert [(segment.page, segment.path) for segment in document.segments if "box" not in segment.text] == [
        (1, ("A",)),
        (2, ("B",)),
    ]
    assert text_of(document).count("a box") == 2


def test_pages_of_a_drawing_are_pages(opened: Callable[[str, str], Document]) -> None:
    page = "<draw:page><draw:custom-shape><text:p>{}</text:p></draw:custom-shape></draw:page>"
    document = opened("drawing", page.format("one") + page.format("two"))
    assert [(segment.page, segment.unit) for segment in document.segments] == [(1, Unit.PAGE), (2, Unit.PAGE)]


def test_a_manifest_that_speaks_of_encryption_is_believed(read: Read, package: Package) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml": manifest}
    with pytest.raises(FileError) as error:
        read("a.odt", package({**parts, "content.xml": b"\x93\x01noise"}))
    assert (error.value.code, error.value.skipped) == ("file.encrypted", True)


def test_a_package_that_was_packed_anew_is_known_by_its_name(read: Read, package: Package) -> None:
    body = "<office:text><text:p>here</text:p></office:text>"
    content = f"<?xml version='1.0'?><office:x {_SPACES}>{body}</office:x>"
    parts = {"content.xml": content, "mimetype": "application/vnd.oasis.opendocument.text"}
    assert text_of(read("a.odt", package(parts))) == "here\n\n"
