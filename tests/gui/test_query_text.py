from __future__ import annotations

import pytest

from qwen_finder.gui.query_text import filter_at, filters, with_filter, without_filters, words
from qwen_finder.search.parse import parse


def test_filters_are_found_as_the_service_finds_them():
    text = 'report type:image in:"My Files" after:2024-01 -draft http://x ext:pdf'
    assert filters(text) == {
        "type": ["image"], "in": ["My Files"], "after": ["2024-01"], "ext": ["pdf"]
    }  # fmt: skip
    read = parse(text)
    assert (read.folders, read.exts) == (["My Files"], ["pdf"])


@pytest.mark.parametrize(
    ("text", "key", "value", "result"),
    [
        ("cat", "type", "image", "cat type:image"),
        ("cat type:code dog", "type", "image", "cat dog type:image"),
        ("type:code", "type", "", ""),
        ("a in:x b in:y", "in", "my dir", 'a b in:"my dir"'),
        ('say "type:x" now', "type", "", 'say "type:x" now'),
    ],
)
def test_a_filter_is_put_and_taken(text, key, value, result):
    assert with_filter(text, key, value) == result
    if value:
        assert value in filters(result)[key]


def test_only_words_are_left():
    assert without_filters("a type:image b lang:de") == "a b"
    assert words('Leak -draft "under the" type:image 水管 x') == ["Leak", "under", "the", "水管"]


@pytest.mark.parametrize(
    ("text", "cursor", "found"),
    [
        ("cat ty", 6, None),
        ("cat type:", 9, ("type", "")),
        ("type:im cat", 7, ("type", "im")),
        ('in:"My F', 8, ("in", "My F")),
        ("http:", 5, None),
    ],
)
def test_a_filter_is_completed_where_the_cursor_is(text, cursor, found):
    token = filter_at(text, cursor)
    assert (None if token is None else (token.key, token.value)) == found
