"""Using a model as soon as it is downloaded, which somebody wished and need not wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from qwen_finder.gui import downloads

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.events import Event
    from qwen_finder.core.status import ModelListing
    from qwen_finder.gui.session import Session


def use_when_there(model: ModelListing, session: Session) -> None:
    """Change to ``model`` when its download is done, or now if it is there. Lasts as long as ``session``."""
    wish = _Wish(model.id, session)
    if model.installed:
        wish.use()


class _Wish(QObject):
    def __init__(self, model: str, session: Session) -> None:
        super().__init__(session)
        self._model = model
        self._session = session
        session.event.connect(self._event_came)

    def use(self) -> None:
        model = self._model
        self._session.ask(lambda client: client.use_model(model), self._done, self._failed)

    def _event_came(self, event: Event) -> None:
        download = downloads.from_event(event)
        if download is None or download.id != self._model:
            return
        if download.state == "done":
            self.use()

    def _done(self, _answer: object) -> None:
        self._session.refresh()
        self.deleteLater()

    def _failed(self, _error: FinderError) -> None:
        # The page of models shows what is there and why it is not used; nothing is lost.
        self.deleteLater()
