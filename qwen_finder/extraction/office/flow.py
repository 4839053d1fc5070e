"""Running text as it is told by events: paragraphs, tables, and what is anchored in the middle of them.

A footnote or a text box comes in the middle of the paragraph that it belongs to; it is written down after
it. Tables nest, and hold text boxes that hold tables. Nothing here recurses, so nesting cannot hurt. The
words of the formats themselves are unknown here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from qwen_finder.extraction.office.transcript import Transcript, flowing, one_line, row_text
from qwen_finder.extraction.segments import Outline, Path


@dataclass(slots=True)
class _Paragraph:
    parts: list[str] = field(default_factory=list)
    page: int | None = None
    after: list[str] = field(default_factory=list)
    """Notes and text boxes that belong to it."""


class Flow:
    """Collects paragraphs and tables and writes them to ``transcript`` under the headings above them.

    ``_asides`` holds the texts of open cells and boxes, innermost last: while there is one, paragraphs
    belong to it. Calls that do not fit (an end without a beginning) are passed over: files are broken.
    """

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript
        self._open: list[_Paragraph] = []
        self._asides: list[list[str]] = []
        self._rows: list[list[str]] = []
        self._outline = Outline()
        self._path: Path = ()
        self.page: int | None = None
        """The current page, from 1; None when pages are not known."""

    def begin_paragraph(self) -> None:
        self._open.append(_Paragraph())

    def write(self, text: str) -> None:
        if self._open:
            paragraph = self._open[-1]
            if paragraph.page is None and not text.isspace():
                paragraph.page = self.page
            paragraph.parts.append(text)

    def note(self, text: str) -> None:
        """Something that belongs to the current paragraph and follows it."""
        if self._open:
            self._open[-1].after.append(text)
        elif text:
            self._deliver([text])

    def end_paragraph(self, level: int = 0) -> str:
        """The text of the paragraph that ends; it is a heading when ``level`` is 1 or more."""
        if not self._open:
            return ""
        paragraph = self._open.pop()
        text = "".join(paragraph.parts)
        if self._asides:
            self._asides[-1] += [text, *paragraph.after]
            return text
        if level and (title := one_line(text)):
            self._path = self._outline.enter(level, title)
        page = paragraph.page or self.page
        for each in (text, *paragraph.after):
            self._transcript.paragraph(each, self._path, page)
        return text

    def drop_paragraph(self) -> None:
        if self._open:
            self._open.pop()

    def begin_aside(self) -> None:
        """A text box, a footnote: paragraphs that follow the one in which they are anchored.

        What is written in it outside of a paragraph (a footnote's number, a comment's date) is dropped.
        """
        self._asides.append([])
        self._open.append(_Paragraph())

    def end_aside(self) -> None:
        if self._asides and self._open:
            aside = self._asides.pop()
            aside += self._open.pop().after
            if self._open:
                self._open[-1].after += aside
            else:
                self._deliver(aside)

    def begin_row(self) -> None:
        self._rows.append([])

    def begin_cell(self) -> None:
        self._asides.append([])

    def end_cell(self) -> None:
        if self._asides:
            cell = self._asides.pop()
            if self._rows:
                self._rows[-1].append(flowing(cell))

    def end_row(self) -> None:
        if self._rows:
            row = row_text(self._rows.pop())
            if self._asides:
                self._asides[-1].append(row)
            else:
                self._transcript.add(row, self._path, self.page)

    def end_table(self) -> None:
        if not self._asides and not self._transcript.empty:
            self._transcript.add("\n", self._path, self.page)

    def _deliver(self, texts: list[str]) -> None:
        if self._asides:
            self._asides[-1] += texts
        else:
            for text in texts:
                self._transcript.paragraph(text, self._path, self.page)
