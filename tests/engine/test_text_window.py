"""Which part of a long text is shown."""

from __future__ import annotations

import pytest

from qwen_finder.core.document import Segment, Unit
from qwen_finder.engine.text_window import MOST_CHARACTERS, around, chosen
from qwen_finder.extraction.about import HEADING

LINES = [f"line {number} of a very long log that nobody reads as a whole" for number in range(1, 20_001)]
LONG = "\n".join(LINES) + "\n"


def test_a_short_text_is_shown_whole() -> None:
    window = around("a\nb\n", 5, 2, [(2, 3)])
    assert (window.start, window.end, window.line) == (0, 4, 5)
    assert window.inside([(2, 3)]) == ((2, 3),)


@pytest.mark.parametrize("line", [1, 2, 9_999, 19_999, 20_000, 10**9])
def test_a_window_holds_the_line_asked_for_and_says_where_it_begins(line: int) -> None:
    window = around(LONG, 1, line, ())
    shown = LONG[window.start : window.end]
    assert MOST_CHARACTERS / 2 < len(shown) <= MOST_CHARACTERS + 2 * len(LINES[-1])
    assert shown.startswith(f"line {window.line} of")
    assert shown.endswith("\n")
    assert f"line {min(line, 20_000)} of" in shown


def test_without_a_line_the_first_match_is_shown() -> None:
    at = LONG.index("line 12345 of")
    window = around(LONG, 1, None, [(at, at + 4)])
    assert window.start < at < window.end
    assert [LONG[window.start + a : window.start + b] for a, b in window.inside([(0, 4), (at, at + 4)])] == [
        "line"
    ]


def test_one_endless_line_is_cut_too() -> None:
    text = "x" * 1_000_000
    window = around(text, 1, None, [(700_000, 700_010)])
    assert window.end - window.start == MOST_CHARACTERS
    assert window.start < 700_000 < window.end
    assert around(text, 1, 1, ()).start == 0


def test_of_a_presentation_one_slide_is_shown() -> None:
    slides = [Segment(f"slide {number}", page=number, unit=Unit.SLIDE, line=0) for number in (1, 2, 2, 4)] + [
        Segment("Author: Ann", path=(HEADING,))
    ]
    shown, unit, pages, page = chosen(slides, "", 2)
    assert ([part.text for part in shown], unit, pages, page) == (["slide 2"] * 2, Unit.SLIDE, 4, 2)
    assert chosen(slides, "", None)[3] == 1
    assert chosen(slides, "", 3)[3] == 1


def test_of_a_container_one_part_is_shown() -> None:
    parts = [Segment("the mail"), Segment("the ticket", member="a.txt"), Segment("the bill", member="b.txt")]
    assert [part.text for part in chosen(parts, "", None)[0]] == ["the mail"]
    assert [part.text for part in chosen(parts, "b.txt", None)[0]] == ["the bill"]
    assert len(chosen(parts, "gone.txt", None)[0]) == 3
