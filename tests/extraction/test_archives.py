"""Archives: every member found by name, its text read with its place, and nothing that can hurt."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits

from .archives import seven_zipped, tarred, zipped
from .conftest import LIMITS

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Read = Callable[..., Document]

FILES = {
    "docs/guide.md": "# Sailing\n\nTrim the sails.\n\n# Anchoring\n\nDrop the anchor.\n",
    "docs/notes.txt": "first line\nsecond line\n",
    "logo.bin": b"\x00\x01\x02" * 500,
    "empty.txt": b"",
}


def found(document: Document, phrase: str) -> Segment:
    return next(segment for segment in document.segments if phrase in segment.text)


def text_of(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.zip", zipped),
        ("a.jar", zipped),
        ("a.tar", tarred),
        ("a.tar.gz", lambda files: gzip.compress(tarred(files))),
        ("a.tgz", lambda files: gzip.compress(tarred(files))),
        ("a.tar.bz2", lambda files: bz2.compress(tarred(files))),
        ("a.tar.xz", lambda files: lzma.compress(tarred(files))),
        ("a.tar.zst", lambda files: zstd.compress(tarred(files))),
        ("misnamed.txt", lambda files: gzip.compress(tarred(files))),
        ("a.7z", seven_zipped),
    ],
)
def test_members_are_listed_and_read(read: Read, name: str, pack: Callable[[object], bytes]) -> None:
    document = read(name, pack(FILES))
    assert document.kind is Kind.ARCHIVE
    assert document.partial == ""
    for part in ("docs: ", "guide.md", "notes.txt", "logo.bin", "empty.txt"):
        assert part in document.segments[0].text
    assert found(document, "Drop the anchor").member == "docs/guide.md"
    assert found(document, "Drop the anchor").path == ("Anchoring",)
    assert found(document, "Drop the anchor").line == 5
    assert found(document, "second line").member == "docs/notes.txt"


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("access.log.gz", gzip.compress),
        ("access.log.bz2", bz2.compress),
        ("access.log.xz", lzma.compress),
        ("access.log.zst", zstd.compress),
    ],
)
def test_a_packed_file_is_read_as_what_it_is(read: Read, name: str, pack: Callable[[bytes], bytes]) -> None:
    document = read(name, pack(b"line one\nline two\n"))
    (segment,) = document.segments
    assert (document.kind, segment.member, segment.line) == (Kind.TEXT, "", 1)
    assert segment.text == "line one\nline two\n"
    assert read(name.replace("access.log", "guide.md"), pack(b"# Head\n\ntext")).segments[0].path == ("Head",)


def test_an_archive_within_an_archive_names_both(read: Read) -> None:
    inner = zipped({"a/deep.txt": "the pearl"})
    document = read("outer.tar.gz", gzip.compress(tarred({"inner.zip": inner})))
    assert found(document, "the pearl").member == "inner.zip › a/deep.txt"


def test_archives_may_nest_only_so_deep(read: Read) -> None:
    content = zipped({"pearl.txt": "the pearl"})
    for level in range(5):
        content = zipped({f"level{level}.zip": content})
    document = read("nested.zip", content)
    assert "the pearl" not in text_of(document)
    assert "level2.zip" in text_of(document)
    shallow = read("nested.zip", zipped({"a.txt": "text"}), replace(LIMITS, max_depth=0))
    assert text_of(shallow) == "a.txt\n"
    assert shallow.partial == "1 of 1 members could not be read (nested too deep)."


def test_names_never_lead_out_of_an_archive(read: Read) -> None:
    names = ["../../etc/passwd.txt", "/root/x.txt", "C:\\Windows\\y.txt", "a\x00\nb.txt", "..", "n" * 900]
    document = read("evil.tar", tarred(dict.fromkeys(names, "some text")))
    for name in ("etc/passwd.txt", "root/x.txt", "Windows/y.txt"):
        assert any(segment.member == name for segment in document.segments)
    assert all(".." not in segment.member and len(segment.member) < 300 for segment in document.segments)


def test_names_that_lead_out_of_a_7z(read: Read) -> None:
    content = seven_zipped({"aaaout.txt": "bad", "in.txt": "good text"})
    plain, evil = "aaaout".encode("utf-16-le"), "../out".encode("utf-16-le")
    assert plain in content
    # The header's checksums: of the list of names, and of the header that holds that one.
    changed = bytearray(content.replace(plain, evil))
    start, size = struct.unpack_from("<QQ", changed, 12)
    struct.pack_into("<I", changed, 28, zlib.crc32(changed[32 + start : 32 + start + size]))
    struct.pack_into("<I", changed, 8, zlib.crc32(changed[12:32]))
    document = read("evil.7z", bytes(changed))
    assert found(document, "good text").member == "in.txt"
    assert "out.txt" in document.segments[0].text
    assert ".." not in text_of(document)


def test_one_broken_member_does_not_spoil_the_others(read: Read) -> None:
    files = {"good.txt": "good text", "bad.txt": "bad text" * 50, "notes.ipynb": "{", "last.txt": "last text"}
    content = bytearray(zipped(files))
    where = content.index(b"bad.txt") + len("bad.txt")
    content[where : where + 20] = b"\xff" * 20
    document = read("a.zip", bytes(content))
    assert found(document, "good text").member == "good.txt"
    assert found(document, "last text").member == "last.txt"
    assert document.partial == "2 of 4 members could not be read (broken)."


def test_encrypted_members_are_listed_and_said(read: Read) -> None:
    content = bytearray(zipped({"secret.txt": "hidden", "open.txt": "open text"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    document = read("a.zip", bytes(content))
    assert "secret.txt" in document.segments[0].text
    assert found(document, "open text")
    assert document.partial == "1 of 2 members could not be read (encrypted)."
    seven = read("a.7z", seven_zipped({"secret.txt": "hidden"}, "key"))
    assert (text_of(seven), "encrypted" in seven.partial) == ("secret.txt\n", True)
    with pytest.raises(FileError) as error:
        read("b.7z", seven_zipped({"secret.txt": "hidden"}, "key", hide_names=True))
    assert (error.value.code, error.value.skipped) == ("file.encrypted", True)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.zip", zipped({"bomb.html": b"<p>" + b"\0" * 60_000_000, "a.txt": "after it"})),
        ("bomb.tar.gz", gzip.compress(tarred({"a.txt": "after it", "bomb.html": b"\0" * 60_000_000}))),
    ],
)
def test_a_bomb_is_not_unpacked(read: Read, name: str, content: bytes) -> None:
    limits = replace(LIMITS, max_bytes=30_000_000)
    document = read(name, content, limits)
    assert "bomb.html" in document.segments[0].text
    assert found(document, "after it")
    assert len(text_of(document)) < 1_000


def test_a_packed_bomb_is_refused(read: Read) -> None:
    with pytest.raises(FileError) as error:
        read("bomb.html.gz", gzip.compress(b"<p>" + b" " * 40_000_000))
    assert (error.value.code, error.value.skipped) == ("file.bomb", True)


def test_only_the_beginning_of_a_long_packed_text_is_unpacked(read: Read) -> None:
    document = read("huge.log.gz", gzip.compress(b"a line of a log\n" * 4_000_000), Limits(10**9, 50_000))
    assert len(text_of(document)) == 50_000
    assert "50,000" in document.partial


def test_the_text_of_all_members_is_bounded(read: Read) -> None:
    files = {f"{number}.txt": "word " * 1_000 for number in range(20)}
    document = read("a.zip", zipped(files), replace(LIMITS, max_total_characters=22_000))
    assert len(text_of(document)) <= 22_000 + len(document.segments[0].text)
    assert "15 of 20 members could not be read (beyond the limits)" in document.partial
    few = read("a.zip", zipped(files), replace(LIMITS, max_members=3))
    assert "17 of 20 members" in few.partial
    late = read("a.zip", zipped(files), replace(LIMITS, max_seconds=-1))
    assert "20 of 20 members" in late.partial


def test_a_hundred_thousand_names_are_listed_in_bounds(read: Read) -> None:
    document = read("many.zip", zipped({f"folder{n % 9}/file{n}.bin": b"" for n in range(12_000)}))
    assert len(document.segments[0].text) <= 100_001
    assert "names of" in document.partial


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp866", "Годовой отчёт по проекту.txt"),
        ("gb18030", "年度报告和财务总结.txt"),
        ("cp932", "年次報告書のまとめについて.txt"),
        ("cp437", "Übersicht.txt"),
    ],
)
def test_names_in_the_code_page_of_their_makers(read: Read, encoding: str, name: str) -> None:
    raw = name.encode(encoding)
    placeholder = "x" * len(raw)
    content = zipped({placeholder: "some text"}).replace(placeholder.encode(), raw)
    assert found(read("a.zip", content), "some text").member == name


def test_the_encoding_ladder_holds_in_members(read: Read) -> None:
    russian = "Договор аренды квартиры действует один год.\n" * 5
    document = read("a.zip", zipped({"a.txt": russian.encode("cp1251"), "b.txt": russian.encode("utf-16")}))
    assert [segment.member for segment in document.segments if russian in segment.text] == ["a.txt", "b.txt"]
    assert document.language == "ru"


@pytest.mark.parametrize(
    "extension", ["zip", "tar", "tar.gz", "tar.xz", "7z", "txt.gz", "txt.bz2", "txt.zst"]
)
def test_cut_off_archives(read: Read, extension: str) -> None:
    files = {f"{n}.txt": f"text {n} " * 60 for n in range(5)}
    packers: dict[str, Callable[[], bytes]] = {
        "zip": lambda: zipped(files),
        "tar": lambda: tarred(files),
        "tar.gz": lambda: gzip.compress(tarred(files)),
        "tar.xz": lambda: lzma.compress(tarred(files)),
        "7z": lambda: seven_zipped(files),
        "txt.gz": lambda: gzip.compress(tarred(files)),
        "txt.bz2": lambda: bz2.compress(b"text" * 500),
        "txt.zst": lambda: zstd.compress(b"text" * 500),
    }
    content = packers[extension]()
    codes = set()
    for size in range(8, len(content), max(1, len(content) // 40)):
        try:
            document = read(f"a.{extension}", content[:size])
            whole = "text 4" in text_of(document)
            assert document.partial or whole or extension == "tar"
        except FileError as error:
            codes.add(error.code)
    assert codes <= {"file.broken", "file.empty", "file.binary"}


def test_lying_sizes_in_a_tar(read: Read) -> None:
    content = bytearray(tarred({"a.txt": "some text", "b.txt": "more text"}))
    content[124:136] = b"77777777777\0"
    checksum = sum(content[:148]) + 8 * 32 + sum(content[156:512])
    content[148:156] = f"{checksum:06o}\0 ".encode()
    assert "a.txt" in text_of(read("a.tar", bytes(content)))


def test_a_zip_that_says_it_holds_the_whole_disk(read: Read) -> None:
    content = bytearray(zipped({"a.txt": "some text"}))
    struct.pack_into("<I", content, content.index(b"PK\x01\x02") + 24, 0xFFFFFFF0)
    assert "a.txt" in text_of(read("a.zip", bytes(content)))


def test_a_member_of_a_tar_with_a_negative_size_ends_it(read: Read) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        first, second = tarfile.TarInfo("a.txt"), tarfile.TarInfo("b.txt")
        first.size, second.size = 4, -512
        archive.addfile(first, io.BytesIO(b"text"))
        out.write(second.tobuf(tarfile.GNU_FORMAT))
    document = read("a.tar", out.getvalue())
    assert text_of(document) == "a.txt\ntext\n"
    assert "damaged" in document.partial


def test_a_member_of_a_zip_without_a_name_is_no_bug(read: Read) -> None:
    assert "some text" in text_of(read("a.zip", zipped({"?": "some text"}).replace(b"?", b"\0")))


@pytest.mark.parametrize("name", ["notes.txt.gz", "notes.txt.bz2", "notes.txt.xz", "notes.txt.zst"])
def test_what_stands_before_the_damage_of_a_packed_file_is_read(read: Read, name: str) -> None:
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zstd.compress}
    packed = packers[name.rpartition(".")[2]](b"some text\n" * 9)
    with pytest.raises(FileError) as error:
        read(name, packed[:6] + b"no packed file")
    assert error.value.code == "file.broken"
    document = read(name, packed + packed[:-5])
    assert "some text" in text_of(document)
    assert "damaged" in document.partial


def test_links_and_devices_in_a_tar_are_not_followed(read: Read) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE):
            entry = tarfile.TarInfo(f"entry{kind!r}")
            entry.type, entry.linkname = kind, "/etc/passwd"
            archive.addfile(entry)
        entry = tarfile.TarInfo("plain.txt")
        entry.size = 5
        archive.addfile(entry, io.BytesIO(b"words"))
    assert text_of(read("a.tar", out.getvalue())) == "plain.txt\nwords\n"


def test_an_archive_without_members_is_empty(read: Read) -> None:
    for name, content in (("a.zip", zipped({})), ("a.tar", tarred({}))):
        with pytest.raises(FileError) as error:
            read(name, content)
        assert error.value.code in {"file.empty", "file.binary"}


def test_a_way_of_packing_that_is_not_read_is_said(read: Read) -> None:
    content = bytearray(zipped({"a.txt": "some text"}))
    deflate64 = 9
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", content, content.index(signature) + offset, deflate64)
    document = read("a.zip", bytes(content))
    assert document.partial == "1 of 1 members could not be read (packed in a way that is not read)."


def test_stored_members_are_read_too(read: Read) -> None:
    document = read("a.zip", zipped({"a.txt": "stored text"}, zipfile.ZIP_LZMA))
    assert found(document, "stored text").member == "a.txt"
