"""A small PDF writer: pages of lines in any script, and what else a reader may meet in the format."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """``lines`` from the top; ``picture`` draws a grey picture over this part of the page's height."""

    lines: Sequence[str] = ()
    picture: float = 0.0
    image: bytes = b""
    """A JPEG that covers the page."""
    image_size: tuple[int, int] = (1, 1)
    notes: Sequence[str] = ()
    fields: Sequence[tuple[str, str]] = ()


def pdf(
    pages: Sequence[Page | Sequence[str]],
    *,
    info: Mapping[str, str] | None = None,
    outline: Sequence[tuple[str, int, Sequence[tuple[str, int]]]] = (),
    attachments: Mapping[str, bytes] | None = None,
    fields: bool = False,
) -> bytes:
    """``outline`` holds (title, page from 0, [(title, page) below]); its titles may be in any script."""
    objects: list[bytes] = []

    def add(body: str | bytes) -> int:
        objects.append(body.encode("latin-1") if isinstance(body, str) else body)
        return len(objects)

    def add_stream(content: bytes, entries: str = "", packed: bool = True) -> int:
        if packed:
            content, entries = zlib.compress(content), entries + "/Filter/FlateDecode"
        return add(f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream")

    catalog, tree = add(""), add("")
    read = [page if isinstance(page, Page) else Page(page) for page in pages]
    font = add_font(add, add_stream, sorted({sign for page in read for line in page.lines for sign in line}))
    kids: list[int] = []
    widgets: list[int] = []
    for page in read:
        content = "".join(
            f"BT /F 11 Tf 50 {780 - 14 * row} Td <{line.encode('utf-16-be').hex()}> Tj ET\n"
            for row, line in enumerate(page.lines)
        )
        resources = f"<</Font<</F {font} 0 R>>"
        if page.picture or page.image:
            if page.image:
                width, height = page.image_size
                entries = "/Filter/DCTDecode/ColorSpace/DeviceRGB"
            else:
                width = height = 1
                entries = "/ColorSpace/DeviceGray"
            entries += f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/BitsPerComponent 8"
            picture = add_stream(page.image or b"\x80", entries, packed=False)
            resources += f"/XObject<</I {picture} 0 R>>"
            content += f"q 595 0 0 {842 * (page.picture or 1)} 0 0 cm /I Do Q\n"
        annotations = [
            add(f"<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents {_text(note)}>>")
            for note in page.notes
        ]
        filled = [
            add(
                f"<</Type/Annot/Subtype/Widget/FT/Tx/T {_text(name)}/V {_text(value)}"
                "/Rect[100 100 300 120]/DA(/Helv 11 Tf)>>"
            )
            for name, value in page.fields
        ]
        widgets += filled
        marks = " ".join(f"{number} 0 R" for number in annotations + filled)
        stream = add_stream(content.encode())
        kids.append(
            add(
                f"<</Type/Page/Parent {tree} 0 R/MediaBox[0 0 595 842]/Contents {stream} 0 R"
                f"/Resources{resources}>>{f'/Annots[{marks}]' if marks else ''}>>"
            )
        )
    root = f"<</Type/Catalog/Pages {tree} 0 R"
    if outline:
        root += f"/Outlines {_outline(add, objects, kids, outline)} 0 R"
    if attachments:
        names = ""
        for name, held in sorted(attachments.items()):
            file = add_stream(held, "/Type/EmbeddedFile")
            names += f"{_text(name)} <</Type/Filespec/F {_text(name)}/UF {_text(name)}/EF<</F {file} 0 R>>>> "
        root += f"/Names<</EmbeddedFiles<</Names[{names}]>>>>"
    if widgets:
        root += f"/AcroForm<</Fields[{' '.join(f'{number} 0 R' for number in widgets)}]>>"
    objects[catalog - 1] = (root + ">>").encode("latin-1")
    listed = " ".join(f"{number} 0 R" for number in kids)
    objects[tree - 1] = f"<</Type/Pages/Kids[{listed}]/Count {len(kids)}>>".encode()
    about = "".join(f"/{key} {_text(value)}" for key, value in (info or {}).items())
    described = add(f"<<{about}>>")
    return _file(objects, catalog, described)


def _outline(add, objects, kids, outline):  # type: ignore[no-untyped-def]
    root = add("")
    numbers: list[int] = []
    for title, page, below in outline:
        number = add("")
        children = [add("") for _ in below]
        for position, ((name, where), child) in enumerate(zip(below, children, strict=True)):
            objects[child - 1] = _bookmark(name, kids[where], number, children, position)
        entry = _bookmark(title, kids[page], root, [], 0)
        if children:
            entry = (
                entry[:-2]
                + f"/First {children[0]} 0 R/Last {children[-1]} 0 R/Count {len(children)}>>".encode()
            )
        objects[number - 1] = entry
        numbers.append(number)
    for position, number in enumerate(numbers[:-1]):
        objects[number - 1] = objects[number - 1][:-2] + f"/Next {numbers[position + 1]} 0 R>>".encode()
    objects[root - 1] = f"<</First {numbers[0]} 0 R/Last {numbers[-1]} 0 R/Count {len(numbers)}>>".encode()
    return root


def _bookmark(title: str, page: int, parent: int, siblings: Sequence[int], position: int) -> bytes:
    following = f"/Next {siblings[position + 1]} 0 R" if position + 1 < len(siblings) else ""
    return f"<</Title {_text(title)}/Parent {parent} 0 R/Dest[{page} 0 R/Fit]{following}>>".encode()


def add_font(add, add_stream, signs):  # type: ignore[no-untyped-def]
    """A font without glyphs whose codes are UTF-16, as text layers of recognised scans have."""
    lines = [f"<{sign.encode('utf-16-be').hex()}> <{sign.encode('utf-16-be').hex()}>" for sign in signs]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    unicode = add_stream(
        f"/CMapName/U def\n1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\nendcmap".encode()
    )
    described = add(
        "<</Type/FontDescriptor/FontName/T/Flags 4/ItalicAngle 0/Ascent 800/Descent -200/StemV 80>>"
    )
    glyphs = add(
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/T/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>"
        f"/DW 500/FontDescriptor {described} 0 R>>"
    )
    return add(
        f"<</Type/Font/Subtype/Type0/BaseFont/T/Encoding/Identity-H/DescendantFonts[{glyphs} 0 R]"
        f"/ToUnicode {unicode} 0 R>>"
    )


def _text(text: str) -> str:
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _file(objects: Sequence[bytes], catalog: int, described: int) -> bytes:
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    offsets: list[int] = []
    length = len(parts[0])
    for number, body in enumerate(objects, 1):
        offsets.append(length)
        parts.append(f"{number} 0 obj\n".encode() + body + b"\nendobj\n")
        length += len(parts[-1])
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    parts.append(
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<</Size {len(objects) + 1}/Root {catalog} 0 R/Info {described} 0 R>>\n"
        f"startxref\n{length}\n%%EOF\n".encode()
    )
    return b"".join(parts)
