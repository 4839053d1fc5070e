"""The words of a mail's headers and bodies: charsets that lie, encoded words, wrapped and quoted text.

Uses the lenient policy of the standard library: its strict one fails on headers that real mail has.
"""

from __future__ import annotations

import binascii
import mimetypes
import re
from datetime import datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from email.utils import collapse_rfc2231_value, parsedate_to_datetime
from itertools import islice
from typing import Any

from qwen_finder.extraction.encoding import clean, decode

_MAX_HEADER = 1_000
_MAX_MULTIPARTS = 200
"""More than this many multiparts are hostile: parsing takes time for each line and each of them."""

_FOLDED = re.compile(r"\r?\n[ \t]*")
_MULTIPART = re.compile(rb"^content-type:\s*(?:multipart/|message/rfc822)", re.IGNORECASE | re.MULTILINE)
_QUOTED_FROM = re.compile(r"^>From ", re.MULTILINE)
_QUOTES = re.compile(r">*")
_SIGNATURE = "-- "


class _Raw(Compat32):
    """Headers as they stand, their odd bytes surrogate-escaped."""

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        return value


_POLICY = _Raw()


def parse(content: bytes) -> tuple[Message, bool]:
    """The message, and whether its parts were told apart: not when they are too many or too deep."""
    if next(islice(_MULTIPART.finditer(content), _MAX_MULTIPARTS, None), None):
        return _flat(content), False
    try:
        return message_from_bytes(content, policy=_POLICY), True
    except RecursionError:
        return _flat(content), False


def _flat(content: bytes) -> Message:
    """A message of one plain part, whatever it says it has."""
    head, gap, body = re.sub(rb"\r\n", b"\n", content).partition(b"\n\n")
    message = message_from_bytes(head + gap, policy=_POLICY)
    del message["content-type"]
    del message["content-transfer-encoding"]
    message.set_payload(body.decode("ascii", "surrogateescape"))
    return message


def header(message: Message, name: str) -> str:
    """The first header of this name as people read it; "" when there is none."""
    return words(message.get(name, ""))


def words(raw: str) -> str:
    """A raw header value decoded, on one line."""
    value = _FOLDED.sub(" ", _unescaped(str(raw)[: 20 * _MAX_HEADER]))
    try:
        pieces = decode_header(value) if "=?" in value else [(value, None)]
    except (HeaderParseError, binascii.Error, ValueError):
        pieces = [(value, None)]
    text = "".join(piece if isinstance(piece, str) else _piece(piece, charset) for piece, charset in pieces)
    text = " ".join(clean(text).split())
    return text if len(text) <= _MAX_HEADER else text[: _MAX_HEADER - 1] + "…"


def _piece(piece: bytes, charset: str | None) -> str:
    return piece.decode("raw-unicode-escape", "replace") if charset is None else decode(piece, charset)


def _unescaped(value: str) -> str:
    """Bytes that are no ASCII decoded; where they are not allowed they are there all the same."""
    if value.isascii():
        return value
    return decode(value.encode("utf-8", "surrogateescape"))


def date_of(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(header(message, "date"))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def file_name(part: Message, number: int) -> str:
    """What an attachment is called; by its type when it has no name."""
    try:
        value = part.get_param("filename", None, "content-disposition") or part.get_param("name", None)
        name = words(collapse_rfc2231_value(value, "replace")) if value else ""
    except (LookupError, ValueError, TypeError, AttributeError):
        name = ""
    return name or f"part {number}{mimetypes.guess_extension(part.get_content_type()) or ''}"


def has_name(part: Message) -> bool:
    return part.get_param("filename", None, "content-disposition") is not None or (
        part.get_param("name", None) is not None
    )


def content_of(part: Message) -> bytes:
    """The decoded bytes of a part that is not a multipart."""
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, binascii.Error, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def text_of(part: Message, max_characters: int) -> str:
    """The text of a part of type text/*, about ``max_characters`` of it."""
    try:
        charset = part.get_param("charset", "")
        declared = collapse_rfc2231_value(charset) if charset else ""
    except (LookupError, ValueError, TypeError):
        declared = ""
    text = _QUOTED_FROM.sub("From ", decode(content_of(part)[: 4 * max_characters], declared.strip(" '\"")))
    if str(part.get_param("format", "")).lower() == "flowed":
        return unflowed(text, delete_space=str(part.get_param("delsp", "")).lower() == "yes")
    return text


def unflowed(text: str, *, delete_space: bool = False) -> str:
    """Text of format=flowed (RFC 3676) with its soft line ends taken out."""
    paragraphs: list[list[str]] = []
    open_quote: str | None = None
    for line in text.split("\n"):
        quote = _QUOTES.match(line)
        marks = quote[0] if quote else ""
        words = line[len(marks) :].removeprefix(" ")
        flows = words.endswith(" ") and words != _SIGNATURE
        if open_quote != marks or words == _SIGNATURE:
            paragraphs.append([f"{marks} "] if marks else [])
        paragraphs[-1].append(words[:-1] if flows and delete_space else words)
        open_quote = marks if flows else None
    return "\n".join(map("".join, paragraphs))
