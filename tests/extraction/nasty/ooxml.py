"""The smallest Word, Excel and PowerPoint packages that readers accept, made to be bent."""

from __future__ import annotations

from .archive import Member, member, pack

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha ha ha ">'
    + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip("abcdefgh", "bcdefghz", strict=True)
    )
    + "]>"
)
"""Declares an entity ``z`` of 10^8 laughs, which are 900 MB."""

OUTER = '<!DOCTYPE x [<!ENTITY z SYSTEM "file:///etc/passwd">]>'
"""Declares an entity ``z`` that is a file outside."""

OUTSIDE = "root:"
"""What that file begins with."""

_SCHEMAS = "http://schemas.openxmlformats.org"
WORD = f"{_SCHEMAS}/wordprocessingml/2006/main"
SHEET = f"{_SCHEMAS}/spreadsheetml/2006/main"
SLIDE = f"{_SCHEMAS}/presentationml/2006/main"
DRAWING = f"{_SCHEMAS}/drawingml/2006/main"
OFFICE = f"{_SCHEMAS}/officeDocument/2006/relationships"
_PACKAGE = f"{_SCHEMAS}/package/2006"
_MAIN = {
    "word": ("document.xml", "wordprocessingml.document.main"),
    "xl": ("workbook.xml", "spreadsheetml.sheet.main"),
    "ppt": ("presentation.xml", "presentationml.presentation.main"),
}

Relation = tuple[str, str, str]
"""Its id, its type (the last part of the address), its target."""


def xml(name: str, body: str, doctype: str = "") -> Member:
    return member(name, f'<?xml version="1.0" encoding="UTF-8"?>{doctype}{body}'.encode())


def types(program: str) -> Member:
    """The list of content types of a package of ``word``, ``xl`` or ``ppt``."""
    main, kind = _MAIN[program]
    kind = f"application/vnd.openxmlformats-officedocument.{kind}+xml"
    return xml(
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{program}/{main}" ContentType="{kind}"/></Types>',
    )


def relations(name: str, *all: Relation, mode: str = "Internal") -> Member:
    lines = "".join(
        f'<Relationship Id="{id}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for id, kind, target in all
    )
    return xml(name, f'<Relationships xmlns="{_PACKAGE}/relationships">{lines}</Relationships>')


def _package(program: str, parts: list[Member]) -> bytes:
    main = f"{program}/{_MAIN[program][0]}"
    return pack([types(program), relations("_rels/.rels", ("rId1", "officeDocument", main)), *parts])


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def docx(body: str, *more: Member, doctype: str = "") -> bytes:
    """A Word document with this body, and more parts."""
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'
    return _package("word", [xml("word/document.xml", document, doctype), *more])


def docx_of(document: Member, *more: Member) -> bytes:
    """A Word document with this part as its ``word/document.xml``."""
    return _package("word", [document, *more])


def cell(text: str, at: str = "A1") -> str:
    return f'<row r="{at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}">{inline(text, at)}</row>'


def inline(text: str, at: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>'


def xlsx(
    rows: str, *more: Member, before: str = "", after: str = "", doctype: str = "", sheets: int = 1
) -> bytes:
    """A workbook whose sheets have these rows, with ``before`` and ``after`` around ``sheetData``.

    With several sheets, ``{n}`` in ``rows`` is the number of each.
    """
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    book = f'<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    related = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    related.append(("rIdS", "sharedStrings", "sharedStrings.xml"))
    pages = [
        xml(
            f"xl/worksheets/sheet{n}.xml",
            f'<worksheet xmlns="{SHEET}">{before}<sheetData>{rows.replace("{n}", str(n))}</sheetData>{after}'
            "</worksheet>",
            doctype,
        )
        for n in numbers
    ]
    return _package(
        "xl", [xml("xl/workbook.xml", book), relations("xl/_rels/workbook.xml.rels", *related), *pages, *more]
    )


def shape(text: str) -> str:
    return f"<p:sp><p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"


def pptx(shapes: str, *more: Member, doctype: str = "") -> bytes:
    """A presentation of one slide with these shapes, and more parts."""
    show = (
        f'<p:presentation xmlns:p="{SLIDE}" xmlns:r="{OFFICE}">'
        '<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst></p:presentation>'
    )
    slide = (
        f'<p:sld xmlns:p="{SLIDE}" xmlns:a="{DRAWING}" xmlns:r="{OFFICE}">'
        f"<p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
    )
    related = relations("ppt/_rels/presentation.xml.rels", ("rId1", "slide", "slides/slide1.xml"))
    return _package(
        "ppt",
        [xml("ppt/presentation.xml", show), related, xml("ppt/slides/slide1.xml", slide, doctype), *more],
    )
