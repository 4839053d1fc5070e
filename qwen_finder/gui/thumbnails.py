"""Thumbnails of what is in sight, fetched and decoded off the thread that paints, the newest wish first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from qwen_finder.core.errors import FinderError

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.session import Session

SIDE = 256
_KEPT = 400
# What was scrolled past long ago is not fetched any more.
_MOST_WANTED = 60
_AT_ONCE = 2


class Thumbnails(QObject):
    """``get`` answers at once with what is known; ``arrived`` tells of a path that is known now."""

    arrived = Signal(str)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: OrderedDict[str, QPixmap | None] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._under_way: set[str] = set()

    def get(self, path: str) -> QPixmap | None:
        """The thumbnail, or None: it is on its way then, or there is none."""
        if path in self._known:
            self._known.move_to_end(path)
            return self._known[path]
        if path not in self._under_way:
            self._wanted[path] = None
            self._wanted.move_to_end(path)
            while len(self._wanted) > _MOST_WANTED:
                self._wanted.popitem(last=False)
            self._next()
        return None

    def retry(self) -> None:
        """The service is back: ask again for what could not be had."""
        for path in [path for path, picture in self._known.items() if picture is None]:
            del self._known[path]

    def _next(self) -> None:
        while self._wanted and len(self._under_way) < _AT_ONCE:
            path, _ = self._wanted.popitem()
            self._under_way.add(path)
            self._ask(path)

    def _ask(self, path: str) -> None:
        def fetch(client: Client) -> QImage:
            return QImage.fromData(client.thumbnail(path, SIDE))

        def done(image: QImage) -> None:
            self._keep(path, None if image.isNull() else QPixmap.fromImage(image))

        def failed(_error: FinderError) -> None:
            self._keep(path, None)

        self._session.ask(fetch, done, failed, unasked=True)

    def _keep(self, path: str, picture: QPixmap | None) -> None:
        self._under_way.discard(path)
        self._known[path] = picture
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        self._next()
        if picture is not None:
            self.arrived.emit(path)
