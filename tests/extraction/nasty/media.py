"""Music, films and fonts whose sizes lie. Their phrase stands in their tags, where they have one."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from .case import BROKEN, EMPTY, Nasty, either
from .streams import noise, zeros_zlib

PHRASE = "the organist rehearses in the boathouse"
REFUSED = (BROKEN, EMPTY, "file.no_reader", "file.binary", "file.no_text")


def cases() -> Iterator[Nasty]:
    """Every nasty file of sound, film or type."""
    yield _media(
        "huge_tag.mp3",
        "a tag that claims 256 MB",
        lambda: b"ID3\4\0\0\x7f\x7f\x7f\x7f" + _title() + noise(900),
    )
    yield _media(
        "frame.mp3", "a frame that claims 4 GB", lambda: _tag(b"TIT2\xff\xff\xff\xff\0\0\3" + noise(90))
    )
    yield _media("bomb.mp3", "a packed frame of 1 GB", _tag_bomb)
    yield _media("frames.mp3", "200,000 frames", lambda: _tag(_title() * 200_000))
    yield _media("noise.mp3", "noise called .mp3", lambda: noise(90_000))
    yield _media("comments.flac", "claims four billion comments", lambda: _flac(_vorbis(0xFFFFFFFF)))
    yield _media("vendor.flac", "a vendor of 4 GB", lambda: _flac(b"\xff\xff\xff\xff" + noise(90)))
    yield _media("cut.ogg", "cut in its first page", lambda: b"OggS\0\2" + bytes(8) + noise(30))
    yield _media(
        "pages.ogg", "pages without an end", lambda: (b"OggS\0\1" + bytes(20) + b"\1\xff" + noise(255)) * 900
    )
    yield _media(
        "zero_box.mp4", "boxes of no size", lambda: _FTYP + (b"\0\0\0\0moov" + b"\0\0\0\1udta") * 900
    )
    yield _media("deep.mp4", "20,000 boxes in each other", _deep_boxes)
    yield _media(
        "huge_box.mp4", "a box of 8 exabytes", lambda: _FTYP + b"\0\0\0\1moov\x7f" + b"\xff" * 7 + noise(90)
    )
    yield _media("cut.m4a", "cut in its first box", lambda: b"\0\0\0\x18ftypM4A ")
    yield _media(
        "size.wav",
        "a piece that claims 4 GB",
        lambda: b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff" + noise(90),
    )
    yield _media(
        "lists.avi",
        "lists in each other",
        lambda: b"RIFF\xff\xff\xff\xffAVI " + b"LIST\xff\xff\xff\xffhdrl" * 9_000,
    )
    yield _media(
        "sizes.mkv",
        "elements of unknown size in each other",
        lambda: b"\x1aE\xdf\xa3\x80" + b"\x18S\x80g\x01" + b"\xff" * 90_000,
    )
    yield _media(
        "noise.wma", "noise behind a header", lambda: b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + noise(9000)
    )
    yield _media(
        "names.ttf", "names that lie behind the end", lambda: _font(b"\0\0\xff\xff\0\6" + noise(900))
    )
    yield _media("tables.ttf", "65,535 tables", lambda: b"\0\1\0\0\xff\xff" + noise(9000))
    yield _media("noise.woff2", "a web font of noise", lambda: b"wOF2" + noise(9000))
    yield _media(
        "fonts.ttc", "a collection of four billion fonts", lambda: b"ttcf\0\1\0\0\xff\xff\xff\xff" + noise(90)
    )
    yield _media("noise.gguf", "a model of noise", lambda: b"GGUF" + noise(9000))
    yield _media("noise.sqlite", "a database of noise", lambda: b"SQLite format 3\0" + noise(9000))


def _media(name: str, what: str, make: Callable[[], bytes]) -> Nasty:
    return either(name, what, make, "", *REFUSED)


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _tag(frames: bytes) -> bytes:
    return b"ID3\4\0\0" + _syncsafe(len(frames)) + frames + noise(900)


def _title() -> bytes:
    return b"TIT2" + _syncsafe(len(PHRASE) + 1) + b"\0\0\3" + PHRASE.encode()


def _tag_bomb() -> bytes:
    content = struct.pack(">I", 1 << 28) + zeros_zlib(1 << 30)
    return _tag(_title() + b"COMM" + _syncsafe(len(content)) + b"\0\x09" + content)


def _vorbis(count: int) -> bytes:
    comment = f"TITLE={PHRASE}".encode()
    return struct.pack("<I", 4) + b"test" + struct.pack("<II", count, len(comment)) + comment


def _flac(comments: bytes) -> bytes:
    info = b"\0" + (34).to_bytes(3, "big") + bytes(34)
    return b"fLaC" + info + b"\x84" + len(comments).to_bytes(3, "big") + comments + noise(90)


_FTYP = b"\0\0\0\x18ftypisom\0\0\0\0isommp42"


def _deep_boxes() -> bytes:
    depth = 20_000
    return _FTYP + b"".join(struct.pack(">I", 8 * (depth - n)) + b"moov" for n in range(depth))


def _font(names: bytes) -> bytes:
    table = b"name" + struct.pack(">III", 0, 28, len(names))
    return b"\0\1\0\0\0\1\0\x10\0\0\0\0" + table + names
