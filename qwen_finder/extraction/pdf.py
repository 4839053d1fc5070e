"""PDF: the text of each page below its bookmarks, with what readers filled in and noted on it.

PDFium reads it (through pypdfium2), tolerant of damage as a browser is. A page that is only a picture is
handed to text recognition, if that is wanted, and counted otherwise. How the text of a page is made readable
is ``printed_text``'s business, how bookmarks become headings ``pdf_outline``'s, what was filled in and noted
``pdf_annotations``'s.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.budget import Budget
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.ocr import Recogniser
from qwen_finder.extraction.pdf_annotations import annotation_count, written_on
from qwen_finder.extraction.pdf_outline import Bookmark, Sections
from qwen_finder.extraction.printed_text import page_text
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import Mark, cut, name_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfDocument, PdfPage

_IN_MEMORY = 32_000_000
"""Bytes: smaller files are read at once, which is quicker; larger ones as PDFium asks for them."""

_PASSWORD, _SECURITY = 4, 5
_FEW_CHARACTERS = 20
_SCAN_COVERS = 0.25
"""The part of a page that pictures cover at least if it is a scan: a logo on a blank page is none."""

_MAX_BOOKMARKS = 20_000
_MAX_BOOKMARK_DEPTH = 15
_MAX_ATTACHMENTS = 500
_MAX_SAID = 2_000
_MAX_OBJECTS = 200
"""Objects of a page without text that are looked at to find its pictures."""

_SCAN_SCALE = 200 / 72
_SCAN_PIXELS = 3000
_HEADER = b"%PDF-"
_HEAD_BYTES = 1 << 16
_CATALOG = re.compile(rb"(?<!\d)(\d{1,9})\s+0\s+obj\s*<<[^>]{0,200}?/Type\s*/Catalog\b")
_PAGE = re.compile(rb"(?<!\d)(\d{1,9})\s+0\s+obj\s*<<[^>]{0,400}?/Type\s*/Page\b")
_NEW_OBJECT = 4_000_000
"""Numbers of objects that no file in one's memory comes near, and PDFium still takes."""
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?")
_MADE_UP_TITLE = re.compile(
    r"(?:untitled|title|document\d*|powerpoint presentation|slide 1|無題|无标题|\W*|.*\.\w{3,4})$", re.I
)
_PRINTED_BY = re.compile(r"^(?:Microsoft (?:Office )?\w+|LibreOffice \w+|OpenOffice\S* \w+) - ")


def read_pdf(source: Source, limits: Limits) -> Document:
    """A segment or more for each page with text.

    Raises FileError: "file.encrypted" and "file.scan" (nothing but pictures, which were not read) as
    skipped, "file.broken".
    """
    pdf, mended = open_pdf(source)
    try:
        if pdf.get_formtype():
            pdf.init_forms()
        read = _Reading(pdf, limits, source.budget, mended)
        title, metadata = described(pdf)
    finally:
        pdf.close()
    if not read.segments and read.scans:
        raise FileError(
            "file.scan",
            f"{source.path} holds no text: {read.partial()}",
            "It is found by its name; text recognition (the setting index.ocr) reads scanned pages.",
            skipped=True,
        )
    if not read.segments and read.damaged:
        raise _broken(source.path, "none of its pages can be read")
    return Document(
        Kind.DOCUMENT, tuple(read.segments), title=title, metadata=metadata, partial=read.partial()
    )


