"""Tables, notebooks, web pages and subtitles: what a person would read, on the line where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import html
from qwen_finder.extraction.registry import Limits

Read = Callable[..., Document]


def lines(document: Document) -> list[tuple[int, str]]:
    return [(segment.line, segment.text.strip()) for segment in document.segments]


def test_the_header_of_a_table_is_its_path(read: Read) -> None:
    document = read("a.csv", 'date,"amount, EUR",payee\n2026-01-01,12.50,Rent\n')
    assert document.segments[0].path == ("date, amount, EUR, payee",)
    assert read("a.tsv", "name\tage\nAnn\t3\n").segments[0].path == ("name, age",)
    assert read("b.csv", "1,2,3\n4,5,6\n").segments[0].path == ()
    assert read("c.csv", '"unclosed,quote\nx').segments[0].text == '"unclosed,quote\nx'


def test_a_notebook_gives_its_cells_on_the_lines_of_the_file(read: Read) -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Sales\n", "Figures of été."]},
        {
            "cell_type": "code",
            "metadata": {},
            "outputs": [{"text": ["secret output"]}],
            "source": ["import x\n", "x.go()"],
        },
        {"cell_type": "code", "source": ""},
    ]
    raw = json.dumps({"cells": cells, "nbformat": 4}, indent=1, ensure_ascii=False)
    document = read("a.ipynb", raw)
    text = "".join(segment.text for segment in document.segments)
    assert "secret" not in text
    first, second, *_ = document.segments
    numbered = raw.split("\n")
    assert "# Sales" in numbered[first.line - 1]
    assert "import x" in numbered[second.line - 1]
    assert first.path == second.path == ("Sales",)
    assert document.kind is Kind.CODE


@pytest.mark.parametrize("content", ["{", "[]", '{"cells": 3}', '{"cells": [1]}', "[" * 100_000, '{"x": 1}'])
def test_a_broken_notebook_says_so(read: Read, content: str) -> None:
    with pytest.raises(FileError) as error:
        read("a.ipynb", content)
    assert (error.value.code, error.value.skipped) == ("file.broken", False)


def test_a_notebook_beyond_the_limits(read: Read) -> None:
    raw = json.dumps({"cells": [{"cell_type": "code", "source": "x = 1\n" * 1000}]})
    with pytest.raises(FileError) as error:
        read("a.ipynb", raw, Limits(max_bytes=1000, max_characters=100))
    assert (error.value.code, error.value.skipped) == ("file.too_large", True)
    document = read("a.ipynb", raw, Limits(max_bytes=100_000, max_characters=100))
    assert sum(len(segment.text) for segment in document.segments) == 100
    assert document.partial


def test_a_web_page_as_it_is_read(read: Read) -> None:
    page = """<!doctype html><html><head><title>Lease &amp; Co</title><style>p{}</style></head><body>
<script>var hidden = 1;</script>
<h1>Lease</h1>
<p>The <b>dep</b>osit is
   due &lt;soon&gt;.
<h2>Rent</h2><ul><li>January<li>February</ul>
<table><tr><td>one</td><td>two</td></tr></table>
"""
    document = read("a.html", page)
    assert document.title == "Lease & Co"
    assert lines(document) == [
        (3, "Lease"), (4, "The deposit is due <soon>."), (6, "Rent"), (6, "January"), (6, "February"),
        (7, "one"), (7, "two"), (0, "Title: Lease & Co"),
    ]  # fmt: skip
    assert document.segments[1].path == ("Lease",)
    assert document.segments[3].path == ("Lease", "Rent")


def test_hostile_web_pages(read: Read) -> None:
    deep = read("deep.html", "<div>" * 20_000 + "bottom")
    assert "bottom" in deep.segments[-1].text
    assert "end" in read("open.html", "end" + "<script>" * 100_000).segments[0].text
    assert read("plain.html", "no tags at all").segments[0].text == "no tags at all\n"
    with pytest.raises(FileError) as error:
        read("script.html", "<script>only()</script>")
    assert error.value.code == "file.empty"


def test_a_large_web_page_is_read_in_slices_that_know_their_headings(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "<html><head><title>Big</title></head><body>\n"
    for chapter in range(30):
        page += f"<h1>Chapter {chapter}</h1>\n<!-- <p>unseen</p> -->\n<h2>Part <i>a</i></h2>\n"
        page += "".join(f"<p class='x'>Words <b>of</b> {chapter}, {n}.</p>\n" for n in range(20))
    whole = read("a.html", page)
    for size in (300, 1_000, 7_000):
        monkeypatch.setattr(html, "_SLICE", size)
        sliced = read("a.html", page)
        assert [(s.text, s.path, s.line) for s in sliced.segments] == [
            (s.text, s.path, s.line) for s in whole.segments
        ]
    assert whole.segments[-2].path == ("Chapter 29", "Part a")


@pytest.mark.parametrize(
    "part", ["<!--", "<b>x</b> ", "<", "<p", "<script>", "<style>a</style>", "a ", "<title>"]
)
def test_pages_that_are_one_endless_thing(read: Read, part: str) -> None:
    document = read("a.html", "<p>begin" + part * 200_000)
    assert document.segments[0].text.startswith("begin")


def test_subtitles_keep_what_is_said_and_where(read: Read) -> None:
    srt = "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i> there.\nHow are you?\n\n"
    srt += "2\n00:00:03,000 --> 00:00:04,000\nFine.\n"
    assert lines(read("a.srt", srt)) == [(3, "Hello there."), (4, "How are you?"), (8, "Fine.")]
    vtt = "WEBVTT\n\nNOTE a comment\nmore comment\n\n00:01.000 --> 00:02.000 align:start\nHi.\n"
    assert lines(read("a.vtt", vtt)) == [(7, "Hi.")]
    ass = "[Events]\nFormat: x\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}Hi,\\Nyou{\\i0}\n"
    assert lines(read("a.ass", ass)) == [(3, "Hi, you")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", '{"a":{"b":[1,2,{"c":"text"}]}}'),
        ("a.yaml", "a: [unclosed\n  - b: {\n"),
        ("a.xml", "<root><unclosed attr='x'>text</root>"),
        ("a.toml", "key = 'unclosed\n[[table"),
        ("a.log", "2026-01-01 \x1b[31mERROR\x1b[0m boom\n"),
    ],
)
def test_structured_text_is_read_as_text_whatever_its_syntax(read: Read, name: str, content: str) -> None:
    document = read(name, content)
    text = "".join(segment.text for segment in document.segments)
    assert text == content.replace("\x1b[31m", "").replace("\x1b[0m", "")


DOCBOOK = """<?xml version="1.0"?>
<!DOCTYPE book PUBLIC "-//OASIS//DTD DocBook XML V4.5//EN" "x.dtd" [<!ENTITY boat "yawl">]>
<book><title>Sailing</title>
<chapter id="c1"><title>Knots &amp; ropes</title>
<para>Tie a
  <emphasis>bowline</emphasis> to the &boat;.&nbsp;</para>
