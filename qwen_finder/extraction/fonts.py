"""Fonts by the names in them: family, style, designer, copyright, what the maker says about it.

Only the "name" table is read; no library is light enough for that alone. Compressed WOFF 2 is not read.
"""

from __future__ import annotations

import struct
import zlib

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import name_of

_FULL_NAME = 4
_NAMES = {1: "Family", 2: "Style", 9: "Designer", 8: "Manufacturer", 10: "Description", 0: "Copyright"}
"""Name ids of the OpenType specification, in the order of the text."""
_MAX_TABLE = 1 << 20
_MAX_RECORDS = 2_000
_MACINTOSH = 1


def read_font(source: Source, limits: Limits) -> Document:
    """The names as one segment. Raises FileError "file.broken", and "file.no_reader" for WOFF 2."""
    if source.head.startswith(b"wOF2"):
        raise FileError(
            "file.no_reader",
            f"{source.path} is a WOFF 2 font, whose names are not read.",
            "It is found by its name only.",
            skipped=True,
        )
    try:
        names = _names(_name_table(source))
    except (struct.error, zlib.error, ValueError) as error:
        raise FileError(
            "file.broken", f"{source.path} is not a whole font.", "It is found by its name only."
        ) from error
    title = next(iter(names.get(_FULL_NAME, names.get(1, {"": None}))))
    lines = [title, *(f"{label}: {', '.join(names[id])}" for id, label in _NAMES.items() if id in names)]
    text = "\n".join(line for line in lines if line)[: limits.max_characters]
    return Document(Kind.OTHER, (Segment(text),) if text else (), "", name_of(title))


def _name_table(source: Source) -> bytes:
    stream = source.stream()
    head = stream.read(44)
    start = 0
    if head.startswith(b"ttcf"):
        (start,) = struct.unpack_from(">I", head, 12)
        stream.seek(start)
        head = stream.read(12)
    is_woff = head.startswith(b"wOFF")
    (count,) = struct.unpack_from(">H", head, 12 if is_woff else 4)
    entry, offset = (20, 44) if is_woff else (16, start + 12)
    stream.seek(offset)
    directory = stream.read(entry * count)
    for at in range(0, len(directory) - entry + 1, entry):
        if directory[at : at + 4] != b"name":
            continue
        if is_woff:
            where, packed, size = struct.unpack_from(">III", directory, at + 4)
        else:
            where, size = struct.unpack_from(">II", directory, at + 8)
            packed = size
        stream.seek(where)
        table = stream.read(min(packed, _MAX_TABLE))
        return zlib.decompressobj().decompress(table, _MAX_TABLE) if packed < size else table
    return b"\0" * 6


def _names(table: bytes) -> dict[int, dict[str, None]]:
    """Name id → its distinct values in all languages, English first."""
    _, count, strings = struct.unpack_from(">HHH", table)
    found: list[tuple[bool, int, str]] = []
    for index in range(min(count, _MAX_RECORDS)):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * index)
        if name != _FULL_NAME and name not in _NAMES:
            continue
        raw = table[strings + offset : strings + offset + length]
        text = raw.decode("mac-roman" if platform == _MACINTOSH else "utf-16-be", "replace")
        if text := " ".join(clean(text).split()):
            found.append((language not in (0, 0x409), name, text))
    names: dict[int, dict[str, None]] = {}
    for _, name, text in sorted(found, key=lambda entry: entry[0]):
        names.setdefault(name, {})[text] = None
    return names
