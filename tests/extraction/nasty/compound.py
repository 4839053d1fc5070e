"""OLE compound files, the container of DOC, XLS, PPT, MSG and of encrypted OOXML, sound or damaged."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_MINI_STREAM_CUTOFF = 4096
_ENTRIES_PER_SECTOR = SECTOR // 128


def compound(
    streams: Mapping[str, bytes],
    *,
    looping_sectors: bool = False,
    looping_directory: bool = False,
    sector_shift: int = 9,
) -> bytes:
    """A version 3 file whose root holds ``streams``.

    Streams are padded to 4,096 bytes, so that none goes into the mini stream. ``looping_sectors``: the
    last sector of each stream leads back to its first. ``looping_directory``: each entry is its own
    sibling. ``sector_shift`` is what the header claims; anything but 9 is a lie.
    """
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    contents = [_padded(streams[name], max(len(streams[name]), _MINI_STREAM_CUTOFF)) for name in names]
    directory_sectors = (len(names) + 1 + _ENTRIES_PER_SECTOR - 1) // _ENTRIES_PER_SECTOR
    data_sectors = sum(len(content) // SECTOR for content in contents)
    fat_sectors = 1
    while fat_sectors * (SECTOR // 4) < fat_sectors + directory_sectors + data_sectors:
        fat_sectors += 1
    fat = [_FAT] * fat_sectors + _chain(fat_sectors, directory_sectors, loop=False)
    starts = []
    for content in contents:
        starts.append(len(fat))
        fat += _chain(len(fat), len(content) // SECTOR, loop=looping_sectors)
    fat += [_FREE] * (fat_sectors * (SECTOR // 4) - len(fat))
    entries = [_entry("Root Entry", 5, child=1 if names else _NONE)]
    for position, name in enumerate(names, start=1):
        right = position if looping_directory else position + 1 if position < len(names) else _NONE
        size = max(len(streams[name]), _MINI_STREAM_CUTOFF)
        entries.append(_entry(name, 2, right=right, start=starts[position - 1], size=size))
    header = struct.pack(
        "<8s16s6H10I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        sector_shift,
        6,
        0,
        0,
        0,
        fat_sectors,
        fat_sectors,
        0,
        _MINI_STREAM_CUTOFF,
        _END,
        0,
        _END,
        0,
    )
    difat = [*range(fat_sectors)] + [_FREE] * (109 - fat_sectors)
    return b"".join(
        [
            header,
            struct.pack("<109I", *difat),
            struct.pack(f"<{len(fat)}I", *fat),
            _padded(b"".join(entries), directory_sectors * SECTOR),
            *contents,
        ]
    )


def _chain(first: int, count: int, *, loop: bool) -> list[int]:
    return [*range(first + 1, first + count), first if loop else _END]


def _padded(content: bytes, size: int) -> bytes:
    size = (size + SECTOR - 1) // SECTOR * SECTOR
    return content + bytes(size - len(content))


def _entry(
    name: str, kind: int, *, child: int = _NONE, right: int = _NONE, start: int = _END, size: int = 0
) -> bytes:
    encoded = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3I16sI8s8sIQ",
        encoded,
        len(encoded) + 2,
        kind,
        1,
        _NONE,
        right,
        child,
        b"",
        0,
        b"",
        b"",
        start,
        size,
    )
