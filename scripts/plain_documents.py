"""Writes PDF, Word, Excel and PowerPoint files with nothing in them but text: what readers are timed on.

Each is the least that programs which know the format accept, made with the standard library and of our own
words. The same seed gives the same bytes.
"""

from __future__ import annotations

import random
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

_WORDS = """
    river orchard ledger harbour engine winter letter market copper garden bridge signal theatre season
    question measure village council harvest contract payment meeting account invoice project deadline
    budget quarter summary report teacher patient history science weather journey mountain railway station
    window kitchen recipe bread butter coffee paper pencil colour number table figure chapter section the
    a of and to in is was for with on by from that which between after before under over about""".split()  # noqa: SIM905

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OLDEST = (1980, 1, 1, 0, 0, 0)


def sentence(drawn: random.Random) -> str:
    return " ".join(drawn.choices(_WORDS, k=drawn.randint(8, 18))).capitalize() + "."


def write_pdf(path: Path, pages: int, drawn: random.Random, lines: int = 46) -> None:
    """A report: ``lines`` lines of about 80 letters on each page, compressed as printers do it."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for _ in range(pages):
        shown = "\n".join(f"({sentence(drawn)[:90]}) '" for _ in range(lines))
        content = zlib.compress(f"BT /F1 11 Tf 14 TL 56 800 Td\n{shown}\nET".encode("ascii"))
        number = len(objects) + 1
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(
            f"<< /Length {len(content)} /Filter /FlateDecode >>\nstream\n".encode() + content + b"\nendstream"
        )
    kids = " ".join(f"{4 + 2 * page} 0 R" for page in range(pages))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Count {pages} /Kids [{kids}] >>".encode()
    content = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(content)}\n%%EOF\n"
    )
    path.write_bytes(content + trailer.encode())


def write_docx(path: Path, paragraphs: int, drawn: random.Random) -> None:
    """Prose with a heading before every tenth paragraph."""
    body = []
    for number in range(paragraphs):
        if number % 10 == 0:
            title = escape(sentence(drawn))
            style = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>'
            body.append(f"<w:p>{style}<w:r><w:t>{title}</w:t></w:r></w:p>")
        text = escape(" ".join(sentence(drawn) for _ in range(4)))
        body.append(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>')
    heading = '<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style>'
    parts = {
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{"".join(body)}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{_W}">{heading}</w:styles>',
        "word/_rels/document.xml.rels": _relations(("styles", "styles.xml")),
    }
    types = {
        "word/document.xml": f"{_OFFICE}.wordprocessingml.document.main+xml",
        "word/styles.xml": f"{_OFFICE}.wordprocessingml.styles+xml",
    }
    _write_package(path, "word/document.xml", parts, types)


def write_xlsx(path: Path, sheets: int, rows: int, drawn: random.Random) -> None:
    """Sheets of eight columns, of numbers and words."""
    parts: dict[str, str] = {}
    types = {"xl/workbook.xml": f"{_OFFICE}.spreadsheetml.sheet.main+xml"}
    for sheet in range(1, sheets + 1):
        cells = []
        for row in range(1, rows + 1):
            written = "".join(
                f'<c r="{column}{row}"><v>{drawn.randint(1, 99_999)}</v></c>'
                if column > "C" and row > 1
                else f'<c r="{column}{row}" t="inlineStr"><is><t>{drawn.choice(_WORDS)}</t></is></c>'
                for column in "ABCDEFGH"
            )
            cells.append(f'<row r="{row}">{written}</row>')
        name = f"xl/worksheets/sheet{sheet}.xml"
        content = f"<sheetData>{''.join(cells)}</sheetData>"
        parts[name] = f'<worksheet xmlns="{_S}">{content}</worksheet>'
        types[name] = f"{_OFFICE}.spreadsheetml.worksheet+xml"
    numbers = range(1, sheets + 1)
    listed = "".join(f'<sheet name="Part {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    parts["xl/workbook.xml"] = f'<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets>{listed}</sheets></workbook>'
    parts["xl/_rels/workbook.xml.rels"] = _relations(
        *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    )
    _write_package(path, "xl/workbook.xml", parts, types)


def write_pptx(path: Path, slides: int, drawn: random.Random) -> None:
    """Slides of a title and five points each, on an empty layout."""
    kind = f"{_OFFICE}.presentationml"
    parts = {
        "ppt/slideMasters/master.xml": _slide("sldMaster", ""),
        "ppt/slideLayouts/layout.xml": _slide("sldLayout", ""),
        "ppt/slideLayouts/_rels/layout.xml.rels": _relations(("slideMaster", "../slideMasters/master.xml")),
    }
    types = {
        "ppt/presentation.xml": f"{kind}.presentation.main+xml",
        "ppt/slideMasters/master.xml": f"{kind}.slideMaster+xml",
        "ppt/slideLayouts/layout.xml": f"{kind}.slideLayout+xml",
    }
    for slide in range(1, slides + 1):
        name = f"ppt/slides/slide{slide}.xml"
        title = _shape(2, "Title", '<p:nvPr><p:ph type="title"/></p:nvPr>', [sentence(drawn)])
        points = _shape(3, "Points", "<p:nvPr/>", [sentence(drawn) for _ in range(5)])
        parts[name] = _slide("sld", title + points)
        rels = f"ppt/slides/_rels/slide{slide}.xml.rels"
        parts[rels] = _relations(("slideLayout", "../slideLayouts/layout.xml"))
        types[name] = f"{kind}.slide+xml"
    numbers = range(1, slides + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="rId{n}"/>' for n in numbers)
    parts["ppt/presentation.xml"] = (
        f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>'
    )
    parts["ppt/_rels/presentation.xml.rels"] = _relations(
        *(("slide", f"slides/slide{n}.xml") for n in numbers)
    )
    _write_package(path, "ppt/presentation.xml", parts, types)


def _slide(element: str, shapes: str) -> str:
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    return (
        f'<p:{element} xmlns:a="{_A}" xmlns:p="{_P}" xmlns:r="{_R}"><p:cSld><p:spTree>'
        f"{group}{shapes}</p:spTree></p:cSld></p:{element}>"
    )


def _shape(number: int, name: str, role: str, lines: list[str]) -> str:
    text = "".join(f"<a:p><a:r><a:t>{escape(line)}</a:t></a:r></a:p>" for line in lines)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr txBox="1"/>{role}</p:nvSpPr>'
        f"<p:spPr/><p:txBody><a:bodyPr/>{text}</p:txBody></p:sp>"
    )


def _relations(*targets: tuple[str, str]) -> str:
    """Numbered rId1, rId2, …; each a kind of relationship and where it leads."""
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _write_package(path: Path, main: str, parts: dict[str, str], types: dict[str, str]) -> None:
    named = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items())
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    content = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{named}</Types>',
        "_rels/.rels": _relations(("officeDocument", main)),
        **parts,
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, xml in content.items():
            package.writestr(zipfile.ZipInfo(name, _OLDEST), _HEAD + xml, zipfile.ZIP_DEFLATED)
