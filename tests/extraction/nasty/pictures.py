"""Pictures whose headers lie, whose metadata leads in circles or that unpack to more than memory holds.

Their phrase, where they have one, stands in what a picture says of itself (EXIF, XMP, comments).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from .case import BROKEN, EMPTY, Nasty, either
from .ooxml import LAUGHS, OUTER, OUTSIDE
from .streams import noise, zeros_zlib

PHRASE = "the diver photographs the bronze bell"
REFUSED = (BROKEN, EMPTY, "file.no_text", "file.too_large")
"""A picture without text is indexed by its name, whatever the reason that is recorded for it."""


def cases() -> Iterator[Nasty]:
    """Every nasty picture."""
    yield from _pngs()
    yield from _jpegs()
    yield from _tiffs()
    yield from _others()


def _pngs() -> Iterator[Nasty]:
    yield _picture("truncated.png", "cut in its middle", lambda: _png(64, 64, noise(9000))[:600])
    yield _picture("header.png", "nothing behind the first bytes", lambda: b"\x89PNG\r\n\x1a\n")
    yield _picture("megapixels.png", "400 megapixels in 50 kB", _megapixels)
    yield _picture(
        "lying.png", "claims 2,147,483,647 by 2,147,483,647", lambda: _png(2**31 - 1, 2**31 - 1, b"")
    )
    yield _picture("zero.png", "claims no width and no height", lambda: _png(0, 0, b""))
    yield _picture("text_bomb.png", "a comment of 1 GB", _text_bomb)
    yield _picture("profile_bomb.png", "a colour profile of 1 GB", _profile_bomb)
    yield _picture(
        "chunk.png", "a chunk that claims 4 GB", lambda: _SMALL[:33] + b"\xff\xff\xff\xfftEXt" + noise(99)
    )
    yield _picture("chunks.png", "50,000 comments", _many_comments)
    yield _picture("animated.png", "claims four billion frames", _frames)
    yield _picture("laughs.png", "XMP with entities of 900 MB", lambda: _xmp_png(LAUGHS))
    yield _picture(
        "outside.png", "XMP with an entity that is a file", lambda: _xmp_png(OUTER), absent=OUTSIDE
    )


def _jpegs() -> Iterator[Nasty]:
    yield _picture("lying.jpg", "claims 65,535 by 65,535", lambda: _jpeg(65_535, 65_535))
    yield _picture("truncated.jpg", "cut behind its first marker", lambda: _jpeg(8, 8)[:30])
    yield _picture(
        "exif_outside.jpg", "EXIF that points behind its end", lambda: _jpeg(8, 8, _exif(_OUTSIDE))
    )
    yield _picture(
        "exif_cycle.jpg", "EXIF whose directory leads to itself", lambda: _jpeg(8, 8, _exif(_CYCLE))
    )
    yield _picture("exif_count.jpg", "EXIF with four billion values", lambda: _jpeg(8, 8, _exif(_COUNT)))
    yield _picture("iptc.jpg", "IPTC with lengths that lie", lambda: _jpeg(8, 8, _iptc()))
    yield _picture("segments.jpg", "60,000 comments", lambda: _jpeg(8, 8, _COMMENT * 60_000))
    yield _picture(
        "xmp_cut.jpg", "XMP cut in its middle", lambda: _jpeg(8, 8, _app1(_XMP_HEAD + _xmp("")[:150]))
    )


def _tiffs() -> Iterator[Nasty]:
    yield _picture("cycle.tif", "pages that lead in a circle", lambda: _tiff(_CYCLE))
    yield _picture("outside.tif", "values behind the end", lambda: _tiff(_OUTSIDE))
    yield _picture("lying.tif", "claims 4,294,967,295 by 4,294,967,295", _huge_tiff)
    yield _picture(
        "entries.tif", "a directory of 65,535 entries", lambda: b"II*\0\x08\0\0\0\xff\xff" + noise(9000)
    )
    yield _picture("header.tif", "nothing behind the first bytes", lambda: b"II*\0")


def _others() -> Iterator[Nasty]:
    yield _picture("frames.gif", "60,000 frames", _gif)
    yield _picture(
        "comment.gif", "a comment that never ends", lambda: _GIF + b"\x21\xfe" + b"\xffherring" * 9000
    )
    yield _picture("lying.bmp", "claims 2,147,483,647 by -2,147,483,648", _bmp)
    yield _picture(
        "noise.webp", "WebP's first bytes, then noise", lambda: b"RIFF\xff\xff\xff\xffWEBPVP8L" + noise(900)
    )
    yield _picture("cycle.ico", "an icon that holds itself", _icon)
    yield _picture("noise.heic", "HEIC's first bytes, then noise", _heic)
    yield _picture("noise.psd", "Photoshop's first bytes, then noise", lambda: b"8BPS\0\1" + noise(9000))
    yield _picture("lying.pbm", "claims 99,999,999,999 by 1", lambda: b"P4 99999999999 1\n" + noise(90))
    yield _picture("noise.jp2", "JPEG 2000's first bytes, then noise", lambda: _JP2 + noise(900))
    yield _picture("text_called.jpg", "a text called .jpg", lambda: b"herring and gulls\n")


def _picture(name: str, what: str, make: object, *, absent: str = "") -> Nasty:
    assert callable(make)
    return either(name, what, make, "", *REFUSED, absent=absent)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(width: int, height: int, pixels: bytes, *chunks: bytes) -> bytes:
    """A grey picture of 8 bits; ``pixels`` packed or not is written as it is."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = _chunk(b"IDAT", pixels) if pixels else b""
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + body + _chunk(b"IEND", b"")


