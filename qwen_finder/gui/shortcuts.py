"""The list of keys (F1), made of the same actions that the keys belong to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

translate = QCoreApplication.translate

Part = tuple[str, Sequence[tuple[str, str]]]
"""A heading, and pairs of keys and what they do."""


class Shortcuts(QDialog):
    """Closed by Escape, like any dialog."""

    def __init__(self, parts: Sequence[Part], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keyboard shortcuts"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme.spacing(130), theme.spacing(150))
        column = QVBoxLayout(self)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        inside = QWidget(area)
        grid = QGridLayout(inside)
        grid.setHorizontalSpacing(theme.spacing(6))
        grid.setVerticalSpacing(theme.spacing(2))
        grid.setColumnStretch(1, 1)
        line = 0
        for heading, pairs in parts:
            title = QLabel(heading, inside)
            title.setProperty("role", "heading")
            title.setContentsMargins(0, theme.spacing(2) if line else 0, 0, 0)
            grid.addWidget(title, line, 0, 1, 2)
            line += 1
            for keys, text in pairs:
                key = QLabel(written(keys), inside)
                key.setProperty("role", "tag")
                key.setAlignment(Qt.AlignmentFlag.AlignCenter)
                grid.addWidget(key, line, 0, Qt.AlignmentFlag.AlignLeft)
                does = QLabel(text, inside)
                does.setWordWrap(True)
                grid.addWidget(does, line, 1)
                line += 1
        grid.setRowStretch(line, 1)
        area.setWidget(inside)
        column.addWidget(area)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)


def written(keys: str) -> str:
    """Keys as this desktop writes them; names that Qt does not know stay as they are."""
    native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
    return native or keys


def fixed_parts() -> list[Part]:
    """Keys that no action holds, since they depend on where the cursor is."""
    return [
        (
            translate("shortcuts", "In the search box"),
            (
                ("Ctrl+L", translate("shortcuts", "Go to the search box")),
                ("Down", translate("shortcuts", "Into the results; recent searches while it is empty")),
                ("Return", translate("shortcuts", "Search at once and go to the first result")),
                ("Ctrl+Space", translate("shortcuts", "Offer recent searches and filters")),
                ("Tab", translate("shortcuts", "Take the first suggestion")),
                ("Esc", translate("shortcuts", "Clear; once more hides the window")),
                ("Alt+T", translate("shortcuts", "Only one type of file")),
                ("Alt+O", translate("shortcuts", "Only in one folder")),
                ("Alt+D", translate("shortcuts", "Only since or until a day")),
                ("Alt+G", translate("shortcuts", "Only in one language")),
                ("Alt+S", translate("shortcuts", "Sort")),
            ),
        ),
        (
            translate("shortcuts", "In the results"),
            (
                ("Up", translate("shortcuts", "Move; from the first one back to the search box")),
                ("Right", translate("shortcuts", "More passages and copies of this file")),
                ("Left", translate("shortcuts", "Close them")),
                ("Shift+Down", translate("shortcuts", "Select several; Ctrl+A selects all")),
            ),
        ),
        (
            translate("shortcuts", "In the preview"),
            (
                ("F3", translate("shortcuts", "Next match or page; Shift+F3 the previous one")),
                ("Alt+PgDown", translate("shortcuts", "Next page; Alt+PgUp the previous one")),
                ("+", translate("shortcuts", "Larger; - smaller, 0 fits")),
                ("Ctrl+I", translate("shortcuts", "Details of the file")),
                ("Ctrl+Y", translate("shortcuts", "Why it was found")),
            ),
        ),
    ]
