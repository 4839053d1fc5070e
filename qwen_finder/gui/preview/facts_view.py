"""The foot of the preview: facts of the file, and on demand why it was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qwen_finder.core.query import Hit
from qwen_finder.gui import icons
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.preview.details import facts, reasons

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

_MOST = 12


class FactsView(QFrame):
    """Two parts that open and close, closed at first: the contents matter more."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._hit: Hit | None = None
        self._metadata: Sequence[tuple[str, str]] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        line = QFrame(self)
        line.setProperty("role", "line")
        column.addWidget(line)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.spacing(3), theme.spacing(1), theme.spacing(3), theme.spacing(1))
        self.details = self._switch(self.tr("Details"), "Ctrl+I")
        self.why = self._switch(self.tr("Why this result"), "Ctrl+Y")
        bar.addWidget(self.details)
        bar.addWidget(self.why)
        bar.addStretch(1)
        column.addLayout(bar)
        self._table = QWidget(self)
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(theme.spacing(5), 0, theme.spacing(4), theme.spacing(3))
        self._grid.setHorizontalSpacing(theme.spacing(4))
        self._grid.setVerticalSpacing(theme.spacing(1))
        self._grid.setColumnStretch(1, 1)
        self._table.hide()
        column.addWidget(self._table)

    def show_facts(self, hit: Hit, metadata: Sequence[tuple[str, str]]) -> None:
        self._hit, self._metadata = hit, metadata
        self._fill()

    def toggle_why(self) -> None:
        self.why.click()

    def _switch(self, text: str, keys: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", "quiet")
        button.setCheckable(True)
        button.setShortcut(keys)
        button.setToolTip(f"{text} ({keys})")
        icons.keep(button, "chevron-right", self._theme, 12, "accent")
        button.toggled.connect(lambda on: self._switched(button, on))
        return button

    def _switched(self, button: QPushButton, on: bool) -> None:
        # One at a time: the pane is not high.
        other = self.why if button is self.details else self.details
        if on:
            other.setChecked(False)
        button.setIcon(icons.icon("chevron-down" if on else "chevron-right", self._theme, 12, "accent"))
        self._fill()

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self.details.isChecked() or self.why.isChecked()
        self._table.setVisible(shown)
        if not shown or self._hit is None:
            return
        pairs: Iterable[tuple[str, str]] = (
            facts(self._hit, self._metadata) if self.details.isChecked() else reasons(self._hit)
        )
        for number, (name, value) in enumerate(list(pairs)[:_MOST]):
            key = QLabel(name, self._table)
            key.setProperty("role", "small")
            told = ElidedLabel(self._table, Qt.TextElideMode.ElideMiddle, value)
            told.setProperty("role", "fact")
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(key, number, 0)
            self._grid.addWidget(told, number, 1)
