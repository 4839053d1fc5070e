"""What a text is written in, in the words of the one who colours it."""

from __future__ import annotations

import pytest
from pygments.lexers import get_lexer_by_name

from qwen_finder.extraction import colouring, languages

LANGUAGES = {
    *colouring._BY_EXTENSION.values(),
    *colouring._BY_NAME.values(),
    *(
        colouring._OTHER_NAMES.get(grammar, grammar)
        for table in (languages._BY_EXTENSION, languages._BY_NAME, languages._BY_INTERPRETER)
        for grammar in table.values()
    ),
}


def test_pygments_knows_every_language() -> None:
    assert len(LANGUAGES) > 60
    for language in LANGUAGES:
        assert get_lexer_by_name(language)


@pytest.mark.parametrize(
    ("name", "head", "language"),
    [
        ("a.py", b"", "python"),
        ("App.TSX", b"", "typescript"),
        ("run", b"#!/usr/bin/env python3\n", "python"),
        ("Makefile", b"", "make"),
        ("Dockerfile", b"", "docker"),
        ("settings.toml", b"", "toml"),
        ("README.md", b"", "markdown"),
        ("letter.txt", b"Dear Ann", ""),
        ("page.html", b"<html>", ""),
        ("study.ipynb", b"{", ""),
    ],
)
def test_a_name_tells_the_language(name: str, head: bytes, language: str) -> None:
    assert colouring.written_in(name, head) == language
