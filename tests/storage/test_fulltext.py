"""What full-text search sees of passages and queries, and exact phrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.storage import fulltext
from qwen_finder.storage.fulltext import Phrase


@pytest.mark.parametrize(
    ("text", "extra"),
    [
        ("plain words Only", ""),
        ("call getUserName2()", "get user name"),
        ("class HTTPServer:", "http server"),
        ("C++, c# and F# on .NET; i++ and a.network", "cplusplus csharp fsharp dotnet"),
        ("snake_case stays", ""),
        ("영수증을 보냈다", "영수증"),
        ("ÄnderungsAntrag", "änderungs antrag"),
    ],
)
def test_extra_words_follow_the_text(text: str, extra: str) -> None:
    assert fulltext.body(text, "Title") == f"{text}\nTitle\n{extra}"


def test_the_text_keeps_its_place_whatever_it_holds() -> None:
    text = "odd \ud800 text with 🚗 and getUserName"
    kept = fulltext.body(text, "\udcff")
    assert kept[: len(text)] == text.replace("\ud800", "\ufffd")
    kept.encode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("C++ templates", "templates cplusplus"),
        ("getUserName", "getUserName get user name"),
        ("what is C#?", "what is csharp"),
        ("영수증을", "영수증을 영수증"),
        ("a AND (b OR c)*", "a AND b OR c"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_queries_are_spelled_like_passages(query: str, expected: str) -> None:
    assert fulltext.words(query) == expected


def test_long_queries_are_capped() -> None:
    assert len(fulltext.words(" ".join(f"word{n}" for n in range(10_000))).split()) == fulltext.MAX_WORDS


@pytest.mark.parametrize(
    ("phrase", "text", "occurs"),
    [
        ("red car", "A Red\n\tCAR.", True),
        ("red car", "red cars", False),
        ("red car", "bored car", False),
        ("c++ code", "some C++ code", True),
        ("发票在", "税务发票在这里", True),
        ("user", "user_name", True),
        ("a.b", "axb", False),
        ("İstanbul", "İSTANBUL", True),
        ("", "anything", False),
        ("  ", "any thing", False),
    ],
)
def test_phrases(phrase: str, text: str, occurs: bool) -> None:
    assert Phrase(phrase).occurs_in(text) is occurs


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_any_text_can_be_stored_and_asked_for(text: str) -> None:
    fulltext.body(text, text).encode()
    fulltext.words(text).encode()
    Phrase(text).occurs_in(text)
