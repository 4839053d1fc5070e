"""A setting as a row of a page: title, what it is for, its control, and the way back to the default."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QWidget

from qwen_finder.gui.pieces import column, label, row, tool
from qwen_finder.gui.settings import titles
from qwen_finder.gui.settings.editors import editor, is_wide
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.theme import Theme
from qwen_finder.settings.schema import BY_KEY

translate = QCoreApplication.translate


class SettingRow(QWidget):
    """``show_key`` names the key too, as files and commands use it."""

    def __init__(self, key: str, values: Values, theme: Theme, *, show_key: bool = False) -> None:
        super().__init__()
        self.key = key
        self._values = values
        setting = BY_KEY[key]
        outer = column(self, theme, 1)
        outer.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        top = row(theme, 4)
        words = column(None, theme, 0.5)
        heading = label(titles.title(key), "strong", wrap=True)
        words.addWidget(heading)
        said = label(titles.description(setting), "small", wrap=True)
        words.addWidget(said)
        if show_key:
            name = label(key, "key")
            name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.addWidget(name)
        top.addLayout(words, 1)
        self.control = editor(key, values, theme)
        heading.setBuddy(self.control)
        self._reset = tool("refresh", theme, translate("Settings", "Back to the default"), 14)
        policy = self._reset.sizePolicy()
        # Its place is kept, so that nothing moves when it comes.
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        self._reset.clicked.connect(lambda: values.set(key, setting.default))
        if not is_wide(setting):
            top.addWidget(self.control, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self._reset, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addLayout(top)
        if is_wide(setting):
            outer.addWidget(self.control)
        values.changed.connect(self._changed)
        self._changed(key)

    def matches(self, words: list[str]) -> bool:
        """Whether every one of ``words`` stands in its title, description or key."""
        setting = BY_KEY[self.key]
        text = " ".join(
            (titles.title(self.key), titles.description(setting), setting.description, self.key)
        ).casefold()
        return all(word.casefold() in text for word in words)

    def _changed(self, key: str) -> None:
        if key in ("", self.key):
            self._reset.setVisible(self._values[self.key] != BY_KEY[self.key].default)
