"""Kinds by name for every file, and text by its bytes."""

from __future__ import annotations

import pytest

from qwen_finder.core.document import Kind
from qwen_finder.extraction.kind import extension_of, is_probably_text, kind_of


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
    ("head", "is_text"),
    [
        (bytes(range(256)) * 8, False),
        (b"\0" * 512, False),
        (b"hello", True),
        ("пример".encode("cp1251"), True),
        ("text".encode("utf-16-le"), True),
        ("会议改到星期四。\n谢谢\n".encode("utf-16-be"), True),
        (b"a log line\n" * 50 + b"\0", True),
    ],
)
def test_bytes_that_are_text(head: bytes, is_text: bool) -> None:
    assert is_probably_text(head) is is_text
