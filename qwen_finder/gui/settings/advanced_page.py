"""Every setting there is, by section, found by any word of its title, description or key."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QLineEdit

from qwen_finder.gui import icons
from qwen_finder.gui.pieces import card, label
from qwen_finder.gui.settings import titles
from qwen_finder.gui.settings.page import Page
from qwen_finder.gui.settings.setting_row import SettingRow
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.theme import Theme
from qwen_finder.settings.schema import SETTINGS


class AdvancedPage(Page):
    def __init__(self, theme: Theme, values: Values) -> None:
        super().__init__(theme, self.tr("All settings"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find a setting"))
        self.search.setAccessibleName(self.tr("Find a setting"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(
            icons.icon("search", theme, 16, "muted"), QLineEdit.ActionPosition.LeadingPosition
        )
        self.search.textChanged.connect(self.filter)
        self.body.addWidget(self.search)
        self._sections: list[tuple[QLabel, QFrame, list[SettingRow]]] = []
        for name in dict.fromkeys(titles.section(setting.key) for setting in SETTINGS):
            heading = label(name, "heading")
            frame, inside = card(theme)
            rows = [
                SettingRow(setting.key, values, theme, show_key=True)
                for setting in SETTINGS
                if titles.section(setting.key) == name
            ]
            for one in rows:
                inside.addWidget(one)
            self.body.addWidget(heading)
            self.body.addWidget(frame)
            self._sections.append((heading, frame, rows))
        self._none = label(self.tr("No setting has these words."), "muted", wrap=True)
        self._none.hide()
        self.body.addWidget(self._none)
        self.body.addStretch(1)

    def filter(self, text: str) -> None:
        """Show only the settings that have every word of ``text``."""
        words = text.split()
        any_left = False
        for heading, frame, rows in self._sections:
            left = False
            for one in rows:
                matches = one.matches(words)
                one.setVisible(matches)
                left = left or matches
            heading.setVisible(left)
            frame.setVisible(left)
            any_left = any_left or left
        self._none.setVisible(not any_left)

    def visible_keys(self) -> list[str]:
        """The keys of the settings that are shown."""
        return [one.key for _, _, rows in self._sections for one in rows if not one.isHidden()]