_SMALL = _png(1, 1, zlib.compress(b"\0\x80"))
_COMMENT_TEXT = _chunk(b"tEXt", b"Description\0" + PHRASE.encode())


def plain() -> bytes:
    """A sound picture with a description."""
    return _png(8, 8, zlib.compress((b"\0" + b"\x80" * 8) * 8), _COMMENT_TEXT)


def _megapixels() -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zeros_zlib(48 << 20)) + _chunk(b"IEND", b"")


def _text_bomb() -> bytes:
    bomb = _chunk(b"zTXt", b"Comment\0\0" + zeros_zlib(1 << 30))
    return _png(1, 1, zlib.compress(b"\0\x80"), bomb, _COMMENT_TEXT)


def _profile_bomb() -> bytes:
    return _png(
        1, 1, zlib.compress(b"\0\x80"), _chunk(b"iCCP", b"a\0\0" + zeros_zlib(1 << 30)), _COMMENT_TEXT
    )


def _many_comments() -> bytes:
    return _png(1, 1, zlib.compress(b"\0\x80"), *[_COMMENT_TEXT] * 50_000)


def _frames() -> bytes:
    return _png(1, 1, zlib.compress(b"\0\x80"), _chunk(b"acTL", b"\xff\xff\xff\xff\0\0\0\0"), _COMMENT_TEXT)


def _xmp(text: str, doctype: str = "") -> bytes:
    return (
        f'{doctype}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<rdf:Description><dc:description><rdf:Alt><rdf:li>{PHRASE}{text}</rdf:li></rdf:Alt></dc:description>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


def _xmp_png(doctype: str) -> bytes:
    text = b"XML:com.adobe.xmp\0\0\0\0\0" + _xmp("&z;", doctype)
    return _png(1, 1, zlib.compress(b"\0\x80"), _chunk(b"iTXt", text))


_XMP_HEAD = b"http://ns.adobe.com/xap/1.0/\0"
_COMMENT = b"\xff\xfe" + struct.pack(">H", len(PHRASE) + 2) + PHRASE.encode()


def _app1(content: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content


def _jpeg(width: int, height: int, more: bytes = b"") -> bytes:
    """The headers of a JPEG; its picture is noise."""
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\1\x11\0"
    table = b"\xff\xdb\0\x43\0" + bytes(range(1, 65))
    codes = b"\xff\xc4\0\x1f\0\0\1\5\1\1\1\1\1\1" + bytes(7) + bytes(range(12))
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + noise(400).replace(b"\xff", b"\xfe")
    return b"\xff\xd8" + _COMMENT + more + table + frame + codes + scan + b"\xff\xd9"


def _directory(entries: list[tuple[int, int, int, int]], following: int) -> bytes:
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)


_ASCII, _LONG = 2, 4
_DESCRIPTION, _EXIF_POINTER, _GPS_POINTER = 0x10E, 0x8769, 0x8825
_OUTSIDE = _directory(
    [(_DESCRIPTION, _ASCII, 90, 0xFFFFFF00), (_EXIF_POINTER, _LONG, 1, 0xFFFFFFF0)], 0xFFFFFF00
)
_CYCLE = _directory([(_EXIF_POINTER, _LONG, 1, 8), (_GPS_POINTER, _LONG, 1, 8)], 8)
_COUNT = _directory([(_DESCRIPTION, _ASCII, 0xFFFFFFFF, 8), (0x9286, 7, 0xFFFFFFFF, 0)], 0)


def _exif(directory: bytes) -> bytes:
    return _app1(b"Exif\0\0" + directory)


def _iptc() -> bytes:
    records = b"\x1c\x02\x78\x7f\xff" + PHRASE.encode() + b"\x1c\x02\x05\xff\xff\x7f\xff\xff\xff" + noise(90)
    resource = b"8BIM\4\4\0\0\xff\xff\xff\xff" + records
    content = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content


def _tiff(directory: bytes) -> bytes:
    return directory + noise(500)


def _huge_tiff() -> bytes:
    size = 0xFFFFFFFF
    entries = [(0x100, _LONG, 1, size), (0x101, _LONG, 1, size), (0x102, 3, 1, 8), (0x106, 3, 1, 1)]
    return _tiff(
        _directory([*entries, (0x111, _LONG, 1, 8), (0x116, _LONG, 1, size), (0x117, _LONG, 1, size)], 0)
    )


_GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff"
_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"


def _gif() -> bytes:
    frame = b"\x21\xf9\4\0\0\0\0\0\x2c\0\0\0\0\1\0\1\0\0\2\2\x44\1\0"
    return _GIF + b"\x21\xfe" + bytes([len(PHRASE)]) + PHRASE.encode() + b"\0" + frame * 60_000 + b"\x3b"


def _bmp() -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, 2**31 - 1, -(2**31), 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + header


def _icon() -> bytes:
    return b"\0\0\1\0\1\0" + struct.pack("<BBBBHHII", 0, 0, 0, 0, 1, 32, 22, 0) + noise(90)


def _heic() -> bytes:
    boxes = b"\xff\xff\xff\xffmeta\0\0\0\0" + b"\0\0\0\0iloc" + b"\0\0\0\1infe" + b"\xff" * 8
    return b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + boxes + noise(900)
