"""7-Zip archives: names and what the members hold, unpacked one after the other in memory."""

from __future__ import annotations

import lzma
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from py7zr import FileInfo, Py7zIO, SevenZipFile, WriterFactory
from py7zr.exceptions import ArchiveError, PasswordRequired

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.archives import broken
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.names import harmless
from qwen_finder.extraction.reading import Limits, Source

if TYPE_CHECKING:
    from collections.abc import Callable

_IN_MEMORY = 16_000_000


def read_7z(source: Source, limits: Limits) -> Document:
    """The members of a 7-Zip archive. Raises FileError "file.broken", "file.encrypted"."""
    members = Members(source, limits)
    try:
        with SevenZipFile(source.stream()) as archive:
            files = [entry for entry in archive.list() if entry.is_file]
            if archive.needs_password():
                left, code = files, "file.encrypted"
            else:
                left, code = _read_members(archive, files, members, limits)
            for entry in left:
                members.list_only(entry.filename, code)
    except PasswordRequired as error:
        raise FileError(
            "file.encrypted",
            f"{source.path} is encrypted with a password, its list of names too.",
            "It is found by its name only.",
            skipped=True,
        ) from error
    except (ArchiveError, lzma.LZMAError, OSError, EOFError, ValueError, LookupError, TypeError) as error:
        raise broken(source.path, "7-Zip archive") from error
    return members.document(Kind.ARCHIVE)


def _read_members(
    archive: SevenZipFile, files: list[FileInfo], members: Members, limits: Limits
) -> tuple[list[FileInfo], str]:
    """Reads what can be read; what is left, and the error code that says why."""
    done: set[str] = set()
    # The library refuses the whole archive for one name that leads out of it.
    wanted = {
        entry.filename
        for entry in files
        if entry.uncompressed <= limits.max_bytes and harmless(entry.filename) == entry.filename
    }

    def take(name: str, content: BinaryIO) -> None:
        done.add(name)
        members.read(name, content)

    code = "file.too_large"
    try:
        archive.extract(targets=wanted, factory=_Receiving(take, members))
    except _EnoughError:
        code = "file.limit"
    except (ArchiveError, lzma.LZMAError, OSError, EOFError, ValueError, LookupError, TypeError):
        code = "file.broken"
    return [entry for entry in files if entry.filename not in done], code


class _EnoughError(Exception):
    """Nothing more is to be unpacked."""


class _Receiving(WriterFactory):
    def __init__(self, take: Callable[[str, BinaryIO], None], members: Members) -> None:
        self._take = take
        self._members = members

    def create(self, filename: str) -> Py7zIO:
        if self._members.budget.spent:
            raise _EnoughError
        return _Received(filename, self._take)


class _Received(Py7zIO):
    """One member as it is unpacked; handed over when it is whole."""

    def __init__(self, name: str, take: Callable[[str, BinaryIO], None]) -> None:
        self._name = name
        self._take = take
        self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by close()

    def write(self, s: bytes | bytearray) -> int:
        return self._file.write(s)

    def read(self, size: int | None = None) -> bytes:
        return self._file.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def flush(self) -> None:
        self._file.flush()

    def size(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        with self._file:
            self._file.seek(0)
            self._take(self._name, cast("BinaryIO", self._file))
