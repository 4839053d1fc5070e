"""How well a model finds, language by language, as a small table of bars."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qwen_finder.gui import words
from qwen_finder.gui.theme import Theme


class Figures(QWidget):
    """``figures`` gives the share of questions answered, 0 to 1, by language code. Best first, in columns."""

    def __init__(self, figures: Mapping[str, float], theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows = [
            (words.language(code), value)
            for code, value in sorted(figures.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        said = ", ".join(f"{name} {words.percent(value)}" for name, value in self._rows)
        self.setAccessibleName(said)
        theme.changed.connect(self._measure)
        self._measure()

    def _columns(self) -> int:
        return max(1, min(3, self.width() // self._theme.spacing(55)))

    def _measure(self) -> None:
        rows = -(-len(self._rows) // self._columns())
        self.setFixedHeight(rows * self._theme.spacing(5.5))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.spacing(60), self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, colours = self._theme, self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font("small"))
        columns, height = self._columns(), theme.spacing(5.5)
        width = self.width() / columns
        per_column = -(-len(self._rows) // columns)
        for number, (name, value) in enumerate(self._rows):
            left, top = number // per_column * width, number % per_column * height
            if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
                left = self.width() - left - width
            name_width, number_width = width * 0.42, theme.spacing(12)
            painter.setPen(colours.text)
            metrics = painter.fontMetrics()
            shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(name_width) - theme.spacing(1))
            centred = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
            painter.drawText(QRectF(left, top, name_width, height), centred, shown)
            room = width - name_width - number_width - theme.spacing(4)
            bar = QRectF(left + name_width, top + height / 2 - 3, max(room, 0), 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.sunken)
            painter.drawRoundedRect(bar, 3, 3)
            bar.setWidth(bar.width() * max(0.0, min(1.0, value)))
            painter.setBrush(colours.accent)
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(colours.muted)
            after = QRectF(left + width - number_width - theme.spacing(3), top, number_width, height)
            painter.drawText(after, centred, words.percent(value))
        painter.end()
