"""The parts of a container (a mail's attachments, an archive's files) read as children of its document.

Each child goes the way of every file, within what the container's budget has left; its segments get the
member's name as their place. What cannot be read is listed by name, and no member spoils the others. This
module does not know the formats of containers.
"""

from __future__ import annotations

import io
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from typing import BinaryIO, cast

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.budget import Budget
from qwen_finder.extraction.encoding import HEAD_BYTES, clean
from qwen_finder.extraction.names import Listing, harmless, sentence
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.registry import bytes_wanted, extract_source

log = logging.getLogger(__name__)

SEPARATOR = " › "
"""Between the names of a container within a container and of its member."""

_BLOCK = 1 << 18
_IN_MEMORY = 16_000_000
_MAX_RATIO = 200
_NO_BOMB = 10_000_000
"""Bytes that a member may unpack to whatever its ratio."""

_NOTHING_TO_READ = frozenset(
    {"file.no_reader", "file.no_text", "file.binary", "file.empty", "file.placeholder"}
)
_REASONS = {
    "file.encrypted": "encrypted",
    "file.scan": "scanned without text",
    "file.too_large": "too large",
    "file.bomb": "unpacking to suspiciously much",
    "file.deep": "nested too deep",
    "file.unsupported": "packed in a way that is not read",
    "file.limit": "beyond the limits",
}


