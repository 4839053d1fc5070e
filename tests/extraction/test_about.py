"""Documents are found by what they say of themselves."""

from __future__ import annotations

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.about import with_facts


def document(text: str, title: str = "", **metadata: str) -> Document:
    return Document(Kind.DOCUMENT, (Segment(text, page=1),), title=title, metadata=metadata)


def test_author_and_keywords_become_text_of_their_own() -> None:
    found = with_facts(
        document("The harvest was late.", "Quinces", author="Ada\nOak", keywords="fruit, autumn")
    )
    body, about = found.segments
    assert body.text == "The harvest was late.\n"
    assert about.text == "Title: Quinces\nAuthor: Ada Oak\nKeywords: fruit, autumn\n"
    assert about.start == len(body.text)
    assert (about.page, about.member) == (None, "")


def test_what_the_text_says_is_not_said_twice() -> None:
    plain = document("QUINCES\nby Ada Oak", "Quinces", author="Ada Oak", created="2024-01-02")
    assert with_facts(plain) == plain


def test_nothing_is_added_where_nothing_is_known() -> None:
    plain = document("The harvest was late.")
    assert with_facts(plain) == plain
    empty = Document(Kind.DOCUMENT, (), title="Quinces")
    assert with_facts(empty) == empty
