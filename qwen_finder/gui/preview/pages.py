"""Pages of a document as the service draws them, one at a time; the ones beside it are fetched ahead."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qwen_finder.core.desk import FilePreview
from qwen_finder.core.errors import FinderError
from qwen_finder.gui.preview.picture_view import PictureView
from qwen_finder.gui.preview.tools import tool

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

LANE = "page"
# Few widths, so that a window made a little wider asks for nothing new.
_WIDTHS = (600, 900, 1300, 1900, 2600)
_KEPT = 8
_RESIZE_MS = 200

Key = tuple[str, int, int, str]


class PagesView(QWidget):
    """The page that answers first; the others by buttons, Page Up and Page Down."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._path, self._query = "", ""
        self._page, self._pages = 1, 1
        self._kept: OrderedDict[Key, QPixmap] = OrderedDict()
        self._shown: Key | None = None
        self._resized = QTimer(self, singleShot=True, interval=_RESIZE_MS)
        self._resized.timeout.connect(lambda: self._ask(keep_place=True))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.spacing(2), theme.spacing(1), theme.spacing(2), theme.spacing(1))
        bar.setSpacing(theme.spacing(1))
        self._before = tool(self, theme, "chevron-left", self.tr("Previous page"), "Alt+PgUp")
        self._after = tool(self, theme, "chevron-right", self.tr("Next page"), "Alt+PgDown")
        self._before.setShortcut("Alt+PgUp")
        self._after.setShortcut("Alt+PgDown")
        self._before.clicked.connect(lambda: self.turn(-1))
        self._after.clicked.connect(lambda: self.turn(1))
        self._label = QLabel(self)
        self._label.setProperty("role", "small")
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.view = PictureView(theme, self)
        self.view.fit_width = True
        self.view.setAccessibleName(self.tr("Page"))
        self.view.turned.connect(self.turn)
        self.view.zoomed.connect(lambda _zoom: self._resized.start())
        less = tool(self, theme, "zoom-out", self.tr("Smaller"), "-")
        whole = tool(self, theme, "zoom-fit", self.tr("Fit"), "0")
        more = tool(self, theme, "zoom-in", self.tr("Larger"), "+")
        less.clicked.connect(self.view.zoom_out)
        whole.clicked.connect(self.view.fit)
        more.clicked.connect(self.view.zoom_in)
        for widget in (self._before, self._label, self._after):
            bar.addWidget(widget)
        bar.addStretch(1)
        for widget in (less, whole, more):
            bar.addWidget(widget)
        column.addLayout(bar)
        column.addWidget(self.view, 1)

    @property
    def page(self) -> int:
        return self._page

    def show_preview(self, preview: FilePreview, query: str) -> None:
        if preview.path != self._path:
            self.view.clear()
        self._path, self._query = preview.path, query
        self._pages, self._page = preview.pages or 1, preview.page or 1
        self._ask()

    def turn(self, step: int) -> None:
        page = min(max(self._page + step, 1), self._pages)
        if page != self._page:
            self._page = page
            self._ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._path:
            self._resized.start()

    def _ask(self, *, keep_place: bool = False) -> None:
        self._label.setText(self.tr("{0} of {1}").format(self._page, self._pages))
        self._before.setEnabled(self._page > 1)
        self._after.setEnabled(self._page < self._pages)
        key = self._key(self._page)
        if key == self._shown:
            return
        known = self._kept.get(key)
        if known is not None:
            self._show(key, known, keep_place)
            return
        if not keep_place:
            self.view.dim()
        self._fetch(key, lambda image: self._came(key, image, keep_place), LANE)

    def _came(self, key: Key, image: QImage, keep_place: bool) -> None:
        if image.isNull():
            return
        self._keep(key, image)
        self._show(key, self._kept[key], keep_place)

    def _show(self, key: Key, picture: QPixmap, keep_place: bool) -> None:
        self._shown = key
        self.view.show_picture(picture, keep_place=keep_place)
        self.view.setAccessibleDescription(self._label.text())
        # The next page is what is looked at next.
        ahead = self._key(self._page + 1)
        if self._page < self._pages and ahead not in self._kept:
            self._fetch(ahead, lambda image: self._keep(ahead, image), "page-ahead")

    def _fetch(self, key: Key, done: Callable[[QImage], None], lane: str) -> None:
        path, page, width, query = key

        def page_image(client: Client) -> QImage:
            return QImage.fromData(client.preview_page(path, page, width, query))

        def failed(error: FinderError) -> None:
            if lane == LANE:
                self.view.clear()
                self._label.setText(error.message)

        self._session.ask(page_image, done, failed, lane=lane, unasked=True)

    def _keep(self, key: Key, image: QImage) -> None:
        if not image.isNull():
            self._kept[key] = QPixmap.fromImage(image)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _key(self, page: int) -> Key:
        wanted = self.view.width() * self.view.devicePixelRatioF() * min(self.view.zoom, 3.0)
        width = next((width for width in _WIDTHS if width >= wanted), _WIDTHS[-1])
        return self._path, page, width, self._query