class _Reading:
    """The text of a document as far as the limits go, and what was left out."""

    def __init__(self, pdf: PdfDocument, limits: Limits, budget: Budget | None, mended: bool) -> None:
        self.segments: list[Segment] = []
        self.scans = self.damaged = 0
        self._limits, self._mended = limits, mended
        self._length = self._reached = 0
        self._full = False
        self._recogniser = Recogniser(limits, budget)
        self._count = len(pdf)
        self._read_pages(pdf)
        attached = _attachments(pdf)
        if attached:
            self._add("Attached files: " + ", ".join(attached) + "\n", (), None)

    def partial(self) -> str:
        """What was left out, in a sentence each; "" when nothing was."""
        total = f"{self._count:,}"
        reasons = []
        if self._mended:
            reasons.append("The file is damaged or cut off; what is left of it was read.")
        if self._full:
            reasons.append(left_out(self._limits))
        elif self._reached < self._count:
            reasons.append(f"Only the first {self._reached:,} of {total} pages were read.")
        if self.scans:
            reasons.append(
                f"{self.scans:,} of {total} pages are scanned pictures: {self._recogniser.reason}."
            )
        if self.damaged:
            reasons.append(f"{self.damaged:,} of {total} pages are damaged.")
        return " ".join(reasons)

    def _read_pages(self, pdf: PdfDocument) -> None:
        end = time.monotonic() + self._limits.max_seconds
        sections = Sections(_bookmarks(pdf))
        for number in range(min(self._count, self._limits.max_pages)):
            if self._full or (number and time.monotonic() > end + self._recogniser.spent):
                return
            text = self._read_page(pdf, number)
            marks = sections.marks(number, text)
            if text:
                self._add(text + "\n\n", marks, number + 1)
            self._reached = number + 1

    def _read_page(self, pdf: PdfDocument, number: int) -> str:
        from pypdfium2 import PdfiumError

        try:
            page = pdf[number]
        except PdfiumError:
            self.damaged += 1
            return ""
        try:
            text = page_text(_raw_text(page))
            if len(text) < _FEW_CHARACTERS and _is_scan(page):
                recognised = self._recogniser.read(lambda: _picture_of(page))
                if recognised is None:
                    self.scans += 1
                text = recognised or text
            remarks = written_on(page) if annotation_count(page) else ""
            return f"{text}\n{remarks}" if text and remarks else text or remarks
        except PdfiumError:
            self.damaged += 1
            return ""
        finally:
            page.close()

    def _add(self, text: str, marks: Sequence[Mark], page: int | None) -> None:
        """``text`` as far as there is room, cut at ``marks``."""
        room = self._limits.max_characters - self._length
        if len(text.rstrip()) > room:
            self._full = True
        text = text[:room]
        for part in cut(text, [mark for mark in marks if mark[0] < len(text)]) if text else ():
            self.segments.append(Segment(part.text, self._length + part.start, part.line, page, part.path))
        self._length += len(text)


def open_pdf(source: Source) -> tuple[PdfDocument, bool]:
    """The document, and whether it had to be mended. FileError "file.encrypted", "file.broken"."""
    from pypdfium2 import PdfDocument, PdfiumError

    # What it has to say of a damaged file is said by the outcome.
    logging.getLogger("pypdfium2").setLevel(logging.ERROR)
    stream = source.stream()
    content: Any = stream.read() if source.size <= _IN_MEMORY else stream
    try:
        try:
            return PdfDocument(content), False
        except PdfiumError as error:
            if error.err_code in (_PASSWORD, _SECURITY) or not isinstance(content, bytes):
                raise
            return PdfDocument(_mended(content)), True
    except PdfiumError as error:
        if error.err_code in (_PASSWORD, _SECURITY):
            raise FileError(
                "file.encrypted",
                f"{source.path} is protected by a password.",
                "Save a copy without the password to have its text found; its name is found already.",
                skipped=True,
            ) from error
        raise _broken(source.path, "it is damaged or cut off") from error


def _mended(content: bytes) -> bytes:
    """A PDF from its header on, with a new end: what PDFium needs to find its way in the rest of a file.

    It looks for the header in the first 1,024 bytes only. Catalog, page tree and trailer are usually last,
    and gone from a file that was cut off, while its first pages are there.
    """
    begin = max(0, content.find(_HEADER, 0, _HEAD_BYTES))
    catalogs = _CATALOG.findall(content)
    end = b""
    if not catalogs:
        kids = [b"%s 0 R" % number for number in _PAGE.findall(content)]
        catalogs = [b"%d" % _NEW_OBJECT]
        end = b"\n%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (_NEW_OBJECT, _NEW_OBJECT + 1)
        pages = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
        end += b"%d 0 obj\n%s\nendobj" % (_NEW_OBJECT + 1, pages)
    whole = content.rfind(b"endobj") + len(b"endobj")
    return content[begin:whole] + end + b"\ntrailer\n<</Root %s 0 R>>\nstartxref\n0\n%%%%EOF\n" % catalogs[-1]


