"""A picture that fits its frame, or is looked at closely: zoom by wheel and keys, moved by dragging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

_STEP = 1.25
_CLOSEST = 8.0


class PictureView(QWidget):
    """``zoom`` 1.0 is the picture fitted into the frame, never larger than it is."""

    zoomed = Signal(float)
    turned = Signal(int)
    """Page Up or Page Down: -1 or 1, for who shows pages."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = QPixmap()
        self._zoom = 1.0
        self._centre = QPointF(0.5, 0.5)
        self._grabbed: QPointF | None = None
        self._dimmed = False
        self.fit_width = False
        """Fit the width alone, and begin at the top: a page of text."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Picture"))
        self.setMinimumSize(80, 80)
        theme.changed.connect(self.update)

    def show_picture(self, picture: QPixmap, *, keep_place: bool = False) -> None:
        """``keep_place``: it is the same picture, in more detail."""
        self._picture = picture
        self._dimmed = False
        if not keep_place:
            self._zoom, self._centre = 1.0, QPointF(0.5, 0.0 if self.fit_width else 0.5)
        self._settle()
        self.update()

    def dim(self) -> None:
        """What is shown is not what is asked for any more."""
        self._dimmed = True
        self.update()

    def clear(self) -> None:
        self._picture = QPixmap()
        self.update()

    @property
    def zoom(self) -> float:
        return self._zoom

    def shown_width(self) -> int:
        """How wide the whole picture is on the screen now, in its pixels."""
        return round(self._target().width() * self.devicePixelRatioF())

    def zoom_by(self, factor: float) -> None:
        self._zoom = min(max(self._zoom * factor, 1.0), _CLOSEST)
        self._settle()
        self.zoomed.emit(self._zoom)
        self.update()

    def zoom_in(self) -> None:
        self.zoom_by(_STEP)

    def zoom_out(self) -> None:
        self.zoom_by(1 / _STEP)

    def fit(self) -> None:
        self.zoom_by(1 / _CLOSEST)

    def sizeHint(self) -> QSize:
        return QSize(400, 400)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self._theme.colours.sunken)
        if self._picture.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if self._dimmed:
            painter.setOpacity(0.5)
        target = self._target()
        painter.drawPixmap(target, self._picture, QRectF(self._picture.rect()))
        painter.setPen(self._theme.colours.border)
        painter.drawRect(target)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or not self.fit_width:
            self.zoom_by(_STEP**steps)
        else:
            self._move(0, event.pixelDelta().y() or steps * 60)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            moved = event.position() - self._grabbed
            self._grabbed = event.position()
            self._move(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom > 1:
            self.fit()
        else:
            self.zoom_by(2.5)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._theme.spacing(15)
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_0:
                self.fit()
            case Qt.Key.Key_Left:
                self._move(step, 0)
            case Qt.Key.Key_Right:
                self._move(-step, 0)
            case Qt.Key.Key_Up:
                self._move(0, step)
            case Qt.Key.Key_Down:
                self._move(0, -step)
            case Qt.Key.Key_PageUp:
                self.turned.emit(-1)
            case Qt.Key.Key_PageDown:
                self.turned.emit(1)
            case _:
                super().keyPressEvent(event)

    def _size(self) -> QSize:
        """The picture as large as it is shown now."""
        own, edge = self._picture.deviceIndependentSize(), self._theme.spacing(3)
        width, height = max(self.width() - 2 * edge, 1), max(self.height() - 2 * edge, 1)
        if own.isEmpty():
            return QSize()
        scale = width / own.width()
        if not self.fit_width:
            scale = min(scale, height / own.height(), 1.0)
        scale *= self._zoom
        return QSize(round(own.width() * scale), round(own.height() * scale))

    def _target(self) -> QRectF:
        size, edge = self._size(), self._theme.spacing(3)
        spare_x, spare_y = self.width() - size.width(), self.height() - size.height()
        left = spare_x / 2 if spare_x >= 2 * edge else edge + (spare_x - 2 * edge) * self._centre.x()
        top = spare_y / 2 if spare_y >= 2 * edge else edge + (spare_y - 2 * edge) * self._centre.y()
        return QRectF(left, top, size.width(), size.height())

    def _move(self, dx: float, dy: float) -> None:
        size, edge = self._size(), self._theme.spacing(3)
        over_x = size.width() - self.width() + 2 * edge
        over_y = size.height() - self.height() + 2 * edge
        if over_x > 0:
            self._centre.setX(self._centre.x() - dx / over_x)
        if over_y > 0:
            self._centre.setY(self._centre.y() - dy / over_y)
        self._settle()
        self.update()

    def _settle(self) -> None:
        self._centre.setX(min(max(self._centre.x(), 0.0), 1.0))
        self._centre.setY(min(max(self._centre.y(), 0.0), 1.0))
