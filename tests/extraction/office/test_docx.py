"""Word documents: headings of every make, what stands beside the text, and files that are damaged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits

Read = Callable[..., Document]
Package = Callable[[Mapping[str, str | bytes]], bytes]


@pytest.fixture
def word(read: Read, package: Package) -> Read:
    """``word(body, styles)``: the document with this body and these styles."""

    def word(body: str, styles: str = "", limits: Limits | None = None) -> Document:
        content = package(
            {
                "[Content_Types].xml": "<Types/>",
                "word/document.xml": f"<w:document><w:body>{body}</w:body></w:document>",
                "word/styles.xml": f"<w:styles>{styles}</w:styles>",
            }
        )
        return read("a.docx", content, limits) if limits else read("a.docx", content)

    return word


def p(text: str, style: str = "", inner: str = "") -> str:
    name = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{name}{inner}<w:r><w:t>{text}</w:t></w:r></w:p>"


def text_of(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


def style(identity: str, name: str, inner: str = "") -> str:
    return f'<w:style w:styleId="{identity}"><w:name w:val="{name}"/>{inner}</w:style>'


@pytest.mark.parametrize(
    "styles",
    [
        style("X", "heading 1"),
        style("X", "Überschrift 1"),
        style("X", "标题 1"),
        style("X", "заголовок 1"),
        style("X", "Own style", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
        style("H", "heading 1") + style("X", "Chapter", '<w:basedOn w:val="H"/>'),
    ],
)
def test_headings_by_name_in_any_language_by_level_and_by_inheritance(word: Read, styles: str) -> None:
    document = word(p("Arrival", "X") + p("We came by boat."), styles)
    assert [segment.path for segment in document.segments] == [("Arrival",)]


def test_styles_that_inherit_from_each_other_end(word: Read) -> None:
    styles = style("A", "a", '<w:basedOn w:val="B"/>') + style("B", "b", '<w:basedOn w:val="A"/>')
    assert [segment.path for segment in word(p("Hello", "A"), styles).segments] == [()]


def test_the_table_of_contents_is_left_out(word: Read) -> None:
    styles = style("T", "toc 1") + style("H", "heading 1")
    document = word(p("Arrival 3", "T") + p("Arrival", "H") + p("We came."), styles)
    assert text_of(document) == "Arrival\n\nWe came.\n\n"


def test_a_text_box_is_read_once_after_its_paragraph(word: Read) -> None:
    box = f"<w:txbxContent>{p('inside')}</w:txbxContent>"
    twice = f"<mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
    assert text_of(word(p("around", inner=f"<w:r>{twice}</w:r>"))) == "around\n\ninside\n\n"


def test_tables_are_rows_and_may_nest(word: Read) -> None:
    inner = f"<w:tbl><w:tr><w:tc>{p('c')}</w:tc><w:tc>{p('d')}</w:tc></w:tr></w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{p('a')}{p('b')}</w:tc><w:tc>{inner}<w:p/></w:tc></w:tr></w:tbl>"
    assert text_of(word(table + p("after"))) == "a b\tc d\n\nafter\n\n"


def test_ten_thousand_nested_tables_are_no_recursion(word: Read) -> None:
    depth = 10_000
    body = "<w:tbl><w:tr><w:tc>" * depth + p("deep") + "</w:tc></w:tr></w:tbl>" * depth
    assert text_of(word(body)).strip() == "deep"


def test_deleted_and_moved_text_is_not_read_inserted_is(word: Read) -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved away</w:t></w:r></w:moveFrom>"
        "<w:ins><w:r><w:t>come</w:t></w:r></w:ins><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert text_of(word(body)) == "come\n\n"


def test_pages_are_those_that_word_marked(word: Read) -> None:
    mark = "<w:r><w:lastRenderedPageBreak/></w:r>"
    document = word(p("first") + p("second", inner=mark) + p("still second") + p("third", inner=mark))
    assert [(segment.page, segment.text) for segment in document.segments] == [
        (1, "first\n\n"),
        (2, "second\n\nstill second\n\n"),
        (3, "third\n\n"),
    ]


def test_without_marks_there_are_no_pages(word: Read) -> None:
    document = word(p("first") + '<w:p><w:r><w:br w:type="page"/></w:r></w:p>' + p("second"))
    assert {segment.page for segment in document.segments} == {None}


def test_what_stands_before_the_damage_is_read(word: Read) -> None:
    document = word(p("sound") + "<w:p><w:r><w:t>half")
    assert text_of(document) == "sound\n\n"
    assert "damaged" in document.partial


def test_entities_that_expand_are_refused(read: Read, package: Package) -> None:
    bomb = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "boom">]><d><p><t>&a;</t></p></d>'
    with pytest.raises(FileError) as error:
        read("a.docx", package({"[Content_Types].xml": "<Types/>", "word/document.xml": bomb}))
    assert error.value.code == "file.broken"


def test_a_file_without_its_end_is_salvaged(read: Read, package: Package) -> None:
    parts = {"word/document.xml": f"<w:document>{p('found again')}</w:document>", "word/x.xml": "x" * 5000}
    content = package(parts)
    document = read("a.docx", content[: content.index(b"PK\x01\x02")])
    assert text_of(document) == "found again\n\n"
    assert "damaged" in document.partial


def test_the_limit_is_kept_and_said(word: Read) -> None:
    document = word(p("a" * 600) + p("b" * 600), limits=Limits(max_bytes=1 << 20, max_characters=1000))
    assert len(text_of(document)) == 1000
    assert "1,000" in document.partial


def test_parts_that_unpack_to_too_much_end_where_the_limit_is(word: Read) -> None:
    document = word(p("first") + p(" " * 3_000_000), limits=Limits(max_bytes=1 << 20, max_characters=10_000))
    assert text_of(document) == "first\n\n"
    assert document.partial
