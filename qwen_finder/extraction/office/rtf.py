"""RTF documents: paragraphs under their headings, tables by rows, notes and text boxes after their paragraph.

Bytes are decoded by the font that they are written in, as RTF means it. Pictures, deleted and hidden text
are passed over. RTF knows no pages until it is printed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from qwen_finder.core.document import Document, Kind
from qwen_finder.extraction.office.docx import heading_level
from qwen_finder.extraction.office.flow import Flow
from qwen_finder.extraction.office.rtf_syntax import (
    BEGIN,
    BYTES,
    END,
    SYMBOLS,
    WORD,
    codec_of_charset,
    codec_of_page,
    tokens,
)
from qwen_finder.extraction.office.transcript import Transcript, one_line
from qwen_finder.extraction.reading import Limits, Source

_SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“",
    "rdblquote": "”", "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ", "nestcell": " ",
    "nestrow": " ", "softline": "\n", "lbr": "\n",
}  # fmt: skip
_SKIPPED = frozenset(
    """colortbl pict object fldinst listtext pntext pntxta pntxtb nonshppict shprslt bkmkstart bkmkend
    listtable listoverridetable revtbl rsidtbl filetbl generator themedata datastore xe tc tcn nextfile
    template ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn atnid atnauthor atnref atndate annotationpict
    sp private mmathPr""".split()  # noqa: SIM905 - a paragraph of words
)
_ENTERED_THOUGH_OPTIONAL = frozenset({"shpinst", "annotation", "shptxt", "dptxbxtext", "footnote"})
_ASIDES = frozenset({"footnote", "annotation", "shptxt", "dptxbxtext"})
_HEADERS = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
_INFO = {
    "title": "title",
    "author": "author",
    "subject": "subject",
    "keywords": "keywords",
    "doccomm": "description",
}
_TIMES = {"creatim": "created", "revtim": "modified"}
_TIME_PARTS = ("yr", "mo", "dy", "hr", "min")
_OLD_CODECS = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}


@dataclass(slots=True)
class _Style:
    """An entry of the style sheet."""

    number: int = 0
    level: int | None = None


@dataclass(slots=True)
class _Group:
    """What stands between two braces; all but ``on_end`` comes from the group around it."""

    skipped: bool = False
    unseen: bool = False
    """Deleted or hidden."""
    font: int = -1
    fallback: int = 1
    """How many characters after a Unicode one are for programs that do not know it."""
    text: list[str] | None = None
    """Where its text goes when it is not the document's: a header, a property, the name of a style."""
    is_twice: bool = False
    """What it holds comes twice, for old programs and in Unicode; only the latter is read."""
    in_fonts: bool = False
    in_styles: bool = False
    style: _Style | None = None
    on_end: Callable[[], object] | None = None


@dataclass(slots=True)
class _Place:
    """What is open where text goes: in the body, or in an aside within it."""

    paragraph: bool = False
    row: bool = False
    cell: bool = False


def read_rtf(source: Source, limits: Limits) -> Document:
    """A segment for each stretch below one heading. Raises FileError "file.too_large"."""
    transcript = Transcript(limits)
    reader = _Reader(transcript)
    reader.read(source.read_bytes(limits).decode("latin-1"))
    for text in reader.headers:
        transcript.paragraph(text)
    properties = reader.properties
    return transcript.document(Kind.DOCUMENT, properties.pop("title", ""), properties)


def rtf_text(content: bytes, limits: Limits) -> str:
    """The text of an RTF that is part of something else (a message's body)."""
    transcript = Transcript(limits)
    _Reader(transcript).read(content.decode("latin-1"))
    return "".join(segment.text for segment in transcript.document(Kind.DOCUMENT).segments)


