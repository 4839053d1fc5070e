"""Web pages: the text that a browser would show, without navigation bars, under its headings.

The parsed tree takes ten to fifty times as much memory as the page, so a large page is parsed in slices that
are cut between two blocks. A slice knows the headings above it; what else was open at the cut makes no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading import Limits, Source
from qwen_finder.extraction.segments import Outline, Path, name_of

_MARKUP_PER_CHARACTER = 40
_MAX_MARKUP = 64_000_000
_SLICE = 1_000_000
_MAX_BLOCK = 100_000
"""In characters: a page without blocks is handed over in pieces."""

_UNSEEN = frozenset({"script", "style", "noscript", "template", "head", "svg", "iframe", "object", "nav"})
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCK_TAGS = """
    address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main ol option p pre section summary table tbody td tfoot
    th thead tr ul"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_UNSEEN_TEXT = re.compile(r"<(?:!--|(script|style)\b)", re.IGNORECASE)
_SCRIPT_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style")}
_BODY = re.compile(r"<body\b|</head\s*>", re.IGNORECASE)
_CUT = re.compile(r"<(?:p|div|h[1-6]|tr|li|dt|dd|table|ul|ol|section|article|br|hr|pre)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title\b[^>]{0,200}>([^<]{0,2000})", re.IGNORECASE)
_WINDOW = 20_000
_MAX_WINDOW = 320_000
_SPACES = re.compile(r"[ \t\n\xa0]+")


def read_html(source: Source, limits: Limits) -> Document:
    """One segment for each block of text, with the headings above it and its line in the file."""
    wanted = min(limits.max_characters * _MARKUP_PER_CHARACTER, _MAX_MARKUP)
    markup, whole = source.read_text(wanted)
    markup = _without_unseen(markup)
    title = _TITLE.search(markup, 0, _SLICE)
    segments: list[Segment] = []
    length = 0
    place = _Place(markup)
    for path, text in _blocks_of(markup):
        room = limits.max_characters - length
        if room <= 0:
            whole = False
            break
        line = place.line_of(text)
        text = (text + "\n")[:room]
        segments.append(Segment(text, length, line, None, path))
        length += len(text)
    partial = "" if whole else "Only the beginning of this large page was read."
    name = name_of(clean(unescape(title[1]))) if title is not None else ""
    return Document(Kind.DOCUMENT, tuple(segments), title=name, partial=partial)


def _blocks_of(markup: str) -> Iterator[tuple[Path, str]]:
    """(headings above, text) of each block, slice by slice."""
    outline = Outline()
    above: Path = ()
    for start, end in _slices(markup):
        parser = LexborHTMLParser(markup[start:end])
        for path, text in _blocks(parser.root, outline, above):
            above = path
            yield path, text


def _slices(markup: str) -> Iterator[tuple[int, int]]:
    """Where to cut: before a block, else before a tag."""
    start = 0
    while len(markup) - start > _SLICE:
        cut = _CUT.search(markup, start + _SLICE * 9 // 10, start + _SLICE)
        end = cut.start() if cut else markup.rfind("<", start + 1, start + _SLICE)
        end = end if end > start else start + _SLICE
        yield start, end
        start = end
    yield start, len(markup)


def _without_unseen(markup: str) -> str:
    """``markup`` with its comments, scripts and styles emptied; lines stay where they are."""
    parts: list[str] = []
    position = 0
    while begin := _UNSEEN_TEXT.search(markup, position):
        if begin[1]:
            found = _SCRIPT_ENDS[begin[1].lower()].search(markup, begin.end())
            end = found.end() if found else -1
        else:
            end = markup.find("-->", begin.end()) + 3
        if end < begin.end():
            break
        parts += markup[position : begin.start()], "\n" * markup.count("\n", begin.start(), end)
        position = end
    return "".join(parts) + markup[position:]


def _blocks(root: LexborNode | None, outline: Outline, path: Path) -> Iterator[tuple[Path, str]]:
    """(headings above, text) of each block, in reading order, without recursion: pages nest deeply.

    ``outline`` and ``path`` are those of what stands before it.
    """
    words: list[str] = []
    node = root
    heading = ""
    length = 0
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            words.append(node.text_content or "")
            length += len(words[-1])
        child = node.child if tag not in _UNSEEN else None
        if (tag in _BLOCKS or length > _MAX_BLOCK) and (text := _joined(words)):
            yield path, text
            words.clear()
            length = 0
        if tag in _HEADINGS:
            heading = tag
        if child is not None:
            node = child
            continue
        while node is not None:
            tag = node.tag or ""
            if tag in _BLOCKS:
                text = _joined(words)
                words.clear()
                length = 0
                if tag == heading:
                    path = outline.enter(_HEADINGS[tag], text) if text else path
                    heading = ""
                if text:
                    yield path, text
            if node.next is not None:
                node = node.next
                break
            node = node.parent


def _joined(words: list[str]) -> str:
    return _SPACES.sub(" ", clean("".join(words))).strip()


class _Place:
    """Finds the line on which each block of text begins; the parser does not tell.

    A block that cannot be found (its first word is written with entities) gets the line of the one before.
    """

    def __init__(self, markup: str) -> None:
        self._markup = markup
        body = _BODY.search(markup)
        self._offset = body.start() if body else 0
        self._line = 1 + markup.count("\n", 0, self._offset)
        self._window = _WINDOW

    def line_of(self, text: str) -> int:
        end = self._offset + self._window
        found = self._markup.find(text[:24], self._offset, end)
        if found < 0:
            found = self._markup.find(text.split(" ", 1)[0], self._offset, end)
        if found < 0:
            self._window = min(2 * self._window, _MAX_WINDOW)
            return self._line
        self._line += self._markup.count("\n", self._offset, found)
        self._offset = found
        self._window = _WINDOW
        return self._line
