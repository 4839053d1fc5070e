"""What the window does as the service comes, goes and indexes; and the searches it remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.gui.history import History
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.window import MainWindow

_RENEW_MS = 4_000


class WindowService(QObject):
    """Made once by the window, which it acts upon."""

    def __init__(self, window: MainWindow, session: Session, history: History) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._history = history
        self._indexed = -1
        self._renewing = QTimer(self, singleShot=True, interval=_RENEW_MS)
        self._renewing.timeout.connect(self._renew)
        session.connection.connect(self._connection)
        session.status.connect(self._status)

    def remember(self) -> None:
        """The search that is shown was worth it."""
        question = self._window.searching.question
        if not question.path and self._history.remember(question.text):
            self._save()

    def keep_history(self, keep: bool) -> None:
        """Whether recent searches are remembered; what was is forgotten when they are not."""
        if self._history.set_keep(keep):
            self._save()
            self._window.renew_stage()

    def _save(self) -> None:
        self._session.ask(lambda _client: self._history.save(), lambda _none: None)

    def _connection(self, state: str, error: FinderError | None) -> None:
        window, banner = self._window, self._window.parts.banner
        if state == "connected":
            banner.hide()
            window.thumbnails.retry()
            self._ask_settings()
            if not window.searching.question.empty:
                window.searching.again()
        elif state == "lost" and error is not None:
            said = " ".join(filter(None, (error.message, error.hint)))
            banner.say(said, "warning", "danger", "start", self.tr("Start the service"))
            banner.setVisible(window.model.response is not None)
        elif window.model.response is not None:
            banner.say(self.tr("The service is starting; results follow."), "clock", "accent")
        window.renew_stage()

    def _status(self, status: ServiceStatus) -> None:
        if not status.engine.folders and self._history.recent:
            # Perhaps everything was to be forgotten.
            self._session.ask(lambda _client: self._history.notice_removal(), self._forgot)
        indexed = status.engine.files.indexed
        if indexed != self._indexed and self._indexed >= 0:
            self._window.thumbnails.retry()
            if not self._renewing.isActive():
                self._renewing.start()
        self._indexed = indexed
        self._window.renew_stage()

    def _forgot(self, gone: bool) -> None:
        if gone:
            self._window.renew_stage()

    def _renew(self) -> None:
        """More is indexed than when the question was asked. Nobody's reading is disturbed by it."""
        searching = self._window.searching
        busy = searching.pending or searching.question.empty
        if not busy and not self._window.parts.view.hasFocus():
            searching.again()

    def _ask_settings(self) -> None:
        def done(settings: dict[str, object]) -> None:
            self.keep_history(settings.get("interface.keep_history") is not False)

        self._session.ask(lambda client: client.settings(), done, unasked=True)
