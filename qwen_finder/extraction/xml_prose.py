"""Prose in XML (DocBook, TEI, FictionBook, feeds, drawings): the text without the tags, under its titles.

Other XML is data, whose names and attributes say as much as its text: that is read as it stands.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import Outline, Path

_MARKUP_PER_CHARACTER = 10
_MAX_MARKUP = 32_000_000
_SLICE = 1 << 16

_TITLES = frozenset({"title", "head", "h"})
_NO_HEADING = frozenset(
    {"svg", "rss", "feed", "channel", "title-info", "info", "articleinfo", "bookinfo", "g"}
)
"""Parents whose title names the whole; a drawing's shapes have titles of their own."""
_INLINE_NAMES = """
    a abbrev abbr acronym application b citetitle code command date em email emphasis filename
    first-name firstname firstterm foreignphrase guibutton guilabel guimenu guimenuitem hi i keycap
    last-name link literal mark option personname phrase q quote ref replaceable s span strikethrough
    strong sub subscript sup superscript surname systemitem term tspan u ulink userinput wordasword xref"""
_INLINE = frozenset(_INLINE_NAMES.split())
_UNSEEN_NAMES = """
    binary style script binary-data styles automatic-styles master-styles settings font-face-decls
    scripts namedview"""
_UNSEEN = frozenset(_UNSEEN_NAMES.split())
_SPACES = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{1,500}>")


def read_xml(source: Source, limits: Limits) -> Document:
    """One segment for each block of text. What is not well-formed is read as it stands."""
    wanted = min(limits.max_characters * _MARKUP_PER_CHARACTER, _MAX_MARKUP)
    markup, whole = source.read_text(wanted)
    prose = _Prose(limits.max_characters)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    # With this, entities that the file does not define are passed over instead of being an error.
    parser.UseForeignDTD(True)
    parser.StartElementHandler = lambda name, attributes: prose.start(name)
    parser.EndElementHandler = prose.end
    parser.CharacterDataHandler = lambda text: prose.text(text, parser.CurrentLineNumber)
    try:
        for start in range(0, len(markup), _SLICE):
            if prose.full:
                break
            parser.Parse(markup[start : start + _SLICE].encode("utf-8", "replace"), False)
        else:
            if whole:
                parser.Parse(b"", True)
    except expat.ExpatError:
        text, whole = source.read_text(limits.max_characters)
        return Document(_kind(source), (Segment(text),), partial="" if whole else left_out(limits))
    prose.flush()
    partial = left_out(limits) if prose.full or not whole else ""
    return Document(_kind(source), tuple(prose.segments), title=prose.title, partial=partial)


def _kind(source: Source) -> Kind:
    kind = kind_of(source.name)
    return Kind.DOCUMENT if kind is Kind.OTHER else kind


class _Prose:
    """Puts together what the parser meets: blocks of text, and the titles above them."""

    def __init__(self, most: int) -> None:
        self.segments: list[Segment] = []
        self.title = ""
        self._most = most
        self._length = 0
        self._open: list[str] = []
        self._outline = Outline()
        self._path: Path = ()
        self._words: list[str] = []
        self._line = 1
        self._unseen = 0

    @property
    def full(self) -> bool:
        return self._length >= self._most

    def start(self, name: str) -> None:
        local = name.rpartition(":")[2].lower()
        if local not in _INLINE:
            self.flush()
        self._open.append(local)
        self._unseen += local in _UNSEEN

    def end(self, name: str) -> None:
        local = self._open.pop()
        self._unseen -= local in _UNSEEN
        if local in _INLINE:
            return
        if local in _TITLES and (words := self._joined()):
            if not self.title:
                self.title = words[:200]
            if self._open and self._open[-1] not in _NO_HEADING:
                self._path = self._outline.enter(len(self._open), words)
        self.flush()

    def text(self, text: str, line: int) -> None:
        if self._unseen or self.full:
            return
        if not self._words:
            if not text.strip():
                return
            # The parser hands over a text when it comes to what follows it.
            self._line = line - text.lstrip().count("\n")
        self._words.append(text)

    def flush(self) -> None:
        """What was collected becomes a segment."""
        text = self._joined()
        self._words.clear()
        text = (text + "\n")[: self._most - self._length]
        if text.strip():
            self.segments.append(Segment(text, self._length, self._line, None, self._path))
            self._length += len(text)

    def _joined(self) -> str:
        text = "".join(self._words)
        if "<" in text:
            # Feeds hold web pages as text.
            text = _TAG.sub(" ", text)
        return _SPACES.sub(" ", clean(text)).strip()
