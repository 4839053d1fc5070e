"""Opening files that may be anything and reading no more of them than is wanted.

Files vanish, grow, shrink and are replaced by pipes while they are read; none of that may hang or hurt.
This module knows bytes and text, not formats.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import HEAD_BYTES, TextDecoder, clean

_BLOCK = 1 << 18
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)  # a symlink swapped in may lead out of the folder
    | getattr(os, "O_NONBLOCK", 0)  # a pipe swapped in would never answer
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file.

    ``max_bytes`` is the largest file that is read as a whole, for formats that cannot be read otherwise
    (larger ones are "file.too_large"). ``max_characters`` bounds the text of every file; what lies behind
    it is left out and ``Document.partial`` says so.
    """

    max_bytes: int
    max_characters: int


class Source:
    """An open regular file. Use as a context manager.

    ``path`` as given, ``size`` in bytes when it was opened, ``head`` its first bytes (at most 64 kB).
    Raises FileError: "file.vanished", "file.unreadable".
    """

    def __init__(self, path: str) -> None:
        self.path = path
        try:
            self._file = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            raise vanished(path) from error
        except OSError as error:
            raise unreadable(path, error) from error
        try:
            status = os.fstat(self._file)
            if not stat.S_ISREG(status.st_mode):
                raise FileError("file.unreadable", f"{path} is not a regular file any more.", skipped=True)
            self.size = status.st_size
            self.head = self._read(HEAD_BYTES)
        except BaseException:
            os.close(self._file)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    def read_text(self, max_characters: int) -> tuple[str, bool]:
        """The clean text from the start, at most ``max_characters`` long, and whether that is all of it."""
        decoder = TextDecoder(self.head)
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
        parts: list[bytes] = []
        try:
            while size > 0 and (piece := os.read(self._file, size)):
                parts.append(piece)
                size -= len(piece)
        except OSError as error:
            raise unreadable(self.path, error) from error
        return b"".join(parts)


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
