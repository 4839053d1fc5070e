"""A ZIP file that holds itself: unpack it and there it is again, for ever.

A deflate stream can print itself when its parts are arranged so that each literal block prints the
header of a later one (the idea is Russ Cox's, "Zip files all the way down", 2010). Around the stream stand
the ZIP's headers, which hold the checksum of the whole; it is linear in itself, so it is solved for.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable

_NAME = b"again.zip"
_LENGTHS = ((3, 257, 0), (4, 258, 0), (5, 259, 0), (6, 260, 0), (7, 261, 0), (8, 262, 0), (9, 263, 0),
            (10, 264, 0), (11, 265, 1), (13, 266, 1), (15, 267, 1), (17, 268, 1), (19, 269, 2), (23, 270, 2),
            (27, 271, 2), (31, 272, 2), (35, 273, 3), (43, 274, 3), (51, 275, 3), (59, 276, 3), (67, 277, 4),
            (83, 278, 4), (99, 279, 4), (115, 280, 4), (131, 281, 5), (163, 282, 5), (195, 283, 5),
            (227, 284, 5))  # fmt: skip
_DISTANCES = ((1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4),
              (49, 4), (65, 5), (97, 5), (129, 6), (193, 6), (257, 7))  # fmt: skip


def zip_quine() -> bytes:
    """The ZIP file whose only member, ``again.zip``, is the file itself."""
    # The length of the stream stands in its own headers; a second pass knows it.
    draft = _file(0, 0, 0)
    compressed = len(draft) - len(_local(0, 0, 0)) - len(_directory(0, 0, 0))
    return _with_own_checksum(lambda crc: _file(crc, compressed, len(draft)))


def _file(crc: int, compressed: int, size: int) -> bytes:
    prefix = _local(crc, compressed, size)
    suffix = _directory(crc, compressed, size)
    whole = len(prefix) + 5
    literal_whole = _literal_header(whole)
    # Chosen so that both circles below repeat the same number of bytes.
    repeat_whole, repeat_four = next(
        (first, second)
        for first in _repeats(whole)
        for second in _repeats(len(first) + 15)
        if len(first) + 15 == 2 * len(second) + 10
    )
    literal_repeat, literal_header = _literal_header(len(repeat_whole)), _literal_header(5)
    literal_four = _literal_header(len(repeat_whole) + 15)
    tail_size = next(
        size
        for size in range(len(suffix), len(suffix) + 60)
        if any(len(one) + 2 + len(suffix) == size for one in _repeats(size))
    )
    repeat_tail = next(one for one in _repeats(tail_size) if len(one) + 2 + len(suffix) == tail_size)
    tail = repeat_tail + b"\3\0"
    literal_tail = _literal_header(tail_size)
    circle = (repeat_four + literal_four) * 2
    repeat_two = next(iter(_repeats_with_own_length()))
    switch = repeat_two + literal_tail
    switch = bytes(len(circle) - len(switch)) + switch
    stream = [
        literal_whole, prefix, literal_whole,
        repeat_whole,
        literal_repeat, repeat_whole,
        literal_header, literal_repeat,
        literal_four, repeat_whole, literal_header, literal_repeat, literal_four,
        repeat_four,
        literal_four, circle,
        repeat_four,
        literal_four, switch,
        repeat_two,
        literal_tail, tail, suffix,
        tail,
    ]  # fmt: skip
    return prefix + b"".join(stream) + suffix


def _literal_header(count: int) -> bytes:
    """Head of a stored block: the next ``count`` bytes are printed."""
    return struct.pack("<BHH", 0, count, count ^ 0xFFFF)


@functools.cache
def _repeats(count: int) -> list[bytes]:
    """Ways to write "print the last ``count`` bytes again", each ending at a byte."""
    splits = [[count]] if count <= 226 else []
    for parts in (2, 3, 4, 5):
        for first in range(3, count // parts + 1):
            last = count - first * (parts - 1)
            if 3 <= last <= 226:
                splits.append([first] * (parts - 1) + [last])
    found: dict[int, bytes] = {}
    for split in splits:
        written = _repeat(split, count)
        found.setdefault(len(written), written)
    return list(found.values())


@functools.cache
def _repeats_with_own_length() -> list[bytes]:
    """Ways to write "print again as many bytes as this and a literal header have"."""
    return [one for count in range(10, 60) for one in _repeats(count) if len(one) + 5 == count]


def _repeat(lengths: list[int], distance: int) -> bytes:
    bits = [0, 1, 0]
    for length in lengths:
        bits += _length_bits(length) + _distance_bits(distance)
    bits += [0] * 7
    # An empty stored block, to end at a byte.
    bits += [0, 0, 0]
    bits += [0] * (-len(bits) % 8)
    packed = bytes(sum(bit << n for n, bit in enumerate(bits[at : at + 8])) for at in range(0, len(bits), 8))
    return packed + b"\0\0\xff\xff"


def _length_bits(length: int) -> list[int]:
    base, symbol, extra = next(row for row in reversed(_LENGTHS) if row[0] <= length)
    code, width = (symbol - 256, 7) if symbol < 280 else (symbol - 280 + 0xC0, 8)
    return _huffman(code, width) + _plain(length - base, extra)


def _distance_bits(distance: int) -> list[int]:
    symbol, (base, extra) = next(
        (n, row) for n, row in reversed(list(enumerate(_DISTANCES))) if row[0] <= distance
    )
    return _huffman(symbol, 5) + _plain(distance - base, extra)


def _huffman(code: int, width: int) -> list[int]:
    return [code >> bit & 1 for bit in reversed(range(width))]


def _plain(value: int, width: int) -> list[int]:
    return [value >> bit & 1 for bit in range(width)]


def _local(crc: int, compressed: int, size: int) -> bytes:
    head = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 8, 0, 23585, crc, compressed, size, len(_NAME), 0)
    return head + _NAME


def _directory(crc: int, compressed: int, size: int) -> bytes:
    entry = struct.pack(
        "<4s6H3I5H2I",
        *(b"PK\1\2", 20, 20, 0, 8, 0, 23585, crc, compressed, size, len(_NAME), 0, 0, 0, 0, 0, 0),
    )
    start = 30 + len(_NAME) + compressed
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(entry) + len(_NAME), start, 0)
    return entry + _NAME + end


def _with_own_checksum(make: Callable[[int], bytes]) -> bytes:
    """``make(x)`` for the x that is its CRC-32.

    Written as bits, the checksum of the file is A·x + c, so (A + 1)·x = c is solved by elimination.
    """
    constant = zlib.crc32(make(0))
    rows = [0] * 32
    for column in range(32):
        effect = zlib.crc32(make(1 << column)) ^ constant ^ 1 << column
        for row in range(32):
            rows[row] |= (effect >> row & 1) << column
    rows = [bits | (constant >> row & 1) << 32 for row, bits in enumerate(rows)]
    for column in range(32):
        pivot = next(row for row in range(column, 32) if rows[row] >> column & 1)
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(32):
            if row != column and rows[row] >> column & 1:
                rows[row] ^= rows[column]
    return make(sum((rows[column] >> 32) << column for column in range(32)))
