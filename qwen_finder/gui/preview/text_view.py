"""Text and source code with line numbers; what answers the query is marked and scrolled to.

Colours come later than the text, and are put only on what is in sight: colouring a long file whole would
stop the window for a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QTextEdit, QWidget

from qwen_finder.gui.marks import Span, displayable, right_to_left, to_utf16

if TYPE_CHECKING:
    from qwen_finder.gui.preview.colouring import Span as ColourSpan
    from qwen_finder.gui.theme import Theme

_MOST_MARKS = 500


class TextView(QPlainTextEdit):
    """Read-only; selected and copied from like any text."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._first_line = 1
        self._colours: dict[int, list[ColourSpan]] = {}
        self._coloured: set[int] = set()
        self._marks: list[Span] = []
        self._code: bool | None = None
        self._seen = (-1, 0)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("role", "code")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(self.tr("Contents of the file"))
        # Tab moves on, as everywhere else in the window.
        self.setTabChangesFocus(True)
        self._numbers = _Numbers(self)
        self.updateRequest.connect(self._scrolled)
        theme.changed.connect(self._restyle)
        self._restyle()

    def show_text(
        self, text: str, first_line: int, marks: Sequence[Span], *, code: bool, line: int | None = None
    ) -> None:
        """``first_line`` is the number of the first, 0 for none; ``marks`` are in code points. ``line``
        is the one to be seen, None: that of the first mark.
        """
        text = displayable(text).replace("\0", " ")
        self._colours, self._coloured, self._seen = {}, set(), (-1, 0)
        self._first_line = first_line
        self._numbers.setVisible(first_line > 0)
        wrap = QPlainTextEdit.LineWrapMode.NoWrap if code else QPlainTextEdit.LineWrapMode.WidgetWidth
        self.setLineWrapMode(wrap)
        self._font_for(code)
        option = self.document().defaultTextOption()
        from_right = not code and right_to_left(text)
        side = Qt.AlignmentFlag.AlignRight if from_right else Qt.AlignmentFlag.AlignLeft
        option.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute)
        option.setTextDirection(
            Qt.LayoutDirection.RightToLeft if from_right else Qt.LayoutDirection.LeftToRight
        )
        option.setWrapMode(
            QTextOption.WrapMode.NoWrap if code else QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
        )
        self.document().setDefaultTextOption(option)
        self.setPlainText(text)
        self._marks = to_utf16(text, list(marks)[:_MOST_MARKS])
        self._show_marks()
        self._make_room()
        self.go_to(self._beginning(line))

    def set_colours(self, spans: dict[int, list[ColourSpan]]) -> None:
        self._colours, self._coloured, self._seen = spans, set(), (-1, 0)
        self._colour_visible()

    def go_to(self, offset: int) -> None:
        """Scroll so that ``offset`` (in UTF-16 units) stands in the upper third."""
        cursor = self.textCursor()
        cursor.setPosition(min(offset, self.document().characterCount() - 1))
        self.setTextCursor(cursor)
        line = cursor.block().firstLineNumber()
        visible = max(self.viewport().height() // max(self.fontMetrics().lineSpacing(), 1), 1)
        self.verticalScrollBar().setValue(max(line - visible // 3, 0))
        self.horizontalScrollBar().setValue(0)

    def _beginning(self, line: int | None) -> int:
        """Where to look first: words of a query stand in other places of a file than the passage too."""
        if line is not None and 0 < self._first_line < line:
            block = self.document().findBlockByNumber(line - self._first_line)
            if block.isValid():
                return block.position()
        return self._marks[0][0] if self._marks else 0

    def next_mark(self, step: int) -> None:
        """The next or previous mark."""
        if not self._marks:
            return
        at = self.textCursor().position()
        starts = [start for start, _ in self._marks]
        later = [start for start in starts if start > at] if step > 0 else [s for s in starts if s < at]
        target = (later[0] if step > 0 else later[-1]) if later else starts[0 if step > 0 else -1]
        self.go_to(target)

    @property
    def marks(self) -> int:
        return len(self._marks)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_numbers()
        self._colour_visible()

    # For the numbers beside the text.

    def numbers_width(self) -> int:
        if self._first_line <= 0:
            return 0
        last = self._first_line + self.document().blockCount()
        digits = max(len(str(last)), 3)
        return QFontMetrics(self.font()).horizontalAdvance("9") * digits + self._theme.spacing(5)

    def paint_numbers(self, event: QPaintEvent) -> None:
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), self._theme.colours.surface)
        painter.setFont(self.font())
        painter.setPen(self._theme.colours.muted)
        width, height = self._numbers.width() - self._theme.spacing(3), self.fontMetrics().lineSpacing()
        for block, top in self._visible():
            number = str(self._first_line + block.blockNumber())
            painter.drawText(QRect(0, top, width, height), Qt.AlignmentFlag.AlignRight, number)
        painter.end()

    def _visible(self) -> list[tuple[QTextBlock, int]]:
        """The blocks in sight with their tops."""
        found = []
        block = self.firstVisibleBlock()
        offset, bottom = self.contentOffset(), self.viewport().height()
        while block.isValid():
            geometry = self.blockBoundingGeometry(block).translated(offset)
            if geometry.top() > bottom:
                break
            found.append((block, round(geometry.top())))
            block = block.next()
        return found

    def _colour_visible(self) -> None:
        first = self.firstVisibleBlock().blockNumber()
        seen = (first, self.viewport().height())
        if not self._colours or seen == self._seen:
            return
        self._seen = seen
        dirty: list[QTextBlock] = []
        for block, _top in self._visible():
            number = block.blockNumber()
            if number in self._coloured:
                continue
            self._coloured.add(number)
            spans = self._colours.get(number, [])
            if not spans:
                continue
            pairs = to_utf16(block.text(), [(at, at + length) for at, length, _name in spans])
            formats = []
            for (start, end), (_at, _length, name) in zip(pairs, spans, strict=True):
                span = QTextLayout.FormatRange()
                span.start, span.length = start, end - start
                look = QTextCharFormat()
                look.setForeground(self._theme.colours.named(name))
                span.format = look
                formats.append(span)
            block.layout().setFormats(formats)
            dirty.append(block)
        if dirty:
            start, end = dirty[0].position(), dirty[-1].position() + dirty[-1].length()
            self.document().markContentsDirty(start, end - start)

    def _show_marks(self) -> None:
        colours = self._theme.colours
        selections = []
        for start, end in self._marks:
            selection = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(min(start, self.document().characterCount() - 1))
            cursor.setPosition(
                min(end, self.document().characterCount() - 1), QTextCursor.MoveMode.KeepAnchor
            )  # fmt: skip
            selection.cursor = cursor
            selection.format.setBackground(colours.match)
            selection.format.setForeground(QColor(colours.on_match))
            selections.append(selection)
        self.setExtraSelections(selections)

    def _font_for(self, code: bool) -> None:
        if code == self._code:
            return
        self._code = code
        # The stylesheet would win over setFont.
        self.setProperty("role", "code" if code else "text")
        self._theme.restyle(self)
        self.document().setDocumentMargin(self._theme.spacing(2 if self._first_line else 4))
        font = self._theme.font("mono" if code else "body")
        self.setFont(font)
        self.setTabStopDistance(4 * QFontMetrics(font).horizontalAdvance(" "))

    def _restyle(self) -> None:
        code, self._code = self._code, None
        self._font_for(code is not False)
        self._coloured, self._seen = set(), (-1, 0)
        self._show_marks()
        self._make_room()
        self._colour_visible()

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        self._place_numbers()

    def _place_numbers(self) -> None:
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.topLeft(), QSize(self.numbers_width(), area.height())))

    def _scrolled(self, rect: QRect, dy: int) -> None:
        if dy:
            self._numbers.scroll(0, dy)
        else:
            self._numbers.update(QRect(QPoint(0, rect.y()), QSize(self._numbers.width(), rect.height())))
        self._colour_visible()


class _Numbers(QWidget):
    """The line numbers at the left of a TextView."""

    def __init__(self, view: TextView) -> None:
        super().__init__(view)
        self._view = view

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_numbers(event)
