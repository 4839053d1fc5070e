"""Which reader reads which file, and the one way in: ``extract``.

The name says what to expect; the first bytes may contradict it (a picture called ``.txt``). Every way in
which a file can have no text ends in a FileError that says so; the program goes on.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import readers
from qwen_finder.extraction.kind import extension_of, kind_of, sniff
from qwen_finder.extraction.language import detect
from qwen_finder.extraction.reading import Limits, Source

EXTRACTOR_VERSION = "1"
"""Part of the fingerprint of everything that is indexed: raise it when the same file gives another text."""

__all__ = ["EXTRACTOR_VERSION", "Limits", "extract"]

_LANGUAGE_SAMPLE = 4000
_BY_NAME = "It is found by its name only."

_UNREAD_EXTENSIONS = """
    pdf doc docx docm dot dotx odt ott rtf pages wpd wps epub mobi azw azw3 fb2 djvu ps eps
    xls xlsx xlsm xlsb ods numbers ppt pptx pptm odp key eml msg mbox mbx mhtml mht"""
_NO_READER = frozenset(_UNREAD_EXTENSIONS.split())
_UNREAD_KINDS = frozenset({Kind.IMAGE, Kind.AUDIO, Kind.VIDEO, Kind.ARCHIVE})

Reader = Callable[[Source, Limits], Document]


def extract(path: str, limits: Limits) -> Document:
    """The text of the file at ``path`` with its structure.

    Its segments touch: joined, they are the document's text. Raises FileError: "file.vanished",
    "file.unreadable", "file.broken", and as skipped "file.empty", "file.binary", "file.no_reader",
    "file.too_large".
    """
    name = os.path.basename(path)
    extension = extension_of(name)
    kind = kind_of(name)
    if kind in _UNREAD_KINDS or extension in _NO_READER:
        raise _no_reader(path, extension.upper() or kind.value)
    with Source(path) as source:
        if not source.head:
            raise FileError("file.empty", f"{path} is empty.", _BY_NAME, skipped=True)
        seen = sniff(source.head)
        if not seen.is_text:
            if seen.format and kind is Kind.OTHER:
                raise _no_reader(path, seen.format)
            raise _binary(path, seen.format)
        reader = readers.reader_for(name, extension, source.head)
        document = reader(source, limits)
    if not any(segment.text and not segment.text.isspace() for segment in document.segments):
        raise FileError("file.empty", f"{path} holds no text.", _BY_NAME, skipped=True)
    if not document.language and document.kind is not Kind.CODE:
        document = replace(document, language=detect(_sample(document)))
    return document


def _sample(document: Document) -> str:
    parts: list[str] = []
    wanted = _LANGUAGE_SAMPLE
    for segment in document.segments:
        parts.append(segment.text[:wanted])
        wanted -= len(parts[-1])
        if wanted <= 0:
            break
    return "".join(parts)


def _no_reader(path: str, what: str) -> FileError:
    return FileError(
        "file.no_reader", f"{path} ({what}) is of a kind whose text is not read.", _BY_NAME, skipped=True
    )


def _binary(path: str, what: str) -> FileError:
    inside = f" but a {what}" if what else ""
    return FileError("file.binary", f"{path} is not text{inside}.", _BY_NAME, skipped=True)
