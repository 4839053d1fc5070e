"""Damaging files in the ways that find what readers take for granted.

Every change is drawn from a ``random.Random``, so that an input comes again from its seed. Packed formats are
unpacked, damaged inside and packed again: else their checksums would stop nearly everything at the door.
"""

from __future__ import annotations

import gzip
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

MOST_BYTES = 4_000_000
"""Larger results are cut: it is not size that is tried here."""

_WORDS = rb"""
    %PDF-1.7 stream endstream endobj xref trailer << >> [ ] ( /Length /Kids /Parent /Contents /Type/Page
    /Filter/FlateDecode obj R <!DOCTYPE <!ENTITY &amp; &#0; &#x110000; ]]> <![CDATA[ <!-- --> </ /> <? ?>
    <w:tbl> <w:p/> <row r="XFD1048576" t="s" <si> <table:table-cell text:c="2000000000" xmlns= xml:space
    mc:AlternateContent \bin9999999 \u-1 \'zz { } {\* \par \pard Content-Type: multipart/mixed boundary= --
    Content-Transfer-Encoding: base64 quoted-printable =?utf-8?b? From Subject: message/rfc822 charset=
    encoding="x-none" utf-16 NaN Infinity 1e999 -0 null true {"cells": "source": \ud800 Exif XMP JFIF IHDR
    IDAT tEXt iTXt ID3 TIT2 TXXX OggS fLaC moov udta meta ilst stsd name cmap ustar 00:00:00,000 WEBVTT
    BEGIN:VCARD END:VCALENDAR [InternetShortcut] http://[::1 file:///etc/passwd ../../ %00"""
_BYTES = (
    *(b"PK\1\2", b"PK\5\6", b"PK\3\4", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b\x08", b"\0", b"\xff\xff\xff\xff"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\r\n\r\n", b"\x1b$B", b"\xed\xa0\x80", b"\x80", b"\nFrom a b 00:00"),
)
TOKENS = (*_WORDS.split(), *_BYTES)

_NUMBERS = (
    0,
    1,
    2,
    7,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFE,
    0xFFFFFFFF,
)
_DIGITS = re.compile(rb"\d+")
_TEXT_NUMBERS = (b"0", b"-1", b"1", b"99999", b"2147483648", b"18446744073709551616", b"1e99", b"nan", b"")
_TAG = re.compile(rb"<[^<>]{1,200}>")
_PDF_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def mutated(content: bytes, others: Sequence[bytes], random: Random) -> bytes:
    """``content`` with one to four kinds of damage; ``others`` are files of its format to splice with."""
    inside = _inside(content)
    if inside is not None and random.random() < 0.8:
        content = inside(content, random)
        if random.random() < 0.8:
            return content[:MOST_BYTES]
    elif others and random.random() < 0.1:
        content = _spliced(content, random.choice(others), random)
    return _damaged(content, random)[:MOST_BYTES]


def _inside(content: bytes) -> Mutation | None:
    """How the inside of this format is reached."""
    if content.startswith(b"PK\3\4"):
        return _zip
    if content.startswith(b"\x1f\x8b"):
        return _gzip
    return _pdf if b"%PDF-" in content[:1024] else None


def _damaged(content: bytes, random: Random) -> bytes:
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        content = random.choice(_EVERYWHERE)(content, random)
    return content


