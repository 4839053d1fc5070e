"""Outlook messages (MSG): turned into a mail of the standard form, and then read as every mail.

Only the form differs: properties in the streams of a compound file instead of header lines. Attachments
become parts, a message within the message a part of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from typing import TYPE_CHECKING

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction import mail, mail_text
from qwen_finder.extraction.encoding import decode
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.office.compound import compound, stream_of, streams_of
from qwen_finder.extraction.office.compressed_rtf import unpacked
from qwen_finder.extraction.office.rtf import rtf_text
from qwen_finder.extraction.office.rtf_syntax import codec_of_page
from qwen_finder.extraction.office.transcript import one_line
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import name_of

if TYPE_CHECKING:
    import olefile

_MAX_STREAM = 64_000_000
"""Bytes: larger attachments are read up to here."""

_SUBJECT, _BODY, _HTML, _RTF = 0x0037, 0x1000, 0x1013, 0x1009
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_SHOWN_TO, _SHOWN_CC = 0x0E04, 0x0E03
_SENT, _RECEIVED = 0x0039, 0x0E06
_CODE_PAGE = 0x3FFD
_NAME, _ADDRESS, _SMTP, _RECIPIENT_KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
_CONTENT, _SHORT_NAME, _LONG_NAME, _HIDDEN = 0x3701, 0x3704, 0x3707, 0x7FFE
_TO, _CC = 1, 2
_MOMENT = 0x0040
"""The type of a property that is a time; others of fixed size have at most four bytes."""
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)

_TOP_HEADER, _MESSAGE_HEADER, _PART_HEADER = 32, 24, 8
"""Bytes before the fixed properties of the message itself, of one within it, of a recipient or attachment."""

Place = tuple[str, ...]
"""The names of the storages around a stream, outermost first."""


def read_msg(source: Source, limits: Limits) -> Document:
    """A message and its attachments as members. Raises FileError "file.broken"."""
    with compound(source.path, source.read_bytes(limits)) as file:
        store = _Store(file, streams_of(source.path, file))
        message = _message(store, (), _TOP_HEADER, limits)
    members = Members(source, limits, listed=False)
    mail.add_message(message, members, limits)
    when = mail_text.date_of(message)
    facts = {
        "author": mail_text.header(message, "from"),
        "subject": mail_text.header(message, "subject"),
        "created": when.isoformat() if when else "",
    }
    title = name_of(facts["subject"])
    return members.document(Kind.DOCUMENT, title, {name: fact for name, fact in facts.items() if fact})


class _Store:
    """Properties by their number, wherever in the file they are."""

    def __init__(self, file: olefile.OleFileIO, streams: list[list[str]]) -> None:
        self._file = file
        self._streams: dict[Place, dict[str, str]] = {}
        self._storages: dict[Place, list[str]] = {}
        for path in streams:
            place, name = tuple(path[:-1]), path[-1]
            self._streams.setdefault(place, {})[name.upper()] = name
            for depth in range(len(place)):
                inner = self._storages.setdefault(place[:depth], [])
                if place[depth] not in inner:
                    inner.append(place[depth])
        self._codec = codec_of_page(self.number((), _TOP_HEADER, _CODE_PAGE) or 1252)

    def storages(self, place: Place, prefix: str) -> list[Place]:
        """The storages directly below ``place`` whose names begin with ``prefix``, in order."""
        names = [name for name in self._storages.get(place, ()) if name.lower().startswith(prefix)]
        return [(*place, name) for name in sorted(names)]

    def text(self, place: Place, *tags: int) -> str:
        """The first of the properties ``tags`` that is a text."""
        for tag in tags:
            if wide := self._stream(place, f"{tag:04X}001F"):
                return wide.decode("utf-16-le", "replace").rstrip("\0")
            if narrow := self._stream(place, f"{tag:04X}001E"):
                return narrow.decode(self._codec, "replace").rstrip("\0")
        return ""

    def content(self, place: Place, tag: int) -> bytes:
        return self._stream(place, f"{tag:04X}0102")

    def number(self, place: Place, header: int, tag: int) -> int:
        """A property of fixed size as an integer, 0 when it is not set; ``header`` bytes come before all."""
        fixed = self._stream(place, "", name="__properties_version1.0")
        for at in range(header, len(fixed) - 15, 16):
            kind, number, value = struct.unpack_from("<HH4xQ", fixed, at)
            if number == tag:
                return int(value) if kind == _MOMENT else int(value) & 0xFFFFFFFF
        return 0

    def moment(self, place: Place, header: int, *tags: int) -> datetime | None:
        for tag in tags:
            ticks = self.number(place, header, tag)
            if 0 < ticks < 1 << 62:
                try:
                    return _EPOCH + timedelta(microseconds=ticks // 10)
                except OverflowError:
                    continue
        return None

    def _stream(self, place: Place, tag: str, name: str = "") -> bytes:
        found = self._streams.get(place, {}).get((name or f"__substg1.0_{tag}").upper())
        return stream_of(self._file, [*place, found], _MAX_STREAM) if found else b""


def _message(store: _Store, place: Place, header: int, limits: Limits, depth: int = 0) -> Message:
    """The message at ``place`` as a mail."""
    body = _body(store, place, limits)
    attached = list(_attachments(store, place, limits, depth))
    message: Message = body
    if attached:
        message = MIMEMultipart("mixed")
        for part in (body, *attached):
            message.attach(part)
    message["Subject"] = one_line(store.text(place, _SUBJECT))
    address = store.text(place, _SENDER_SMTP, _SENDER_ADDRESS)
    message["From"] = _person(store.text(place, _SENDER), address)
    people: dict[int, list[str]] = {_TO: [], _CC: []}
    for recipient in store.storages(place, "__recip_version1.0_"):
        kind = store.number(recipient, _PART_HEADER, _RECIPIENT_KIND) & 0xF
        person = _person(store.text(recipient, _NAME), store.text(recipient, _SMTP, _ADDRESS))
        people.setdefault(kind, []).append(person)
    message["To"] = ", ".join(people[_TO]) or one_line(store.text(place, _SHOWN_TO))
    message["Cc"] = ", ".join(people[_CC]) or one_line(store.text(place, _SHOWN_CC))
    if when := store.moment(place, header, _SENT, _RECEIVED):
        message["Date"] = format_datetime(when)
    return message


def _body(store: _Store, place: Place, limits: Limits) -> Message:
    """The plain text; without one the web page, and without that what the packed RTF says."""
    if text := store.text(place, _BODY).strip():
        return MIMEText(text, "plain", "utf-8")
    page = store.text(place, _HTML) or decode(store.content(place, _HTML))
    if page.strip():
        return MIMEText(page, "html", "utf-8")
    rtf = unpacked(store.content(place, _RTF), 4 * limits.max_characters)
    return MIMEText(rtf_text(rtf, limits) if rtf else "", "plain", "utf-8")


def _attachments(store: _Store, place: Place, limits: Limits, depth: int) -> Iterator[Message]:
    for part in store.storages(place, "__attach_version1.0_"):
        if store.number(part, _PART_HEADER, _HIDDEN):
            continue
        name = one_line(store.text(part, _LONG_NAME, _SHORT_NAME, _NAME))
        inner = store.storages(part, "__substg1.0_3701000d")
        attached: Message
        if inner and depth <= limits.max_depth:
            attached = MIMEMessage(_message(store, inner[0], _MESSAGE_HEADER, limits, depth + 1))
        elif inner:
            continue
        else:
            attached = MIMEApplication(store.content(part, _CONTENT))
        if name and not inner:
            attached.add_header("Content-Disposition", "attachment", filename=name)
        yield attached


def _person(name: str, address: str) -> str:
    """ "Name <address>"; addresses of Exchange's own directory say nothing to people."""
    name, address = one_line(name), one_line(address)
    if "@" not in address or address == name:
        return name
    return f"{name} <{address}>" if name else address
