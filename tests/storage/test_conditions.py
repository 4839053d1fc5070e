"""Filters as SQL: values stay values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Filter
from qwen_finder.storage.conditions import NOTHING, among, condition, literal


@pytest.mark.parametrize(
    ("where", "sql"),
    [
        (Filter(), ""),
        (Filter(directories=()), NOTHING),
        (Filter(files=(), names=("x",)), NOTHING),
        (Filter(kinds=(Kind.CODE, Kind.TEXT)), "kind IN ('code', 'text')"),
        (Filter(exts=("PDF", "o'x")), "ext IN ('pdf', 'o''x')"),
        (Filter(languages=("de",)), "language IN ('de')"),
        (Filter(files=(3, 9, 3)), "file IN (3, 9)"),
        (Filter(not_files=(3,)), "NOT (file IN (3))"),
        (Filter(names=("It's_100%",)), "contains(name, 'it''s_100%')"),
        (Filter(not_names=("a",)), "NOT contains(name, 'a')"),
        (Filter(after=5, before=9), "mtime >= 5 AND mtime < 9"),
        (Filter(min_size=1, max_size=10**30), f"size >= 1 AND size <= {2**63 - 1}"),
    ],
)
def test_each_field_has_its_sql(where: Filter, sql: str) -> None:
    assert condition(where) == sql


def test_neighbouring_ids_become_ranges() -> None:
    assert among("file", [7, 1, 2, 3, 9, 10]) == "((file >= 1 AND file <= 3) OR file IN (7, 9, 10))"
    assert among("file", range(10**5)) == "(file >= 0 AND file <= 99999)"
    assert among("file", []) == NOTHING


def test_many_ranges_become_a_list() -> None:
    """A hundred thousand of them, of a folder indexed beside others, ended the process at its removal."""
    ids = [number for number in range(400_000) if number % 4]
    ranges, listed = among("file", ids).split(" OR file IN ")
    assert ranges.count("OR") == 199
    numbers = {int(number) for number in listed.strip("()").split(", ")}
    assert len(numbers) == len(ids) - 3 * 200
    assert numbers < set(ids)


@given(st.sets(st.integers(0, 60), max_size=40))
def test_ranges_hold_exactly_the_ids(ids: set[int]) -> None:
    sql = (
        among("x", ids)
        .replace("AND", "and")
        .replace("OR", "or")
        .replace("IN", "in")
        .replace("false", "False")
    )
    sql = sql.replace("in (", "in (-1, ")
    assert {x for x in range(-5, 70) if x >= 0 and eval(sql, {"x": x})} == ids


@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_a_literal_never_ends_early(text: str) -> None:
    inside = literal(text)[1:-1]
    assert "'" not in inside.replace("''", "")
    inside.encode()
