from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qwen_finder.gui.marks import displayable, occurrences, one_line, right_to_left, to_utf16


def units(text, start, end):
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@given(st.text("aé猫😀ע", max_size=40), st.data())
def test_marks_mark_the_same_text_in_utf16(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    text = displayable(text)
    ((first, last),) = to_utf16(text, [(start, end)])
    assert units(text, first, last) == text[start:end]


@given(st.text("ab \n\t猫😀", max_size=400), st.data())
def test_one_line_keeps_what_is_marked(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    line, marks = one_line(text, [(start, end)])
    assert "\n" not in line
    assert "  " not in line
    wanted = "".join(text[start:end].split())
    assert "".join("".join(line[a:b] for a, b in marks).split()) in ("", wanted)
    if wanted:
        assert marks


def test_a_late_mark_is_brought_to_the_front():
    text = "word " * 100 + "needle and more"
    line, ((start, end),) = one_line(text, [(500, 506)])
    assert line.startswith("… ")
    assert line[start:end] == "needle"
    assert start < 90


def test_a_long_text_ends_in_an_ellipsis():
    assert one_line("x" * 5000, [])[0].endswith("…")


def test_names_are_marked_whatever_their_case():
    assert occurrences("Invoice_Plumber.txt", ["plumber", "inv"]) == [(0, 3), (8, 15)]
    assert occurrences("a", []) == []


def test_names_are_marked_where_a_word_begins():
    assert occurrences("Fwd booking minutes.txt", ["in", "book"]) == [(4, 8)]
    assert occurrences("what is in it", ["in"]) == [(8, 10)]
    assert occurrences("parseBankStatement", ["bank", "state"]) == [(5, 9), (9, 14)]
    assert occurrences("我的税务发票", ["发票"]) == [(4, 6)]
    assert occurrences("2024年二月.md", ["二月"]) == [(5, 7)]


def test_direction():
    assert right_to_left("1. المرق")
    assert not right_to_left("soup المرق")
    assert not right_to_left("")
