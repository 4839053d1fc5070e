"""The format of a file: bytes first, then what a container holds, then the name."""

from __future__ import annotations

import io
import zipfile

import pytest

from qwen_finder.extraction.formats import Format, format_of
from qwen_finder.extraction.reading import Source

MAIL = b"Return-Path: <a@b.example>\r\nFrom: Ann <a@b.example>\r\nSubject: hi\r\n\r\nbody\r\n"


def zipped(*names: str, mimetype: str = "") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", b"%PDF-1.7\nplain looking text", Format.PDF),
        ("a.pdf", b"\r\njunk before\n%PDF-1.4\n", Format.PDF),
        ("a.txt", b"\x89PNG\r\n\x1a\n", Format.IMAGE),
        ("a", b"RIFF\x10\0\0\0WEBPVP8 ", Format.IMAGE),
        ("a", b"RIFF\x10\0\0\0WAVEfmt ", Format.AUDIO),
        ("a", b"\0\0\0\x18ftypmp42", Format.VIDEO),
        ("a", b"\0\0\0\x18ftypM4A ", Format.AUDIO),
        ("a", b"\0\0\0\x18ftypavif", Format.IMAGE),
        ("a.mp3", b"\xff\xfb\x90\x64" + b"\0" * 400, Format.AUDIO),
        ("a", b"\x7fELF\x02", Format.PROGRAM),
        ("a.bin", b"\0" * 512, Format.BINARY),
        ("a.zip", zipped("a.txt"), Format.ZIP),
        ("wrong.zip", zipped("[Content_Types].xml", "_rels/.rels", "word/document.xml"), Format.DOCX),
        ("a", zipped("[Content_Types].xml", "xl/workbook.xml"), Format.XLSX),
        ("a", zipped("[Content_Types].xml", "ppt/presentation.xml"), Format.PPTX),
        ("a", zipped(mimetype="application/vnd.oasis.opendocument.spreadsheet"), Format.ODS),
        ("a.docx", zipped(mimetype="application/epub+zip"), Format.EPUB),
        ("docs.zip", zipped("a/word/document.xml"), Format.ZIP),
        ("a.doc", b"<html><body>exported", Format.HTML),
        ("a.xls", b"<?xml version='1.0'?><html xmlns='x'>", Format.HTML),
        ("a", "\ufeff<html><p>wide".encode("utf-16-le"), Format.HTML),
        ("a.doc", b"{\\rtf1\\ansi}", Format.RTF),
        ("a.doc", b"just words", Format.TEXT),
        ("a.png", b"not even a picture", Format.TEXT),
        ("a.php", b"<html><?php echo 1 ?>", Format.TEXT),
        ("1700000000.M1P2.host:2,S", MAIL, Format.MAIL),
        ("Inbox", b"From ann@b.example Mon Jan  1 10:00:00 2024\n" + MAIL, Format.MBOX),
        ("a.eml", b"anything", Format.MAIL),
        ("notes.txt", b"From: here\nTo: there\n\nwe go", Format.TEXT),
        ("config.yaml", MAIL, Format.TEXT),
    ],
)
def test_formats(name: str, content: bytes, expected: Format) -> None:
    with Source.of_bytes(name, content) as source:
        assert format_of(source) is expected


@pytest.mark.parametrize(
    "part", [b"<!---->", b"<?a?>", b"<!doctype x []>", b"<!doctype x [", b" ", b"<", b"From: "]
)
def test_detection_takes_time_in_proportion(part: bytes) -> None:
    """A pattern that tries all ways of failing would not come back."""
    with Source.of_bytes("a.xml", part * 9_000 + b"&") as source:
        assert format_of(source) is Format.TEXT


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("WordDocument", Format.DOC),
        ("Workbook", Format.XLS),
        ("PowerPoint Document", Format.PPT),
        ("__properties_version1.0", Format.MSG),
        ("EncryptedPackage", Format.OFFICE_ENCRYPTED),
        ("Contents", Format.OLE),
    ],
)
def test_compound_files_are_told_by_their_streams(stream: str, expected: Format) -> None:
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    directory = b""
    for name in ("Root Entry", stream):
        raw = name.encode("utf-16-le")
        directory += raw.ljust(64, b"\0") + (len(raw) + 2).to_bytes(2, "little") + bytes(62)
    with Source.of_bytes("a.bin", bytes(header) + bytes(512) + directory) as source:
        assert format_of(source) is expected


@pytest.mark.parametrize("length", range(0, 540, 9))
def test_cut_off_compound_files_and_zips(length: int) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600
    with Source.of_bytes("a.xls", content[: max(8, length)]) as source:
        assert format_of(source) is Format.XLS
    with Source.of_bytes("a.zip", zipped("[Content_Types].xml", "x")[: max(4, length)]) as source:
        assert format_of(source) is Format.ZIP
