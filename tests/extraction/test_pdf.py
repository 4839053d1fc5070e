"""PDF: words whole and on their page, below their bookmark; scans, passwords and damage told honestly."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.core.document import Document, Kind, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.pdf import iso_date
from qwen_finder.extraction.printed_text import page_text
from qwen_finder.extraction.registry import Limits

from .pdfs import Page, pdf

Read = Callable[..., Document]
SAMPLES = Path(__file__).parents[1] / "data"


def places(document: Document) -> list[tuple[int | None, str]]:
    return [(segment.page, segment.text.strip()) for segment in document.segments]


def test_every_page_keeps_its_words_and_number(read: Read) -> None:
    document = read("a.pdf", pdf([["The lease begins", "in March."], [], ["Zwölf Kühe", "年度報告"]]))
    assert places(document) == [(1, "The lease begins\nin March."), (3, "Zwölf Kühe\n年度報告")]
    assert document.kind is Kind.DOCUMENT
    assert {segment.unit for segment in document.segments} == {Unit.PAGE}
    assert document.partial == ""


def test_bookmarks_are_the_headings_of_what_follows(read: Read) -> None:
    pages = [
        ["Contents"],
        ["1 Beginning", "first words"],
        ["more words"],
        ["the last of them", *["filler line of the section before"] * 8, "2 End", "b", "2.1 Very end", "bye"],
    ]
    outline = [("Beginning", 1, []), ("2 End", 3, [("2.1 Very end", 3)])]
    document = read("a.pdf", pdf(pages, outline=outline))
    found = [(segment.page, segment.path, segment.text.split("\n")[0]) for segment in document.segments]
    assert found == [
        (1, (), "Contents"),
        (2, ("Beginning",), "1 Beginning"),
        (3, ("Beginning",), "more words"),
        (4, ("Beginning",), "the last of them"),
        (4, ("2 End",), "2 End"),
        (4, ("2 End", "2.1 Very end"), "2.1 Very end"),
    ]


def test_titles_that_are_not_found_on_the_page_share_what_encloses_them(read: Read) -> None:
    outline = [("Part", 0, [("One", 0), ("Two", 0)])]
    document = read("a.pdf", pdf([["nothing of the sort"]], outline=outline))
    assert [segment.path for segment in document.segments] == [("Part",)]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a man\ufffeagement plan", "a management plan"),
        ("pages 10\ufffe12", "pages 10-12"),
        ("exam-\r\nple", "example"),
        ("Haus-\r\nTür", "Haus-Tür"),
        ("exam\xad\r\nple and re\xadport", "example and report"),
        ("e\ufb03cient \ufb01eld", "efficient field"),
        ("\ufe8d\ufedf\ufe98\ufed8\ufeae\ufef3\ufeae", "التقرير"),
        ("\u2f00\u2f08", "一人"),
        ("\uf0b7 item\0", "item"),
        ("Title . . . . . . . . . 12", "Title … 12"),
        ("a \r\nb\r\n", "a\nb"),
        ("一二三四五六七八九十一二三四五六七八\r\n九十", "一二三四五六七八九十一二三四五六七八九十"),
        ("目次\r\n第一章", "目次\n第一章"),
    ],
)
def test_words_of_a_page_are_made_whole(raw: str, text: str) -> None:
    assert page_text(raw) == text


def test_what_the_document_says_of_itself(read: Read) -> None:
    info = {
        "Title": "Microsoft Word - Mietvertrag Königstraße",
        "Author": "Ann Müller",
        "Subject": "Flat",
        "Keywords": "lease, deposit",
        "CreationDate": "D:20250208122313+01'00'",
        "ModDate": "D:20250209",
    }
    document = read("a.pdf", pdf([["text"]], info=info))
    assert document.title == "Mietvertrag Königstraße"
    assert document.metadata == {
        "author": "Ann Müller",
        "subject": "Flat",
        "keywords": "lease, deposit",
        "created": "2025-02-08T12:23:13+01:00",
        "modified": "2025-02-09",
    }
    assert read("b.pdf", pdf([["text"]], info={"Title": "untitled", "CreationDate": "yesterday"})).title == ""


def test_names_that_are_no_unicode_are_left_out(read: Read) -> None:
    content = pdf(
        [["words"]],
        info={"Title": "TitleX", "Author": "Ann"},
        outline=[("MarkX", 0, [])],
        attachments={"FileX": b"x"},
    )
    # An X becomes half of a surrogate pair.
    document = read("a.pdf", content.replace(b"0058>", b"d800>"))
    assert (document.title, document.metadata) == ("", {"author": "Ann"})
    assert places(document) == [(1, "words"), (None, "Author: Ann")]
    assert document.segments[0].path == ()


@pytest.mark.parametrize(
    ("raw", "iso"),
    [
        ("D:20250208122313Z", "2025-02-08T12:23:13Z"),
        ("D:20261122115107Z'", "2026-11-22T11:51:07Z"),
        ("20250208", "2025-02-08"),
        ("D:2025", "2025"),
        ("D:202502081223", "2025-02-08T12:23:00"),
        ("", ""),
        ("8 Feb 2025", ""),
    ],
)
def test_dates(raw: str, iso: str) -> None:
    assert iso_date(raw) == iso


def test_notes_fields_and_attached_files_are_found(read: Read) -> None:
    page = Page(
        ["Application"], notes=["call back: Jürgen"], fields=[("Full name", "Ann Lee"), ("Empty", "")]
    )
    document = read("a.pdf", pdf([page], attachments={"Zahlen.xlsx": b"x", "photo.jpg": b"y"}))
    assert places(document) == [
        (1, "Application\ncall back: Jürgen\nFull name: Ann Lee"),
        (None, "Attached files: Zahlen.xlsx, photo.jpg"),
    ]


def test_scanned_pages_are_counted(read: Read) -> None:
    document = read("a.pdf", pdf([["A page with enough words on it"], Page(picture=1.0), Page(picture=0.1)]))
    assert len(document.segments) == 1
    assert document.partial == "1 of 3 pages are scanned pictures: text recognition is off."
    with pytest.raises(FileError) as error:
        read("b.pdf", pdf([Page(picture=1.0), Page(picture=0.9)]))
    assert (error.value.code, error.value.skipped) == ("file.scan", True)
    assert "2 of 2 pages" in error.value.message
    assert "index.ocr" in error.value.hint


def test_no_more_is_read_than_the_limits_allow(read: Read) -> None:
    content = pdf([[f"page number {number}"] for number in range(10)])
    document = read("a.pdf", content, Limits(max_bytes=10**6, max_characters=10**6, max_pages=4))
    assert [segment.page for segment in document.segments] == [1, 2, 3, 4]
    assert document.partial == "Only the first 4 of 10 pages were read."
    document = read("a.pdf", content, Limits(max_bytes=10**6, max_characters=40))
    assert sum(len(segment.text) for segment in document.segments) == 40
    assert document.partial == "Only the first 40 characters were read."
    document = read("a.pdf", content, Limits(max_bytes=10**6, max_characters=10**6, max_seconds=0.0))
    assert "of 10 pages" in document.partial


def test_a_password_is_a_reason_and_an_empty_one_is_none(read: Read) -> None:
    for name in ("password-rc4.pdf", "password-aes256.pdf"):
        with pytest.raises(FileError) as error:
            read("a.pdf", (SAMPLES / name).read_bytes())
        assert (error.value.code, error.value.skipped) == ("file.encrypted", True)
    document = read("a.pdf", (SAMPLES / "empty-password.pdf").read_bytes())
    assert places(document) == [(1, "The secret lease is readable by all.")]


def test_damaged_files_are_read_as_far_as_they_can_be(read: Read) -> None:
    content = pdf([["The words of the first page"], ["and of the second"]])
    assert len(places(read("a.pdf", b"HTTP/1.1 200 OK\r\n" + b"x" * 700 + content))) == 2
    for kept in (0.9, 0.75):
        document = read("cut.pdf", content[: int(kept * len(content))])
        assert places(document)[0] == (1, "The words of the first page")
        assert "cut off" in document.partial
    without_table = content[: content.rindex(b"xref\n0")]
    assert places(read("b.pdf", without_table))[0] == (1, "The words of the first page")
    for broken in (content[:200], b"%PDF-1.7\n" + b"\x01garbage" * 100, b"%PDF-1.4\n%%EOF"):
        with pytest.raises(FileError) as error:
            read("d.pdf", broken)
        assert (error.value.code, error.value.skipped) == ("file.broken", False)
        assert error.value.hint


def test_a_broken_page_does_not_hide_the_others(read: Read) -> None:
    content = pdf([["The first page is sound"], ["The second page"]])
    # The second page object is said to be a number.
    broken = content.replace(b"/Type/Page/", b"/Type/Nope/", 2).replace(b"/Type/Nope/", b"/Type/Page/", 1)
    document = read("a.pdf", broken)
    assert document.segments[0].text.startswith("The first page")


def test_circular_bookmarks_end(read: Read, caplog: pytest.LogCaptureFixture) -> None:
    content = pdf([["words"]], outline=[("One", 0, []), ("Two", 0, [])])
    start = content.index(b"/Next ") + 6
    number = content[start : content.index(b" 0 R", start)]
    # "Two" goes on with "Two".
    content = content.replace(b"/Dest[", b"/Next " + number + b" 0 R/Dest[")
    with caplog.at_level(logging.CRITICAL, "pypdfium2"):
        assert read("a.pdf", content).segments[0].text == "words\n\n"
