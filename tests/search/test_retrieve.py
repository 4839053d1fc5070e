"""The filter that a request means, and which retrievers a mode asks."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Filter, Mode, SearchRequest
from qwen_finder.search.parse import parse
from qwen_finder.search.retrieve import Retrieved, resolve_filter, retrieve


def where(room: Any, text: str, **fields: Any) -> Filter:
    return resolve_filter(parse(text), SearchRequest(text, **fields), room.catalog, room.store)


def found(room: Any, text: str, mode: Mode = Mode.HYBRID) -> Retrieved:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return retrieve(
            parse(text),
            mode,
            where(room, text),
            catalog=room.catalog,
            store=room.store,
            embedder=room.embedder,
            pool=pool,
        )


def test_no_filter_restricts_nothing(room: Any) -> None:
    assert where(room, "some words").unrestricted


def test_language_and_options_add_up(room: Any) -> None:
    told = where(room, "type:code ext:py size:>5", types=("image", "code"), exts=("TS", ".py"))
    assert told.kinds == (Kind.CODE, Kind.IMAGE)
    assert told.exts == ("py", "ts")
    assert told.min_size == 6


def test_an_option_stands_over_the_same_filter(room: Any) -> None:
    told = where(room, "after:2020 before:2021", after="2024", before="2025")
    assert (told.after, told.before) == (where(room, "after:2024").after, where(room, "before:2025").before)


def test_folders_become_the_directories_below_them(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room.add("a/b/one.txt", "one")
    room.add("c/two.txt", "two")
    below_a = where(room, f'in:"{room.root}/a"').directories
    assert below_a == room.catalog.directories_below(str(room.root / "a"))
    assert where(room, "in:a in:c").directories == tuple(
        sorted({*room.catalog.directories_below("a"), *room.catalog.directories_below("c")})
    )
    assert where(room, "in:nowhere").directories == ()
    monkeypatch.setenv("HOME", str(room.root))
    assert where(room, "in:~/a").directories == below_a


def test_a_phrase_names_the_files_that_hold_it(room: Any) -> None:
    first = room.add("one.txt", "sea shells here")
    named = room.add("sea shells.md", "nothing")
    room.add("three.txt", "shells of the sea")
    assert where(room, '"sea shells"').files == (first, named)
    assert where(room, '"sea shells" ext:txt').files == (first,)
    assert where(room, '"no such thing"').files == ()


def test_an_excluded_word_names_the_files_without_it(room: Any) -> None:
    held = room.add("one.txt", "a fast car")
    named = room.add("red_car.txt", "a big cat")
    room.add("scarf.txt", "a big cat")
    assert where(room, "jaguar -car").not_files == (held, named)


@pytest.mark.parametrize(
    ("mode", "asked"),
    [
        (Mode.HYBRID, {"vectors", "text", "names"}),
        (Mode.SEMANTIC, {"vectors"}),
        (Mode.KEYWORD, {"text"}),
        (Mode.NAME, {"names"}),
    ],
)
def test_each_mode_asks_its_retrievers(room: Any, mode: Mode, asked: set[str]) -> None:
    room.add("ferry.txt", "the ferry leaves")
    told = found(room, "ferry", mode)
    assert {name for name in ("vectors", "text", "names") if getattr(told, name)} == asked
    assert (told.vector is not None) == ("vectors" in asked)


def test_a_filter_that_nothing_passes_asks_nobody(room: Any) -> None:
    room.add("ferry.txt", "the ferry leaves")
    assert found(room, "ferry in:nowhere") == Retrieved()
    assert found(room, 'ferry "no such thing"') == Retrieved()


def test_surrogates_in_a_query_are_harmless(room: Any) -> None:
    room.add("ferry.txt", "the ferry leaves")
    odd = os.fsdecode(b"\xff")
    assert found(room, f'ferry {odd} name:ferry in:{odd} "{odd}"') == Retrieved()
    assert found(room, f"ferry {odd}").names
