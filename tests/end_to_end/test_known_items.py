"""Known-item searches: every query of tests/known_items must find its file in the demo folder."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.document import FileState, Kind
from qwen_finder.core.query import SearchRequest, Strength
from qwen_finder.engine import Engine
from qwen_finder.extraction.kind import kind_of

KNOWN_ITEMS = Path(__file__).resolve().parents[1] / "known_items"
QUERIES = [
    query
    for file in sorted(KNOWN_ITEMS.glob("*.toml"))
    for query in tomllib.loads(file.read_text("utf-8")).get("query", [])
]
LANGUAGES = {"zh", "ja", "ko", "es", "fr", "de", "pt", "ru", "ar", "hi", "en"}
EXACT_KINDS = ("phrase", "name", "symbol")


def rank_of(query: dict[str, Any], demo: Engine, folder: Path) -> int:
    """The place of the first file that answers ``query``, from 1; 0 when none is among the first ten."""
    hits = demo.search(SearchRequest(query["text"], limit=10)).hits
    found = [os.path.relpath(hit.path, folder) for hit in hits]
    return min((found.index(path) + 1 for path in query["expect"] if path in found), default=0)


def test_there_is_something_to_find_in_every_language(demo_folder: Path) -> None:
    assert len(QUERIES) >= 60
    assert {query["language"] for query in QUERIES} >= LANGUAGES
    assert all((demo_folder / path).is_file() for query in QUERIES for path in query["expect"])
    assert sum(path.is_file() for path in demo_folder.rglob("*")) >= 80


def test_nine_of_ten_english_questions_find_their_file_in_the_top_three(
    demo: Engine, demo_folder: Path
) -> None:
    english = [query for query in QUERIES if query["language"] == "en"]
    missed = [query["text"] for query in english if not 1 <= rank_of(query, demo, demo_folder) <= 3]
    assert len(missed) <= len(english) * 0.1, missed
    asked = [query for query in english if query["kind"] == "meaning"]
    missed = [query["text"] for query in asked if not 1 <= rank_of(query, demo, demo_folder) <= 3]
    assert len(missed) <= len(asked) * 0.1, missed


@pytest.mark.parametrize(
    "query",
    [query for query in QUERIES if query["kind"] in EXACT_KINDS],
    ids=lambda query: f"{query['kind']}-{query['language']}-{query['text']}",
)
def test_phrases_names_and_symbols_find_their_file_first(
    query: dict[str, Any], demo: Engine, demo_folder: Path
) -> None:
    assert rank_of(query, demo, demo_folder) == 1


@pytest.mark.parametrize(
    "query",
    [query for query in QUERIES if query["kind"] == "keyword"],
    ids=lambda query: f"{query['language']}-{query['text']}",
)
def test_words_of_any_language_find_their_file(
    query: dict[str, Any], demo: Engine, demo_folder: Path
) -> None:
    assert 1 <= rank_of(query, demo, demo_folder) <= 3


@pytest.mark.parametrize(
    "text",
    [
        "quantum chromodynamics lattice simulation",
        "submarine periscope maintenance schedule",
        "penguin colony census Antarctica",
        "fuel rods of a nuclear reactor",
        "сертификат о прививке от бешенства для верблюда",
        "量子色动力学格点模拟",
    ],
)
def test_a_question_without_an_answer_is_called_one(text: str, demo: Engine) -> None:
    assert demo.search(SearchRequest(text)).strength in (Strength.NONE, Strength.WEAK)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("type:image car", "Pictures/red_car.jpg"),
        ("ext:srt regatta", "Media/regatta film.srt"),
        ("in:Recipes lentils", "Recipes/red lentil soup.md"),
        ("name:garage car", "Finance/garage.txt"),
        ("lang:ja 地震", "メモ/無題.txt"),
        ("bank statement -march type:code", "Projects/budget/importer.py"),
    ],
)
def test_filters_narrow_the_search(text: str, expected: str, demo: Engine, demo_folder: Path) -> None:
    hits = demo.search(SearchRequest(text, limit=5)).hits
    assert os.path.relpath(hits[0].path, demo_folder) == expected


def test_a_filter_holds_for_every_hit(demo: Engine, demo_folder: Path) -> None:
    hits = demo.search(SearchRequest("invoice in:Finance -garage", limit=50)).hits
    assert hits
    assert {os.path.relpath(os.path.dirname(hit.path), demo_folder) for hit in hits} == {"Finance"}
    assert not [hit.path for hit in hits if "garage" in Path(hit.path).read_text("utf-8", "replace").lower()]


def test_what_gitignore_leaves_out_is_not_found(demo: Engine) -> None:
    assert not demo.search(SearchRequest('"zirkonblau"')).hits


def test_highlights_mark_the_words_asked_for(demo: Engine) -> None:
    (passage, *_) = demo.search(SearchRequest("电动自行车 电池 保修", limit=1)).hits[0].passages
    marked = {passage.text[start:end] for start, end in passage.highlights}
    assert marked
    assert all(any(word in "电动自行车电池保修" for word in mark) for mark in marked)
    assert passage.line is not None


def test_every_file_left_out_is_explained(demo: Engine, demo_folder: Path) -> None:
    explained = {failure.path for failure in demo.failures()}
    assert demo.status().files.pending == 0
    left_out = {
        path
        for folder in demo._catalog.folders()
        for path, file in demo._catalog.known_files(folder.id).items()
        if file.state in (FileState.SKIPPED, FileState.FAILED)
    }
    assert str(demo_folder / "Broken" / "empty.txt") in explained & left_out
    # A picture without words is as it should be.
    assert {kind_of(os.path.basename(path)) for path in left_out - explained} <= {Kind.IMAGE}
