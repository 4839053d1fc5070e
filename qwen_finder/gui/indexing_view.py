"""What goes on: overall and folder by folder, how fast, how long yet, which file, and what failed.

It shows what the service says and keeps nothing itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QMenu, QVBoxLayout, QWidget

from qwen_finder.gui import icons, pausing, words
from qwen_finder.gui.indexing.folder_row import FolderRow
from qwen_finder.gui.indexing.tasks import Tasks
from qwen_finder.gui.pieces import (
    Elided,
    ErrorNote,
    bar,
    button,
    card,
    clear,
    column,
    label,
    line,
    row,
    scrolled,
)
from qwen_finder.gui.situation import State, paused_by_user, situation

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class IndexingView(QDialog):
    """A window of its own, which may stay open beside the main one."""

    open_settings = Signal(str)
    """With the page: "failures", "folders"."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._rows: dict[str, FolderRow] = {}
        self._connection: tuple[str, FinderError | None] = (session.state, None)
        self.setWindowTitle(self.tr("Indexing"))
        self.resize(QSize(theme.spacing(170), theme.spacing(150)))
        self.setMinimumSize(theme.spacing(100), theme.spacing(80))
        outer = column(self, theme, 4, 5)
        self._error = ErrorNote(theme)
        outer.addWidget(self._error)
        self._build_head(outer)
        content = QWidget()
        inside = column(content, theme, 3)
        self._tasks = Tasks(session, theme, self._error.tell)
        inside.addWidget(self._tasks)
        frame, self._folders = card(theme)
        self._folders.setSpacing(0)
        inside.addWidget(frame)
        self._notices = label("", "muted", wrap=True)
        inside.addWidget(self._notices)
        inside.addStretch(1)
        outer.addWidget(scrolled(content), 1)
        self._build_foot(outer)
        session.status.connect(self._show_status)
        session.connection.connect(self._connection_changed)
        if session.last_status is not None:
            self._show_status(session.last_status)
        session.refresh()

    def _build_head(self, outer: QVBoxLayout) -> None:
        theme = self._theme
        top = row(theme, 3)
        titles = column(None, theme, 1)
        self._headline = Elided("", "title", Qt.TextElideMode.ElideRight)
        self._detail = Elided("", "muted", Qt.TextElideMode.ElideRight)
        titles.addWidget(self._headline)
        titles.addWidget(self._detail)
        top.addLayout(titles, 1)
        self._pause = button(self.tr("Pause"))
        icons.keep(self._pause, "pause", theme, 16)
        self._menu = QMenu(self._pause)
        pausing.fill(self._menu, self._session, self._error.tell)
        self._pause.setMenu(self._menu)
        self._resume = button(self.tr("Resume"), "primary")
        icons.keep(self._resume, "play", theme, 16, "on_accent")
        self._resume.clicked.connect(lambda: pausing.resume(self._session, self._error.tell))
        self._resume.hide()
        top.addWidget(self._pause, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self._resume, 0, Qt.AlignmentFlag.AlignTop)
        outer.addLayout(top)
        self._bar = bar(self.tr("Progress of indexing"))
        outer.addWidget(self._bar)
        self._current = Elided("", "small")
        self._pace = Elided("", "small", Qt.TextElideMode.ElideRight)
        outer.addWidget(self._current)
        outer.addWidget(self._pace)

    def _build_foot(self, outer: QVBoxLayout) -> None:
        outer.addWidget(line())
        foot = row(self._theme, 2)
        self._failures = button("", "quiet")
        self._failures.clicked.connect(lambda: self.open_settings.emit("failures"))
        self._failures.hide()
        foot.addWidget(self._failures)
        foot.addStretch(1)
        look = button(self.tr("Look for changes now"))
        icons.keep(look, "refresh", self._theme, 16)
        look.clicked.connect(self._look)
        foot.addWidget(look)
        folders = button(self.tr("Folders…"))
        folders.clicked.connect(lambda: self.open_settings.emit("folders"))
        foot.addWidget(folders)
        outer.addLayout(foot)

    def _look(self) -> None:
        self._session.ask(lambda client: client.index(), lambda _: self._session.refresh(), self._error.tell)

    def _connection_changed(self, state: str, error: FinderError | None) -> None:
        self._connection = (state, error)
        self._show_headline(self._session.last_status)

    def _show_headline(self, status: ServiceStatus | None) -> None:
        now = situation(status, *self._connection)
        self._headline.setText(now.headline)
        self._detail.setText(now.detail)
        self._bar.setVisible(now.share is not None)
        self._bar.setValue(round(1000 * (now.share or 0)))
        if self._bar.property("state") != now.state.value:
            self._bar.setProperty("state", now.state.value)
            self._theme.restyle(self._bar)
        asked = status is not None and paused_by_user(status)
        self._resume.setVisible(asked)
        self._pause.setVisible(not asked)
        self._pause.setEnabled(self._connection[0] == "connected")

    def _show_status(self, status: ServiceStatus) -> None:
        self._show_headline(status)
        engine = status.engine
        progress = engine.progress
        current = progress.current if progress is not None and engine.pace != "paused" else ""
        self._current.setText(self.tr("Reading {file}").format(file=current) if current else "")
        self._current.setVisible(bool(current))
        self._pace.setText(self._pace_line(status))
        self._pace.setVisible(bool(self._pace.text()))
        self._show_folders(status)
        self._tasks.show_status(status)
        self._notices.setText("\n".join(engine.notices))
        self._notices.setVisible(bool(engine.notices))
        failed = engine.files.failed
        self._failures.setText(self.tr("%Ln file(s) could not be read", "", failed))
        self._failures.setVisible(failed > 0)

    def _pace_line(self, status: ServiceStatus) -> str:
        engine = status.engine
        fast = words.rate(engine.progress.rate) if engine.progress is not None else ""
        if engine.pace == "paused":
            return ""
        if situation(status).state is State.IDLE:
            return fast
        pace = self.tr("{pace}: {reason}").format(
            pace=words.pace(engine.pace), reason=words.pace_reason(engine.pace_reason)
        )
        return " · ".join(filter(None, (fast, pace)))

    def _show_folders(self, status: ServiceStatus) -> None:
        folders = {folder.path: folder for folder in status.engine.folders}
        if list(folders) != list(self._rows):
            self._rebuild(list(folders))
        for path, folder in folders.items():
            self._rows[path].show_status(folder)

    def _rebuild(self, paths: list[str]) -> None:
        clear(self._folders)
        self._rows = {}
        for number, path in enumerate(paths):
            if number:
                self._folders.addWidget(line())
            self._rows[path] = FolderRow(self._theme)
            self._folders.addWidget(self._rows[path])
        if not paths:
            self._folders.addWidget(label(self.tr("No folder is indexed yet."), "muted"))
