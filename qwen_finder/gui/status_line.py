"""The foot of the window: what the service is doing, always; and how many results there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QToolButton, QWidget

from qwen_finder.gui import icons
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.situation import State, situation

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

_LOOKS = {
    State.IDLE: ("check", "ok"),
    State.WORKING: ("refresh", "accent"),
    State.PAUSED: ("pause", "warning"),
    State.ATTENTION: ("warning", "warning"),
}


class StatusLine(QFrame):
    """``pressed``: more is wanted than fits into a line."""

    pressed = Signal()
    shortcuts = Signal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._error: FinderError | None = None
        self._look = _LOOKS[State.WORKING]
        self.setProperty("role", "bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.spacing(2), 0, theme.spacing(2), 0)
        row.setSpacing(theme.spacing(2))
        self._button = QToolButton(self)
        self._button.setProperty("role", "status")
        self._button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(self.pressed)
        self._bar = QProgressBar(self)
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(theme.spacing(25))
        self._bar.setAccessibleName(self.tr("Indexing progress"))
        self._bar.hide()
        self._found = ElidedLabel(self)
        self._found.setProperty("role", "small")
        self._found.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._help = QToolButton(self)
        icons.keep(self._help, "keyboard", theme, 16, "muted")
        self._help.setToolTip(self.tr("Keyboard shortcuts (F1)"))
        self._help.setAccessibleName(self.tr("Keyboard shortcuts"))
        self._help.clicked.connect(self.shortcuts)
        row.addWidget(self._button)
        row.addWidget(self._bar)
        row.addWidget(self._found, 1)
        row.addWidget(self._help)
        session.status.connect(lambda _status: self.renew())
        session.connection.connect(self._connection)
        theme.changed.connect(self._draw)
        self.renew()

    def text(self) -> str:
        return self._button.text()

    def show_found(self, text: str) -> None:
        self._found.set_text(text)

    def renew(self) -> None:
        told = situation(self._session.last_status, self._session.state, self._error)
        self._look = _LOOKS[told.state]
        line = told.line
        most = max(self.width() * 2 // 3, self._theme.spacing(60))
        shown = self.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, most)
        self._button.setText(shown)
        self._button.setToolTip(f"{line}\n{self.tr('Show what is being indexed (Ctrl+J)')}")
        self._button.setAccessibleName(line)
        self._bar.setVisible(told.share is not None)
        if told.share is not None:
            self._bar.setValue(round(told.share * 1000))
        self._draw()

    def _connection(self, _state: str, error: object) -> None:
        self._error = error  # type: ignore[assignment]
        self.renew()

    def _draw(self) -> None:
        drawing, colour = self._look
        self._button.setIcon(icons.icon(drawing, self._theme, 16, colour))
