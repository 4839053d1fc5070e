"""File names and headings as words that mean something to a model."""

from __future__ import annotations

import pytest

from qwen_finder.chunking.context import context_of, readable_name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lease-agreement_2024.md", "lease agreement 2024"),
        ("HTTPServerConfig.java", "HTTP Server Config"),
        ("camelCase.ts", "camel Case"),
        ("租赁合同.txt", "租赁合同"),
        ("README", "README"),
        (".gitignore", "gitignore"),
        ("archive.tar.gz", "archive tar"),
        ("line\nbreak\udcff.txt", "line break"),
        ("", ""),
    ],
)
def test_names_read_as_words(name: str, words: str) -> None:
    assert readable_name(name) == words


def test_the_innermost_heading_is_kept_and_outer_ones_give_way() -> None:
    path = tuple(f"A rather long heading, number {i}" for i in range(9))
    context = context_of("notes.md", path)
    assert context.startswith("notes › ")
    assert context.endswith("number 8")
    assert len(context.encode()) <= 120


def test_no_part_grows_beyond_the_limit() -> None:
    context = context_of("名" * 200 + ".md", ("题" * 300,))
    assert len(context.encode()) <= 120
    assert "›" in context
    assert "…" in context


def test_names_without_words_leave_no_separator() -> None:
    assert context_of("___.md", ()) == ""
    assert context_of("___.md", ("Deposit",)) == "Deposit"
