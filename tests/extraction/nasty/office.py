"""Word, Excel and PowerPoint files that are cut, locked, swollen, knotted or that reach outside."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from .archive import DEFLATED, Member, member, pack, zeros
from .case import BROKEN, EMPTY, ENCRYPTED, Nasty, either, found, refused
from .compound import compound
from .ooxml import (
    LAUGHS,
    OUTER,
    OUTSIDE,
    SHEET,
    WORD,
    cell,
    docx,
    docx_of,
    inline,
    paragraph,
    pptx,
    relations,
    shape,
    types,
    xlsx,
    xml,
)
from .streams import BLOCK, deflated, noise

PHRASE = "the ferryman counts the lanterns"
SWOLLEN = ("file.too_large", "file.memory", "file.timeout", BROKEN)


def cases() -> Iterator[Nasty]:
    """Every nasty Office file."""
    yield from _documents()
    yield from _workbooks()
    yield from _presentations()


def _documents() -> Iterator[Nasty]:
    yield either("truncated.docx", "cut in its middle", _truncated, PHRASE, BROKEN)
    yield refused("no_document.docx", "has no document", lambda: pack([types("word")]), BROKEN, EMPTY)
    yield refused("locked.docx", "wants a password", _locked, ENCRYPTED)
    yield refused("png_called.docx", "a picture called .docx", _picture, EMPTY, BROKEN)
    yield refused(
        "noise.docx", "the first bytes of a ZIP, then noise", lambda: b"PK\3\4" + noise(9000), BROKEN
    )
    yield found("docx_called.zip", "a DOCX called .zip", plain, PHRASE)
    yield found("docx_called.doc", "a DOCX called .doc", plain, PHRASE)
    yield found("docx_called.txt", "a DOCX called .txt", plain, PHRASE)
    yield found("page_called.doc", "a web page called .doc", lambda: f"<html><p>{PHRASE}".encode(), PHRASE)
    yield found("macros.docm", "carries macros", lambda: docx(paragraph(PHRASE), _macros("word")), PHRASE)
    yield either("laughs.docx", "entities of 900 MB in 1 kB", _laughs_docx, PHRASE, *SWOLLEN)
    yield either("quadratic.docx", "one entity of 1 MB, 20,000 times", _quadratic, PHRASE, *SWOLLEN)
    yield either("outside.docx", "an entity that is a file outside", _outside, PHRASE, BROKEN, absent=OUTSIDE)
    yield found("template.docx", "names a template on a server", _remote_template, PHRASE)
    yield either("bomb.docx", "a document of 1 GB in 1 MB", _bomb_docx, PHRASE, *SWOLLEN)
    yield either("nested_tables.docx", "5,000 tables in each other", _nested_tables, PHRASE, BROKEN)
    yield found("many_runs.docx", "60,000 runs of one letter", _many_runs, PHRASE)
    yield found("encoding.docx", "a part in an encoding that does not exist", _odd_encoding, PHRASE)
    yield found("relations_cycle.docx", "a document related to itself", _relations_cycle, PHRASE)


def _workbooks() -> Iterator[Nasty]:
    yield refused("locked.xlsx", "wants a password", _locked, ENCRYPTED)
    yield found("table_called.xls", "a text called .xls", lambda: f"pier\t{PHRASE}\n".encode(), PHRASE)
    yield found("macros.xlsm", "carries macros", lambda: xlsx(cell(PHRASE), _macros("xl")), PHRASE)
    yield either("laughs.xlsx", "entities of 900 MB in 1 kB", _laughs_xlsx, PHRASE, *SWOLLEN)
    yield either("bomb.xlsx", "shared strings of 1 GB", _bomb_xlsx, PHRASE, *SWOLLEN)
    yield found("empty_rows.xlsx", "50,000 rows without a cell", lambda: _empty_rows(50_000), PHRASE)
    yield found("rows_million.xlsx", "a million such", lambda: _empty_rows(1_000_000), PHRASE, dear=True)
    yield found(
        "far_cell.xlsx", "a cell in the last corner", lambda: xlsx(cell(PHRASE, "XFD1048576")), PHRASE
    )
    yield either("beyond.xlsx", "a cell beyond the last corner", _beyond, PHRASE, BROKEN, EMPTY)
    yield found("dimension_lies.xlsx", "claims 17 billion cells", _dimension_lies, PHRASE)
    yield found("string_index.xlsx", "a cell with shared string 4,000,000,000", _string_index, PHRASE)
    yield found("merged.xlsx", "100,000 merges of the whole sheet", _merged, PHRASE)
    yield found("many_sheets.xlsx", "1,000 sheets", _many_sheets, f"{PHRASE} 1000")


def _presentations() -> Iterator[Nasty]:
    yield found("slide_cycle.pptx", "a slide that refers to itself", _slide_cycle, PHRASE)
    yield either("groups.pptx", "5,000 groups in each other", _groups, PHRASE, BROKEN, EMPTY)
    yield either("laughs.pptx", "entities of 900 MB in 1 kB", _laughs_pptx, PHRASE, *SWOLLEN)
    yield found("picture_bomb.pptx", "a picture of 1 GB of zeros", _picture_bomb, PHRASE)


def plain() -> bytes:
    """A sound Word document of one paragraph."""
    return docx(paragraph(PHRASE))


def _truncated() -> bytes:
    whole = docx("".join(paragraph(f"{PHRASE} {noise(20, n).hex()}") for n in range(500)))
    return whole[: len(whole) // 2]


def _locked() -> bytes:
    return compound({"EncryptionInfo": b"\4\0\4\0\x40\0\0\0<encryption/>", "EncryptedPackage": noise(9000)})


def _picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n" + noise(3000)


def _macros(program: str) -> Member:
    content = compound({"VBA": b'Attribute VB_Name = "Evil"\r\nShell "rm -rf /"'})
    return Member(f"{program}/vbaProject.bin".encode(), content, 0, zlib.crc32(content), len(content))


def _laughs_docx() -> bytes:
    return docx(paragraph(PHRASE) + paragraph("&z;"), doctype=LAUGHS)


def _laughs_xlsx() -> bytes:
    return xlsx(cell(PHRASE) + cell("&z;", "A2"), doctype=LAUGHS)


def _laughs_pptx() -> bytes:
    return pptx(shape(PHRASE) + shape("&z;"), doctype=LAUGHS)


def _quadratic() -> bytes:
    doctype = f'<!DOCTYPE x [<!ENTITY z "{"herring " * 131_072}">]>'
    return docx(paragraph(PHRASE) + paragraph("&z;" * 20_000), doctype=doctype)


def _outside() -> bytes:
    return docx(paragraph(PHRASE) + paragraph("&z;"), doctype=OUTER)


def _remote_template() -> bytes:
    template = ("rId1", "attachedTemplate", "http://127.0.0.1:9/template.dotm")
    return docx(paragraph(PHRASE), relations("word/_rels/settings.xml.rels", template, mode="External"))


def _bomb_docx() -> bytes:
    head = f'<w:document xmlns:w="{WORD}"><w:body>{paragraph(PHRASE)}'.encode()
    unit = paragraph("herring " * 1000).encode()
    filler = unit * (BLOCK // len(unit))
    tail = b"</w:body></w:document>"
    return docx_of(_swollen("word/document.xml", head, filler, tail))


def _bomb_xlsx() -> bytes:
    head = f'<sst xmlns="{SHEET}"><si><t>{PHRASE}</t></si>'.encode()
    unit = b"<si><t>" + b"herring " * 1000 + b"</t></si>"
    strings = _swollen("xl/sharedStrings.xml", head, unit * (BLOCK // len(unit)), b"</sst>")
    return xlsx('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', strings)


def _swollen(name: str, head: bytes, filler: bytes, tail: bytes) -> Member:
    """A member of a gibibyte. Its checksum is wrong: nobody should come as far as that."""
    size = len(head) + 1024 * len(filler) + len(tail)
    return Member(name.encode(), deflated(filler, 1024, head, tail), DEFLATED, 0, size)


def _nested_tables() -> bytes:
    opened, closed = "<w:tbl><w:tr><w:tc>", "<w:p/></w:tc></w:tr></w:tbl>"
    return docx(paragraph(PHRASE) + opened * 5_000 + paragraph("inmost") + closed * 5_000)


def _many_runs() -> bytes:
    runs = "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r>" * 60_000
    return docx(f"<w:p>{runs}</w:p>{paragraph(PHRASE)}")


def _odd_encoding() -> bytes:
    odd = b'<?xml version="1.0" encoding="x-none"?><Relationships/>'
    return docx(paragraph(PHRASE), member("word/_rels/document.xml.rels", odd))


def _relations_cycle() -> bytes:
    cycle = [("rId1", "officeDocument", "document.xml"), ("rId2", "header", "document.xml")]
    return docx(paragraph(PHRASE), relations("word/_rels/document.xml.rels", *cycle))


def _empty_rows(count: int) -> bytes:
    return xlsx("".join(f'<row r="{n}"/>' for n in range(1, count + 1)) + cell(PHRASE, f"A{count + 1}"))


def _beyond() -> bytes:
    return xlsx(cell("herring", "ZZZZZZZZZZ99999999999") + cell(PHRASE, "A2"))


def _dimension_lies() -> bytes:
    return xlsx(cell(PHRASE), before='<dimension ref="A1:XFD1048576"/>')


def _string_index() -> bytes:
    wrong = "".join(f'<c t="s"><v>{value}</v></c>' for value in (4_000_000_000, -1, "NaN", 2**70))
    return xlsx(f'<row r="1">{wrong}{inline(PHRASE, "F1")}</row>')


def _merged() -> bytes:
    merges = '<mergeCell ref="A1:XFD1048576"/>' * 100_000
    return xlsx(cell(PHRASE), after=f'<mergeCells count="100000">{merges}</mergeCells>')


def _many_sheets() -> bytes:
    return xlsx(cell(f"{PHRASE} {{n}}"), sheets=1_000)


def _slide_cycle() -> bytes:
    to_itself = [("rId1", "slide", "slide1.xml"), ("rId2", "slideLayout", "slide1.xml")]
    return pptx(shape(PHRASE), relations("ppt/slides/_rels/slide1.xml.rels", *to_itself))


def _groups() -> bytes:
    return pptx(shape(PHRASE) + "<p:grpSp>" * 5_000 + shape("inmost") + "</p:grpSp>" * 5_000)


def _picture_bomb() -> bytes:
    return pptx(shape(PHRASE), zeros("ppt/media/image1.png", 1 << 30), xml("ppt/empty.xml", "<x/>"))
