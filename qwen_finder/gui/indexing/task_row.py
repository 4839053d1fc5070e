"""One long piece of work beside indexing: a download or the change of the model, with a way to stop it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from qwen_finder.gui.pieces import Elided, bar, button, column, row
from qwen_finder.gui.theme import Theme


class TaskRow(QFrame):
    """``stop`` is called when its button is pressed."""

    def __init__(self, theme: Theme, stop_text: str, stop: Callable[[], None]) -> None:
        super().__init__()
        self._theme = theme
        outer = row(theme, 3, 0, self)
        outer.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        inside = column(None, theme, 1)
        self._title = Elided("", "strong", Qt.TextElideMode.ElideRight)
        self._bar = bar(stop_text)
        self._detail = Elided("", "small", Qt.TextElideMode.ElideRight)
        for widget in (self._title, self._bar, self._detail):
            inside.addWidget(widget)
        outer.addLayout(inside, 1)
        self.stop = button(stop_text)
        self.stop.clicked.connect(lambda: stop())
        outer.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_task(self, title: str, share: float | None, detail: str) -> None:
        """``share`` None: how far it is, nobody knows."""
        self._title.setText(title)
        self._bar.setVisible(share is not None)
        self._bar.setValue(round(1000 * (share or 0)))
        self._bar.setAccessibleName(title)
        self._detail.setText(detail)
