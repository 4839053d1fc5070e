"""Writes compound files (OLE), for the one sample that no free program makes: an Outlook message.

Version 3, sectors of 512 bytes, small streams in the mini stream, as Outlook writes them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime

_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_STORAGE, _STREAM, _ROOT = 1, 2, 5

Tree = dict[str, "bytes | Tree"]
"""Names to streams (bytes) and storages (trees)."""


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    children: list[int] = field(default_factory=list)
    left: int = _FREE
    right: int = _FREE
    child: int = _FREE
    start: int = _END
    size: int = 0


def compound_file(tree: Tree) -> bytes:
    """The bytes of a compound file that holds ``tree``."""
    entries = [_Entry("Root Entry", _ROOT)]
    _collect(entries, 0, tree)
    sectors: list[bytes] = []
    fat: list[int] = []
    mini, mini_fat = bytearray(), list[int]()
    for entry in entries[1:]:
        entry.size = len(entry.content)
        if entry.kind == _STREAM and entry.size >= _CUTOFF:
            entry.start = _append(sectors, fat, entry.content)
        elif entry.size:
            entry.start = len(mini_fat)
            count = -(-entry.size // _MINI)
            mini_fat += [*range(entry.start + 1, entry.start + count), _END]
            mini += entry.content.ljust(count * _MINI, b"\0")
    root = entries[0]
    root.size, root.start = len(mini), _append(sectors, fat, bytes(mini))
    mini_start = _append(sectors, fat, _numbers(mini_fat))
    directory = b"".join(_packed(entry) for entry in entries)
    directory_start = _append(sectors, fat, directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    fat_count = 1
    while fat_count * _SECTOR // 4 < len(fat) + fat_count:
        fat_count += 1
    fat_start = len(fat)
    fat += [_FAT] * fat_count
    fat_bytes = _numbers(fat).ljust(fat_count * _SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_start, 0, _CUTOFF,
        mini_start, -(-len(mini_fat) * 4 // _SECTOR), _END, 0,
    )  # fmt: skip
    difat = b"".join(struct.pack("<I", fat_start + number) for number in range(fat_count))
    return header + difat.ljust(109 * 4, b"\xff") + b"".join(sectors) + fat_bytes


def _collect(entries: list[_Entry], parent: int, tree: Tree) -> None:
    numbers = []
    for name, content in tree.items():
        numbers.append(len(entries))
        is_stream = isinstance(content, bytes)
        entries.append(_Entry(name, _STREAM if is_stream else _STORAGE))
        if isinstance(content, bytes):
            entries[-1].content = content
        else:
            _collect(entries, numbers[-1], content)
    numbers.sort(key=lambda number: (len(entries[number].name), entries[number].name.upper()))
    entries[parent].child = _balanced(entries, numbers)


def _balanced(entries: list[_Entry], numbers: list[int]) -> int:
    if not numbers:
        return _FREE
    middle = len(numbers) // 2
    entry = entries[numbers[middle]]
    entry.left = _balanced(entries, numbers[:middle])
    entry.right = _balanced(entries, numbers[middle + 1 :])
    return numbers[middle]


def _append(sectors: list[bytes], fat: list[int], content: bytes) -> int:
    """Adds ``content`` as a chain of sectors; the number of its first."""
    if not content:
        return _END
    start = len(fat)
    count = -(-len(content) // _SECTOR)
    sectors.append(content.ljust(count * _SECTOR, b"\0"))
    fat += [*range(start + 1, start + count), _END]
    return start


def _numbers(numbers: list[int]) -> bytes:
    packed = struct.pack(f"<{len(numbers)}I", *numbers)
    return packed.ljust(-(-len(packed) // _SECTOR) * _SECTOR, b"\xff")


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le")
    black = 1
    return struct.pack(
        "<64sHBBIII16xI16xII4x",
        name, len(name) + 2, entry.kind, black, entry.left, entry.right, entry.child, 0,
        entry.start if entry.kind != _STORAGE else 0, entry.size,
    )  # fmt: skip


def outlook_message(
    subject: str,
    sender: tuple[str, str],
    recipient: tuple[str, str],
    body: str,
    attachments: dict[str, bytes],
    sent: datetime,
) -> bytes:
    """An Outlook message with a plain body; ``sender`` and ``recipient`` are (name, address)."""
    ticks = int((sent - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    fixed = struct.pack("<8xIIII8x", 1, len(attachments), 1, len(attachments))
    fixed += _property(0x0039, 0x0040, ticks)
    tree: Tree = {
        "__properties_version1.0": fixed,
        "__nameid_version1.0": dict.fromkeys(_NAMED, b""),
        **_text(0x001A, "IPM.Note"),
        **_text(0x0037, subject),
        **_text(0x0C1A, sender[0]),
        **_text(0x0C1F, sender[1]),
        **_text(0x1000, body),
        "__recip_version1.0_#00000000": {
            "__properties_version1.0": bytes(8) + _property(0x0C15, 0x0003, 1),
            **_text(0x3001, recipient[0]),
            **_text(0x3003, recipient[1]),
        },
    }
    for number, (name, content) in enumerate(attachments.items()):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8) + _property(0x3705, 0x0003, 1),
            "__substg1.0_37010102": content,
            **_text(0x3707, name),
        }
    return compound_file(tree)


_NAMED = ("__substg1.0_00020102", "__substg1.0_00030102", "__substg1.0_00040102")


def _text(tag: int, text: str) -> Tree:
    return {f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le")}


def _property(tag: int, kind: int, value: int) -> bytes:
    readable_and_writable = 6
    return struct.pack("<HHIQ", kind, tag, readable_and_writable, value)
