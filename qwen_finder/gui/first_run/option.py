"""One of several answers as a card that can be clicked anywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton

from qwen_finder.gui.pieces import column, label, row
from qwen_finder.gui.theme import Theme


class Option(QFrame):
    chosen = Signal()
    """By the user."""

    def __init__(self, theme: Theme, title: str = "", said: str = "") -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("role", "card")
        beside = row(theme, 3, 4, self)
        self.radio = QRadioButton()
        # They are in cards of their own: whoever shows several sees to it that one is chosen.
        self.radio.setAutoExclusive(False)
        self.radio.clicked.connect(self.chosen)
        beside.addWidget(self.radio, 0, Qt.AlignmentFlag.AlignTop)
        words = column(None, theme, 1)
        self._title = label("", "heading", wrap=True)
        self._said = label("", "muted", wrap=True)
        self._extra = label("", "warning", wrap=True)
        for one in (self._title, self._said, self._extra):
            words.addWidget(one)
        beside.addLayout(words, 1)
        self.say(title, said)

    def say(self, title: str, said: str, extra: str = "") -> None:
        self._title.setText(title)
        self._said.setText(said)
        self._extra.setText(extra)
        self._extra.setVisible(bool(extra))
        self.radio.setAccessibleName(title)
        self.radio.setAccessibleDescription(f"{said} {extra}".strip())

    def set_chosen(self, chosen: bool) -> None:
        self.radio.setChecked(chosen)
        self.setProperty("chosen", chosen)
        self._theme.restyle(self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()
