"""The main window: search box, filters, results, preview and the line that says what is going on.

It stands and takes letters before anything else is loaded: everything but the box comes with ``furnish``, and
the modules of all that are imported only there.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from qwen_finder.gui.search_box import SearchBox

if TYPE_CHECKING:
    from PySide6.QtGui import (
        QCloseEvent,
        QDragEnterEvent,
        QDragLeaveEvent,
        QDropEvent,
        QKeyEvent,
        QResizeEvent,
    )

    from qwen_finder.api.client import Client
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.query import Passage
    from qwen_finder.gui.history import History
    from qwen_finder.gui.opener import Opener
    from qwen_finder.gui.results_rows import Row
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

# Below this the preview would leave neither room enough; it is shown when asked for.
_WIDE = 860
MENU_WIDTH = 30
_SETTLED_MS = 3_000


class MainWindow(QMainWindow):
    """``wanted`` names what the window itself does not hold: "settings", "indexing", "first_run", "folders",
    "about", "quit"."""

    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.hide_on_close = False
        """There is a tray icon to come back by."""
        self.furnished = False
        self._preview_wanted: bool | None = None
        self._kept_path = ""
        self.setWindowTitle("Qwen Finder")
        self.setMinimumSize(420, 320)
        self.resize(1120, 740)
        self.box = SearchBox(theme, self)
        self.setCentralWidget(self._anteroom())
        self.box.setFocus()

    def furnish(self, session: Session, history: History, opener: Opener) -> None:
        """Put everything else into the window. What was typed by then is asked."""
        from qwen_finder.gui.actions import Actions
        from qwen_finder.gui.results_model import ResultsModel
        from qwen_finder.gui.searching import Question, Searching
        from qwen_finder.gui.thumbnails import Thumbnails
        from qwen_finder.gui.window_keys import WindowKeys
        from qwen_finder.gui.window_parts import Parts
        from qwen_finder.gui.window_service import WindowService

        self._session = session
        self._history = history
        self._last_question = Question()
        self.model = ResultsModel(self)
        self.searching = Searching(session, self.model, self)
        self.thumbnails = Thumbnails(session, self)
        typing = self.box.hasFocus()
        self.parts = Parts(self, self.box, session, self._theme, self.model, self.thumbnails)
        self.setCentralWidget(self.parts.centre)
        self.actions_ = Actions(session, self._theme, opener, self.parts.view.selected_rows, self)
        self.service = WindowService(self, session, history)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self.service.remember)
        self.furnished = True
        self._connect()
        self.keys = WindowKeys(self)
        self.setAcceptDrops(True)
        self.renew_stage()
        if typing or not self.isVisible():
            # It lost the cursor on its way to its new place.
            self.box.setFocus()
            self.box.deselect()
        if self.box.text().strip():
            self._asked(self.box.text())

    def _anteroom(self) -> QWidget:
        """The box where it will stand, and nothing else yet."""
        room = QWidget(self)
        room.setProperty("role", "window")
        column, row = QVBoxLayout(room), QHBoxLayout()
        edge = self._theme.spacing(3)
        column.setContentsMargins(edge, edge, edge, edge)
        row.setSpacing(self._theme.spacing(2))
        row.addWidget(self.box, 1)
        row.addSpacing(MENU_WIDTH)
        column.addLayout(row)
        column.addStretch(1)
        return room

    def search(self, text: str) -> None:
        """Ask as if ``text`` had been typed."""
        self.parts.box.set_query(text)

    def find_similar(self, path: str) -> None:
        """Show files like the one at ``path``, which need not be indexed."""
        self.parts.like.say(path)
        from qwen_finder.gui.searching import Question

        self.searching.ask(Question(path=path))
        self.renew_stage()

    def bring_up(self) -> None:
        """Show the window in front, ready to type."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()
        self.box.setFocus()
        self.box.selectAll()

    def toggle(self) -> None:
        """Hide the window when it is in front, else bring it up."""
        if self.isVisible() and self.isActiveWindow() and not self.isMinimized():
            self.hide()
        else:
            self.bring_up()

    def tell(self, text: str) -> None:
        from qwen_finder.gui.actions import Notice

        self.parts.notice.tell(Notice(text))

    def show_shortcuts(self) -> None:
        self.keys.show_list(self._theme)

    def set_preview(self, shown: bool) -> None:
        self._preview_wanted = shown
        self._place_preview()

    def keep_history(self, keep: bool) -> None:
        """Whether recent searches are remembered; what was is forgotten when they are not."""
        self.service.keep_history(keep)

    def preview_shown(self) -> bool:
        wide = self.width() >= _WIDE
        return wide if self._preview_wanted is None else self._preview_wanted

    # What happens in it.

    def _connect(self) -> None:
        parts, searching, view = self.parts, self.searching, self.parts.view
        parts.box.recent = lambda: self._history.recent
        parts.box.folders = parts.chips.folders = self._folders
        parts.box.asked.connect(self._asked)
        parts.box.submitted.connect(self._submitted)
        parts.box.leaving.connect(self._into_results)
        parts.box.cancelled.connect(self._dismiss)
        parts.chips.edited.connect(self.search)
        parts.chips.sorted.connect(searching.resort)
        parts.like.closed.connect(lambda: self._asked(parts.box.text()))
        parts.empty.acted.connect(self._act)
        parts.empty.asked.connect(self.search)
        parts.banner.acted.connect(self._act)
        parts.status.pressed.connect(lambda: self.wanted.emit("indexing"))
        parts.status.shortcuts.connect(self.show_shortcuts)
        view.chosen.connect(self._chosen)
        view.current.connect(self._current)
        view.typed.connect(self._typed)
        view.near_end.connect(searching.more)
        view.customContextMenuRequested.connect(self._context_menu)
        self.model.opening.connect(self._ask_passages)
        searching.shown.connect(self._shown)
        searching.outdated.connect(view.set_outdated)
        searching.failed.connect(self._failed)
        self.thumbnails.arrived.connect(self.model.refresh)
        self.actions_.told.connect(parts.notice.tell)
        self.actions_.similar.connect(self.find_similar)
        self.actions_.used.connect(self.service.remember)
        self.actions_.changed.connect(searching.again)
        a = self.actions_
        parts.preview.set_actions((a.open, a.reveal, a.find_similar, a.copy_path))

    def _asked(self, text: str) -> None:
        from qwen_finder.gui.searching import Question

        parts = self.parts
        parts.chips.show_query(text)
        if parts.like.path and text.strip() == self.searching.question.text.strip():
            return
        parts.like.clear()
        self._settled.stop()
        self.searching.ask(Question(text))
        self.renew_stage()

    def _submitted(self, text: str) -> None:
        if self.searching.question.text != text or self.searching.pending:
            self._asked(text)
        self.service.remember()
        self._into_results()

    def _into_results(self) -> None:
        view = self.parts.view
        if view.isVisible() and self.model.rows:
            if view.current_row() is None:
                view.select(self.model.first())
            view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _shown(self) -> None:
        """An answer has come."""
        parts, response = self.parts, self.model.response
        parts.banner.hide() if self._session.state == "connected" else None
        before = self._kept_path
        index = self.model.index_of(before) if before and self._same_question() else self.model.first()
        if not index.isValid():
            index = self.model.first()
        if index.isValid():
            parts.view.select(index)
            if not self._same_question():
                parts.view.scrollToTop()
        else:
            parts.preview.show_row(None, "")
        self._last_question = self.searching.answered
        if response is not None and response.hits:
            self._settled.start()
        self._say_found()
        self.renew_stage()

    def _same_question(self) -> bool:
        """Whether what is shown now answers what was shown before, for a longer list or another order."""
        now, last = self.searching.answered, self._last_question
        return (now.text, now.path) == (last.text, last.path)

    def _say_found(self) -> None:
        response = self.model.response
        if response is None:
            self.parts.status.show_found("")
            self.parts.remark.say("")
            return
        count = len(response.hits)
        said = self.tr("%Ln result(s)", "", count)
        if count >= self.searching.answered.limit:
            said = self.tr("the first %Ln result(s)", "", count)
        self.parts.status.show_found(f"{said} · {response.took_ms:.0f} ms" if count else "")
        weak = count > 0 and response.strength.value in ("weak", "none")
        first = self.tr("No file answers this well; these come nearest.") if weak else ""
        self.parts.remark.say(first, response.notices)

    def renew_stage(self) -> None:
        """Results, or what is to be said in their place."""
        from qwen_finder.gui.empty_states import state_for
        from qwen_finder.gui.query_text import filters, without_filters

        searching, session = self.searching, self._session
        question = searching.answered if searching.pending else searching.question
        state = state_for(
            question,
            self.model.response,
            session.last_status,
            session.state,
            filtered=bool(filters(question.text)) and bool(without_filters(question.text).strip()),
            recent=self._history.recent,
        )
        self.parts.show_empty(state)
        self._place_preview()

    def _failed(self, error: FinderError) -> None:
        said = " ".join(filter(None, (error.message, error.hint)))
        self.parts.banner.say(said, "warning", "warning", "again", self.tr("Try again"))

    def _current(self, row: Row | None) -> None:
        from qwen_finder.gui.query_text import without_filters

        self._kept_path = row.path if row is not None else self._kept_path
        self.parts.preview.show_row(row, without_filters(self.searching.answered.text))

    def _chosen(self, row: Row) -> None:
        selected = self.parts.view.selected_rows()
        self.actions_.open_rows(selected if row in selected else [row])

    def _typed(self, event: QKeyEvent) -> None:
        """A letter that was typed in the results goes on in the box."""
        self.parts.box.setFocus()
        if event.key() != Qt.Key.Key_Up:
            QApplication.sendEvent(self.parts.box, event)

    def _context_menu(self, place: QPoint) -> None:
        view = self.parts.view
        index = view.indexAt(place)
        if view.row(index) is not None and index.flags() & Qt.ItemFlag.ItemIsSelectable:
            if not view.selectionModel().isSelected(index):
                view.select(index)
            self.actions_.menu(self).popup(view.viewport().mapToGlobal(place))

    def _ask_passages(self, row: Row) -> None:
        from qwen_finder.gui.query_text import without_filters

        query = without_filters(self.searching.answered.text)
        if not query or row.hit is None or not row.hit.more_passages:
            return

        def passages(client: Client) -> list[Passage]:
            return client.passages(row.path, query)

        self._session.ask(passages, lambda found: self.model.show_passages(row, found))

    def _act(self, name: str) -> None:
        match name:
            case "start":
                self._session.begin_service()
            case "again":
                self.parts.banner.hide()
                self.searching.again()
            case "unfilter":
                from qwen_finder.gui.query_text import without_filters

                self.search(without_filters(self.searching.question.text))
            case _:
                self.wanted.emit(name)

    def _folders(self) -> list[str]:
        from qwen_finder.gui.marks import displayable

        status = self._session.last_status
        return [] if status is None else [displayable(folder.path) for folder in status.engine.folders]

    def to_box(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def _dismiss(self) -> None:
        """Escape in an empty box: out of the way, if there is a way back."""
        if self.hide_on_close:
            self.hide()

    # The window itself.

    def _place_preview(self) -> None:
        self.parts.preview.setVisible(self.preview_shown())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.to_box()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.furnished:
            self._place_preview()
            self.parts.resized()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.hide_on_close:
            event.ignore()
            self.hide()
            return
        super().closeEvent(event)
        self.wanted.emit("quit")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and _dropped(event) and self._session.state == "connected":
            event.acceptProposedAction()
            self.parts.drop.show_over(self.parts.centre)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.parts.drop.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        self.parts.drop.hide()
        path = _dropped(event)
        if path:
            event.acceptProposedAction()
            self.find_similar(path)


def _dropped(event: QDropEvent) -> str:
    """The first local file that is dragged, "" when there is none."""
    paths = (url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile())
    return next((os.path.normpath(path) for path in paths if path), "")
