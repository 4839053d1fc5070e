"""The work beside indexing: models that are downloaded, and the change from one to another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QVBoxLayout

from qwen_finder.gui import words
from qwen_finder.gui.downloads import describe, from_event, share
from qwen_finder.gui.indexing.task_row import TaskRow
from qwen_finder.gui.pieces import column

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.events import Event
    from qwen_finder.core.status import DownloadStatus, ModelListing
    from qwen_finder.core.switching import SwitchStatus
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class Tasks(QFrame):
    """A card that is there while there is anything to show."""

    def __init__(self, session: Session, theme: Theme, failed: Callable[[FinderError], None]) -> None:
        super().__init__()
        self._session = session
        self._theme = theme
        self._failed = failed
        self.setProperty("role", "card")
        self._layout: QVBoxLayout = column(self, theme, 0, 4)
        self._switch = TaskRow(theme, self.tr("Cancel"), self._cancel)
        self._switch.hide()
        self._layout.addWidget(self._switch)
        self._downloads: dict[str, TaskRow] = {}
        session.event.connect(self._event_came)
        session.ask(lambda client: client.models(), self._models_came, lambda _: None, unasked=True)
        self.hide()

    def show_status(self, status: ServiceStatus) -> None:
        switch = status.engine.switch
        building = switch is not None and switch.state == "building"
        self._switch.setVisible(building)
        if switch is not None and building:
            self._show_switch(switch)
        self._show_or_hide()

    def _show_switch(self, switch: SwitchStatus) -> None:
        part = switch.done / switch.total if switch.total else None
        done = self.tr("{done} of {passages}").format(
            done=words.number(switch.done), passages=words.passages(switch.total)
        )
        parts = (done if switch.total else "", words.time_left(switch.eta_s), switch.message)
        title = self.tr("Preparing {model}; the present model answers meanwhile").format(model=switch.target)
        self._switch.show_task(title, part, " · ".join(filter(None, parts)))

    def _cancel(self) -> None:
        self._session.ask(
            lambda client: client.cancel_switch(), lambda _: self._session.refresh(), self._failed
        )

    def _models_came(self, models: list[ModelListing]) -> None:
        for model in models:
            if model.download is not None:
                self._show_download(model.download)

    def _event_came(self, event: Event) -> None:
        if event.kind == "model.download" and (download := from_event(event)) is not None:
            self._show_download(download)

    def _show_download(self, download: DownloadStatus) -> None:
        shown = self._downloads.get(download.id)
        if not download.under_way:
            if shown is not None:
                del self._downloads[download.id]
                self._layout.removeWidget(shown)
                shown.deleteLater()
            self._show_or_hide()
            return
        if shown is None:
            shown = TaskRow(self._theme, self.tr("Pause"), lambda: self._pause(download.id))
            self._downloads[download.id] = shown
            self._layout.addWidget(shown)
        title = self.tr("Downloading {model}").format(model=download.id)
        shown.show_task(title, share(download), describe(download))
        self._show_or_hide()

    def _pause(self, model: str) -> None:
        self._session.ask(
            lambda client: client.pause_download(model), lambda _: self._session.refresh(), self._failed
        )

    def _show_or_hide(self) -> None:
        self.setVisible(bool(self._downloads) or not self._switch.isHidden())
