"""A label that is never cut: what does not fit gives way to an ellipsis, and stands in the tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget


class ElidedLabel(QLabel):
    """``set_text`` in the place of setText, which shows the shortened text."""

    def __init__(
        self, parent: QWidget, mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight, text: str = ""
    ) -> None:
        super().__init__(parent)
        self._mode = mode
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.set_text(text)

    def set_text(self, text: str) -> None:
        self._whole = text
        self.setAccessibleName(text)
        self._shorten()
        self.updateGeometry()

    def whole_text(self) -> str:
        return self._whole

    def minimumSizeHint(self) -> QSize:
        return QSize(20, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        # One pixel more: what just fits would else be shortened by rounding.
        width = self.fontMetrics().horizontalAdvance(self._whole) + 2
        return QSize(width + self._spare(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        room = max(self.width() - self._spare(), 1)
        shown = self.fontMetrics().elidedText(self._whole, self._mode, room)
        self.setText(shown)
        if shown != self._whole:
            self.setToolTip(self._whole)
        else:
            self.setToolTip("")

    def _spare(self) -> int:
        """What the label keeps free beside its text."""
        margins = self.contentsMargins()
        return 2 * self.margin() + max(self.indent(), 0) + margins.left() + margins.right()
