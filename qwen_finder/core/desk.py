"""What a window is told beside hits and status: a file to look into, and what this program keeps and does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qwen_finder.core.connections import Connection
from qwen_finder.core.document import Kind, Unit


class Form(StrEnum):
    """How a file can be shown: its text, its source code, its pages as pictures, itself as a picture."""

    TEXT = "text"
    CODE = "code"
    PAGES = "pages"
    IMAGE = "image"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class FilePreview:
    """A file, or the part of one around the place that was asked for, to be looked at.

    ``text`` begins with line ``first_line`` (0: its lines are not counted) and is only a window of the file
    when ``cut_before`` or ``cut_after``; ``highlights`` are [start, end) code-point ranges in it that answer
    the query. ``language`` is Pygments' name for what the text is written in, or "". ``pages`` counts pages,
    slides or sheets, as ``unit`` says, and is None for what has none; ``page`` is the one that is shown: its
    text is ``text``, and its picture is to be had when ``form`` is "pages". ``metadata`` holds pairs of a
    stable key ("author", "taken", "camera", "size", "modified", "dimensions", …) and a value for people;
    sizes are bytes, times ISO 8601. ``reason`` says in a sentence why there is nothing to show, or what is
    missing.
    """

    path: str
    kind: Kind
    form: Form
    text: str = ""
    first_line: int = 0
    cut_before: bool = False
    cut_after: bool = False
    language: str = ""
    highlights: tuple[tuple[int, int], ...] = ()
    pages: int | None = None
    page: int | None = None
    unit: Unit = Unit.PAGE
    member: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PageView:
    """One page of a document as it is printed. ``pages`` counts all, ``page`` is this one (from 1); ``text``
    is what stands on it, ``content`` its picture as WebP (empty when none was asked for), ``boxed`` how many
    stretches of the text were found on it and boxed. ``metadata`` is what the document says of itself.
    """

    pages: int
    page: int
    text: str = ""
    content: bytes = b""
    boxed: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredPlace:
    """Something that this program keeps on disk. ``what`` is a stable key: "names", "texts", "pictures",
    "thumbnails", "models", "settings", "logs", "history"."""

    what: str
    path: str
    bytes: int


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """What is stored where, and every outgoing connection since ``since`` (seconds since the epoch)."""

    places: tuple[StoredPlace, ...]
    connections: tuple[Connection, ...]
    since: float
