"""The keys of the window that belong to no result, the menu made of them, and the list of all keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme
    from qwen_finder.gui.window import MainWindow


class WindowKeys(QObject):
    """Made once by the window, which it acts upon."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._listed: list[QAction] = []
        preview, parts = window.parts.preview, window.parts
        self._key("", ("Ctrl+L", "Ctrl+F", "Ctrl+K"), window.to_box)
        self._key("", ("F3", "Ctrl+G"), lambda: preview.next_match(1))
        self._key("", ("Shift+F3",), lambda: preview.next_match(-1))
        look = self._key(
            self.tr("Preview"), ("Ctrl+P",), lambda: window.set_preview(not window.preview_shown())
        )
        indexing = self._key(self.tr("What is being indexed"), ("Ctrl+J",), self._wants("indexing"))
        folders = self._key(self.tr("Choose folders…"), ("Ctrl+O",), self._wants("first_run"))
        settings = self._key(self.tr("Settings…"), ("Ctrl+,",), self._wants("settings"))
        shortcuts = self._key(self.tr("Keyboard shortcuts"), ("F1",), window.show_shortcuts)
        hide = self._key(self.tr("Close the window"), ("Ctrl+W",), window.close)
        quit_ = self._key(self.tr("Quit"), ("Ctrl+Q",), self._wants("quit"))
        parts.fill_menu((look, None, indexing, folders, settings, None, shortcuts, None, hide, quit_))

    def show_list(self, theme: Theme) -> None:
        """All keys there are (F1)."""
        from qwen_finder.gui.shortcuts import Shortcuts, fixed_parts

        def pairs(actions: list[QAction]) -> list[tuple[str, str]]:
            return [(action.shortcut().toString(), action.text().rstrip("…")) for action in actions]

        parts = fixed_parts()
        parts.insert(2, (self.tr("With the chosen results"), pairs(self._window.actions_.all())))
        parts.append((self.tr("Window"), pairs(self._listed)))
        Shortcuts(parts, theme, self._window).open()

    def _key(self, text: str, keys: tuple[str, ...], act: Callable[[], object]) -> QAction:
        """One without a text is not listed: the list has it in its place already."""
        action = QAction(text, self._window)
        action.setShortcuts([QKeySequence(written) for written in keys])
        action.triggered.connect(lambda _checked=False: act())
        self._window.addAction(action)
        if text:
            self._listed.append(action)
        return action

    def _wants(self, name: str) -> Callable[[], object]:
        return lambda: self._window.wanted.emit(name)
