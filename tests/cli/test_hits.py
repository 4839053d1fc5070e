from qwen_finder.cli.hits import passage_lines
from qwen_finder.cli.units import count, duration, size


def passage(text, *highlights):
    return {
        "text": text,
        "line": 1,
        "page": None,
        "unit": "page",
        "member": "",
        "highlights": [list(span) for span in highlights],
    }


def marked(lines):
    return ["".join(f"<{part}>" if is_match else part for part, is_match in line) for line in lines]


def test_a_match_is_marked_across_a_line_break():
    lines = passage_lines(passage("alpha beta gamma delta", (6, 16)), 11, reflow=True)
    assert marked(lines) == ["alpha <beta>", "<gamma>", "delta"]


def test_prose_is_filled_anew_and_code_keeps_its_lines():
    text = "def f():\n\treturn  1\n"
    assert marked(passage_lines(passage(text), 40, reflow=True)) == ["def f(): return 1"]
    assert marked(passage_lines(passage(text), 40, reflow=False)) == ["def f():", "    return  1"]


def test_marks_stay_in_place_when_characters_become_longer():
    lines = passage_lines(passage("\udcff\x1b cat", (3, 6)), 40, reflow=True)
    assert marked(lines) == ["\\xff␛ <cat>"]


def test_a_long_passage_is_shown_around_its_match():
    text = " ".join(f"word{number}" for number in range(400))
    start = text.index("word300")
    lines = marked(passage_lines(passage(text, (start, start + 7)), 60, reflow=True))
    assert len(lines) == 5
    assert any("<word300>" in line for line in lines)
    assert lines[-1].endswith("…")


def test_amounts_read_well():
    assert [size(value) for value in (0, 999, 1_500, 250_000, 7_340_000, 5e12)] == [
        "0 bytes",
        "999 bytes",
        "1.5 kB",
        "250 kB",
        "7.3 MB",
        "5.0 TB",
    ]
    assert [duration(value) for value in (0.4, 59, 200, 7500, 100_000)] == [
        "0 s",
        "59 s",
        "3 min 20 s",
        "2 h 5 min",
        "1 d 3 h",
    ]
    assert [count(1, "file"), count(12_345, "file")] == ["1 file", "12,345 files"]
