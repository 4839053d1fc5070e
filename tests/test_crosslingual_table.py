"""The cross-lingual known items are whole: every file exists and is asked for once in every language."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "resources" / "demo"
_LANGUAGES = "en zh zht ja ko es fr de it pt nl ru uk pl tr ar fa hi vi th id sv"
LANGUAGES = _LANGUAGES.split()
ITEMS: list[dict[str, Any]] = tomllib.loads(
    (ROOT / "tests" / "known_items" / "crosslingual.toml").read_text("utf-8")
)["items"]


def test_every_file_is_in_the_demo_folder_and_stands_once() -> None:
    files = [item["file"] for item in ITEMS]
    assert len(files) >= 24
    assert len(set(files)) == len(files)
    assert [file for file in files if not (DEMO / file).is_file()] == []


def test_the_files_are_in_many_languages() -> None:
    languages = Counter(item["language"] for item in ITEMS)
    assert set(languages) == {"en", "de", "fr", "es", "pt", "zh", "zht", "ja", "ko", "ru", "ar", "hi"}
    assert max(languages.values()) <= 3


def test_every_file_is_asked_for_in_every_language() -> None:
    for item in ITEMS:
        assert list(item["queries"]) == LANGUAGES, item["file"]
        for language, query in item["queries"].items():
            assert query == query.strip() != "", (item["file"], language)
            # A number reads alike in every script and would find the file without its meaning.
            assert not re.search(r"\d", query), (item["file"], language)


def test_no_query_stands_twice() -> None:
    counts = Counter(query.casefold() for item in ITEMS for query in item["queries"].values())
    assert [query for query, count in counts.items() if count > 1] == []