class _Reader:
    """Turns tokens into text. ``headers`` and ``properties`` are what was found beside it."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._flow = Flow(transcript)
        self._group = _Group()
        self._outer: list[_Group] = []
        self._places = [_Place()]
        self._codec = "cp1252"
        self._charsets: dict[int, int] = {}
        self._levels: dict[int, int] = {}
        self._level = 0
        self._in_table = False
        self._time: dict[str, int] = {}
        self._pending: list[str] = []
        self._fallback_left = 0
        self._first_half = 0
        self._optional = False
        self.headers: dict[str, None] = {}
        self.properties: dict[str, str] = {}

    def read(self, content: str) -> None:
        for kind, text, number in tokens(content):
            if kind == BYTES:
                if not self._group.skipped:
                    self._bytes(text)
            elif kind == WORD:
                if self._optional:
                    self._enter_optional(text)
                if not self._group.skipped:
                    self._word(text, number)
            elif kind == BEGIN:
                self._begin()
            elif kind == END:
                self._end()
            elif text == "*":
                self._optional = True
            elif not self._group.skipped:
                self._symbol(text)
            if self._transcript.full:
                return
        while self._outer:
            self._end()
        self._end_paragraph()

    def _begin(self) -> None:
        self._flush()
        self._fallback_left = 0
        self._outer.append(self._group)
        self._group = replace(self._group, on_end=None, is_twice=False)
        if self._outer[-1].is_twice:
            self._group.skipped = True
        if self._group.in_styles and not self._group.skipped:
            style = self._group.style = _Style()
            self._capture(lambda name: self._add_style(style, name))

    def _enter_optional(self, word: str) -> None:
        """A group that programs may pass over when they do not know its first word."""
        self._optional = False
        if word == "ud" and self._outer and self._outer[-1].is_twice:
            self._group.skipped = self._outer[-1].skipped
        elif word not in _ENTERED_THOUGH_OPTIONAL:
            self._group.skipped = True

    def _end(self) -> None:
        self._flush()
        self._fallback_left = 0
        if self._outer:
            on_end = self._group.on_end
            self._group = self._outer.pop()
            if on_end is not None:
                on_end()

    def _bytes(self, text: str) -> None:
        if self._fallback_left:
            dropped = min(self._fallback_left, len(text))
            self._fallback_left -= dropped
            text = text[dropped:]
        if text:
            self._pending.append(text)

    def _flush(self) -> None:
        """Decodes the bytes that were collected, by the font they are in, and writes them."""
        if not self._pending:
            return
        charset = self._charsets.get(self._group.font, 0)
        text = "".join(self._pending)
        self._pending.clear()
        if charset != SYMBOLS and not text.isascii():
            text = text.encode("latin-1").decode(codec_of_charset(charset, self._codec), "replace")
        self._write(text)

    def _write(self, text: str) -> None:
        self._flush()
        group = self._group
        if group.unseen or group.in_fonts:
            return
        if group.text is not None:
            group.text.append(text)
            return
        place = self._places[-1]
        if not place.paragraph:
            if self._in_table and not place.cell:
                if not place.row:
                    self._flow.begin_row()
                self._flow.begin_cell()
                place.row = place.cell = True
            self._flow.begin_paragraph()
            place.paragraph = True
        self._flow.write(text)

    def _symbol(self, sign: str) -> None:
        if sign in "\\{}":
            self._bytes(sign)
        elif sign in "~_":
            self._write(" " if sign == "~" else "-")
        elif sign in "\r\n":
            self._end_paragraph()

    def _word(self, word: str, number: int | None) -> None:
        group = self._group
        if word == "u" and number is not None:
            self._unicode(number & 0xFFFF)
            self._fallback_left = group.fallback
            return
        self._flush()
        self._fallback_left = 0
        value = number or 0
        match word:
            case "par" | "sect" | "page":
                self._end_paragraph()
            case "pard":
                self._level, self._in_table = 0, False
            case "intbl":
                self._in_table = True
            case "cell":
                self._end_cell()
            case "row":
                self._end_row()
            case "s":
                if group.style is not None:
                    group.style.number = value
                else:
                    self._level = self._levels.get(value, 0)
            case "outlinelevel":
                level = value + 1 if value < 9 else 0
                if group.style is not None:
                    group.style.level = level
                else:
                    self._level = level
            case "f":
                group.font = value
            case "fcharset" if group.in_fonts:
                self._charsets[group.font] = value
            case "plain":
                group.unseen = False
            case "deleted" | "v":
                group.unseen = number != 0
            case "uc":
                group.fallback = value
            case "ansicpg":
                self._codec = codec_of_page(value)
            case "mac" | "pc" | "pca":
                self._codec = _OLD_CODECS[word]
            case "yr" | "mo" | "dy" | "hr" | "min":
                self._time[word] = value
            case _ if word in _SIGNS:
                self._write(_SIGNS[word])
            case _:
                self._destination(word)

    def _unicode(self, code: int) -> None:
        """A UTF-16 unit; the two halves of a character come one after the other."""
        if 0xD800 <= code < 0xDC00:
            self._first_half = code
            return
        if 0xDC00 <= code < 0xE000 and self._first_half:
            code += 0x10000 - 0xDC00 + ((self._first_half - 0xD800) << 10)
        self._first_half = 0
        self._write(chr(code))

    def _destination(self, word: str) -> None:
        """A group whose text goes elsewhere, as its first word says."""
        group = self._group
        if word in _SKIPPED:
            group.skipped = True
        elif word in _ASIDES:
            self._begin_aside()
            group.on_end = self._end_aside
        elif word in _HEADERS:
            self._capture(lambda text: self.headers.setdefault(text, None) if text else None)
        elif word in _INFO:
            self._capture(lambda text: self._note(_INFO[word], text))
        elif word in _TIMES:
            self._time.clear()
            self._capture(lambda _: self._note(_TIMES[word], self._noted_time()))
        elif word == "info":
            group.text = []
        elif word == "upr":
            group.is_twice = True
        elif word == "fonttbl":
            group.in_fonts = True
        elif word == "stylesheet":
            group.in_styles = True

    def _capture(self, take: Callable[[str], object]) -> None:
        """Gives the text of the current group to ``take`` when it ends."""
        parts = self._group.text = []
        self._group.on_end = lambda: take(one_line("".join(parts)))

    def _note(self, name: str, text: str) -> None:
        if text:
            self.properties.setdefault(name, text)

    def _noted_time(self) -> str:
        year, month, day, hour, minute = (self._time.get(part, 0) for part in _TIME_PARTS)
        return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:00" if year and month and day else ""

    def _add_style(self, style: _Style, name: str) -> None:
        level = style.level if style.level is not None else heading_level(name.rstrip("; "))
        if level:
            self._levels[style.number] = level

    def _begin_aside(self) -> None:
        place = self._places[-1]
        if not place.paragraph:
            self._write("")
        self._flow.begin_aside()
        self._places.append(_Place())
        self._group.text = None

    def _end_aside(self) -> None:
        self._end_row()
        self._places.pop()
        self._flow.end_aside()

    def _end_paragraph(self) -> None:
        self._flush()
        group, place = self._group, self._places[-1]
        if group.text is not None:
            group.text.append(" ")
        elif place.paragraph:
            self._flow.end_paragraph(0 if place.cell else self._level)
            place.paragraph = False

    def _end_cell(self) -> None:
        place = self._places[-1]
        if self._group.text is not None:
            return
        if not place.cell:
            self._in_table = True
            self._write("")
        self._end_paragraph()
        self._flow.end_cell()
        place.cell = False

    def _end_row(self) -> None:
        place = self._places[-1]
        self._end_paragraph()
        if place.cell:
            self._flow.end_cell()
        if place.row:
            self._flow.end_row()
        place.row = place.cell = False
