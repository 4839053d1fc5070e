"""The small buttons of the preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton, QWidget

from qwen_finder.gui import icons

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme


def tool(parent: QWidget, theme: Theme, name: str, text: str, keys: str = "") -> QToolButton:
    """A small button with a drawing, which says what it does to pointer and screen reader."""
    button = QToolButton(parent)
    icons.keep(button, name, theme, 16, "muted")
    button.setToolTip(f"{text} ({keys})" if keys else text)
    button.setAccessibleName(text)
    return button
