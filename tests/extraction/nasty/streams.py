"""Compressed streams of any length, made in no time: what bombs are filled with."""

from __future__ import annotations

import functools
import random
import struct
import zlib

BLOCK = 1 << 20


def noise(count: int, seed: int = 1) -> bytes:
    """Bytes that look random and are always the same."""
    return random.Random(seed).randbytes(count)


def deflated(filler: bytes, blocks: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    """Raw deflate stream of ``head``, ``filler`` repeated ``blocks`` times, and ``tail``.

    The filler is compressed once: after a full flush a block depends on nothing before it and may be
    repeated.
    """
    compressor = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = compressor.compress(head) + compressor.flush(zlib.Z_FULL_FLUSH)
    block = compressor.compress(filler) + compressor.flush(zlib.Z_FULL_FLUSH)
    return start + block * blocks + compressor.compress(tail) + compressor.flush(zlib.Z_FINISH)


def zeros_deflated(count: int) -> bytes:
    """Raw deflate stream of ``count`` zero bytes, a multiple of a mebibyte."""
    return deflated(bytes(BLOCK), count // BLOCK)


def zeros_zlib(count: int) -> bytes:
    """zlib stream of ``count`` zero bytes, a multiple of a mebibyte, with the right checksum."""
    return b"\x78\xda" + zeros_deflated(count) + struct.pack(">I", (count % 65521) << 16 | 1)


def zeros_gzip(count: int) -> bytes:
    """gzip file of ``count`` zero bytes, a multiple of a mebibyte, with the right checksum and length."""
    return (
        b"\x1f\x8b\x08\0\0\0\0\0\x02\xff"
        + zeros_deflated(count)
        + struct.pack("<II", crc_of_zeros(count), count & 0xFFFFFFFF)
    )


@functools.cache
def crc_of_zeros(count: int) -> int:
    """CRC-32 of ``count`` zero bytes in logarithmic time.

    One zero byte turns a checksum x into A·x + c over bits; ``count`` of them is that map, squared and
    multiplied, applied to nothing.
    """
    constant = zlib.crc32(b"\0")
    columns = [zlib.crc32(b"\0", 1 << bit) ^ constant for bit in range(32)]
    all_columns, all_constant = [1 << bit for bit in range(32)], 0
    for bit in f"{count:b}":
        all_constant ^= _times(all_columns, all_constant)
        all_columns = [_times(all_columns, column) for column in all_columns]
        if bit == "1":
            all_constant = _times(columns, all_constant) ^ constant
            all_columns = [_times(columns, column) for column in all_columns]
    return all_constant


def _times(columns: list[int], value: int) -> int:
    product = 0
    for bit, column in enumerate(columns):
        if value >> bit & 1:
            product ^= column
    return product
