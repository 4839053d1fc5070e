"""Photos as cameras save them raw: the JPEG preview that each of them carries.

Every maker has a format of its own and all of them put a finished JPEG in it, somewhere. It is found by its
own marks, so that no format has to be understood. The raw pixels are never developed.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

_NAMES = "3fr arw cr2 cr3 crw dng erf iiq mef mos nef nrw orf pef raf raw rw2 rwl sr2 srf srw"
EXTENSIONS = frozenset(_NAMES.split())

_START = b"\xff\xd8\xff"
_BLOCK = 1 << 20
_MOST_HEADER = 1 << 20
_MOST_CANDIDATES = 64
# Baseline, extended and progressive. The others are lossless: the raw pixels themselves, in some formats.
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_OTHER_FRAMES = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_SCAN, _END = 0xDA, 0xD9
_BITS_PER_SAMPLE = 8


class Preview(NamedTuple):
    """Where a JPEG begins in the file, and its size in pixels."""

    start: int
    width: int
    height: int


def largest_preview(stream: BinaryIO, size: int) -> Preview | None:
    """The largest JPEG that ordinary decoders can read among the ``size`` bytes of a seekable file."""
    best: Preview | None = None
    for tried, start in enumerate(_starts(stream, size)):
        if tried == _MOST_CANDIDATES:
            break
        found = _preview_at(stream, start)
        if found and (best is None or found.width * found.height > best.width * best.height):
            best = found
    return best


def _starts(stream: BinaryIO, size: int) -> list[int]:
    found = []
    position = 0
    held = b""
    while position < size:
        stream.seek(position)
        block = stream.read(_BLOCK)
        if not block:
            break
        text = held + block
        at = text.find(_START)
        while at >= 0:
            found.append(position - len(held) + at)
            at = text.find(_START, at + 1)
        held = text[-2:]
        position += len(block)
    return found


def _preview_at(stream: BinaryIO, start: int) -> Preview | None:
    """The JPEG that begins at ``start``; None when the marks there belong to something else."""
    stream.seek(start)
    header = stream.read(_MOST_HEADER)
    position = 2
    while position + 9 < len(header) and header[position] == 0xFF:
        marker = header[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _OTHER_FRAMES or marker in (_SCAN, _END):
            return None
        (length,) = struct.unpack_from(">H", header, position + 2)
        if marker in _FRAMES:
            bits, height, width = struct.unpack_from(">BHH", header, position + 4)
            return Preview(start, width, height) if bits == _BITS_PER_SAMPLE and width and height else None
        position += 2 + length
    return None
