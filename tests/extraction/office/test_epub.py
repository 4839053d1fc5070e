"""Books: chapters by the table of contents, whichever form it has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError

Read = Callable[..., Document]
Package = Callable[[Mapping[str, str | bytes]], bytes]

CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
NCX = """<ncx><navMap><navPoint><navLabel><text>Part One</text></navLabel><content src="a.xhtml"/>
    <navPoint><navLabel><text>Arrival</text></navLabel><content src="text/b%20c.xhtml#top"/></navPoint>
    </navPoint></navMap></ncx>"""
NAV = """<html><body><nav type="toc"><ol><li><span>Part One</span><ol><li>
    <a href="text/b%20c.xhtml">Arrival</a></li></ol></li></ol></nav>
    <nav type="landmarks"><ol><li><a href="a.xhtml">Cover</a></li></ol></nav></body></html>"""


def book(contents: str, media: str, properties: str = "") -> dict[str, str | bytes]:
    return {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": f"""<package>
            <metadata><title>A Book</title><creator>X</creator><creator>Y</creator></metadata>
            <manifest><item id="c" href="text/c.xhtml" media-type="application/xhtml+xml"/>
            <item id="b" href="text/b%20c.xhtml" media-type="application/xhtml+xml"/>
            <item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>
            <item id="t" href="toc" media-type="{media}" properties="{properties}"/></manifest>
            <spine><itemref idref="a"/><itemref idref="b"/><itemref idref="c"/></spine></package>""",
        "OPS/toc": contents,
        "OPS/a.xhtml": "<html><head><title/></head><body><p>preface</p></body></html>",
        "OPS/text/b c.xhtml": b"<html><body><h2>Arrival</h2><p>we came</p><h3>At night</h3><p>dark</p>",
        "OPS/text/c.xhtml": "<html><body><p>going on</p></body></html>",
    }


@pytest.mark.parametrize(
    ("contents", "media", "properties", "first"),
    [
        (NCX, "application/x-dtbncx+xml", "", ("Part One",)),
        (NAV, "application/xhtml+xml", "scripted nav", ()),
    ],
)
def test_chapters_come_from_the_table_of_contents(
    read: Read, package: Package, contents: str, media: str, properties: str, first: tuple[str, ...]
) -> None:
    document = read("a.epub", package(book(contents, media, properties)))
    assert (document.title, document.metadata["author"]) == ("A Book", "X, Y")
    places = {segment.text.split("\n")[0]: segment.path for segment in document.segments}
    assert places["preface"] == first
    assert places["Arrival"] == ("Part One", "Arrival")
    assert places["At night"] == ("Part One", "Arrival", "At night")
    assert places["going on"] == ("Part One", "Arrival")


def test_a_book_locked_by_its_shop_says_so(read: Read, package: Package) -> None:
    parts = book(NCX, "application/x-dtbncx+xml")
    parts["META-INF/encryption.xml"] = '<e><CipherReference URI="OPS/a.xhtml"/></e>'
    with pytest.raises(FileError) as error:
        read("a.epub", package(parts))
    assert (error.value.code, error.value.skipped) == ("file.encrypted", True)


def test_fonts_may_be_encrypted(read: Read, package: Package) -> None:
    parts = book(NCX, "application/x-dtbncx+xml")
    parts["META-INF/encryption.xml"] = '<e><CipherReference URI="OPS/serif.otf"/></e>'
    assert read("a.epub", package(parts)).segments


def test_a_chapter_that_is_missing_costs_only_itself(read: Read, package: Package) -> None:
    parts = book(NCX, "application/x-dtbncx+xml")
    del parts["OPS/text/b c.xhtml"]
    document = read("a.epub", package(parts))
    assert any("going on" in segment.text for segment in document.segments)
    assert document.partial
