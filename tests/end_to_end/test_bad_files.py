"""Every nasty file at once: each ends in the index or among the failures, and none stops the others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qwen_finder.core.query import SearchRequest
from qwen_finder.core.status import CheckState
from qwen_finder.engine import Engine

Nasty = tuple[Engine, dict[str, Path]]

# What is not a regular file, or is left out by a rule, is not in the index at all.
NEVER_LISTED = (
    "ignored",
    "ignored_by_nested_rule",
    "ignored_with_its_folder",
    "ignored_escaped_name",
    "ignored_despite_trailing_spaces",
    "link_to_itself",
    "link_to_parent",
    "link_loop",
    "link_dangling",
    "link_to_dev_zero",
    "fifo",
    "socket",
)


def found(engine: Engine, text: str) -> list[str]:
    return [hit.path for hit in engine.search(SearchRequest(text, limit=50)).hits]


def test_nothing_is_pending_and_nothing_is_unexplained(nasty: Nasty) -> None:
    engine, _ = nasty
    files = engine.status().files
    assert files.pending == 0
    assert files.indexed > 30
    explained = {failure.path for failure in engine.failures()}
    assert len(explained) >= files.skipped + files.failed
    assert not [failure for failure in engine.failures() if failure.code == "file.reader_bug"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("empty", "file.empty"),
        ("binary_as_text", "file.no_reader"),
        ("nuls_as_text", "file.binary"),
        ("notebook_not_json", "file.broken"),
        ("long_line", "file.partial"),
        ("unbroken", "file.partial"),
        ("unbroken_cjk", "file.partial"),
    ],
)
def test_what_is_left_out_says_why(name: str, code: str, nasty: Nasty) -> None:
    engine, made = nasty
    codes = {failure.path: failure.code for failure in engine.failures()}
    assert codes[str(made[name])] == code


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("die alte Brücke", ["latin_1", "utf_8_bom", "utf_16_bom"]),
        ("河边的老茶馆", ["gbk", "utf_16_cjk_no_bom"]),
        ("夏祭りの夜", ["shift_jis"]),
        ("самовар", ["windows_1251"]),
    ],
)
def test_text_is_found_whatever_its_encoding(phrase: str, names: list[str], nasty: Nasty) -> None:
    engine, made = nasty
    assert {str(made[name]) for name in names} <= set(found(engine, f'"{phrase}"'))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("two lines", "name_newline"),
        ("holiday", "name_emoji"),
        ("DROP TABLE files", "name_sql"),
        ("caf", "name_invalid_utf_8"),
        ("type:text LIESMICH", "text_without_suffix"),
        ("name:-rf ext:txt", "name_leading_dash"),
        ("تقرير", "name_right_to_left"),
    ],
)
def test_strange_names_are_found(query: str, name: str, nasty: Nasty) -> None:
    engine, made = nasty
    assert str(made[name]) in found(engine, query)


def test_what_is_no_file_or_is_ignored_is_not_listed(nasty: Nasty) -> None:
    engine, made = nasty
    listed = {failure.path for failure in engine.failures()} | set(found(engine, "size:>0"))
    for name in {*NEVER_LISTED, "device"} & made.keys():
        assert str(made[name]) not in listed, name


def test_a_file_that_may_not_be_read_is_a_failure(nasty: Nasty) -> None:
    engine, made = nasty
    codes = {failure.path: failure.code for failure in engine.failures()}
    # Root may read everything; then the file is like any other.
    expected = None if os.access(made["unreadable_file"], os.R_OK) else "file.unreadable"
    assert codes.get(str(made["unreadable_file"])) == expected


@pytest.mark.parametrize(
    "query",
    [
        '"unbalanced',
        "'; DROP TABLE chunks; --",
        "a AND b OR NOT (c* NEAR/3 d) ^2 ~",
        "\x00\x1b[31m\x07 bell",
        "%_ \\ [a-z] {1,2} *",
        "word " * 10_000,
        "字" * 20_000,
        "-",
        "type: ext: in: :",
        "\udcff\ud800",
        "\u202e\u0000",
    ],
)
def test_no_query_is_an_error(query: str, nasty: Nasty) -> None:
    engine, _ = nasty
    assert engine.search(SearchRequest(query)).took_ms >= 0


def test_the_doctor_finds_nothing_wrong(nasty: Nasty) -> None:
    engine, _ = nasty
    assert [check for check in engine.checks() if check.state is CheckState.FAILED] == []
