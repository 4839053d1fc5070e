"""Presentations: slides in the order they are shown, with what belongs to each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from qwen_finder.core.document import Document, Unit
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits

Read = Callable[..., Document]
Package = Callable[[Mapping[str, str | bytes]], bytes]


def shape(text: str, placeholder: str = "") -> str:
    kind = f'<p:nvPr><p:ph type="{placeholder}"/></p:nvPr>' if placeholder else ""
    return f"<p:sp>{kind}<p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


PARTS = {
    "[Content_Types].xml": "<Types/>",
    "ppt/presentation.xml": """<p:presentation><p:sldIdLst><p:sldId id="256" r:id="r9"/>
        <p:sldId r:id="r2" id="257"/></p:sldIdLst></p:presentation>""",
    "ppt/_rels/presentation.xml.rels": "r2 slide slides/slide1.xml\nr9 slide slides/slide2.xml",
    "ppt/slides/slide1.xml": f"<p:sld>{shape('Second', 'title')}{shape('of two')}</p:sld>",
    "ppt/slides/slide2.xml": f'<p:sld show="0">{shape("First", "ctrTitle")}{shape("4", "sldNum")}</p:sld>',
    "ppt/slides/_rels/slide1.xml.rels": """n notesSlide ../notesSlides/notesSlide1.xml
        d diagramData ../diagrams/data1.xml
        c comments ../comments/comment1.xml""",
    "ppt/notesSlides/notesSlide1.xml": f"<p:x>{shape('say this', 'body')}{shape('2', 'sldNum')}</p:x>",
    "ppt/diagrams/data1.xml": "<a:m><a:pt><a:t><a:p><a:r><a:t>a step</a:t></a:r></a:p></a:t></a:pt></a:m>",
    "ppt/comments/comment1.xml": "<p:cmLst><p:cm><p:text>better so</p:text></p:cm></p:cmLst>",
}


def slides(document: Document) -> list[tuple[int | None, tuple[str, ...], str]]:
    assert {segment.unit for segment in document.segments} == {Unit.SLIDE}
    return [(segment.page, segment.path, " ".join(segment.text.split())) for segment in document.segments]


def test_slides_come_in_their_order_with_notes_diagrams_and_comments(read: Read, package: Package) -> None:
    assert slides(read("a.pptx", package(PARTS))) == [
        (1, ("First",), "First"),
        (2, ("Second",), "Second of two say this a step better so"),
    ]


def test_without_the_presentation_the_numbers_of_the_files_say_the_order(
    read: Read, package: Package
) -> None:
    parts = {f"ppt/slides/slide{number}.xml": f"<p:sld>{shape(f'no {number}')}</p:sld>" for number in (10, 9)}
    content = package({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "", **parts})
    assert [text for _, _, text in slides(read("a.pptx", content))] == ["no 9", "no 10"]


def test_a_slide_that_is_missing_costs_only_itself(read: Read, package: Package) -> None:
    parts = {name: text for name, text in PARTS.items() if name != "ppt/slides/slide2.xml"}
    document = read("a.pptx", package(parts))
    assert [page for page, _, _ in slides(document)] == [2]
    assert document.partial


def test_no_more_slides_than_wanted(read: Read, package: Package) -> None:
    limits = Limits(max_bytes=1 << 20, max_characters=10_000, max_pages=1)
    document = read("a.pptx", package(PARTS), limits)
    assert [page for page, _, _ in slides(document)] == [1]
    assert document.partial


def test_a_presentation_without_slides_is_broken(read: Read, package: Package) -> None:
    with pytest.raises(FileError) as error:
        read("a.pptx", package({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<p:x/>"}))
    assert error.value.code == "file.broken"
