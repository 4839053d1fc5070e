"""Small drawings of the results: a file's tile, a picture that fills its frame, the bars of a strength."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPixmap

from qwen_finder.core.document import Kind
from qwen_finder.core.query import Strength
from qwen_finder.gui import icons

if TYPE_CHECKING:
    from qwen_finder.gui.colours import Colours
    from qwen_finder.gui.theme import Theme

_MAIL = frozenset({"eml", "msg", "mbox", "emlx"})
_LONGEST_EXT = 5
_BARS = (0.45, 0.72, 1.0)


def kind_look(kind: Kind, name: str) -> tuple[str, str]:
    """The colour (a name in the theme) and the drawing of a kind of file."""
    if os.path.splitext(name)[1].lower().lstrip(".") in _MAIL:
        return "kind_mail", "mail"
    match kind:
        case Kind.DOCUMENT | Kind.TEXT:
            return "kind_document", "document"
        case Kind.CODE:
            return "kind_code", "code"
        case Kind.IMAGE:
            return "kind_picture", "picture"
        case Kind.AUDIO:
            return "kind_audio", "audio"
        case Kind.VIDEO:
            return "kind_audio", "video"
        case Kind.ARCHIVE:
            return "kind_archive", "archive"
    return "muted", "file"


def make_tile(name: str, kind: Kind, side: int, ratio: float, theme: Theme) -> QPixmap:
    """``paint_tile`` as a picture: many files have the same."""
    tile = QPixmap(round(side * ratio), round(side * ratio))
    tile.setDevicePixelRatio(ratio)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_tile(painter, QRect(0, 0, side, side), name, kind, theme)
    painter.end()
    return tile


def paint_tile(painter: QPainter, area: QRect, name: str, kind: Kind, theme: Theme) -> None:
    """A square in the kind's colour with the file's extension, or the kind's drawing where there is none."""
    colour_name, drawing = kind_look(kind, name)
    colour = theme.colours.named(colour_name)
    ground = QColor(colour)
    ground.setAlphaF(0.14)
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), theme.spacing(2), theme.spacing(2))
    painter.fillPath(path, ground)
    ext = os.path.splitext(name)[1].lstrip(".").upper()
    if ext and len(ext) <= _LONGEST_EXT:
        font = theme.font("small")
        font.setWeight(QFont.Weight.Bold)
        width = QFontMetrics(font).horizontalAdvance(ext)
        room = area.width() - theme.spacing(2)
        if width > room:
            font.setPointSizeF(font.pointSizeF() * room / width)
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, ext)
        return
    side = area.width() // 2
    painted = icons.pixmap(drawing, colour, side, painter.device().devicePixelRatioF())
    painter.drawPixmap(area.center().x() - side // 2, area.center().y() - side // 2, painted)


def paint_cover(painter: QPainter, area: QRect, picture: QPixmap, radius: int) -> None:
    """``picture`` fills ``area``; what is too much of it is cut off at its sides."""
    size = picture.deviceIndependentSize()
    if size.isEmpty():
        return
    scale = max(area.width() / size.width(), area.height() / size.height())
    ratio = picture.devicePixelRatio()
    width, height = area.width() / scale * ratio, area.height() / scale * ratio
    source = QRectF((picture.width() - width) / 2, (picture.height() - height) / 2, width, height)
    path = QPainterPath()
    path.addRoundedRect(QRectF(area), radius, radius)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
    painter.drawPixmap(QRectF(area), picture, source)
    painter.restore()


def paint_strength(painter: QPainter, area: QRect, strength: Strength, colours: Colours) -> None:
    """Three bars, as many of them coloured as the match is strong, at the right of ``area``."""
    height = min(area.height() - 4, 12)
    width = max(height // 4, 2)
    left = area.right() - 3 * width - 2 * (width - 1)
    bottom = area.center().y() + height // 2 + 1
    painter.setPen(Qt.PenStyle.NoPen)
    for number, share in enumerate(_BARS):
        painter.setBrush(colours.accent if number < strength.rank else colours.border)
        tall = round(height * share)
        painter.drawRoundedRect(QRectF(left, bottom - tall, width, tall), 1, 1)
        left += 2 * width - 1
