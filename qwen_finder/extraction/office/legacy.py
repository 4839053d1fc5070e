"""The formats of Office 97 to 2003: DOC and PPT by the xberg library, XLS by calamine.

xberg gives headings, notes and comments of DOC and the slides of PPT with their notes; it cannot tell the
first row of a sheet, calamine can. It never gets anything but these two formats: a truncated PDF hung it.
Its recognition of text in pictures, its caches and its search for files within files are off. In DOC the
text of tracked deletions is read as well: the library does not tell it apart.
"""

from __future__ import annotations

import asyncio
import json
import struct
from collections.abc import Mapping
from typing import Any

from qwen_finder.core.document import Document, Kind, Unit
from qwen_finder.extraction.office.calamine import read_calamine
from qwen_finder.extraction.office.compound import compound, properties_of, stream_of
from qwen_finder.extraction.office.package import broken, encrypted, panics_are_damage
from qwen_finder.extraction.office.transcript import PARAGRAPH, Transcript, flowing, one_line, row_text, tidy
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import Outline, Path, name_of

_DOC_ENCRYPTED = 0x0100
_PPT_ENCRYPTED = b"\xdf\xc4\xd1\xf3"
_FILE_PASS, _END_OF_GLOBALS = 0x002F, 0x000A
_GLOBALS = 1 << 16
_BESIDE = frozenset({"header", "footer", "footnote"})
"""Layers of a document that do not stand under the headings of its body."""


def read_doc(source: Source, limits: Limits) -> Document:
    """A segment for each stretch below one heading. Raises FileError "file.broken", "file.encrypted"."""
    content = source.read_bytes(limits)
    with compound(source.path, content) as file:
        flags = stream_of(file, "WordDocument", 12)[10:12]
        if int.from_bytes(flags, "little") & _DOC_ENCRYPTED:
            raise encrypted(source.path)
        properties = properties_of(file)
    transcript = Transcript(limits)
    outline, path = Outline(), Path()
    for layer, node in _nodes(source.path, content, "application/msword"):
        text = _text(node)
        if layer in _BESIDE:
            transcript.paragraph(text)
            continue
        if node["node_type"] in ("heading", "title"):
            path = outline.enter(int(node.get("level", 1)), text)
        if node["node_type"] == "table":
            transcript.add(text, path)
        else:
            transcript.paragraph(text, path)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def read_ppt(source: Source, limits: Limits) -> Document:
    """A segment for each slide. Raises FileError "file.broken", "file.encrypted"."""
    content = source.read_bytes(limits)
    with compound(source.path, content) as file:
        if stream_of(file, "Current User", 16)[12:16] == _PPT_ENCRYPTED or file.exists("EncryptedSummary"):
            raise encrypted(source.path)
        properties = properties_of(file)
    transcript = Transcript(limits)
    path: Path = ()
    number = 1
    for _, node in _nodes(source.path, content, "application/vnd.ms-powerpoint"):
        text = _text(node)
        if node["node_type"] == "slide":
            number = int(node["number"])
            text = one_line(node.get("title") or "")
            path = (name_of(text),) if text else ()
            if not transcript.room_for(number):
                break
        if text:
            transcript.add(tidy(text).strip() + PARAGRAPH, path, number, Unit.SLIDE)
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def read_xls(source: Source, limits: Limits) -> Document:
    """A segment for each run of rows. Raises FileError "file.broken", "file.encrypted"."""
    with compound(source.path, source.read_bytes(limits)) as file:
        if _has_password(stream_of(file, "Workbook", _GLOBALS) or stream_of(file, "Book", _GLOBALS)):
            raise encrypted(source.path)
        properties = properties_of(file)
    return read_calamine(source, limits, properties)


def _has_password(workbook: bytes) -> bool:
    """Whether one of the records that begin a workbook says that what follows is encrypted."""
    at = 0
    while at + 4 <= len(workbook):
        kind, length = struct.unpack_from("<HH", workbook, at)
        if kind in (_FILE_PASS, _END_OF_GLOBALS):
            return bool(kind == _FILE_PASS)
        at += 4 + length
    return False


def _text(node: Mapping[str, Any]) -> str:
    if node["node_type"] == "table":
        rows: dict[int, list[str]] = {}
        for cell in node["grid"]["cells"]:
            rows.setdefault(cell["row"], []).append(flowing([cell["content"]]))
        return "".join(row_text(cells) for cells in rows.values()) + "\n"
    return str(node.get("text") or "")


def _nodes(path: str, content: bytes, mime: str) -> list[tuple[str, Mapping[str, Any]]]:
    """(layer, what is in it) of each piece of the document, in order. Raises FileError "file.broken"."""
    import xberg

    config = xberg.ExtractionConfig(
        use_cache=False,
        disable_ocr=True,
        enable_quality_processing=False,
        include_document_structure=True,
        max_archive_depth=0,
    )
    what = xberg.ExtractInput(kind="bytes", bytes=content, mime_type=mime)
    try:
        with panics_are_damage(path):
            result = asyncio.run(xberg.extract(what, config))
    except (RuntimeError, ValueError, xberg.XbergError) as error:
        raise broken(path, "it is damaged") from error
    if not result.results:
        raise broken(path, "it is damaged")
    document = result.results[0].document
    nodes = document.nodes if document is not None else []
    return [(str(node.content_layer), json.loads(str(node.content))) for node in nodes]
