"""The program's own drawings, in any colour and size: SVG files of ``resources/icons`` painted once and kept.

They are drawn in one colour, ``currentColor``, which is put in before they are painted; only ``app`` and the
states of the tray have colours of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from qwen_finder.core.resources import resource
from qwen_finder.gui.theme import Theme

# Screens of 100, 150, 200 and 300 percent.
_RATIOS = (1.0, 1.5, 2.0, 3.0)
_APP_SIZES = (16, 22, 24, 32, 48, 64, 128, 256)


def icon(name: str, theme: Theme, size: int = 20, colour: str = "text") -> QIcon:
    """The drawing ``name`` in one of the theme's colours; grey when its control is off."""
    drawn = QIcon()
    shades = {
        QIcon.Mode.Normal: theme.colours.named(colour),
        QIcon.Mode.Selected: theme.colours.named(colour),
        QIcon.Mode.Disabled: theme.colours.outline,
    }
    for mode, shade in shades.items():
        for ratio in _RATIOS:
            drawn.addPixmap(pixmap(name, shade, size, ratio), mode)
    return drawn


def keep(button: QAbstractButton, name: str, theme: Theme, size: int = 20, colour: str = "text") -> None:
    """Give ``button`` that icon and the right colour after every change of the theme."""
    button.setIconSize(QSize(size, size))
    keeper = _Keeper(button, lambda: icon(name, theme, size, colour))
    keeper.renew()
    theme.changed.connect(keeper.renew)


class _Keeper(QObject):
    """Ends with its button, and the connection with it."""

    def __init__(self, button: QAbstractButton, draw: Callable[[], QIcon]) -> None:
        super().__init__(button)
        self._button = button
        self._draw = draw

    def renew(self) -> None:
        self._button.setIcon(self._draw())


def app_icon() -> QIcon:
    """The program's own icon, for its windows and the desktop."""
    drawn = QIcon()
    for size in _APP_SIZES:
        drawn.addPixmap(pixmap("app", QColor(), size, 1.0))
    return drawn


def pixmap(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """The drawing ``name`` in a square of ``size`` for a screen of ``ratio`` pixels per unit."""
    return _painted(name, colour.name() if colour.isValid() else "", size, ratio)


@lru_cache(maxsize=1024)
def _painted(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    painted = QPixmap(side, side)
    painted.fill(Qt.GlobalColor.transparent)
    painter = QPainter(painted)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    QSvgRenderer(QByteArray(_drawing(name).replace("currentColor", colour).encode())).render(
        painter, QRectF(0, 0, side, side)
    )
    painter.end()
    painted.setDevicePixelRatio(ratio)
    return painted


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")
