"""A page of a PDF as it is printed, for somebody to look at: its picture with stretches of its text boxed.

PDFium draws it (through pypdfium2). Which stretches are to be boxed is decided by who knows the query; they
are offsets in ``PageView.text`` as this module gave it before.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections.abc import Sequence
from ctypes import byref, c_int
from typing import TYPE_CHECKING

from qwen_finder.core.desk import PageView
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.formats import Format, format_of
from qwen_finder.extraction.pdf import described, open_pdf
from qwen_finder.extraction.reading import PageRequest, Source

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage, PdfTextPage

MOST_WIDTH = 4_000
_MOST_HEIGHT = 8_000
_MOST_PIXELS = 20_000_000
_MOST_BOXES = 500
_MOST_TEXT = 200_000
_WEBP_QUALITY, _WEBP_EFFORT = 88, 0

_INK, _EDGE = (255, 214, 0), (214, 140, 0)
"""Highlighter and its edge, as on paper: pages are white in dark themes too."""

_Box = tuple[int, int, int, int]


def look_at_page(path: str, request: PageRequest) -> PageView:
    """The page of the file at ``path``.

    Raises FileError: as ``pdf.read_pdf``, and as skipped "file.no_pages" for what is no PDF or has no such
    page.
    """
    from pypdfium2 import PdfiumError

    with Source(path) as source:
        if format_of(source) is not Format.PDF:
            raise FileError("file.no_pages", f"{path} is not a PDF.", skipped=True)
        pdf, _ = open_pdf(source)
        try:
            count = len(pdf)
            if not 1 <= request.page <= count:
                raise FileError("file.no_pages", f"{path} has no page {request.page:,}.", skipped=True)
            if pdf.get_formtype():
                pdf.init_forms()
            title, metadata = described(pdf)
            page = pdf[request.page - 1]
            try:
                view = _view(page, request)
            finally:
                page.close()
        except PdfiumError as error:
            sentence = f"Page {request.page:,} of {path} cannot be shown: it is damaged."
            raise FileError("file.broken", sentence, "Other pages may be whole.") from error
        finally:
            pdf.close()
    said = {"title": title, **metadata} if title else metadata
    return PageView(count, request.page, view.text, view.content, view.boxed, said)


def _view(page: PdfPage, request: PageRequest) -> PageView:
    words = page.get_textpage()
    try:
        text = _text(words)
        if not request.width:
            return PageView(0, 0, text)
        scale = _scale(page, request.width)
        image = page.render(scale=scale).to_pil().convert("RGB")
        boxes = [box for start, end in request.marks for box in _boxes(page, words, text, start, end, image)]
        boxes = boxes[:_MOST_BOXES]
    finally:
        words.close()
    if boxes:
        image = _boxed(image, boxes, scale)
    content = io.BytesIO()
    image.save(content, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_EFFORT)
    return PageView(0, 0, text, content.getvalue(), len(boxes))


def _scale(page: PdfPage, width: int) -> float:
    wide, high = (max(side, 1.0) for side in page.get_size())
    # PDFium rounds up; a hair less keeps it at the width that was asked for.
    scale = (min(width, MOST_WIDTH) - 0.001) / wide
    return float(min(scale, _MOST_HEIGHT / high, math.sqrt(_MOST_PIXELS / (wide * high))))


def _text(words: PdfTextPage) -> str:
    """The text of the page, a sign for a sign as PDFium counts them, so that places can be found again."""
    try:
        text = str(words.get_text_range())[:_MOST_TEXT]
    except (AssertionError, RecursionError):
        # Thousands of signs that PDFium leaves out (an empty font): where they are cannot be told.
        return ""
    return text.replace("\0", " ").replace("\ufffe", "\u00ad")


def _boxes(
    page: PdfPage, words: PdfTextPage, text: str, start: int, end: int, image: Image
) -> Sequence[_Box]:
    """Where the text from ``start`` to ``end`` stands on ``image``: a box for each line it runs over."""
    from pypdfium2 import PdfiumError
    from pypdfium2.raw import FPDF_PageToDevice, FPDFText_GetCharIndexFromTextIndex

    if not 0 <= start < end <= len(text):
        return ()
    # PDFium counts in UTF-16, and leaves generated signs out of the text but not out of the page.
    first = FPDFText_GetCharIndexFromTextIndex(words, _utf16(text[:start]))
    last = FPDFText_GetCharIndexFromTextIndex(words, _utf16(text[:end]) - 1)
    if first < 0 or last < first:
        return ()
    found: list[_Box] = []
    with contextlib.suppress(PdfiumError):
        for index in range(min(words.count_rects(first, last - first + 1), _MOST_BOXES)):
            left, bottom, right, top = words.get_rect(index)
            corners = []
            for x, y in ((left, top), (right, bottom)):
                across, down = c_int(), c_int()
                # Knows how the page is turned and cut.
                FPDF_PageToDevice(page, 0, 0, image.width, image.height, 0, x, y, byref(across), byref(down))
                corners.append((across.value, down.value))
            (a, b), (c, d) = corners
            found.append((min(a, c), min(b, d), max(a, c), max(b, d)))
    return found


def _utf16(text: str) -> int:
    return len(text) + sum(1 for sign in text if sign > "\uffff")


def _boxed(image: Image, boxes: Sequence[_Box], scale: float) -> Image:
    """As with a highlighter: what is white below turns yellow and what is black stays black."""
    from PIL import Image, ImageChops, ImageDraw

    ink = Image.new("RGB", image.size, (255, 255, 255))
    pen = ImageDraw.Draw(ink)
    margin = max(1, round(scale))
    for left, top, right, bottom in boxes:
        around = (left - margin, top - margin, right + margin, bottom + margin)
        pen.rounded_rectangle(around, radius=2 * margin, fill=_INK)
    marked = ImageChops.multiply(image, ink)
    pen = ImageDraw.Draw(marked)
    for left, top, right, bottom in boxes:
        around = (left - margin, top - margin, right + margin, bottom + margin)
        pen.rounded_rectangle(around, radius=2 * margin, outline=_EDGE, width=max(1, margin))
    return marked
