"""What flows through indexing: files, the documents read from them, and the chunks cut from those."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

FileId = int
"""Identity of a file in the catalog; never reused while the index lives."""

ChunkId = int
"""``file_id << CHUNK_BITS | ordinal``: deterministic, so writing a file twice is harmless."""

CHUNK_BITS = 20


def chunk_id(file: FileId, ordinal: int) -> ChunkId:
    """Identity of the ``ordinal``-th chunk of ``file`` (at most 2**20 chunks a file)."""
    if not 0 <= ordinal < 1 << CHUNK_BITS:
        raise ValueError(f"a file has at most {1 << CHUNK_BITS} chunks, not {ordinal + 1}")
    return file << CHUNK_BITS | ordinal


SIZE_CLASSES = (256 << 10, 4 << 20, 64 << 20)
"""Bytes up to which a file is small, middling and large; small ones are indexed before larger ones."""


def size_class(size: int) -> int:
    """0 for a small file, 3 for the largest."""
    return sum(size > limit for limit in SIZE_CLASSES)


class Kind(StrEnum):
    """What a file is to the person who looks for it (the ``type:`` filter)."""

    DOCUMENT = "document"
    TEXT = "text"
    CODE = "code"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    ARCHIVE = "archive"
    OTHER = "other"


class FileState(StrEnum):
    """Where a file stands in the index."""

    PENDING = "pending"
    INDEXED = "indexed"
    SKIPPED = "skipped"
    FAILED = "failed"


class Unit(StrEnum):
    """What the parts of a document that is not one long text are called."""

    PAGE = "page"
    SLIDE = "slide"
    SHEET = "sheet"


class FileRecord(NamedTuple):
    """A regular file as the scan saw it; a tuple, since a scan makes very many.

    ``path`` is absolute; bytes that are not UTF-8 are surrogate-escaped as ``os.fsdecode`` does.
    ``size`` in bytes, ``mtime_ns`` in nanoseconds since the epoch.
    """

    path: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a document at whose edges chunking starts anew: a section, a page, a symbol.

    ``start`` is the offset of ``text`` in the document in code points, ``line`` its first line counted
    from 1 (of a sheet its first row; 0 where lines lead nowhere, as in a picture), ``path`` the headings
    above it or the qualified name of the symbol, outermost first. ``page`` counts the document's pages,
    slides or sheets, as ``unit`` says, from 1. ``member`` names the part of a container that the text was
    read from ("report.pdf" of a mail, "src.zip › notes.txt" of an archive within one); page, line and path
    are then those inside it.
    """

    text: str
    start: int = 0
    line: int = 1
    page: int | None = None
    path: tuple[str, ...] = ()
    unit: Unit = Unit.PAGE
    member: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What extraction read from one file.

    ``language`` is an ISO 639-1 code or "" when it cannot be told. ``partial`` says in one sentence what
    was left out because of a limit ("" when nothing was). ``title`` is the document's own title, if any.
    ``metadata`` holds what else the document says of itself: "author", "created", "modified" (ISO 8601),
    "subject", "keywords", "camera", "place", "duration" and the like, in words for people.
    """

    kind: Kind
    segments: tuple[Segment, ...] = ()
    language: str = ""
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage that is embedded and found as one.

    ``text`` is the passage as it stands in the file, ``context`` what is embedded before it (file name,
    heading path or qualified symbol name). ``start`` and ``end`` are code-point offsets into the document,
    ``line`` and ``end_line`` count from 1; ``page``, ``unit`` and ``member`` are those of its segments.
    ``hash`` identifies the text and its headings, whatever the file is called: chunks of equal hash share a
    vector.
    """

    ordinal: int
    text: str
    context: str
    start: int
    end: int
    line: int
    end_line: int
    page: int | None
    hash: str
    unit: Unit = Unit.PAGE
    member: str = ""

    @property
    def embedded_text(self) -> str:
        return f"{self.context}\n{self.text}" if self.context else self.text


@dataclass(frozen=True, slots=True)
class FileFields:
    """The facts of a file that searches filter by; they are stored beside each of its vectors.

    ``name`` is the lower-cased file name in valid Unicode, ``ext`` lower-case without the dot,
    ``mtime`` in whole seconds since the epoch, ``directory`` the catalog's id of the containing directory.
    """

    file: FileId
    directory: int
    name: str
    ext: str
    kind: Kind
    size: int
    mtime: int
    language: str = ""
