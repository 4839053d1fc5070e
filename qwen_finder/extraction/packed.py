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
from dataclasses import replace
from typing import BinaryIO, cast

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.archives import add_tar, broken
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.reading import Limits, Source

_PACKERS = {"gz", "bz2", "bz", "xz", "lzma", "zst", "z"}
_TARS = {"tgz": "tar", "taz": "tar", "tbz": "tar", "tbz2": "tar", "txz": "tar", "tzst": "tar", "svgz": "svg"}
_TAR_MAGIC = slice(257, 262)
_HEAD = 512
_DAMAGED = "The packed file is cut off or damaged: what lies behind could not be read."
_ERRORS = (OSError, EOFError, zlib.error, lzma.LZMAError, ValueError)


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
    return _read(source, limits, lambda file: cast(BinaryIO, zstd.ZstdFile(file)), zstd.ZstdError)


def _read(
    source: Source, limits: Limits, unpack: Callable[[BinaryIO], BinaryIO], *more: type[Exception]
) -> Document:
    """The document inside, of a damaged file as far as it goes; ``more`` errors may say that it is.

    Raises FileError as its reader does, and "file.broken".
    """
    errors: tuple[type[Exception], ...] = (*_ERRORS, *more)
    inner = _inner_name(source.name)
    try:
        with unpack(source.stream()) as stream:
            rest = _Salvaged(stream, errors)
            if rest.head[_TAR_MAGIC] == b"ustar" or extension_of(inner) == "tar":
                members = Members(source, limits)
                add_tar(source.path, cast(BinaryIO, rest), members, packed=True)
                document = members.document(Kind.ARCHIVE)
            else:
                document = Members(source, limits).inside(inner, cast(BinaryIO, rest))
    except errors as error:
        raise broken(source.path, "packed file") from error
    if rest.damaged and _DAMAGED not in document.partial:
        document = replace(document, partial=f"{document.partial} {_DAMAGED}".strip())
    return document


def _inner_name(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    extension = extension.lower()
    if extension in _TARS:
        return f"{stem}.{_TARS[extension]}"
    return stem if dot and stem and extension in _PACKERS else name


class _Salvaged(io.RawIOBase):
    """An unpacked stream that ends where it is ``damaged``, and whose ``head`` was looked at before.

    Raises one of ``errors`` at once when nothing can be unpacked.
    """

    def __init__(self, stream: BinaryIO, errors: tuple[type[Exception], ...]) -> None:
        self._stream = cast(io.BufferedReader, stream)
        self._errors = errors
        self.damaged = False
        self.head = self._stream.read1(_HEAD)
        while 0 < len(self.head) < _HEAD and (piece := self._next(_HEAD - len(self.head))):
            self.head += piece
        self._ahead = self.head

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        """Some of what is left, not always as much as there is."""
        if size < 0:
            return b"".join(iter(lambda: self.read(1 << 16), b""))
        if self._ahead:
            piece, self._ahead = self._ahead[:size], self._ahead[size:]
            return piece
        return self._next(size)

    def _next(self, size: int) -> bytes:
        if self.damaged:
            return b""
        try:
            # ``read`` would lose what stands before the damage in its buffer.
            return self._stream.read1(size)
        except self._errors:
            self.damaged = True
            return b""
