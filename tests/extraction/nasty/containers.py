"""Archives that swell, nest, point outside, lie about their members or end in their middle."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zlib
from collections.abc import Iterator

from . import office, pdf
from .archive import DEFLATED, ENCRYPTED, Member, member, overlapping, pack, stored, zeros
from .case import BROKEN, EMPTY, Nasty, either, found, refused
from .case import ENCRYPTED as LOCKED
from .ooxml import OUTSIDE
from .quine import zip_quine
from .streams import deflated, noise, zeros_gzip

PHRASE = "the glassblower hides the cellar key"
NOTE = f"{PHRASE}\n".encode()
SWOLLEN = ("file.too_large", "file.memory", "file.timeout", BROKEN)
GIB = 1 << 30


def cases() -> Iterator[Nasty]:
    """Every nasty archive. What is found in one is a name or the text of a sound member."""
    yield from _zips()
    yield from _bombs()
    yield from _tars()
    yield from _packed()


def _zips() -> Iterator[Nasty]:
    yield either("truncated.zip", "cut in its middle: no directory", _truncated_zip, "", BROKEN)
    yield either("locked.zip", "its only member wants a password", _locked_zip, "secret.txt", LOCKED)
    yield found("half_locked.zip", "one member of two wants a password", _half_locked, PHRASE)
    yield either("empty.zip", "has no members", lambda: pack([]), "", EMPTY, BROKEN)
    yield found("paths.zip", "members called ../../x, /etc/x, C:\\x, NUL", _paths, PHRASE)
    yield found("links.zip", "members that are links to files outside", _zip_links, PHRASE, absent=OUTSIDE)
    yield found("long_name.zip", "a name of 60,000 letters", _long_name, PHRASE)
    yield found("twins.zip", "300 members of one name", lambda: pack([stored("a.txt", NOTE)] * 300), PHRASE)
    yield found("many_members.zip", "20,000 empty members", _many_members, PHRASE)
    yield found("methods.zip", "members packed in ways that nobody knows", _methods, PHRASE)
    yield found("sizes_lie.zip", "members that unpack to more and less than they say", _sizes_lie, PHRASE)
    yield found("checksum.zip", "a member with a wrong checksum", _checksum, PHRASE)
    yield refused("extractor.exe", "a program with a ZIP at its end", _self_extracting, "file.no_reader")
    yield found("nasty_members.zip", "broken files of every kind around a sound one", _nasty_members, PHRASE)
    yield refused("version.zip", "wants version 25.5 of the format", _version, BROKEN)
    yield either("offsets.zip", "a directory that points behind the end", _offsets, "", BROKEN)


def _bombs() -> Iterator[Nasty]:
    yield either(
        "bomb.zip", "1 GB of zeros in 1 MB", lambda: pack([zeros("zeros.txt", GIB)]), "zeros.txt", *SWOLLEN
    )
    yield either("overlapping.zip", "5,000 members that share 5 GB", _overlapping, "", *SWOLLEN)
    yield either("nested_bomb.zip", "10 ZIPs in 10 ZIPs in 10 ZIPs of 100 MB", _nested_bomb, "", *SWOLLEN)
    yield found("nested_12.zip", "a note in a ZIP in a ZIP, 12 deep", _nested_zips, "11.zip")
    yield either("quine.zip", "a ZIP that holds itself", zip_quine, "", *SWOLLEN)
    yield either("bomb.gz", "2 GB of zeros", lambda: zeros_gzip(2 * GIB), "", "file.binary", EMPTY, *SWOLLEN)
    yield either("bomb.txt.gz", "a text of 1 GB", _text_bomb, PHRASE)
    yield either("bomb.bz2", "2 GB of zeros", _bz2_bomb, "", "file.binary", EMPTY, *SWOLLEN)
    yield either("bomb.xz", "1 GB of zeros", _xz_bomb, "", "file.binary", EMPTY, *SWOLLEN)
    yield either("dictionary.xz", "wants a dictionary of 4 GB", _xz_dictionary, PHRASE, *SWOLLEN)


def _tars() -> Iterator[Nasty]:
    yield found("links.tar", "links in circles and to files outside", _tar_links, PHRASE, absent=OUTSIDE)
    yield found("devices.tar", "devices, pipes and a file called ../../x", _devices, PHRASE)
    yield either("terabyte.tar", "a member that claims 1 TB", lambda: _claims(1 << 40), PHRASE, BROKEN)
    yield either("negative.tar", "a member of negative size", lambda: _claims(-512), PHRASE, BROKEN)
    yield either("header.tar", "a wrong checksum in the second header", _bad_header, PHRASE, BROKEN)
    yield found("names.tar", "a name that claims 3 GB", _long_tar_name, PHRASE)
    yield either("pax.tar", "extended headers that lie", _pax, PHRASE, BROKEN)
    yield either("empty.tar", "nothing but zeros", lambda: bytes(10_240), "", EMPTY, BROKEN, "file.binary")
    yield found("nested_12.tar.gz", "a note in a tar.gz, 12 deep", _nested_tars, "tar.gz")
    yield either("truncated.tar.gz", "cut in its middle", _truncated_tar, PHRASE, BROKEN)
    yield either("sparse.tar", "a sparse file of 8 exabytes", _sparse, PHRASE, *SWOLLEN)


def _packed() -> Iterator[Nasty]:
    yield found("two.txt.gz", "two gzip files in one", lambda: _gzip(b"first\n") + _gzip(NOTE), PHRASE)
    yield found("junk.txt.gz", "noise behind its end", lambda: _gzip(NOTE) + noise(3000), PHRASE)
    yield found("name.gz", "called ../../../etc/x inside", _gzip_name, PHRASE)
    yield either("truncated.txt.gz", "cut in its middle", lambda: _gzip(NOTE * 4000)[:-99], PHRASE, BROKEN)
    yield either("checksum.txt.gz", "a wrong checksum", lambda: _gzip(NOTE)[:-8] + bytes(8), PHRASE, BROKEN)
    yield refused(
        "noise.gz", "the first bytes of gzip, then noise", lambda: b"\x1f\x8b\x08\0" + noise(900), BROKEN
    )
    yield refused("noise.xz", "the first bytes of xz, then noise", lambda: b"\xfd7zXZ\0" + noise(900), BROKEN)
    yield refused(
        "noise.zst",
        "the first bytes of zstd, then noise",
        lambda: b"\x28\xb5\x2f\xfd" + noise(900),
        "file.no_reader",
        BROKEN,
    )
    yield refused("truncated.7z", "cut behind its header", _seven_zip, "file.no_reader", BROKEN)
    yield refused(
        "noise.rar",
        "the first bytes of RAR, then noise",
        lambda: b"Rar!\x1a\x07\0" + noise(900),
        "file.no_reader",
        BROKEN,
    )
    yield refused(
        "noise.ar",
        "the first bytes of ar, then noise",
        lambda: b"!<arch>\n" + noise(900),
        "file.no_reader",
        BROKEN,
    )


def plain() -> bytes:
    """A sound ZIP with one note."""
    return pack([member("note.txt", NOTE)])


def _truncated_zip() -> bytes:
    whole = pack([member(f"{n}.txt", NOTE + noise(500, n)) for n in range(50)])
    return whole[: len(whole) // 2]


def _locked_zip() -> bytes:
    return pack([Member(b"secret.txt", noise(500), DEFLATED, 1, 900, ENCRYPTED)])


def _half_locked() -> bytes:
    return pack([Member(b"secret.txt", noise(500), DEFLATED, 1, 900, ENCRYPTED), member("note.txt", NOTE)])


def _paths() -> bytes:
    names = [
        "../../../../../../tmp/escaped.txt",
        "/etc/escaped.txt",
        "C:\\Windows\\escaped.txt",
        "..\\..\\escaped.txt",
        "nul\0.txt",
        "two\nlines\x1b[31m.txt",
        "a/./b/../../../c.txt",
        "\u202egpj.txt",
        "folder/",
        "",
        ".",
        "..",
        "CON",
    ]
    return pack([member(name, NOTE) for name in names] + [Member(b"\xff\xfe\x80.txt", NOTE, 0, 0, 40, 0)])


def _zip_links() -> bytes:
    link = 0o120777
    targets = {"passwd.txt": "/etc/passwd", "up.txt": "../../../../etc/passwd", "self.txt": "self.txt"}
    links = [member(name, target.encode(), mode=link) for name, target in targets.items()]
    return pack([*links, member("note.txt", NOTE)])


def _long_name() -> bytes:
    return pack([member("n" * 60_000 + ".txt", NOTE), member("d/" * 20_000 + "deep.txt", NOTE)])


def _many_members() -> bytes:
    return pack([member("note.txt", NOTE), *(stored(f"{n}.txt", b"") for n in range(20_000))])


def _methods() -> bytes:
    odd = [
        Member(b"%d.txt" % method, noise(90, method), method, 0, 900) for method in (1, 6, 9, 12, 14, 97, 99)
    ]
    return pack([*odd, member("note.txt", NOTE)])


def _sizes_lie() -> bytes:
    packed = zlib.compress(NOTE * 200, wbits=-15)
    lies = [Member(b"%d.txt" % size, packed, DEFLATED, 0, size) for size in (0, 1, 0xFFFFFFF0)]
    return pack([*lies, member("note.txt", NOTE)])


def _checksum() -> bytes:
    return pack([Member(b"wrong.txt", b"herring\n" * 9, 0, 7, 72), member("note.txt", NOTE)])


def _self_extracting() -> bytes:
    return pack([member("note.txt", NOTE)], prefix=b"MZ\x90\0" + noise(4000))


def _nasty_members() -> bytes:
    broken = {
        "cut.pdf": b"%PDF-1.7\n",
        "noise.docx": b"PK\3\4" + noise(900),
        "cut.gz": b"\x1f\x8b\x08\0" + noise(90),
        "cut.png": b"\x89PNG\r\n\x1a\n" + noise(90),
        "deep.json": b"[" * 200_000,
        "mail.eml": b"Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n",
        "empty.txt": b"",
        "cut.7z": _seven_zip(),
        "cut.rtf": rb"{\rtf1{{{",
        "cut.ipynb": b'{"cells": [',
        "locked.pdf": next(one for one in pdf.cases() if one.name == "password.pdf").make(),
        "locked.docx": next(one for one in office.cases() if one.name == "locked.docx").make(),
    }
    members = [member(name, content) for name, content in broken.items() if isinstance(content, bytes)]
    return pack([*members, member("note.txt", NOTE)])


def _offsets() -> bytes:
    whole = bytearray(plain())
    end = whole.rindex(b"PK\5\6")
    struct.pack_into("<II", whole, end + 12, 0xFFFFFF00, 0xFFFFFF00)
    return bytes(whole)


def _version() -> bytes:
    return plain().replace(b"PK\1\2\x14\3\x14", b"PK\1\2\x14\3\xff")


def _overlapping() -> bytes:
    return overlapping(zeros("0.txt", 1 << 20), 5_000)


def _nested_bomb() -> bytes:
    inner = pack([zeros(f"{n}.txt", 100 << 20) for n in range(10)])
    for _ in range(2):
        inner = pack([member(f"{n}.zip", inner) for n in range(10)])
    return inner


def _nested_zips() -> bytes:
    inner = plain()
    for depth in range(12):
        inner = pack([member(f"{depth}.zip", inner)])
    return inner


def _text_bomb() -> bytes:
    head, line = NOTE, b"herring and gulls by the harbour\n"
    filler = line * ((1 << 20) // len(line))
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + deflated(filler, 1024, head) + bytes(8)


def _bz2_bomb() -> Iterator[bytes]:
    part = bz2.compress(bytes(32 << 20))
    return (part for _ in range(64))


def _xz_bomb() -> Iterator[bytes]:
    part = lzma.compress(bytes(32 << 20), preset=0)
    return (part for _ in range(32))


def _xz_dictionary() -> bytes:
    """The header of the only block says how large a dictionary its decoder has to hold."""
    whole = bytearray(lzma.compress(NOTE, preset=0))
    start = 12
    size = (whole[start] + 1) * 4
    filters = whole.index(b"\x21\x01", start)
    whole[filters + 2] = 40
    struct.pack_into("<I", whole, start + size - 4, zlib.crc32(whole[start : start + size - 4]))
    return bytes(whole)


def _tar(*members: tuple[tarfile.TarInfo, bytes], format: int = tarfile.GNU_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _note(name: str = "note.txt") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.size = len(NOTE)
    return info, NOTE


def _special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def _tar_links() -> bytes:
    links = [
        ("a.txt", "b.txt"),
        ("b.txt", "a.txt"),
        ("self", "self"),
        ("up", ".."),
        ("passwd.txt", "/etc/passwd"),
    ]
    symbolic = [_special(name, tarfile.SYMTYPE, target) for name, target in links]
    hard = [_special(f"hard-{name}", tarfile.LNKTYPE, target) for name, target in links]
    return _tar(*symbolic, *hard, _special("hard.txt", tarfile.LNKTYPE, "hard.txt"), _note())


def _devices() -> bytes:
    kinds = [("zero.txt", tarfile.CHRTYPE), ("disk.txt", tarfile.BLKTYPE), ("pipe.txt", tarfile.FIFOTYPE)]
    strange = [_special(name, kind) for name, kind in kinds]
    return _tar(
        *strange, _special("odd.txt", b"Z"), _note("../../../../tmp/escaped.txt"), _note("/etc/x.txt")
    )


def _claims(size: int) -> bytes:
    info = tarfile.TarInfo("large.txt")
    info.size = size
    header = info.tobuf(tarfile.GNU_FORMAT)
    return _tar(_note())[:1024] + header + NOTE


def _bad_header() -> bytes:
    whole = bytearray(_tar(_note(), _note("second.txt")))
    whole[1024 + 148 : 1024 + 156] = b"999999\0 "
    return bytes(whole)


def _long_tar_name() -> bytes:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 3 << 30
    return _tar(_note())[:1024] + info.tobuf(tarfile.GNU_FORMAT) + b"n" * 5000


def _pax() -> bytes:
    records = b"99 path=a\n" + b"7 a=\xff\n" + b"-5 x=y\n" + b"99999999999 size=-1\n" + b"13 size=1e99\n"
    info = tarfile.TarInfo("pax")
    info.type, info.size = tarfile.XHDTYPE, len(records)
    return (
        _tar(_note())[:1024]
        + info.tobuf(tarfile.PAX_FORMAT)
        + records.ljust(512, b"\0")
        + _tar(_note("b.txt"))
    )


def _nested_tars() -> bytes:
    name, inner = "note.txt", NOTE
    for _ in range(12):
        info = tarfile.TarInfo(name)
        info.size = len(inner)
        name, inner = "inner.tar.gz", _gzip(_tar((info, inner)))
    return inner


def _truncated_tar() -> bytes:
    info = tarfile.TarInfo("noise.bin")
    info.size = 100_000
    return _gzip(_tar(_note(), (info, noise(100_000))))[:50_000]


def _sparse() -> bytes:
    info = tarfile.TarInfo("sparse.txt")
    info.type, info.size = tarfile.GNUTYPE_SPARSE, 0
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:398], header[398:410] = b"\x80\0\0\0\x7f" + b"\xff" * 7, b"00000000010\0"
    header[483:495] = b"\x80\0\0\0\x7f" + b"\xff" * 7
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return _tar(_note())[:1024] + bytes(header) + bytes(2048)


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _gzip_name() -> bytes:
    return b"\x1f\x8b\x08\x08\0\0\0\0\0\xff../../../etc/escaped.txt\0" + _gzip(NOTE)[10:]


def _seven_zip() -> bytes:
    start = struct.pack("<QQI", 1_000_000, 90, 7)
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + noise(500)
