"""Texts, pages, tables, code and notebooks that are deep, long, wide or in no encoding at all."""

from __future__ import annotations

import json
import plistlib
from collections.abc import Iterator

from .case import BROKEN, EMPTY, Nasty, either, found, refused
from .ooxml import LAUGHS, OUTER, OUTSIDE
from .streams import noise

PHRASE = "the baker's dog knows the tide tables"
LINE = f"{PHRASE}\n".encode()
SWOLLEN = ("file.too_large", "file.memory", "file.timeout", BROKEN)
EMPTY_EXTENSIONS = (
    "txt md html xml json csv py ipynb srt eml mbox rtf pdf doc docx xls xlsx ppt pptx odt ods odp epub msg "
    "zip tar gz bz2 xz 7z png jpg gif tif webp heic svg mp3 flac ogg mp4 mkv wav ttf otf url desktop webloc"
)


def cases() -> Iterator[Nasty]:
    """Every nasty file that is text or should be."""
    for extension in EMPTY_EXTENSIONS.split():
        yield refused(f"empty.{extension}", f"an empty .{extension}", lambda: b"", EMPTY)
    yield from _shapes()
    yield from _markup()
    yield from _structures()
    yield from _small_formats()


def _shapes() -> Iterator[Nasty]:
    yield found(
        "long_word.txt", "one word of a million letters", lambda: LINE + b"abcdefgh" * 125_000, PHRASE
    )
    yield found("long_line.txt", "one line of 20 MB", lambda: LINE[:-1] + b" herring" * 2_500_000, PHRASE)
    yield found("controls.txt", "10,000 control characters among the words", _controls, PHRASE)
    yield found("odd_utf_16.txt", "UTF-16 of odd length", lambda: PHRASE.encode("utf-16") + b"x", PHRASE)
    yield found(
        "marks.txt",
        "a letter with a million accents",
        lambda: LINE + "e\u0301\u0323".encode() * 500_000,
        PHRASE,
    )
    yield found("blank.txt", "ten million blank lines", lambda: LINE + b"\n" * 10_000_000, PHRASE)
    yield refused("spaces.txt", "ten million spaces", lambda: b" " * 10_000_000, EMPTY)
    yield refused(
        "program.txt", "a program called .txt", lambda: b"\x7fELF\2\1\1\0" + noise(50_000), "file.no_reader"
    )
    yield refused("placeholder.xlsx", "a Git LFS pointer called .xlsx", _lfs_pointer, "file.placeholder")
    yield refused("placeholder.txt", "a Git LFS pointer", _lfs_pointer, "file.placeholder")
    yield found("wrong_utf_8.txt", "bytes that no encoding has", _no_encoding, PHRASE)


def _markup() -> Iterator[Nasty]:
    yield found("tables.html", "30,000 tables in each other", _nested_tables, PHRASE)
    yield found("large.html", "5 MB of paragraphs", lambda: _large_page(120_000), PHRASE)
    yield found("larger.html", "28 MB of paragraphs", lambda: _large_page(650_000), PHRASE, dear=True)
    yield found(
        "bold.html", "200,000 tags that are never closed", lambda: LINE + b"<b>" * 200_000 + b"x", PHRASE
    )
    yield found("attributes.html", "a tag with 20,000 attributes", lambda: _attributes(20_000), PHRASE)
    yield either(
        "attributes_200000.html",
        "a tag with 200,000 attributes",
        lambda: _attributes(200_000),
        PHRASE,
        "file.timeout",
        dear=True,
    )
    yield found("comment.html", "a comment that never ends", lambda: LINE + b"<!-- " + b"x" * 900_000, PHRASE)
    yield found("charset.html", "a page that lies about its encoding", _lying_charset, "Brücke")
    yield found("entities.html", "a million entities", lambda: LINE + b"&#0;&#xD800;&amp;" * 333_333, PHRASE)
    yield found("script.html", "a script of 9 MB", lambda: LINE + b"<script>" + b"x=1;" * 2_250_000, PHRASE)
    yield either("laughs.svg", "entities of 900 MB in 1 kB", lambda: _svg("&z;", LAUGHS), PHRASE, *SWOLLEN)
    yield either(
        "outside.svg", "an entity that is a file outside", lambda: _svg("&z;", OUTER), PHRASE, absent=OUTSIDE
    )
    yield either("quadratic.xml", "one entity of 100 kB, 100,000 times", _quadratic, PHRASE, *SWOLLEN)
    yield found("deep.xml", "300,000 elements in each other", lambda: b"<a>" * 300_000 + LINE, PHRASE)
    yield found("quotes.md", "100,000 quotes in each other", lambda: b">" * 100_000 + LINE, PHRASE)
    yield found("brackets.md", "a million open brackets", lambda: b"[" * 1_000_000 + b"\n" + LINE, PHRASE)
    yield found(
        "backticks.md", "fences that never close", lambda: LINE + (b"```" * 90 + b"\n") * 9_000, PHRASE
    )
    yield found("hashes.md", "50,000 headings", lambda: b"# x\n\n" * 50_000 + LINE, PHRASE)
    yield found("braces.tex", "300,000 open braces", lambda: LINE + rb"\section{" * 100_000, PHRASE)
    yield found("stars.org", "a line of 500,000 stars", lambda: LINE + b"*" * 500_000 + b" x\n", PHRASE)
    yield found("lines.rst", "500,000 underlines", lambda: LINE + b"x\n=\n" * 250_000, PHRASE)