<section><title>Hitches</title><para>Two half hitches.</para></section>
</chapter>
<chapter><title>Weather</title><para>Look up.</para></chapter></book>
"""


def test_prose_in_xml_is_read_without_its_tags(read: Read) -> None:
    document = read("manual.xml", DOCBOOK)
    assert document.title == "Sailing"
    assert lines(document) == [
        (3, "Sailing"), (4, "Knots & ropes"), (5, "Tie a bowline to the yawl."), (7, "Hitches"),
        (7, "Two half hitches."), (9, "Weather"), (9, "Look up."),
    ]  # fmt: skip
    assert document.segments[4].path == ("Sailing", "Knots & ropes", "Hitches")
    assert document.segments[6].path == ("Sailing", "Weather")


def test_a_book_of_fiction_a_feed_and_a_drawing(read: Read) -> None:
    book = """<FictionBook xmlns="http://x"><description><title-info><book-title>War</book-title></title-info>
    </description><body><section><title><p>One</p></title><p>It <emphasis>began</emphasis>.</p></section>
    </body><binary id="cover.jpg">/9j/4AAQSkZJRg</binary></FictionBook>"""
    text = "".join(segment.text for segment in read("war.fb2", book.encode("utf-16")).segments)
    assert "It began.\n" in text
    assert "9j/4" not in text
    feed = (
        "<rss><channel><title>News</title><item><title>Storm</title><description>&lt;p&gt;It &lt;b&gt;blows"
    )
    feed += "&lt;/b&gt;.&lt;/p&gt;</description></item></channel></rss>"
    assert lines(read("feed.rss", feed))[-1] == (1, "It blows .")
    drawing = (
        "<svg xmlns='x'><style>.a{}</style><path d='M0 0L1 1'/><text>Harbour <tspan>map</tspan></text></svg>"
    )
    assert [segment.text for segment in read("map.svg", drawing).segments] == ["Harbour map\n"]
    with pytest.raises(FileError) as error:
        read("icon.svg", "<svg><path d='M0 0L1 1'/></svg>")
    assert (error.value.code, error.value.skipped) == ("file.empty", True)


def test_broken_or_hostile_xml_is_read_as_it_stands(read: Read) -> None:
    assert read("a.xml", "<book><title>Open").segments[0].text == "<book><title>Open"
    bomb = "<!DOCTYPE book [<!ENTITY a0 'lol'>"
    bomb += "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]><book>&a11;</book>"
    document = read("bomb.xml", bomb)
    assert sum(len(segment.text) for segment in document.segments) <= 1_000_000
    outside = '<!DOCTYPE book [<!ENTITY x SYSTEM "file:///etc/passwd">]><book><para>a&x;b</para></book>'
    assert "root" not in "".join(segment.text for segment in read("x.xml", outside).segments)
    assert read("deep.xml", "<book>" + "<section>" * 50_000 + "bottom").segments
    cut = read("a.xml", "<book>" + "<para>some words</para>" * 1_000, Limits(10**6, 500))
    assert sum(len(segment.text) for segment in cut.segments) == 500
    assert cut.partial
