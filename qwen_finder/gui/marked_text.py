"""A few lines of text with stretches of it marked, in any script; laid out once, painted often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QTextCharFormat, QTextLayout, QTextOption

from qwen_finder.gui.marks import Span, right_to_left

if TYPE_CHECKING:
    from qwen_finder.gui.colours import Colours


class MarkedText:
    """``text`` in at most ``lines`` lines of ``width``; what does not fit ends in an ellipsis.

    ``marks`` count UTF-16 units, as Qt does.
    """

    def __init__(
        self, text: str, marks: Sequence[Span], font: QFont, width: int, lines: int, colours: Colours
    ) -> None:
        self._font = font
        self._width = max(width, 1)
        self._colours = colours
        self._height = QFontMetrics(font).lineSpacing()
        self._rtl = right_to_left(text)
        self._parts: list[QTextLayout] = []
        shift = 0
        for number in range(lines):
            if not text:
                break
            if number == lines - 1:
                text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, self._width)
            layout, length = self._one(text, marks, shift)
            self._parts.append(layout)
            if number < lines - 1:
                text = _after(text, length)
                shift += length

    def paint(self, painter: QPainter, x: int, y: int, colour: QColor) -> None:
        painter.setPen(colour)
        for number, layout in enumerate(self._parts):
            layout.draw(painter, QPointF(x, y + number * self._height))

    def _one(self, text: str, marks: Sequence[Span], shift: int) -> tuple[QTextLayout, int]:
        """The first line of ``text``, which begins ``shift`` units into the whole, and its length."""
        layout = QTextLayout(text, self._font)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if self._rtl:
            option.setTextDirection(Qt.LayoutDirection.RightToLeft)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        units = _units(text)
        ranges = []
        for start, end in marks:
            start, end = max(start - shift, 0), min(end - shift, units)
            if start < end:
                ranges.append(self._marked(start, end))
        layout.setFormats(ranges)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(self._width)
        line.setPosition(QPointF(0, 0))
        layout.endLayout()
        return layout, line.textLength()

    def _marked(self, start: int, end: int) -> QTextLayout.FormatRange:
        span = QTextLayout.FormatRange()
        span.start, span.length = start, end - start
        look = QTextCharFormat()
        look.setBackground(self._colours.match)
        look.setForeground(self._colours.on_match)
        span.format = look
        return span


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _after(text: str, units: int) -> str:
    """``text`` without its first ``units`` UTF-16 units."""
    if text.isascii() or max(text) < "\U00010000":
        return text[units:]
    return text.encode("utf-16-le", "surrogatepass")[2 * units :].decode("utf-16-le", "replace")
