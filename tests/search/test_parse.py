"""The query language: what is a filter, what is a word, and that nothing typed is an error."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qwen_finder.core.document import Kind
from qwen_finder.core.errors import UsageError
from qwen_finder.search.parse import (
    FARTHEST_SECONDS,
    LARGEST_SIZE,
    MAX_CHARACTERS,
    TYPES,
    iso_utc,
    parse,
    parse_date,
    parse_types,
)


def local(year: int, month: int = 1, day: int = 1) -> int:
    return int(datetime(year, month, day).timestamp())


def test_plain_words_stay_as_they_are() -> None:
    query = parse("how to  mend a bicycle?")
    assert query.text == "how to mend a bicycle?"
    assert not query.filters_only
    assert not query.phrases


@pytest.mark.parametrize(
    ("text", "phrases", "words"),
    [
        ('"exact phrase" other', ["exact phrase"], "exact phrase other"),
        ("“curly quotes” other", ["curly quotes"], "curly quotes other"),
        ('one "two three" "four"', ["two three", "four"], "one two three four"),
        ('"', [], '"'),
        ('say "hello', [], 'say "hello'),
        ('5" pipe', [], '5" pipe'),
        ('""', [], ""),
        ('" "', [], ""),
        ('"***"', [], "***"),
        ("“open only", [], "“open only"),
    ],
)
def test_phrases(text: str, phrases: list[str], words: str) -> None:
    query = parse(text)
    assert query.phrases == phrases
    assert query.text == words


@pytest.mark.parametrize(
    ("text", "excluded", "words"),
    [
        ("jaguar -car", ["car"], "jaguar"),
        ('jaguar -"sports car"', ["sports car"], "jaguar"),
        ("-猫 写真", ["猫"], "写真"),
        ("jaguar - car", [], "jaguar - car"),
        ("ls --all", [], "ls --all"),
        ("well-known", [], "well-known"),
        ("-", [], "-"),
        ("temperature -5", ["5"], "temperature"),
    ],
)
def test_excluded_words(text: str, excluded: list[str], words: str) -> None:
    query = parse(text)
    assert query.not_words == excluded
    assert query.text == words


@pytest.mark.parametrize("name", TYPES)
def test_types(name: str) -> None:
    query = parse(f"cat type:{name.upper()}")
    assert query.kinds == list(TYPES[name])
    assert query.text == "cat"
    assert parse_types((name,)) == list(TYPES[name])


def test_every_kind_but_other_can_be_asked_for() -> None:
    assert {kind for kinds in TYPES.values() for kind in kinds} == set(Kind) - {Kind.OTHER}


def test_each_filter() -> None:
    query = parse('ext:PDF,.docx in:Taxes in:"My Documents" name:Report -name:draft lang:ZH invoice')
    assert query.exts == ["pdf", "docx"]
    assert query.folders == ["Taxes", "My Documents"]
    assert (query.names, query.not_names) == (["report"], ["draft"])
    assert query.languages == ["zh"]
    assert query.text == "invoice"


def test_keys_in_any_case() -> None:
    assert parse("EXT:pdf Type:image").exts == ["pdf"]


@pytest.mark.parametrize(
    "word",
    [
        "foo:bar",
        "type:nonsense",
        "type:",
        'type:""',
        "lang:english",
        "lang:12",
        "size:big",
        "size:>",
        "after:yesterday",
        "before:2024-13",
        "after:2024-02-30",
        "after:2024-01-01-01",
        "after:99999999999999999999",
        "https://example.org/a?b=c",
        "C:\\Users",
        "12:30",
        "std::vector",
        "-type:image",
        "-size:>1mb",
        ":",
        "name:",
    ],
)
def test_what_is_no_filter_is_a_word(word: str) -> None:
    query = parse(f"before {word} after")
    assert query.text == f"before {word} after"


@pytest.mark.parametrize(
    ("value", "begin"),
    [("2024", local(2024)), ("2024-06", local(2024, 6)), ("2024-06-30", local(2024, 6, 30))],
)
def test_dates_are_local_days(value: str, begin: int) -> None:
    assert parse(f"after:{value}").after == begin
    assert parse(f"before:{value}").before == begin
    assert parse_date(value, "--after") == begin


@pytest.mark.parametrize("year", [1, 2, 1600, 1969, 2262, 2300, 9998, 9999])
def test_years_that_no_file_has_fit_into_64_bits_of_nanoseconds(year: int) -> None:
    query = parse(f"after:{year:04}")
    assert query.after is None or abs(query.after) <= FARTHEST_SECONDS
    assert FARTHEST_SECONDS * 10**9 < 2**63


@pytest.mark.parametrize("value", ["soon", "", "2024-00", "30.6.2024", "2024/06", "-", "2024-"])
def test_a_date_option_that_is_none_is_refused_with_examples(value: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_date(value, "--before")
    assert raised.value.code == "query.date"
    assert "--before 2024-06-30" in raised.value.hint


def test_a_type_option_that_does_not_exist_lists_those_that_do() -> None:
    with pytest.raises(UsageError) as raised:
        parse_types(("picture",))
    assert raised.value.code == "query.type"
    assert "image" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("size:>10mb", 10_000_001, None),
        ("size:>=10mb", 10_000_000, None),
        ("size:10kb", 10_000, None),
        ("size:<1.5k", None, 1_499),
        ("size:<=1gib", None, 1_000_000_000),
        ("size:>2TB", 2_000_000_000_001, None),
        ("size:0", 0, None),
        ("size:>1mb size:<2mb", 1_000_001, 1_999_999),
        ("size:>" + "9" * 500, LARGEST_SIZE + 1, None),
        ("size:<99999999tb", None, LARGEST_SIZE - 1),
    ],
)
def test_sizes(text: str, least: int | None, most: int | None) -> None:
    query = parse(text)
    assert (query.min_size, query.max_size) == (least, most)
    assert query.filters_only


def test_control_characters_are_white_space() -> None:
    query = parse("one\x00two\tthree\n\x7ftype:image\x1b")
    assert query.text == "one two three"
    assert query.kinds == [Kind.IMAGE]


def test_ten_thousand_words_are_cut_to_what_can_be_read() -> None:
    query = parse("word " * 10_000)
    assert len(query.text) <= MAX_CHARACTERS
    assert query.text.split()[0] == "word"


@pytest.mark.parametrize("text", ["", "   ", "\n\t", '""', "“”"])
def test_nothing_asked_is_seen_as_such(text: str) -> None:
    query = parse(text)
    assert query.filters_only
    assert query.text == ""


_PIECES = st.sampled_from(
    ['"', "“", "”", "-", ":", " ", "type:", "size:>", "after:", "in:", "name:", "9" * 50, "\0", "猫", "ß"]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.lists(_PIECES, max_size=30).map("".join)))
@example('"“"“')
def test_nothing_typed_is_an_error(text: str) -> None:
    query = parse(text)
    assert all(query.phrases)
    assert all(query.not_words)
    for size in (query.min_size, query.max_size):
        assert size is None or abs(size) < 2**63
    for seconds in (query.after, query.before):
        assert seconds is None or abs(seconds) <= FARTHEST_SECONDS
    # What is left over reads the same: phrases aside, nothing in it is a filter.
    again = parse(query.text)
    assert again.filters_only == query.filters_only or query.phrases


def test_times_are_shown_in_utc() -> None:
    assert iso_utc(0) == "1970-01-01T00:00:00Z"
    assert iso_utc(1_719_735_300) == "2024-06-30T08:15:00Z"
