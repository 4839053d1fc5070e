"""The tables of the phrasebook are whole, in the right scripts and without repetitions."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "scripts" / "starter" / "phrasebook"
TABLES = sorted(FOLDER.glob("*.tsv"))
_COLUMNS = "en zh zht ja ko es fr de it pt nl ru uk pl tr ar fa hi vi th id_ID sv"
LANGUAGES = _COLUMNS.split()
KINDS = {"sentence", "title", "caption", "query", "term"}
SCRIPTS = {
    "zh": "[\u4e00-\u9fff]",
    "zht": "[\u4e00-\u9fff]",
    "ja": "[\u3040-\u30ff\u4e00-\u9fff]",
    "ko": "[\uac00-\ud7af]",
    "ru": "[\u0400-\u04ff]",
    "uk": "[\u0400-\u04ff]",
    "ar": "[\u0600-\u06ff]",
    "fa": "[\u0600-\u06ff]",
    "hi": "[\u0900-\u097f]",
    "th": "[\u0e00-\u0e7f]",
}
"""A character that every text in the language has; in the others it is a Latin letter."""
CODECS = {"zh": "gb2312", "zht": "big5"}
"""What holds the one Chinese script and not the other; signs of numbers and currencies aside."""


def rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_there_are_tables() -> None:
    assert len(TABLES) >= 10
    assert sum(len(rows(table)) for table in TABLES) >= 1500


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_a_table_is_whole(table: Path) -> None:
    found = rows(table)
    assert found
    for number, row in enumerate(found, 1):
        assert list(row) == ["id", "kind", *LANGUAGES]
        assert row["id"] == f"{table.stem}-{number:03}"
        assert row["kind"] in KINDS
        for language in LANGUAGES:
            text = row[language]
            assert text, (row["id"], language)
            assert text == text.strip(), (row["id"], language)
            assert re.search(SCRIPTS.get(language, "[a-zA-Z]"), text), (row["id"], language, text)
        for language, codec in CODECS.items():
            characters = re.sub("[^\u4e00-\u9fff]", "", row[language])
            assert characters.encode(codec), (row["id"], language)


def test_no_text_stands_twice() -> None:
    everything = [row for table in TABLES for row in rows(table)]
    for language in ("en", "zh", "de", "ar"):
        counts = Counter(row[language].casefold() for row in everything)
        assert not [text for text, count in counts.items() if count > 1]
