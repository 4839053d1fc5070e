"""Mailboxes in one file (mbox): every message is a member, the newest first, and none but one is in memory.

A mailbox may be larger than memory; it is looked through once for where its messages begin.
"""

from __future__ import annotations

import logging
import re
from array import array
from typing import BinaryIO

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import mail_text
from qwen_finder.extraction.mail import MAX_MESSAGE, add_message, subject_of
from qwen_finder.extraction.members import Members
from qwen_finder.extraction.reading import Limits, Source

log = logging.getLogger(__name__)

_BLOCK = 1 << 20
_OVERLAP = 512
_FROM = b"\nFrom "
_BEGIN = re.compile(rb"From \S+ [^\n]{0,160}\d\d:\d\d[^\n]{0,60}\n")
_DELETED = 0x8


def read_mbox(source: Source, limits: Limits) -> Document:
    """The messages with their attachments. Raises FileError "file.broken" when there are none."""
    stream = source.stream()
    starts = _starts(stream)
    if not starts:
        raise FileError(
            "file.broken",
            f"{source.path} is not a mailbox: no message begins in it.",
            "It is found by its name only.",
        )
    members = Members(source, limits, listed=False)
    starts.append(source.size)
    # Appended to while it grows: the newest mail, which is looked for most, is at the end.
    for number in range(len(starts) - 2, -1, -1):
        if members.budget.spent:
            members.note(f"{number + 1:,} older messages of {len(starts) - 1:,} were left out.")
            break
        stream.seek(starts[number])
        content = stream.read(min(starts[number + 1] - starts[number], MAX_MESSAGE))
        members.budget.bytes -= len(content)
        _, _, content = content.partition(b"\n")
        try:
            message, _ = mail_text.parse(content)
            if not _is_deleted(mail_text.header(message, "x-mozilla-status")):
                members.enter(subject_of(message))
                add_message(message, members, limits, member=subject_of(message))
        except Exception as error:  # noqa: BLE001 - the other messages are read
            log.info("a message of a mailbox could not be read: %s", type(error).__name__)
            members.list_only(f"message {number + 1}", "file.broken")
    return members.document(Kind.DOCUMENT)


def _starts(stream: BinaryIO) -> array[int]:
    """Offsets of the lines that begin a message: they follow a blank line."""
    starts = array("Q")
    window = b"\n\n"
    offset = -len(window)
    while block := stream.read(_BLOCK):
        window += block
        found = window.find(_FROM)
        while found >= 0:
            start = offset + found + 1
            is_new = not starts or start > starts[-1]
            if is_new and window[:found].endswith((b"\n", b"\n\r")) and _BEGIN.match(window, found + 1):
                starts.append(start)
            found = window.find(_FROM, found + 1)
        offset += len(window) - _OVERLAP
        window = window[-_OVERLAP:]
    return starts


def _is_deleted(status: str) -> bool:
    """Whether Thunderbird has only marked the message as gone."""
    try:
        return bool(int(status, 16) & _DELETED)
    except ValueError:
        return False
