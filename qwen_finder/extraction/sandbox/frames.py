"""Messages on a pipe: a head of JSON, a body of text and one of bytes, each with its length before it.

Plain values only: a process that was taken over by the file it reads must not be able to make another one
do anything. The bodies are not JSON because they may be long: so they are copied instead of parsed.
"""

from __future__ import annotations

import json
import struct
from typing import IO, NamedTuple

# More than any honest answer has; who says more is not read.
MOST_HEAD_BYTES = 64 << 20
MOST_TEXT_BYTES = 1 << 30
MOST_BODY_BYTES = 1 << 26

_LENGTHS = struct.Struct("<III")


class Malformed(ValueError):
    """What came over the pipe is no message."""


class Frame(NamedTuple):
    """A message as it is sent: encoded JSON, encoded text and plain bytes."""

    head: bytes
    text: bytes = b""
    body: bytes = b""


def pack(head: object, text: str = "", body: bytes = b"") -> Frame:
    """Strings may hold lone surrogates, as names of files do. Raises ValueError when they are too long."""
    packed = Frame(_encode(json.dumps(head, ensure_ascii=False, separators=(",", ":"))), _encode(text), body)
    if _too_long(*map(len, packed)):
        raise ValueError("the message is too long")
    return packed


def unpack(frame: Frame) -> tuple[object, str]:
    """Head and text; what the body's bytes are is up to the head. Raises Malformed."""
    try:
        return json.loads(frame.head.decode("utf-8", "surrogatepass")), frame.text.decode(
            "utf-8", "surrogatepass"
        )
    except (ValueError, RecursionError) as error:
        raise Malformed("the message is not JSON with a text") from error


def send(stream: IO[bytes], frame: Frame) -> None:
    """Raises OSError when nobody listens any more."""
    stream.write(_LENGTHS.pack(*map(len, frame)) + frame.head)
    for body in (frame.text, frame.body):
        if body:
            stream.write(body)
    stream.flush()


def receive(stream: IO[bytes]) -> Frame | None:
    """The next message, None at the end of the stream. Raises Malformed."""
    lengths = stream.read(_LENGTHS.size)
    if not lengths:
        return None
    if len(lengths) < _LENGTHS.size:
        raise Malformed("the stream ended within a message")
    counts: tuple[int, int, int] = _LENGTHS.unpack(lengths)
    if _too_long(*counts):
        raise Malformed("the message is too long")
    frame = Frame(*(stream.read(count) if count else b"" for count in counts))
    if any(len(part) < count for part, count in zip(frame, counts, strict=True)):
        raise Malformed("the stream ended within a message")
    return frame


def _too_long(head: int, text: int, body: int) -> bool:
    return head > MOST_HEAD_BYTES or text > MOST_TEXT_BYTES or body > MOST_BODY_BYTES


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