class Members:
    """Collects the text of a container: its own and that of its members, in the order of the calls.

    The text starts with the names of the members when ``listed``, so that the container is found by them.
    """

    def __init__(self, source: Source, limits: Limits, *, listed: bool = True) -> None:
        self._source = source
        self._limits = limits
        self._depth = source.depth + 1
        self._segments: list[Segment] = []
        self._names = Listing() if listed else None
        self._count = 0
        self._unread: Counter[str] = Counter()
        self._in_part = 0
        self._notes: list[str] = []
        self.budget = source.budget or Budget(
            limits.max_total_characters,
            limits.max_bytes,
            limits.max_members,
            time.monotonic() + limits.max_seconds,
            limits.ocr_seconds,
        )

    def write(self, text: str, path: tuple[str, ...] = (), member: str = "", line: int = 1) -> None:
        """Text that the container holds itself (of ``member``, when that is no file)."""
        self.take([Segment(text, 0, line, None, path, member=member)])

    def take(self, segments: list[Segment], member: str = "") -> None:
        """Segments of a document within, as far as the budget goes; a line end is put after the last."""
        for number, segment in enumerate(segments):
            text = segment.text
            if number == len(segments) - 1 and not text.endswith("\n"):
                text += "\n"
            text = text[: max(0, self.budget.characters)]
            if not text:
                self.note("Only the beginning of its text was read.")
                break
            self.budget.characters -= len(text)
            place = SEPARATOR.join(name for name in (member, segment.member) if name)
            self._segments.append(replace(segment, text=text, member=place))

    def note(self, sentence: str) -> None:
        """Something that was left out, for ``Document.partial``."""
        if sentence not in self._notes:
            self._notes.append(sentence)

    def enter(self, name: str) -> None:
        """A member whose text follows."""
        self._count += 1
        self.budget.members -= 1
        if self._names is not None:
            self._names.add(name)

    def list_only(self, name: str, code: str) -> None:
        """A member that is there and is not read, for the reason with this error code."""
        self.enter(harmless(name))
        self._leave_out(code)

    def read(self, name: str, content: BinaryIO | bytes, packed: int = 0, *, under: str = "") -> None:
        """A member called ``name``; its ``content`` is read once and forwards.

        ``packed`` is its size in the archive, when that is known, ``under`` the member that it belongs to
        (the message of an attachment).
        """
        name = harmless(name)
        spent = self.budget.spent
        self.enter(name)
        if spent:
            self._leave_out("file.limit")
        elif self._depth > self._limits.max_depth:
            self._leave_out("file.deep")
        else:
            self._read(name, io.BytesIO(content) if isinstance(content, bytes) else content, packed, under)

    def inside(self, name: str, content: BinaryIO) -> Document:
        """The document of the only thing in the container, which is known by its own name: as if it lay bare.

        Raises FileError as its reader does.
        """
        if self._depth > self._limits.max_depth:
            raise FileError("file.deep", f"{self._source.path} is packed too often.", skipped=True)
        with closing(self._unpacked(harmless(name), content, self._source.size, self._limits)) as child:
            child.path = self._source.path
            return extract_source(child, self._limits)

    def document(self, kind: Kind, title: str = "", metadata: Mapping[str, str] | None = None) -> Document:
        """All that was collected, with a sentence on what could not be read."""
        listing, notes = [], list(self._notes)
        if self._names is not None and self._names.text:
            listing = [Segment(self._names.text)]
            if self._names.omitted:
                notes.append(f"The names of {self._names.omitted:,} members are left out.")
        if unread := sentence(self._unread, self._count):
            notes.append(unread)
        if self._in_part:
            notes.append(f"{self._in_part:,} of {self._count:,} members were read only in part.")
        start = 0
        segments = []
        for segment in [*listing, *self._segments]:
            segments.append(replace(segment, start=start))
            start += len(segment.text)
        return Document(kind, tuple(segments), "", title, metadata or {}, " ".join(notes))

    def _leave_out(self, code: str) -> None:
        if code not in _NOTHING_TO_READ:
            self._unread[_REASONS.get(code, "broken")] += 1

    def _read(self, name: str, content: BinaryIO, packed: int, under: str) -> None:
        limits = replace(
            self._limits, max_characters=min(self._limits.max_characters, self.budget.characters)
        )
        try:
            with closing(self._unpacked(name, content, packed, limits)) as child:
                document = extract_source(child, limits)
        except FileError as error:
            self._leave_out(error.code)
        except Exception as error:  # noqa: BLE001 - whatever a parser does, the other members are read
            log.info("a member of a container could not be read: %s", type(error).__name__)
            self._leave_out("file.broken")
        else:
            self._in_part += bool(document.partial)
            member = SEPARATOR.join(part for part in (under, name) if part)
            self.take(list(document.segments), member)

    def _unpacked(self, name: str, content: BinaryIO, packed: int, limits: Limits) -> Source:
        """The member as a file of its own. Only as much is unpacked as its reader will look at."""
        path = f"{self._source.path}{SEPARATOR}{name}"
        head = _read_fully(content, HEAD_BYTES)
        if not head:
            return Source.of_bytes(path, b"", name)
        with Source.of_bytes(path, head, name) as beginning:
            wanted = bytes_wanted(beginning, limits)
        file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the source
        try:
            file.write(head)
            size = len(head)
            piece = head
            while piece and size < wanted:
                piece = content.read(min(_BLOCK, wanted - size))
                file.write(piece)
                size += len(piece)
                self.budget.bytes -= len(piece)
                if packed and size > max(_NO_BOMB, _MAX_RATIO * packed):
                    raise FileError("file.bomb", f"{path} unpacks to suspiciously much.", skipped=True)
                if self.budget.unpacked:
                    raise FileError("file.limit", f"{path} is beyond what is unpacked.", skipped=True)
            child = Source.of_file(path, cast(BinaryIO, file), size, name)
        except BaseException:
            file.close()
            raise
        child.depth, child.budget = self._depth, self.budget
        return child


def _read_fully(content: BinaryIO, size: int) -> bytes:
    """The next ``size`` bytes; packed streams give fewer at a time."""
    parts = []
    while size > 0 and (piece := content.read(size)):
        parts.append(piece)
        size -= len(piece)
    return b"".join(parts)


def readable(text: str) -> str:
    """Text from inside a container's headers on one clean line."""
    return " ".join(clean(text).split())
