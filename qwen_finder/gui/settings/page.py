"""What every page of the settings has: a title, a sentence, and cards in a column that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from qwen_finder.gui.pieces import ErrorNote, card, column, label, line, scrolled
from qwen_finder.gui.settings.setting_row import SettingRow
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.theme import Theme


class Page(QWidget):
    """``body`` takes what a page adds; ``note`` says what went wrong."""

    def __init__(self, theme: Theme, title: str, said: str = "") -> None:
        super().__init__()
        self.theme = theme
        outer = column(self, theme, 2)
        outer.addWidget(label(title, "title", wrap=True))
        if said:
            outer.addWidget(label(said, "muted", wrap=True))
        self.note = ErrorNote(theme)
        outer.addWidget(self.note)
        content = QWidget()
        self.body: QVBoxLayout = column(content, theme, 4)
        self.body.setContentsMargins(0, theme.spacing(2), theme.spacing(2), theme.spacing(2))
        outer.addWidget(scrolled(content), 1)

    def add_settings(self, keys: Sequence[str], values: Values, heading: str = "") -> None:
        """A card with the rows of ``keys``."""
        frame, inside = card(self.theme)
        inside.setSpacing(0)
        inside.setContentsMargins(*tight(self.theme))
        if heading:
            self.body.addWidget(label(heading, "heading"))
        for number, key in enumerate(keys):
            if number:
                inside.addWidget(line())
            inside.addWidget(SettingRow(key, values, self.theme))
        self.body.addWidget(frame)

    def shown(self) -> None:
        """The page came into view: what it shows is asked for again."""


def tight(theme: Theme) -> tuple[int, int, int, int]:
    """The margins of a card whose rows have their own space above and below."""
    return theme.spacing(4), theme.spacing(1), theme.spacing(4), theme.spacing(1)
