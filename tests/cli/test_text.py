import pytest

from qwen_finder.cli.text import cells, shorten, visible, wrap


def lines(text, width):
    return [text[start:end] for start, end in wrap(text, width)]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain 猫 é", "plain 猫 é"),
        ("a\nb\tc\rd\0", "a␊b␉c␍d␀"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x7f\x9b", "␡\\x9b"),
        ("caf\udce9", "caf\\xe9"),
        ("txt.\u202eexe", "txt.\\u202eexe"),
        ("\ud800", "\\ud800"),
    ],
)
def test_nothing_that_a_terminal_obeys_gets_through(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize(
    ("text", "count"), [("abc", 3), ("猫が", 4), ("한국", 4), ("e\u0301", 1), ("ｆ", 2), ("", 0)]
)
def test_cells_are_counted_as_a_terminal_does(text, count):
    assert cells(text) == count


def test_lines_are_broken_at_spaces():
    assert lines("the quick brown fox jumps", 11) == ["the quick", "brown fox", "jumps"]


def test_lines_without_spaces_are_broken_anywhere_but_before_punctuation():
    assert lines("猫が好きです。犬も", 8) == ["猫が好き", "です。犬", "も"]
    assert lines("猫が好。犬", 6) == ["猫が", "好。犬"]


def test_a_long_word_is_broken_where_it_must():
    assert lines("see " + "x" * 25, 10) == ["see", "x" * 10, "x" * 10, "x" * 5]


@pytest.mark.parametrize("width", range(2, 30))
def test_no_line_is_too_wide_and_no_word_is_lost(width):
    text = "Ein Satz mit 猫 und 犬が好きです。 " + "verylongword" * 3 + " end\u0301 "
    assert all(cells(line) <= width for line in lines(text, width))
    assert "".join("".join(lines(text, width)).split()) == "".join(text.split())


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_blank_text_has_no_lines(text):
    assert lines(text, 10) == []


def test_shortening_keeps_both_ends_and_the_width():
    assert shorten("short.txt", 20) == "short.txt"
    assert shorten("a_very_long_name_of_a_report.pdf", 12) == "a_ver…rt.pdf"
    assert cells(shorten("猫" * 30, 11)) <= 11
