"""The icon in the desktop's tray: tells at a glance what goes on, and offers what is wanted without a window.

Where the desktop has no tray, ``available`` says so; the window then has all of this in its own menu.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon, QWidget

from qwen_finder.gui import icons, pausing
from qwen_finder.gui.news import News, Newsreader
from qwen_finder.gui.situation import Situation, State, paused_by_user, situation

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.events import Event
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

_SIZES = (16, 22, 24, 32, 48, 64)
# Less than this is not seen on so small a picture, and each painting costs a little.
_STEP_PERCENT = 2
_SHOWN_MS = 10_000


class Tray(QObject):
    """Shown as soon as it is made, where there is a tray. What it is asked for comes out as signals."""

    open_window = Signal()
    toggle_window = Signal()
    open_indexing = Signal()
    open_settings = Signal(str)
    """With the page to show, "" for the first."""
    quit_window = Signal()
    quit_everything = Signal()

    def __init__(self, session: Session, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        # The session may be well under way when the tray comes.
        self._status: Any = session.last_status
        self._connection: tuple[str, Any] = (session.state, None)
        self._reader = Newsreader()
        self._page = "window"
        self.available = QSystemTrayIcon.isSystemTrayAvailable()
        self.situation = situation(self._status, *self._connection)
        self.icon = QSystemTrayIcon(self)
        self.menu = self._build_menu(window)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._clicked)
        self.icon.messageClicked.connect(self._message_clicked)
        session.status.connect(self._status_came)
        session.connection.connect(self._connection_changed)
        session.event.connect(self._event_came)
        self._show()
        if self.available:
            self.icon.show()

    def tell(self, news: News) -> None:
        """Show a notification; a click on it opens what it is about."""
        self._page = news.page
        if self.available and QSystemTrayIcon.supportsMessages():
            kind = QSystemTrayIcon.MessageIcon
            sort = kind.Warning if news.serious else kind.Information
            self.icon.showMessage(news.title, news.text, sort, _SHOWN_MS)

    def _build_menu(self, window: QWidget) -> QMenu:
        menu = QMenu(window)
        self._headline = menu.addAction("")
        self._headline.triggered.connect(self.open_indexing)
        menu.addSeparator()
        menu.addAction(self.tr("Search…")).triggered.connect(self.open_window)
        menu.addAction(self.tr("What is indexed…")).triggered.connect(self.open_indexing)
        self._pause = menu.addMenu(self.tr("Pause indexing"))
        pausing.fill(self._pause, self._session)
        self._resume = menu.addAction(self.tr("Resume indexing"))
        self._resume.triggered.connect(lambda: pausing.resume(self._session))
        menu.addAction(self.tr("Settings…")).triggered.connect(lambda: self.open_settings.emit(""))
        menu.addSeparator()
        menu.addAction(self.tr("Quit, keep indexing")).triggered.connect(self.quit_window)
        menu.addAction(self.tr("Quit and stop indexing")).triggered.connect(self.quit_everything)
        return menu

    def _clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        # A double click would come after the click that has shown the window, and hide it again.
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.MiddleClick):
            self.toggle_window.emit()

    def _message_clicked(self) -> None:
        if self._page == "window":
            self.open_window.emit()
        elif self._page == "indexing":
            self.open_indexing.emit()
        else:
            self.open_settings.emit(self._page)

    def _status_came(self, status: ServiceStatus) -> None:
        self._status = status
        for news in self._reader.status(status):
            self.tell(news)
        self._show()

    def _connection_changed(self, state: str, error: FinderError | None) -> None:
        self._connection = (state, error)
        self._show()

    def _event_came(self, event: Event) -> None:
        for news in self._reader.event(event):
            self.tell(news)

    def _show(self) -> None:
        now = situation(self._status, *self._connection)
        self.situation = now
        self.icon.setIcon(picture(now))
        self.icon.setToolTip("Qwen Finder\n" + "\n".join(filter(None, (now.headline, now.detail))))
        self._headline.setText(now.headline)
        usable = self._connection[0] == "connected"
        paused = usable and self._status is not None and paused_by_user(self._status)
        self._pause.menuAction().setVisible(not paused)
        self._pause.setEnabled(usable)
        self._resume.setVisible(paused)


def picture(now: Situation) -> QIcon:
    """The icon of a situation: while working, with the percentage where it is large enough to be read."""
    if now.state is State.WORKING and now.share is not None:
        return _working(min(99, int(now.share * 100)) // _STEP_PERCENT * _STEP_PERCENT)
    return _still("idle" if now.state is State.WORKING else now.state.value)


@lru_cache(maxsize=8)
def _still(name: str) -> QIcon:
    drawn = QIcon()
    for size in _SIZES:
        drawn.addPixmap(icons.pixmap(f"tray-{name}", QColor(), size))
    return drawn


@lru_cache(maxsize=64)
def _working(percent: int) -> QIcon:
    drawn = QIcon()
    for size in _SIZES:
        drawn.addPixmap(_with_percent(percent, size))
    return drawn


def _with_percent(percent: int, size: int) -> QPixmap:
    pixmap = QPixmap(icons.pixmap("tray-working", QColor(), size))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    white = QColor("white")
    inset = size * 0.2 if size >= 22 else size * 0.22
    ring = QRectF(inset, inset, size - 2 * inset, size - 2 * inset)
    if size >= 22:
        painter.setPen(white)
        font = QFont()
        font.setPixelSize(round(size * 0.56))
        font.setBold(True)
        painter.setFont(font)
        painter.drawText(QRectF(0, 0, size, size * 0.82), Qt.AlignmentFlag.AlignCenter, str(percent))
        height = max(2.0, size * 0.1)
        bar = QRectF(size * 0.16, size * 0.76, size * 0.68, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 90))
        painter.drawRoundedRect(bar, height / 2, height / 2)
        bar.setWidth(max(height, bar.width() * percent / 100))
        painter.setBrush(white)
        painter.drawRoundedRect(bar, height / 2, height / 2)
    else:
        painter.setPen(QPen(QColor(255, 255, 255, 90), size * 0.17))
        painter.drawEllipse(ring)
        painter.setPen(QPen(white, size * 0.17, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, round(-percent * 3.6 * 16))
    painter.end()
    return pixmap
