"""Documents made by the programs that people use: what was planted in them is found where it was put."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.document import Document, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.registry import Limits, extract

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
LIMITS = Limits(max_bytes=20_000_000, max_characters=1_000_000)


def _samples() -> list[dict[str, Any]]:
    with (SAMPLES / "samples.toml").open("rb") as file:
        return list(tomllib.load(file)["sample"])


def _name(sample: dict[str, Any]) -> str:
    return str(sample["file"])


READ = [sample for sample in _samples() if "error" not in sample]
REFUSED = [sample for sample in _samples() if "error" in sample]


def _extract(sample: dict[str, Any]) -> Document:
    return extract(str(SAMPLES / sample["file"]), LIMITS)


def _line(segment: Segment, phrase: str) -> int:
    return segment.line + segment.text.count("\n", 0, segment.text.index(phrase))


def test_every_sample_is_in_the_table_and_no_sentence_is_in_two() -> None:
    files = {path.name for path in SAMPLES.iterdir()} - {"samples.toml"}
    assert files == {sample["file"] for sample in _samples()}
    phrases = [sample["phrase"] for sample in _samples()]
    assert len(set(phrases)) == len(phrases) > 40


@pytest.mark.parametrize("sample", READ, ids=_name)
def test_the_planted_sentence_is_found_in_its_place(sample: dict[str, Any]) -> None:
    document = _extract(sample)
    (segment,) = [segment for segment in document.segments if sample["phrase"] in segment.text]
    unit = str(segment.unit) if segment.page else ""
    assert (segment.page or 0, unit) == (sample.get("page", 0), sample.get("unit", ""))
    assert segment.member == sample.get("member", "")
    if "heading" in sample:
        assert list(segment.path) == sample["heading"]
    if "line" in sample:
        assert _line(segment, sample["phrase"]) == sample["line"]


@pytest.mark.parametrize("sample", READ, ids=_name)
def test_all_of_it_is_read_and_nothing_twice(sample: dict[str, Any]) -> None:
    document = _extract(sample)
    text = "".join(segment.text for segment in document.segments)
    assert text.count(sample["phrase"]) == 1
    for words in sample.get("also", []):
        assert words in text
    for words in sample.get("absent", []):
        assert words not in text
    position = 0
    for segment in document.segments:
        assert (segment.start, bool(segment.text)) == (position, True)
        position += len(segment.text)
    assert not document.partial


@pytest.mark.parametrize("sample", READ, ids=_name)
def test_what_it_says_of_itself(sample: dict[str, Any]) -> None:
    document = _extract(sample)
    assert document.language == sample["language"]
    if "title" in sample:
        assert document.title == sample["title"]
    if "author" in sample:
        assert document.metadata["author"] == sample["author"]


@pytest.mark.parametrize("sample", REFUSED, ids=_name)
def test_a_document_with_a_password_is_left_out(sample: dict[str, Any]) -> None:
    with pytest.raises(FileError) as refused:
        _extract(sample)
    assert (refused.value.code, refused.value.skipped) == (sample["error"], True)
    assert refused.value.hint