def _zip(content: bytes, random: Random) -> bytes:
    """Members damaged, dropped, doubled, renamed or swapped."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError, zlib.error):
        return _damaged(content, random)
    if not members:
        return _damaged(content, random)
    for _ in range(random.choice((1, 1, 2, 3))):
        at = random.randrange(len(members))
        name, member = members[at]
        act = random.random()
        if act < 0.85:
            # Not always further in: a member may hold itself.
            deeper = _inside(member) if random.random() < 0.5 else None
            inside = deeper or (_marked_up if member.lstrip()[:1] == b"<" else _damaged)
            members[at] = name, inside(member, random)[:MOST_BYTES]
        elif act < 0.9 and len(members) > 1:
            members.pop(at)
        elif act < 0.95:
            members.append((random.choice(members)[0], member))
        else:
            members[at] = random.choice((name.upper(), f"../{name}", name[:-1], "", f"{name}/")), member
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, member in members:
            entry = zipfile.ZipInfo(name or "?")
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, member)
    return out.getvalue()


def _gzip(content: bytes, random: Random) -> bytes:
    try:
        inner = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        return _damaged(content, random)
    return gzip.compress(mutated(inner, (), random), mtime=0)


def _pdf(content: bytes, random: Random) -> bytes:
    """A packed stream damaged inside, or a number anywhere."""
    streams = list(_PDF_STREAM.finditer(content))
    if not streams or random.random() < 0.4:
        return random.choice((_number_in_text, _damaged))(content, random)
    found = random.choice(streams)
    try:
        inner = zlib.decompress(found[1])
    except zlib.error:
        return _damaged(content, random)
    packed = zlib.compress(_damaged(inner, random)[:MOST_BYTES])
    return content[: found.start(1)] + packed + content[found.end(1) :]


def _marked_up(content: bytes, random: Random) -> bytes:
    """A tag doubled, dropped, moved or nested; a number changed; or any damage."""
    tags = list(_TAG.finditer(content))
    if not tags or random.random() < 0.3:
        return random.choice((_number_in_text, _damaged))(content, random)
    tag, place = random.choice(tags), random.choice(tags).start()
    act = random.randrange(4)
    if act == 0:
        return content[: tag.start()] + content[tag.end() :]
    if act == 1:
        return content[:place] + tag[0] * random.choice((1, 2, 500, 5_000)) + content[place:]
    if act == 2:
        end = min(len(content), tag.end() + random.randrange(3_000))
        return content[:place] + content[tag.start() : end] + content[place:]
    return content[: tag.start()] + _number_in_text(tag[0], random) + content[tag.end() :]


def _number_in_text(content: bytes, random: Random) -> bytes:
    numbers = list(_DIGITS.finditer(content))
    if not numbers:
        return _damaged(content, random)
    found = random.choice(numbers)
    return content[: found.start()] + random.choice(_TEXT_NUMBERS) + content[found.end() :]


def _spliced(content: bytes, other: bytes, random: Random) -> bytes:
    return content[: _place(content, random)] + other[_place(other, random) :]


def _bits(content: bytes, random: Random) -> bytes:
    out = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 8, 64)) if out else 0):
        out[_place(content, random)] ^= 1 << random.randrange(8)
    return bytes(out)


def _cut(content: bytes, random: Random) -> bytes:
    return content[: _place(content, random)]


def _gap(content: bytes, random: Random) -> bytes:
    start = _place(content, random)
    return content[:start] + content[start + random.choice((1, 2, 4, 64, 512, 5_000)) :]


def _again(content: bytes, random: Random) -> bytes:
    start = _place(content, random)
    piece = content[start : start + random.choice((1, 4, 40, 400))]
    return content[:start] + piece * random.choice((2, 2, 9, 900)) + content[start:]


def _token(content: bytes, random: Random) -> bytes:
    start, token = _place(content, random), random.choice(TOKENS)
    after = start + (len(token) if random.random() < 0.5 else 0)
    return content[:start] + token + content[after:]


def _length(content: bytes, random: Random) -> bytes:
    """A number of two to eight bytes written over: many of them are lengths and offsets."""
    start, width = _place(content, random), random.choice((2, 4, 4, 8))
    number = random.choice((*_NUMBERS, len(content), len(content) - start, start)) & (1 << 8 * width) - 1
    return (
        content[:start] + number.to_bytes(width, random.choice(("little", "big"))) + content[start + width :]
    )


def _noise(content: bytes, random: Random) -> bytes:
    start, noise = _place(content, random), random.randbytes(random.choice((1, 4, 64, 2_000)))
    return content[:start] + noise + content[start + len(noise) :]


def _zeros(content: bytes, random: Random) -> bytes:
    start, size = _place(content, random), random.choice((4, 64, 512, 4_096))
    return content[:start] + bytes(size) + content[start + size :]


_EVERYWHERE: tuple[Mutation, ...] = (
    _bits, _bits, _cut, _gap, _again, _token, _token, _length, _length, _noise, _zeros, _number_in_text,
)  # fmt: skip


def _place(content: bytes, random: Random) -> int:
    """Somewhere, more often near the beginning and the end, where headers and directories stand."""
    size = len(content)
    if not size:
        return 0
    where = random.random()
    if where < 0.3:
        return random.randrange(min(size, 512))
    if where < 0.4:
        return size - 1 - random.randrange(min(size, 512))
    return random.randrange(size)
