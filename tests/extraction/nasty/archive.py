"""ZIP files written byte by byte, so that every header can lie."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from .streams import crc_of_zeros, zeros_deflated

STORED, DEFLATED = 0, 8
UTF_8_NAME, ENCRYPTED = 0x800, 0x1
_DOS_TIME, _DOS_DATE = 0, 45 << 9 | 1 << 5 | 1


@dataclass(frozen=True, slots=True)
class Member:
    """One member as it stands in the file: ``content`` is packed, ``size`` what it says it unpacks to."""

    name: bytes
    content: bytes
    method: int
    crc: int
    size: int
    flags: int = UTF_8_NAME
    mode: int = 0


def member(name: str, content: bytes, *, flags: int = UTF_8_NAME, mode: int = 0) -> Member:
    """An honest deflated member."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return Member(name.encode(), packed, DEFLATED, zlib.crc32(content), len(content), flags, mode)


def stored(name: str, content: bytes) -> Member:
    """An honest member that is not packed."""
    return Member(name.encode(), content, STORED, zlib.crc32(content), len(content))


def zeros(name: str, count: int) -> Member:
    """A member of ``count`` zero bytes, a multiple of a mebibyte."""
    return Member(name.encode(), zeros_deflated(count), DEFLATED, crc_of_zeros(count), count)


def pack(members: Sequence[Member], *, prefix: bytes = b"", comment: bytes = b"") -> bytes:
    """A ZIP file of these members, after ``prefix``."""
    body, central = [prefix], []
    offset = len(prefix)
    for one in members:
        local = _local(one)
        central.append(_central(one, offset))
        body += [local, one.content]
        offset += len(local) + len(one.content)
    directory = b"".join(central)
    return b"".join(body) + directory + _end(len(members), len(directory), offset, comment)


def overlapping(one: Member, count: int) -> bytes:
    """``count`` directory entries that all unpack the same stretch of the file."""
    local = _local(one)
    offset = len(local) + len(one.content)
    directory = b"".join(
        _central(Member(b"%d.txt" % n, one.content, one.method, one.crc, one.size), 0) for n in range(count)
    )
    return local + one.content + directory + _end(count, len(directory), offset, b"")


def _local(one: Member) -> bytes:
    return (
        struct.pack(
            "<4s5H3I2H",
            b"PK\x03\x04",
            20,
            one.flags,
            one.method,
            _DOS_TIME,
            _DOS_DATE,
            one.crc,
            len(one.content),
            one.size,
            len(one.name) & 0xFFFF,
            0,
        )
        + one.name
    )


def _central(one: Member, offset: int) -> bytes:
    return (
        struct.pack(
            "<4s6H3I5H2I",
            b"PK\x01\x02",
            0x0314,
            20,
            one.flags,
            one.method,
            _DOS_TIME,
            _DOS_DATE,
            one.crc,
            len(one.content),
            one.size,
            len(one.name) & 0xFFFF,
            0,
            0,
            0,
            0,
            one.mode << 16,
            offset,
        )
        + one.name
    )


def _end(count: int, size: int, offset: int, comment: bytes) -> bytes:
    count = min(count, 0xFFFF)
    return struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, offset, len(comment)) + comment
