"""The stretch of a passage that is shown, and the marks in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwen_finder.core.document import Unit
from qwen_finder.core.query import Passage, StoredChunk
from qwen_finder.search.snippet import SHOWN_CHARACTERS, passage
from qwen_finder.search.words import terms_of

FILLING = "Many other words stand here that nobody asked for today. "


def shown(text: str, query: str, phrases: tuple[str, ...] = (), line: int = 1) -> Passage:
    chunk = StoredChunk(1, 1, text, "context", 0, len(text), line, line + text.count("\n"), None)
    return passage(chunk, terms_of(query), phrases)


def marked(found: Passage) -> list[str]:
    return [found.text[start:end] for start, end in found.highlights]


def test_a_short_passage_is_shown_whole() -> None:
    found = shown("  The invoice is due.\n", "invoice")
    assert found.text == "The invoice is due."
    assert marked(found) == ["invoice"]
    assert (found.line, found.page) == (1, None)


@pytest.mark.parametrize("before", [0, 3, 20, 60])
def test_the_match_is_in_what_is_shown(before: int) -> None:
    text = FILLING * before + "The lighthouse keeper sleeps. " + FILLING * 60
    found = shown(text, "lighthouse keeper")
    assert len(found.text) <= SHOWN_CHARACTERS
    assert found.text in text
    assert marked(found) == ["lighthouse keeper"]


def test_the_stretch_with_most_of_the_words_is_shown() -> None:
    text = f"A ferry. {FILLING * 20}The ferry of nine reaches the harbour. {FILLING * 20}The harbour."
    found = shown(text, "ferry harbour")
    assert marked(found) == ["ferry", "harbour"]
    assert "of nine reaches" in found.text


def test_the_line_is_that_of_what_is_shown() -> None:
    text = "\n".join(["nothing here at all"] * 50 + ["the lighthouse"] + ["nothing again"] * 50)
    found = shown(text, "lighthouse", line=10)
    first = found.text.split("\n", 1)[0]
    assert found.line is not None
    assert text.split("\n")[found.line - 10] == first
    assert "lighthouse" in found.text


def test_a_chunk_without_lines_has_none() -> None:
    assert shown("words", "words", line=0).line is None


def test_a_phrase_is_marked_alone_whatever_its_case_and_white_space() -> None:
    text = "The keeper. The Lighthouse\n   Keeper sleeps, keeper."
    found = shown(text, "lighthouse keeper", ("lighthouse keeper",))
    assert marked(found) == ["Lighthouse\n   Keeper"]


def test_a_phrase_far_down_is_shown() -> None:
    text = FILLING * 30 + "she sells sea shells " + FILLING * 30
    assert marked(shown(text, "sea shells", ("sea shells",))) == ["sea shells"]


def test_without_a_match_the_beginning_is_shown() -> None:
    found = shown(FILLING * 30, "lighthouse")
    assert found.text.startswith("Many other words")
    assert len(found.text) <= SHOWN_CHARACTERS
    assert not found.text.endswith(" ")
    assert found.highlights == ()


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_nothing_to_show(text: str) -> None:
    assert shown(text, "word").text == ""


def test_a_match_longer_than_what_is_shown_is_shown_in_part() -> None:
    found = shown("x" * 2_000, "", ("x" * 1_000,))
    assert len(found.text) == SHOWN_CHARACTERS


def test_unspaced_text_is_cut_around_the_match() -> None:
    found = shown("这里没有什么" * 200 + "灯塔看守人" + "那里也没有" * 200, "灯塔看守人")
    assert marked(found) == ["灯塔看守人"]


_TEXTS = st.text(
    alphabet=st.one_of(st.sampled_from("ab \nABİßä猫写ह\u0301-_"), st.characters()), max_size=900
)


@settings(max_examples=250, deadline=None)
@given(_TEXTS, st.text(max_size=30), st.lists(st.text(max_size=8), max_size=2))
def test_marks_lie_in_what_is_shown_and_that_in_the_text(text: str, query: str, phrases: list[str]) -> None:
    found = shown(text, query, tuple(phrases))
    assert found.text in text
    assert len(found.text) <= SHOWN_CHARACTERS
    last = 0
    for start, end in found.highlights:
        assert last <= start < end <= len(found.text)
        last = end


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 800), st.integers(0, 800), st.sampled_from(["word ", "猫の", "x", "a\nb ", "ß İ "]))
def test_wherever_it_stands_a_match_is_shown(before: int, after: int, filling: str) -> None:
    text = f"{(filling * before)[:before]} lighthouse {(filling * after)[:after]}"
    assert marked(shown(text, "lighthouse")) == ["lighthouse"]


def test_slides_have_no_lines_but_sheets_have_rows():
    stored = StoredChunk(1, 1, "one\ntwo words", "", 0, 13, 4, 5, 2, Unit.SLIDE, "deck.pptx")
    shown = passage(stored, [], ["two words"])
    assert (shown.page, shown.unit, shown.line, shown.member) == (2, Unit.SLIDE, None, "deck.pptx")
    sheet = replace(stored, unit=Unit.SHEET)
    assert passage(sheet, [], []).line == 4
