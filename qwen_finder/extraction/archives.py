"""Archives: the names of their members, and what those hold that can be read.

Nothing is unpacked to a path; members are streamed, and what they may cost is ``members``' business.
"""

from __future__ import annotations

import codecs
import io
import tarfile
import zipfile
import zlib
from typing import Any, BinaryIO, cast

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import detect_encoding
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.reading import Limits, Source

_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_NAME_ENCODINGS = frozenset({"utf-8", "gb18030", "cp932", "cp949", "big5hkscs", "cp1251", "cp866", "koi8-r"})
"""What names of zip members are really in when they are not in the format's own code page 437."""


def read_zip(source: Source, limits: Limits) -> Document:
    """The members of a zip, and of everything that is one (jar, whl, apk). Raises FileError "file.broken"."""
    members = Members(source, limits)
    try:
        with zipfile.ZipFile(source.stream()) as archive:
            # ``is_dir`` raises for a member without a name.
            files = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            encoding = _name_encoding(files)
            for entry in files:
                name = _name(entry, encoding)
                if entry.flag_bits & _ENCRYPTED:
                    members.list_only(name, "file.encrypted")
                    continue
                try:
                    with archive.open(entry) as content:
                        members.read(name, cast(BinaryIO, content), entry.compress_size)
                except NotImplementedError:
                    members.list_only(name, "file.unsupported")
                except (zipfile.BadZipFile, RuntimeError, OSError, EOFError):
                    members.list_only(name, "file.broken")
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError) as error:
        raise broken(source.path, "zip archive") from error
    return members.document(Kind.ARCHIVE)


def _name_encoding(entries: list[zipfile.ZipInfo]) -> str:
    """What the names that are not marked as Unicode are in, told from all of them together."""
    raw = [
        entry.orig_filename.encode("cp437", "replace")
        for entry in entries
        if not entry.flag_bits & _UTF8_NAME and not entry.orig_filename.isascii()
    ]
    if not raw:
        return ""
    encoding = codecs.lookup(detect_encoding(b"\n".join(raw))[0]).name
    return encoding if encoding in _NAME_ENCODINGS else ""


def _name(entry: zipfile.ZipInfo, encoding: str) -> str:
    if not encoding or entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    return entry.orig_filename.encode("cp437", "replace").decode(encoding, "replace")


def read_tar(source: Source, limits: Limits) -> Document:
    """The members of a tar archive that is not packed. Raises FileError "file.broken"."""
    members = Members(source, limits)
    add_tar(source.path, cast(BinaryIO, _Bounded(source.stream(), source.size)), members, packed=False)
    return members.document(Kind.ARCHIVE)


def add_tar(path: str, stream: BinaryIO, members: Members, *, packed: bool) -> None:
    """The members of the tar archive in ``stream``; one that is ``packed`` is read forwards only."""
    seen = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|" if packed else "r:", errorlevel=1) as archive:
            while entry := archive.next():
                # The library remembers every entry it has passed.
                cast(Any, archive).members.clear()
                if entry.size < 0:
                    # It would go back to what it has read already, again and again.
                    raise tarfile.ReadError("a member of negative size")
                if not entry.isfile():
                    continue
                seen += 1
                content = archive.extractfile(entry)
                if content is None or (packed and members.budget.spent):
                    members.note("Its later members were not looked at.")
                    break
                members.read(entry.name, cast(BinaryIO, content))
    except (tarfile.TarError, OSError, EOFError, ValueError, zlib.error) as error:
        if not seen:
            raise broken(path, "tar archive") from error
        members.note("The archive is cut off or damaged: what lies behind could not be read.")


class _Bounded(io.RawIOBase):
    """A file that is never asked for more than it has: for a read of gigabytes, room is made beforehand."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._size = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._size - self._file.tell())
        return self._file.read(left if size < 0 else min(size, left))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def broken(path: str, what: str) -> FileError:
    return FileError(
        "file.broken", f"{path} is not a whole {what}.", "It may be cut off: fetch or copy it again."
    )
