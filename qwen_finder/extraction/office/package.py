"""A zip package of an office program: its parts by name, read with a bound, also out of a damaged file.

Part names are compared without regard to case and to the direction of slashes, as the programs do. When the
directory at the end of the file is missing (a broken download), the parts are found by their own headers.
Knows zip, not what the parts mean.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, BinaryIO, NoReturn

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits, Source

_LOCAL = b"PK\x03\x04"
_BLOCK = 1 << 16
_READ_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    struct.error,
    ValueError,
    NotImplementedError,
)


class DamagedPart(Exception):
    """A part that is missing or cannot be unpacked."""


class Package:
    """The parts of ``source``. Raises FileError: "file.broken", "file.encrypted" (skipped).

    All parts together unpack to at most ``limits.max_bytes``: a stream ends there, ``left`` bytes remain,
    ``exhausted`` says that none do. ``damage`` is the sentence for the user when the directory was damaged
    and the parts had to be searched for, else "".
    """

    def __init__(self, source: Source, limits: Limits) -> None:
        self._path = source.path
        self.left = limits.max_bytes
        self.damage = ""
        self._archive: zipfile.ZipFile | None = None
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self._found: dict[str, tuple[int, int, int]] = {}
        stream = source.stream()
        try:
            self._archive = zipfile.ZipFile(stream)
            self._parts = {_key(part.filename): part for part in self._archive.infolist()}
        except _READ_ERRORS:
            self.damage = f"{source.path} is damaged: what could be found in it was read."
            self._content = source.read_bytes(limits)
            self._found = _local_parts(self._content)
            if not self._found:
                raise broken(source.path, "its zip directory is damaged") from None

    @property
    def exhausted(self) -> bool:
        return self.left <= 0

    def __contains__(self, name: str) -> bool:
        key = _key(name)
        return key in self._parts or key in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts or self._found)

    def open(self, name: str) -> BinaryIO:
        """The content of a part as a stream. Raises DamagedPart, FileError "file.encrypted".

        A stream that breaks off ends there as if it were whole; what reads it notices.
        """
        key = _key(name)
        try:
            if self._archive is not None:
                part = self._parts[key]
                if part.flag_bits & 1:
                    raise encrypted(self._path)
                return io.BufferedReader(_Bounded(self, self._archive.open(part)), _BLOCK)
            method, begin, size = self._found[key]
            packed = io.BytesIO(self._content[begin : begin + size] if size else self._content[begin:])
            return io.BufferedReader(_Bounded(self, _Inflated(packed) if method else packed), _BLOCK)
        except KeyError as error:
            raise DamagedPart(name) from error
        except _READ_ERRORS as error:
            raise DamagedPart(name) from error

    def read(self, name: str, most: int) -> bytes:
        """At most ``most`` bytes of a part. Raises DamagedPart, FileError "file.encrypted"."""
        with self.open(name) as stream:
            return stream.read(most)


class _Bounded(io.RawIOBase):
    """A part's stream within what the package may still unpack; it ends where the part is damaged."""

    def __init__(self, package: Package, stream: IO[bytes] | io.RawIOBase) -> None:
        self._package = package
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        try:
            block = self._stream.read(max(0, min(len(buffer), self._package.left))) or b""
        except _READ_ERRORS:
            return 0
        buffer[: len(block)] = block
        self._package.left -= len(block)
        return len(block)


class _Inflated(io.RawIOBase):
    """What a raw deflate stream unpacks to."""

    def __init__(self, packed: io.BytesIO) -> None:
        self._packed = packed
        self._inflater = zlib.decompressobj(-15)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while size > 0 and not self._inflater.eof:
            block = self._inflater.unconsumed_tail or self._packed.read(_BLOCK)
            if not block:
                return self._inflater.flush()[:size]
            if text := self._inflater.decompress(block, size):
                return text
        return b""


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _local_parts(content: bytes) -> dict[str, tuple[int, int, int]]:
    """Part name → (method, offset of its packed bytes, their number or 0 when unknown)."""
    found: dict[str, tuple[int, int, int]] = {}
    at = content.find(_LOCAL)
    while 0 <= at <= len(content) - 30:
        flags, method, size, name_length, extra = struct.unpack_from("<2xHH8xI4xHH", content, at + 4)
        begin = at + 30 + name_length + extra
        name = content[at + 30 : at + 30 + name_length].decode("utf-8", "replace")
        if method in (0, 8) and not flags & 1 and (method or size) and name and begin < len(content):
            found.setdefault(_key(name), (method, begin, size if size < len(content) else 0))
        at = content.find(_LOCAL, at + 30)
    return found


@contextmanager
def panics_are_damage(path: str) -> Iterator[None]:
    """Turns the panic of a library in Rust, which is no Exception, into FileError "file.broken"."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise broken(path, "it is damaged in a way that its reader did not foresee") from error


def broken(path: str, reason: str) -> FileError:
    return FileError(
        "file.broken",
        f"{path} cannot be read: {reason}.",
        "Open it in the program that made it, and save it again.",
    )


def read_encrypted(source: Source, limits: Limits) -> NoReturn:
    """The reader for documents under a password, which hide even what program made them."""
    raise encrypted(source.path)


def encrypted(path: str) -> FileError:
    return FileError(
        "file.encrypted",
        f"{path} is protected by a password.",
        "Save a copy without a password to have its text indexed.",
        skipped=True,
    )
