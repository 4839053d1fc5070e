"""Opening files that may be anything and reading no more of them than is wanted.

Files vanish, grow, shrink and are replaced by pipes while they are read; none of that may hang or hurt.
This module knows bytes and text, not formats.
"""

from __future__ import annotations

import io
import os
import stat
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.budget import Budget
from qwen_finder.extraction.encoding import HEAD_BYTES, TextDecoder, clean

_BLOCK = 1 << 18
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a symlink swapped in may lead out of the folder
    | getattr(os, "O_NONBLOCK", 0)  # a pipe swapped in would never answer
)
# Windows: FILE_ATTRIBUTE_OFFLINE, _RECALL_ON_OPEN, _RECALL_ON_DATA_ACCESS. macOS: SF_DATALESS.
_CLOUD_ATTRIBUTES = 0x1000 | 0x40000 | 0x400000
_DATALESS = 0x40000000


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file.

    ``max_bytes`` is the largest file that is read as a whole, for formats that cannot be read otherwise
    (larger ones are "file.too_large"); of containers, the most that their members may hold unpacked.
    ``max_characters`` bounds the text of every file and of every member of a container,
    ``max_total_characters`` that of a container with all its members; what lies behind is left out and
    ``Document.partial`` says so. ``max_pages`` bounds pages, slides and sheets, ``max_members`` the parts
    of a container that are read (more are listed by name), ``max_depth`` how deep containers may nest.
    ``max_seconds`` is how long pages and members are read: those that come later are left out, or listed by
    name.
    ``ocr`` says whether text in pictures is recognised, ``ocr_seconds`` how long that may take for one file:
    pages behind it are left out, so it has to fit into the file's deadline.
    """

    max_bytes: int
    max_characters: int
    max_total_characters: int = 20_000_000
    max_pages: int = 5_000
    max_members: int = 50_000
    max_depth: int = 3
    max_seconds: float = 60.0
    ocr: bool = False
    ocr_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """How much is looked at of one picture, and what is made of it.

    ``max_bytes`` is the largest file that is opened. Pictures whose longer side is below ``min_side`` pixels
    are left out: icons and spacers. ``thumbnails`` are the longer sides in pixels of those that are made;
    none is larger than the picture. ``max_seconds`` is how long it may take.
    """

    max_bytes: int
    min_side: int = 64
    thumbnails: tuple[int, ...] = (256,)
    max_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Page ``page`` (from 1), drawn ``width`` pixels wide (0: its text only), the [start, end) ranges
    ``marks`` of its text boxed. ``max_seconds`` as in ``Limits``."""

    page: int
    width: int = 0
    marks: tuple[tuple[int, int], ...] = ()
    max_seconds: float = 30.0


class Source:
    """An open file, or a member of a container. Use as a context manager.

    ``path`` names it for messages, ``name`` is its file name, ``size`` in bytes when it was opened, ``head``
    its first bytes (at most 64 kB). ``depth`` counts the containers it lies in and ``budget`` is what those
    have left for it. Raises FileError: "file.vanished", "file.unreadable", "file.placeholder".
    """

    depth: int = 0
    budget: Budget | None = None

    def __init__(self, path: str) -> None:
        self.path, self.name = path, os.path.basename(path)
        try:
            if is_placeholder(os.lstat(path)):
                raise placeholder(path)
            descriptor = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            raise vanished(path) from error
        except OSError as error:
            raise unreadable(path, error) from error
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            os.close(descriptor)
            raise FileError("file.unreadable", f"{path} is not a regular file any more.", skipped=True)
        self._file: BinaryIO = open(descriptor, "rb")  # noqa: SIM115 - closed by close()
        try:
            self.size = status.st_size
            self.head = self._read(HEAD_BYTES)
        except FileError:
            self.close()
            raise

    @classmethod
    def of_bytes(cls, path: str, content: bytes, name: str = "") -> Self:
        """A member of a container; ``path`` names it for messages, and by default ends in its file name."""
        return cls.of_file(path, io.BytesIO(content), len(content), name)

    @classmethod
    def of_file(cls, path: str, file: BinaryIO, size: int, name: str = "") -> Self:
        """As ``of_bytes``, of a seekable file, which is closed with the source."""
        source = cls.__new__(cls)
        source.path, source.name, source.size = path, name or os.path.basename(path), size
        source._file = file
        file.seek(0)
        source.head = source._read(HEAD_BYTES)
        return source

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    def stream(self) -> BinaryIO:
        """The content as a seekable file, from its start; it belongs to the source and closes with it."""
        self._file.seek(0)
        return self._file

    def read_text(self, max_characters: int) -> tuple[str, bool]:
        """The clean text from the start, at most ``max_characters`` long, and whether that is all of it."""
        decoder = TextDecoder(self.head)
        self._file.seek(len(self.head))
        piece = self.head[decoder.mark :]
        parts: list[str] = []
        length = 0
        held = ""
        at_end = len(self.head) < HEAD_BYTES
        while True:
            text = held + decoder.decode(piece, final=at_end)
            # A line end cut between its two characters would count twice.
            held = "\r" if text.endswith("\r") and not at_end else ""
            text = clean(text[: len(text) - len(held)])
            parts.append(text)
            length += len(text)
            if length > max_characters or at_end:
                break
            piece = self._read(_BLOCK)
            at_end = not piece
        text = "".join(parts)
        return (text[:max_characters], False) if length > max_characters else (text, True)

    def read_bytes(self, limits: Limits) -> bytes:
        """The whole content. Raises FileError "file.too_large" beyond ``limits.max_bytes``."""
        self._file.seek(len(self.head))
        parts = [self.head]
        length = len(self.head)
        piece = self.head if len(self.head) == HEAD_BYTES else b""
        while piece and length <= limits.max_bytes:
            piece = self._read(_BLOCK)
            parts.append(piece)
            length += len(piece)
        if length > limits.max_bytes:
            raise FileError(
                "file.too_large",
                f"{self.path} is larger than {limits.max_bytes:,} bytes and has to be read as a whole.",
                "It is found by its name only; raise the size limit in the settings to index its text.",
                skipped=True,
            )
        return b"".join(parts)

    def _read(self, size: int) -> bytes:
        """Up to ``size`` bytes, fewer only at the end of the file."""
        try:
            return self._file.read(size)
        except OSError as error:
            raise unreadable(self.path, error) from error


def is_placeholder(status: os.stat_result) -> bool:
    """Whether a file lies in the cloud only, so that reading it would download it."""
    attributes = getattr(status, "st_file_attributes", 0)
    return bool(attributes & _CLOUD_ATTRIBUTES or getattr(status, "st_flags", 0) & _DATALESS)


def placeholder(path: str) -> FileError:
    return FileError(
        "file.placeholder",
        f"{path} is only a placeholder: its content is not on this computer.",
        "It is found by its name only; download it to index its text.",
        skipped=True,
    )


def vanished(path: str) -> FileError:
    return FileError("file.vanished", f"{path} was gone before it could be read.", skipped=True)


def unreadable(path: str, error: OSError) -> FileError:
    reason = (error.strerror or str(error)).lower()
    return FileError(
        "file.unreadable", f"{path} cannot be read: {reason}.", "Give your user the right to read it."
    )


def left_out(limits: Limits) -> str:
    """The sentence for ``Document.partial`` when text beyond the limit was left out."""
    return f"Only the first {limits.max_characters:,} characters were read."
