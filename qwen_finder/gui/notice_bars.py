"""Bars that tell something without getting in the way: one that stays, and one that goes by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from qwen_finder.gui import icons
from qwen_finder.gui.actions import Notice
from qwen_finder.gui.elided import ElidedLabel

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

_SHOWN_MS = 6_000


class Banner(QFrame):
    """A sentence above the results with at most one button; it stays until its cause is gone."""

    acted = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._action = ""
        self._drawing, self._colour = "info", "accent"
        self.setProperty("role", "banner")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.spacing(3), theme.spacing(1.5), theme.spacing(2), theme.spacing(1.5))
        row.setSpacing(theme.spacing(2))
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._button = QPushButton(self)
        self._button.clicked.connect(lambda: self.acted.emit(self._action))
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        theme.changed.connect(self._draw)
        self.hide()

    def say(self, text: str, drawing: str, colour: str, action: str = "", button: str = "") -> None:
        self._text.setText(text)
        self._action, self._drawing, self._colour = action, drawing, colour
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self.setAccessibleName(text)
        self._draw()
        self.show()

    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def _draw(self) -> None:
        colour = self._theme.colours.named(self._colour)
        self._icon.setPixmap(
            icons.pixmap(self._drawing, colour, self._theme.spacing(4), self.devicePixelRatioF())
        )


class Remark(QWidget):
    """What is to be known about the results, in one line above them. What was read once can be put away."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._away: set[str] = set()
        self._notices: tuple[str, ...] = ()
        self._first = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.spacing(5), theme.spacing(2), theme.spacing(2), 0)
        row.setSpacing(theme.spacing(2))
        self._text = ElidedLabel(self)
        self._text.setProperty("role", "small")
        self._close = QToolButton(self)
        icons.keep(self._close, "close", theme, 12, "muted")
        self._close.setToolTip(self.tr("Do not show this again today"))
        self._close.setAccessibleName(self.tr("Do not show this again today"))
        self._close.clicked.connect(self._put_away)
        row.addWidget(self._text, 1)
        row.addWidget(self._close)
        self.hide()

    def say(self, first: str, notices: Sequence[str] = ()) -> None:
        """``first`` is about this very answer and always shown, ``notices`` come again and again."""
        self._first = first
        self._notices = tuple(text for text in notices if _gist(text) not in self._away)
        self._text.set_text(" ".join(filter(None, (first, *self._notices))))
        self._close.setVisible(bool(self._notices))
        self.setVisible(bool(self._text.whole_text()))

    def text(self) -> str:
        return self._text.whole_text()

    def _put_away(self) -> None:
        self._away.update(map(_gist, self._notices))
        self.say(self._first)


def _gist(text: str) -> str:
    """``text`` whatever the numbers in it."""
    return "".join(character for character in text if not character.isdigit())


class NoticeBar(QFrame):
    """What was just done, with a way back, over the foot of the results for a few seconds."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._theme = theme
        self._undo: Callable[[], None] | None = None
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.spacing(4), theme.spacing(2), theme.spacing(2), theme.spacing(2))
        row.setSpacing(theme.spacing(3))
        self._text = QLabel(self)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._button = QPushButton(self.tr("Undo"), self)
        self._button.setProperty("kind", "quiet")
        self._button.clicked.connect(self._take_back)
        close = QToolButton(self)
        icons.keep(close, "close", theme, 14, "muted")
        close.setAccessibleName(self.tr("Close"))
        close.setToolTip(self.tr("Close"))
        close.clicked.connect(self.hide)
        row.addWidget(self._text, 1)
        row.addWidget(self._button)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=_SHOWN_MS)
        self._timer.timeout.connect(self._pass)
        self.hide()

    def tell(self, notice: Notice) -> None:
        self._undo = notice.undo
        self._button.setVisible(notice.undo is not None)
        most = max(self._over.width() - self._theme.spacing(50), 150)
        text = self._text.fontMetrics().elidedText(notice.text, Qt.TextElideMode.ElideMiddle, most)
        self._text.setText(text)
        self._text.setToolTip(notice.text)
        self.setAccessibleName(notice.text)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """In the middle of the parent's foot."""
        self.adjustSize()
        parent = self._over
        x = (parent.width() - self.width()) // 2
        self.move(max(x, 0), parent.height() - self.height() - self._theme.spacing(12))

    def text(self) -> str:
        return "" if self.isHidden() else self._text.toolTip()

    def _pass(self) -> None:
        # Not under somebody's pointer.
        if self.underMouse():
            self._timer.start()
        else:
            self.hide()

    def _take_back(self) -> None:
        self.hide()
        if self._undo is not None:
            self._undo()