def _structures() -> Iterator[Nasty]:
    yield found(
        "deep.json",
        "500,000 arrays in each other",
        lambda: b'["' + LINE[:-1] + b'",' + b"[" * 500_000,
        PHRASE,
    )
    yield found("one_line.json", "23 MB in one line", _one_line, PHRASE)
    yield found("alias.yaml", "aliases of 3 GB", _aliases, PHRASE)
    yield found("columns.csv", "a row of a million cells", lambda: LINE + b"1," * 1_000_000 + b"\n", PHRASE)
    yield found("quote.csv", "a quote that never closes", lambda: LINE + b'"' + b"a,b\n" * 500_000, PHRASE)
    yield found(
        "brackets.py", "100,000 open brackets", lambda: b"# " + LINE + b"x = " + b"(" * 100_000, PHRASE
    )
    yield found("classes.py", "2,000 classes in each other", _classes, PHRASE)
    yield found("minified.js", "3 MB of functions in one line", _minified, PHRASE)
    yield found("unclosed.c", "a comment that never ends", lambda: b"/* " + LINE + b"/*" * 300_000, PHRASE)
    yield found(
        "lines.sql",
        "500,000 statements",
        lambda: b"-- " + LINE + b"insert into t values(1);\n" * 500_000,
        PHRASE,
    )
    yield found("outputs.ipynb", "a notebook with 100,000 outputs", _outputs, PHRASE)
    yield either("deep.ipynb", "a notebook of arrays in each other", _deep_notebook, PHRASE, BROKEN)
    yield refused("list.ipynb", "a notebook that is a list", lambda: b"[1, 2]", BROKEN)
    yield either("types.ipynb", "a notebook of wrong types", _wrong_notebook, PHRASE, BROKEN, EMPTY)


def _small_formats() -> Iterator[Nasty]:
    yield found("times.srt", "times that no clock shows", _srt, PHRASE)
    yield either("styles.ass", "a dialogue without its fields", _ass, PHRASE, EMPTY)
    yield either("cycle.webloc", "a property list that holds itself", _plist_cycle, "", BROKEN, EMPTY)
    yield either("laughs.webloc", "entities of 900 MB in 1 kB", _plist_laughs, PHRASE, *SWOLLEN)
    yield either("long.url", "a shortcut to an address of 2 MB", _shortcut, PHRASE)
    yield found("fields.desktop", "a starter with 50,000 names", _starter, PHRASE)


def _controls() -> bytes:
    words = b"herring and gulls by the harbour and the old pier and the boats "
    parts = (b"%b%d%c" % (words, n, n % 31 + 1) for n in range(10_000))
    return LINE + b"".join(parts)


def _lfs_pointer() -> bytes:
    return b"version https://git-lfs.github.com/spec/v1\noid sha256:%b\nsize 123456\n" % (b"4d" * 32)


