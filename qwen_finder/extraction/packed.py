"""Packed files: ``access.log.gz`` is read as ``access.log``, a packed tar archive as an archive.

Unpacked as a stream and only as far as it is read; ratio and size are bounded as for any member.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.archives import add_tar, broken
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.reading import Limits, Source

_PACKERS = {"gz", "bz2", "bz", "xz", "lzma", "zst", "z"}
_TARS = {"tgz": "tar", "taz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tzst": "tar", "svgz": "svg"}
_TAR_MAGIC = slice(257, 262)


def read_gzip(source: Source, limits: Limits) -> Document:
    return _read(source, limits, lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)))


def read_bzip2(source: Source, limits: Limits) -> Document:
    return _read(source, limits, lambda file: cast(BinaryIO, bz2.BZ2File(file)))


def read_xz(source: Source, limits: Limits) -> Document:
    return _read(source, limits, lambda file: cast(BinaryIO, lzma.LZMAFile(file)))


def read_zstd(source: Source, limits: Limits) -> Document:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return _read(source, limits, lambda file: cast(BinaryIO, zstd.ZstdFile(file)))


def _read(source: Source, limits: Limits, unpack: Callable[[BinaryIO], BinaryIO]) -> Document:
    """The document inside. Raises FileError as its reader does, and "file.broken"."""
    errors = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)
    inner = _inner_name(source.name)
    try:
        with unpack(source.stream()) as stream:
            head = stream.read(512)
            if head[_TAR_MAGIC] == b"ustar" or extension_of(inner) == "tar":
                members = Members(source, limits)
                add_tar(source.path, cast(BinaryIO, _Joined(head, stream)), members, packed=True)
                return members.document(Kind.ARCHIVE)
            return Members(source, limits).inside(inner, cast(BinaryIO, _Joined(head, stream)))
    except errors as error:
        raise broken(source.path, "packed file") from error


def _inner_name(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    extension = extension.lower()
    if extension in _TARS:
        return f"{stem}.{_TARS[extension]}"
    return stem if dot and stem and extension in _PACKERS else name


class _Joined(io.RawIOBase):
    """A stream with what was already read from it put back in front."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._head:
            piece, self._head = (self._head, b"") if size < 0 else (self._head[:size], self._head[size:])
            return piece
        return self._rest.read(size)
