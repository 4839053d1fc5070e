"""Files that are not in the index, or only in part: which, why, and trying again."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QPlainTextEdit

from qwen_finder.core.document import FileState
from qwen_finder.gui import icons, words
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.pieces import Elided, button, card, label, row
from qwen_finder.gui.settings.page import Page

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.status import Failure
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

# More lines than anybody reads; the command line lists all.
_MOST = 2_000


class FailuresPage(Page):
    def __init__(self, session: Session, theme: Theme) -> None:
        super().__init__(
            theme,
            self.tr("Files not read"),
            self.tr("They are found by name. A file is tried again when it changes, or when you say so."),
        )
        self._session = session
        self._failures: list[Failure] = []
        self._count = label("", "muted", wrap=True)
        self._list = QListWidget()
        self._list.setProperty("role", "list")
        self._list.setAccessibleName(self.tr("Files that could not be read"))
        self._list.setMinimumHeight(theme.spacing(60))
        self._list.setUniformItemSizes(True)
        self._list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self._list.currentRowChanged.connect(self._show_one)
        self._list.itemSelectionChanged.connect(self._selected)
        self.body.addWidget(self._count)
        self.body.addWidget(self._list, 1)
        self._detail_frame, inside = card(theme)
        self._path = Elided("", "strong")
        self._message = QPlainTextEdit()
        self._message.setReadOnly(True)
        self._message.setFixedHeight(theme.spacing(16))
        self._message.setAccessibleName(self.tr("Reason"))
        inside.addWidget(self._path)
        inside.addWidget(self._message)
        self._detail_frame.hide()
        self.body.addWidget(self._detail_frame)
        buttons = row(theme)
        self._retry = button(self.tr("Try again"))
        self._retry.clicked.connect(self._try_selected)
        self._retry.setEnabled(False)
        self._retry_all = button(self.tr("Try all again"), "primary")
        self._retry_all.clicked.connect(lambda: self._try([]))
        buttons.addStretch(1)
        buttons.addWidget(self._retry)
        buttons.addWidget(self._retry_all)
        self.body.addLayout(buttons)

    def shown(self) -> None:
        self._session.ask(lambda client: client.failures(), self._show, self._failed, lane="failures-page")

    def _show(self, failures: list[Failure]) -> None:
        order = {FileState.FAILED: 0, FileState.INDEXED: 1, FileState.SKIPPED: 2}
        self._failures = sorted(failures, key=lambda one: (order.get(one.state, 3), one.path))[:_MOST]
        self._list.clear()
        colours = self.theme.colours
        failed_icon = icons.pixmap("error", colours.danger, 16, self.devicePixelRatioF())
        skipped_icon = icons.pixmap("info", colours.muted, 16, self.devicePixelRatioF())
        for failure in self._failures:
            shown = displayable(failure.path)
            item = QListWidgetItem(_line(failure))
            item.setIcon(failed_icon if failure.state is FileState.FAILED else skipped_icon)
            item.setToolTip(shown)
            self._list.addItem(item)
        failed = sum(failure.state is FileState.FAILED for failure in failures)
        named = len(failures) - failed
        parts = [
            self.tr("%Ln file(s) could not be read", "", failed) if failed else "",
            self.tr("%Ln found by name only, or not in full", "", named) if named else "",
        ]
        self._count.setText(" · ".join(filter(None, parts)) or self.tr("Every file could be read."))
        self._retry_all.setEnabled(failed > 0)
        self._list.setVisible(bool(failures))
        self._detail_frame.hide()

    def _show_one(self, number: int) -> None:
        if not 0 <= number < len(self._failures):
            return
        failure = self._failures[number]
        self._path.setText(failure.path)
        self._message.setPlainText("\n".join(filter(None, (failure.message, failure.hint))))
        self._detail_frame.show()

    def _selected(self) -> None:
        self._retry.setEnabled(bool(self._list.selectedItems()))

    def _try_selected(self) -> None:
        self._try([self._failures[index.row()].path for index in self._list.selectedIndexes()])

    def _try(self, paths: list[str]) -> None:
        self._session.ask(lambda client: client.retry(paths), self._tried, self._failed)

    def _tried(self, count: int) -> None:
        self._count.setText(self.tr("{files} are tried again.").format(files=words.files(count)))
        self._session.refresh()

    def _failed(self, error: FinderError) -> None:
        self.note.tell(error)


def _line(failure: Failure) -> str:
    """Name and reason; most reasons name the file by its whole path, for which there is no room."""
    name = os.path.basename(failure.path)
    said = failure.message.replace(failure.path, name)
    return displayable(said if name in said else f"{name}  —  {said}")
