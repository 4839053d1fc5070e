"""Messages on a pipe: a head of JSON and a body of text, each with its length before it.

Plain values only: a process that was taken over by the file it reads must not be able to make another one
do anything. The body is not JSON because it may be long: so it is copied instead of parsed.
"""

from __future__ import annotations

import json
import struct
from typing import IO, NamedTuple

# More than any honest answer has; who says more is not read.
MOST_HEAD_BYTES = 64 << 20
MOST_TEXT_BYTES = 1 << 30

_LENGTHS = struct.Struct("<II")


class Malformed(ValueError):
    """What came over the pipe is no message."""


class Frame(NamedTuple):
    """A message as it is sent: encoded JSON and encoded text."""

    head: bytes
    text: bytes = b""


def pack(head: object, text: str = "") -> Frame:
    """Strings may hold lone surrogates, as names of files do. Raises ValueError when they are too long."""
    packed = Frame(_encode(json.dumps(head, ensure_ascii=False, separators=(",", ":"))), _encode(text))
    if len(packed.head) > MOST_HEAD_BYTES or len(packed.text) > MOST_TEXT_BYTES:
        raise ValueError("the message is too long")
    return packed


def unpack(frame: Frame) -> tuple[object, str]:
    """Head and text. Raises Malformed."""
    try:
        return json.loads(frame.head.decode("utf-8", "surrogatepass")), frame.text.decode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("the message is not JSON with a text") from error


def send(stream: IO[bytes], frame: Frame) -> None:
    """Raises OSError when nobody listens any more."""
    stream.write(_LENGTHS.pack(len(frame.head), len(frame.text)) + frame.head)
    if frame.text:
        stream.write(frame.text)
    stream.flush()


def receive(stream: IO[bytes]) -> Frame | None:
    """The next message, None at the end of the stream. Raises Malformed."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise Malformed("the stream ended within a message")
    head_bytes, text_bytes = _LENGTHS.unpack(lengths)
    if head_bytes > MOST_HEAD_BYTES or text_bytes > MOST_TEXT_BYTES:
        raise Malformed("the message is too long")
    frame = Frame(stream.read(head_bytes), stream.read(text_bytes) if text_bytes else b"")
    if len(frame.head) < head_bytes or len(frame.text) < text_bytes:
        raise Malformed("the stream ended within a message")
    return frame


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
