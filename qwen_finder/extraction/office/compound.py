"""Compound files (OLE): the containers of the old Office formats and of Outlook messages.

Opened with the olefile library; what it says of a broken file is turned into our errors. Knows streams and
their properties, not what is in them.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from qwen_finder.extraction.office.package import broken
from qwen_finder.extraction.office.rtf_syntax import codec_of_page
from qwen_finder.extraction.office.transcript import one_line

if TYPE_CHECKING:
    import olefile

ERRORS = (
    *(OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, RecursionError),
    *(OverflowError, struct.error),
)
"""What the library raises on a broken file, its own error (an OSError) included."""

_TEXTS = ("title", "author", "subject", "keywords", "comments")
_NAMES = {"comments": "description"}
_TIMES = {"create_time": "created", "last_saved_time": "modified"}


@contextmanager
def compound(path: str, content: bytes) -> Iterator[olefile.OleFileIO]:
    """The compound file with this ``content``. Raises FileError "file.broken"."""
    import olefile

    try:
        file = olefile.OleFileIO(io.BytesIO(content))
    except ERRORS as error:
        raise broken(path, "its container is damaged") from error
    with file:
        yield file


def streams_of(path: str, file: olefile.OleFileIO) -> list[list[str]]:
    """The names of all streams, each with the storages around it. Raises FileError "file.broken"."""
    try:
        names: list[list[str]] = file.listdir(streams=True, storages=False)
    except ERRORS as error:
        raise broken(path, "its directory is damaged") from error
    return names


def stream_of(file: olefile.OleFileIO, name: str | list[str], most: int) -> bytes:
    """At most ``most`` bytes of a stream; b"" when there is none or it cannot be read."""
    try:
        with file.openstream(name) as stream:
            return bytes(stream.read(most))
    except ERRORS:
        return b""


def properties_of(file: olefile.OleFileIO) -> dict[str, str]:
    """ "title", "author", "subject", "keywords", "description", "created", "modified": those that are set."""
    try:
        metadata = file.get_metadata()
    except ERRORS:
        return {}
    codec = codec_of_page((metadata.codepage or 1252) & 0xFFFF)
    found: dict[str, str] = {}
    for name in _TEXTS:
        raw = getattr(metadata, name)
        text = one_line(raw.decode(codec, "replace") if isinstance(raw, bytes) else str(raw or ""))
        if text:
            found[_NAMES.get(name, name)] = text
    for name, ours in _TIMES.items():
        moment = getattr(metadata, name)
        if isinstance(moment, datetime) and moment.year > 1970:
            found[ours] = moment.isoformat(timespec="seconds")
    return found