def _no_encoding() -> bytes:
    return LINE * 20 + b"\xc3\x28 \xff\xfe \xe2\x82 \xf5\x80\xed\xa0\x80\n" + LINE


def _nested_tables() -> bytes:
    return b"<table><tr><td>" * 30_000 + LINE + b"</td></tr></table>" * 30_000


def _large_page(count: int) -> bytes:
    return b"<html><body><h1>" + LINE + b"</h1>" + b"<p class=gull>herring and <i>gulls</i></p>\n" * count


def _attributes(count: int) -> bytes:
    return LINE + b"<p " + b"".join(b"a%d=%d " % (n, n) for n in range(count)) + b">end"


def _lying_charset() -> bytes:
    return '<meta charset="utf-7"><meta charset="x-none"><p>Die alte Brücke über den Fluss'.encode()


def _svg(text: str, doctype: str) -> bytes:
    return f'<?xml version="1.0"?>{doctype}<svg><text>{PHRASE}</text><text>{text}</text></svg>'.encode()


def _quadratic() -> bytes:
    entity = "herring " * 12_500
    return f'<!DOCTYPE x [<!ENTITY z "{entity}">]><x>{PHRASE}{"&z;" * 100_000}</x>'.encode()


def _one_line() -> bytes:
    record = json.dumps({"pier": 7, "tide": [1.25, 3.75], "note": "herring and gulls"}).encode()
    return b'[{"note": "' + LINE[:-1] + b'"}, ' + b", ".join([record] * 360_000) + b"]"


def _aliases() -> bytes:
    rows = [f"a0: &a0 [{PHRASE}]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(rows).encode()


def _classes() -> bytes:
    return b"# " + LINE + b"".join(b" " * depth + b"class C%d:\n" % depth for depth in range(2_000))


def _minified() -> bytes:
    return b"// " + LINE + b"var a=[" + b"function(){return[1,2]}," * 125_000 + b"0];"


def _outputs() -> bytes:
    output = {"output_type": "stream", "name": "stdout", "text": ["herring\n"]}
    cell = {"cell_type": "code", "source": [PHRASE], "outputs": [output] * 100_000, "metadata": {}}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _deep_notebook() -> bytes:
    source = json.dumps(PHRASE).encode()
    return b'{"cells": [{"cell_type": "markdown", "source": %b, "x": %b' % (source, b"[" * 200_000)


def _wrong_notebook() -> bytes:
    cells: list[object] = [
        1,
        None,
        [],
        {"cell_type": 7, "source": {"a": 1}},
        {"cell_type": "markdown", "source": [1, None, PHRASE]},
    ]
    return json.dumps({"cells": cells, "metadata": [], "nbformat": "four"}).encode()


def _srt() -> bytes:
    wrong = b"99999999999999999999\n99:99:99,9999 --> -1:00:00,000\nherring\n\n"
    return wrong * 5_000 + b"1\n00:00:01,000 --> 00:00:02,000\n" + LINE


def _ass() -> bytes:
    return b"[Events]\nFormat: Text\nDialogue:\nDialogue: 0,0\nDialogue: " + LINE + b"Dialogue: {" * 90_000


def _plist_cycle() -> bytes:
    """A binary property list whose only array holds itself."""
    body = b"bplist00" + b"\xa1\x00"
    return body + b"\x08" + bytes(6) + b"\1\1" + (1).to_bytes(8, "big") + bytes(8) + (10).to_bytes(8, "big")


def _plist_laughs() -> bytes:
    whole = plistlib.dumps({"URL": PHRASE + "LAUGH"}).decode().replace("LAUGH", "&z;")
    head, tail = whole.split("<!DOCTYPE", 1)
    return (head + LAUGHS.replace("DOCTYPE x", "DOCTYPE plist") + tail.split(">", 1)[1]).encode()


def _shortcut() -> bytes:
    return b"[InternetShortcut]\r\nURL=https://pier.example/?q=%b&" % LINE[:-1] + b"a" * 2_000_000


def _starter() -> bytes:
    names = b"".join(b"Name[x%d]=herring\n" % n for n in range(50_000))
    return b"[Desktop Entry]\nType=Application\nName=" + LINE + names