def _broken(path: str, why: str) -> FileError:
    return FileError(
        "file.broken",
        f"{path} cannot be read as a PDF: {why}.",
        "Open it in a PDF viewer; if that shows it, print it to a new PDF.",
    )


def _raw_text(page: PdfPage) -> str:
    words = page.get_textpage()
    try:
        return str(words.get_text_range())
    except (AssertionError, RecursionError):
        # Thousands of signs that PDFium leaves out (an empty font) confuse the quicker way.
        return str(words.get_text_bounded())
    finally:
        words.close()


def _is_scan(page: PdfPage) -> bool:
    """Whether pictures make up the page."""
    from pypdfium2.raw import FPDF_PAGEOBJ_FORM, FPDF_PAGEOBJ_IMAGE

    width, height = page.get_size()
    covered = 0.0
    for item in islice(page.get_objects(max_depth=3), _MAX_OBJECTS):
        if item.type == FPDF_PAGEOBJ_IMAGE and item.level > 0:
            return True  # drawn through a form: where, would have to be worked out
        if item.type == FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom)
        elif item.type != FPDF_PAGEOBJ_FORM:
            continue
    return bool(covered >= _SCAN_COVERS * width * height)


def _picture_of(page: PdfPage) -> Image:
    """The page at 200 dots an inch, fewer for posters."""
    scale = min(_SCAN_SCALE, _SCAN_PIXELS / max(*page.get_size(), 1.0))
    return cast("Image", page.render(scale=scale).to_pil())


def _bookmarks(pdf: PdfDocument) -> Iterator[Bookmark]:
    for bookmark in islice(pdf.get_toc(max_depth=_MAX_BOOKMARK_DEPTH), _MAX_BOOKMARKS):
        place = bookmark.get_dest()
        index = place.get_index() if place else None
        yield bookmark.level, _said(bookmark.get_title), -1 if index is None else index


def _attachments(pdf: PdfDocument) -> list[str]:
    count = min(pdf.count_attachments(), _MAX_ATTACHMENTS)
    names = [_said(partial(_attachment_name, pdf, index)) for index in range(count)]
    return [name_of(name) for name in names if name]


def _attachment_name(pdf: PdfDocument, index: int) -> str:
    return str(pdf.get_attachment(index).get_name())


def described(pdf: PdfDocument) -> tuple[str, dict[str, str]]:
    """The title and the other things the document says of itself."""
    said = {key: _said(partial(pdf.get_metadata_value, key)) for key in pdf.METADATA_KEYS}
    title = name_of(_PRINTED_BY.sub("", said["Title"]))
    found = {
        "author": said["Author"],
        "subject": said["Subject"],
        "keywords": said["Keywords"],
        "created": iso_date(said["CreationDate"]),
        "modified": iso_date(said["ModDate"]),
    }
    return "" if _MADE_UP_TITLE.match(title) else title, {key: value for key, value in found.items() if value}


def _said(get: Callable[[], str]) -> str:
    """A short text of the document on one line; "" when it is not text."""
    from pypdfium2 import PdfiumError

    try:
        return " ".join(clean(get()).split())[:_MAX_SAID]
    except (PdfiumError, UnicodeError):
        return ""


def iso_date(text: str) -> str:
    """A date of a PDF (D:20250208122313+01'00') in ISO 8601, as exact as it is; "" when it is none."""
    match = _DATE.match(text)
    if match is None:
        return ""
    year, month, day, hour, minute, second, utc, offset, offset_minutes = match.groups()
    date = "-".join(part for part in (year, month, day) if part)
    if hour is None:
        return date
    zone = "Z" if utc else f"{offset}:{offset_minutes or '00'}" if offset else ""
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}{zone}"
