"""A picture as the service shows it: its thumbnail at once, larger a moment later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from qwen_finder.core.desk import FilePreview
from qwen_finder.core.errors import FinderError
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.preview.picture_view import PictureView
from qwen_finder.gui.preview.tools import tool

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

LANE = "picture"
_SIDE = 1024


class PicturesView(QWidget):
    """Fit, and closer."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._path = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.spacing(4), theme.spacing(1), theme.spacing(2), theme.spacing(1))
        bar.setSpacing(theme.spacing(1))
        self._told = ElidedLabel(self)
        self._told.setProperty("role", "small")
        bar.addWidget(self._told, 1)
        self.view = PictureView(theme, self)
        less = tool(self, theme, "zoom-out", self.tr("Smaller"), "-")
        whole = tool(self, theme, "zoom-fit", self.tr("Fit"), "0")
        more = tool(self, theme, "zoom-in", self.tr("Larger"), "+")
        less.clicked.connect(self.view.zoom_out)
        whole.clicked.connect(self.view.fit)
        more.clicked.connect(self.view.zoom_in)
        for button in (less, whole, more):
            bar.addWidget(button)
        column.addLayout(bar)
        column.addWidget(self.view, 1)

    def show_preview(self, preview: FilePreview) -> None:
        path = preview.path
        if path != self._path:
            self.view.dim()
        self._path = path
        facts = dict(preview.metadata)
        shown = [facts.get("dimensions", ""), facts.get("camera", "")]
        self._told.set_text(" · ".join(filter(None, (*shown, preview.reason))))

        def fetch(client: Client) -> QImage:
            return QImage.fromData(client.thumbnail(path, _SIDE))

        self._session.ask(fetch, self._show, self._fail, lane=LANE, unasked=True)

    def _show(self, image: QImage) -> None:
        self.view.show_picture(QPixmap.fromImage(image))

    def _fail(self, error: FinderError) -> None:
        self.view.clear()
        self._told.set_text(error.message)
