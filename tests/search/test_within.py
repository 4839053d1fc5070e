"""One file closely: what is marked in it, and which of its passages answer."""

from __future__ import annotations

from typing import Any

import pytest

from qwen_finder.search.searcher import Searcher
from qwen_finder.search.within import marks
from qwen_finder.search.words import terms_of


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(text, query, terms_of(query))]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("The ferry leaves.", "ferries", []),
        ("The ferry leaves.", "ferry", ["ferry"]),
        ("妹妹說您的眼睛要動手術，很小的手術", "手術", ["手術", "手術"]),
        ("שלום עולם", "עולם", ["עולם"]),
        ("a b c", "", []),
        ("The ferry leaves. A ferry leaves.", '"a ferry" leaves', ["A ferry"]),
        ("nothing", '"a ferry"', []),
    ],
)
def test_the_words_of_the_query_are_marked(text: str, query: str, expected: list[str]) -> None:
    assert marked(text, query) == expected


def test_a_word_that_is_everywhere_in_a_long_text_says_nothing() -> None:
    text = "The boat of the captain is in the harbour by the sea. " * 80 + "The walrus sleeps."
    assert marked(text, "the walrus") == ["The walrus"] or marked(text, "the walrus") == ["walrus"]
    # Unless there is nothing else.
    assert len(marked(text, "the")) > 200


def within(room: Any, name: str, query: str) -> list[str]:
    searcher = Searcher(
        room.catalog, room.store, room.embedder, reads=lambda _text: room.reads, gone=lambda _files: None
    )
    (file,) = [id for id in room.ids if room.ids[id] == name]
    return [passage.text for passage in searcher.within(query, file)]


@pytest.fixture
def guide(room: Any) -> Any:
    room.ids = {}
    for number in range(30):
        room.add(f"other/{number}.txt", f"Entry {number} of a list about weather, rain and wind {number}.")
    texts = [f"Street number {number} has a bakery." for number in range(20)]
    texts[3], texts[11], texts[17] = (
        "A ferry sails.",
        "The ferry to the island sails.",
        "Trains to the island.",
    )
    room.ids[room.add("guide.txt", *texts)] = "guide.txt"
    room.ids[room.add("ferry.txt", "The ferry to the island is blue.")] = "ferry.txt"
    return room


def test_the_passages_that_answer_are_given_best_first(guide: Any) -> None:
    found = within(guide, "guide.txt", "ferry island")
    assert found[0] == "The ferry to the island sails."
    assert set(found) == {"The ferry to the island sails.", "A ferry sails.", "Trains to the island."}


def test_a_phrase_is_in_each_of_them(guide: Any) -> None:
    assert within(guide, "guide.txt", '"ferry sails"') == ["A ferry sails."]


def test_when_none_answers_the_best_is_given(guide: Any) -> None:
    guide.reads = False
    assert len(within(guide, "guide.txt", "zzyzx")) <= 1


def test_filters_alone_ask_for_no_passage(guide: Any) -> None:
    assert within(guide, "guide.txt", "ext:txt") == []


def test_what_a_search_found_to_be_telling_is_marked(room: Any) -> None:
    for number in range(12):
        room.add(f"{number}.txt", f"The ferry of the year {number}.")
    searcher = Searcher(
        room.catalog, room.store, room.embedder, reads=lambda _text: True, gone=lambda _files: None
    )
    from qwen_finder.core.query import SearchRequest

    assert [term.text for term in searcher.telling("the 7")] == ["the", "7"]
    searcher.search(SearchRequest("the 7"))
    assert [term.text for term in searcher.telling("the 7")] == ["7"]
