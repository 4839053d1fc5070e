"""Kinds by name for every file, and by the first bytes when names lie."""

from __future__ import annotations

import pytest

from qwen_finder.core.document import Kind
from qwen_finder.extraction.kind import extension_of, kind_of, sniff


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.md", Kind.DOCUMENT), ("A.PDF", Kind.DOCUMENT), ("a.html", Kind.DOCUMENT),
        ("a.tex", Kind.DOCUMENT),
        ("a.txt", Kind.TEXT), ("a.csv", Kind.TEXT), ("a.yaml", Kind.TEXT), ("film.srt", Kind.TEXT),
        ("README", Kind.TEXT), ("LICENSE", Kind.TEXT), ("a.py", Kind.CODE), ("Makefile", Kind.CODE),
        ("Dockerfile", Kind.CODE), ("CMakeLists.txt", Kind.CODE), ("a.ipynb", Kind.CODE),
        ("a.JPeG", Kind.IMAGE), ("a.svg", Kind.IMAGE), ("a.mp3", Kind.AUDIO), ("a.mkv", Kind.VIDEO),
        ("a.tar.gz", Kind.ARCHIVE), ("a.unknown", Kind.OTHER), ("noextension", Kind.OTHER), ("", Kind.OTHER),
        ("a.\udcff", Kind.OTHER),
    ],
)  # fmt: skip
def test_kind_by_name(name: str, kind: Kind) -> None:
    assert kind_of(name) is kind


def test_extensions_are_lower_case_without_the_dot() -> None:
    assert extension_of("Report.PDF") == "pdf"
    assert extension_of(".bashrc") == ""
    assert extension_of("a.") == ""


@pytest.mark.parametrize(
    ("head", "kind", "is_text"),
    [
        (b"%PDF-1.7\nplain looking text", Kind.DOCUMENT, False),
        (b"\x89PNG\r\n\x1a\n", Kind.IMAGE, False),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Kind.IMAGE, False),
        (b"RIFF\x10\0\0\0WAVEfmt ", Kind.AUDIO, False),
        (b"\0\0\0\x18ftypmp42", Kind.VIDEO, False),
        (b"\0\0\0\x18ftypavif", Kind.IMAGE, False),
        (b"PK\x03\x04", Kind.ARCHIVE, False),
        (b"\x7fELF\x02", Kind.OTHER, False),
        (bytes(range(256)) * 8, Kind.OTHER, False),
        (b"\0" * 512, Kind.OTHER, False),
        (b"hello", Kind.TEXT, True),
        ("пример".encode("cp1251"), Kind.TEXT, True),
        ("text".encode("utf-16-le"), Kind.TEXT, True),
        ("会议改到星期四。\n谢谢\n".encode("utf-16-be"), Kind.TEXT, True),
        (b"a log line\n" * 50 + b"\0", Kind.TEXT, True),
    ],
)
def test_sniff(head: bytes, kind: Kind, is_text: bool) -> None:
    seen = sniff(head)
    assert (seen.kind, seen.is_text) == (kind, is_text)
