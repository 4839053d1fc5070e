"""What can be done with results: open, show, copy, find similar, leave out; for menu, keys and F1 alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from qwen_finder.core.errors import FinderError
from qwen_finder.gui import icons
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.opener import Opener, asks_itself
from qwen_finder.gui.results_model import files_as_mime, url_of
from qwen_finder.gui.results_rows import Row

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

# More than these at once is a slip of the hand.
_MOST_OPENED = 10


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence to show for a while; ``undo`` takes back what it tells of."""

    text: str
    undo: Callable[[], None] | None = None


class Actions(QObject):
    """Acts on what ``selected`` gives. Nothing here asks back; what can be regretted can be undone."""

    told = Signal(object)
    """A Notice."""
    similar = Signal(str)
    """Files like the one at this path are wanted."""
    used = Signal()
    """A result was opened: the search was worth remembering."""
    changed = Signal()
    """The index holds other files than before."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        opener: Opener,
        selected: Callable[[], Sequence[Row]],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._opener = opener
        self._selected = selected
        self._widget = parent
        self._icons: list[tuple[QAction, str]] = []
        self.open = self._action(self.tr("Open"), "Return", self._open, "open", window=False)
        self.reveal = self._action(self.tr("Show in folder"), "Ctrl+Return", self._reveal, "reveal")
        self.open_with = self._action(self.tr("Open with…"), "Ctrl+Shift+Return", self._open_with, "external")
        self.copy_path = self._action(self.tr("Copy path"), "Ctrl+Shift+C", self._copy_path, "link")
        self.copy_file = self._action(self.tr("Copy file"), "Ctrl+Alt+C", self._copy_file, "copy")
        self.find_similar = self._action(self.tr("Find similar"), "Ctrl+M", self._similar, "similar")
        self.exclude_file = self._action(
            self.tr("Leave this file out"), "Ctrl+Del", self._leave_out, "exclude"
        )
        self.exclude_folder = self._action(
            self.tr("Leave its folder out"), "Ctrl+Shift+Del", self._leave_folder_out, "folder"
        )
        theme.changed.connect(self._restyle)
        self._restyle()

    def all(self) -> list[QAction]:
        """In the order in which they are listed."""
        return [action for action, _ in self._icons]

    def menu(self, parent: QWidget) -> QMenu:
        """The context menu for what is selected."""
        menu = QMenu(parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        several = len({row.path for row in self._selected()}) > 1
        for action in self.all():
            if action in (self.copy_path, self.find_similar, self.exclude_file):
                menu.addSeparator()
            menu.addAction(action)
        self.find_similar.setEnabled(not several)
        menu.aboutToHide.connect(lambda: self.find_similar.setEnabled(True))
        return menu

    def open_rows(self, rows: Sequence[Row]) -> None:
        for row in self._each(rows)[:_MOST_OPENED]:
            if not self._opener.open(url_of(row)):
                self._tell(self.tr("Nothing here opens {0}.").format(row.name))
                return
            self.used.emit()

    def _action(
        self, text: str, keys: str, act: Callable[[], None], drawing: str, *, window: bool = True
    ) -> QAction:
        action = QAction(text, self._widget)
        action.setShortcut(QKeySequence(keys))
        # The list takes Enter itself, else it would open files while something is typed elsewhere.
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut if window else Qt.ShortcutContext.WidgetShortcut
        )
        written = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({written})")
        action.setShortcutVisibleInContextMenu(True)
        action.triggered.connect(lambda _checked=False: act())
        self._icons.append((action, drawing))
        self._widget.addAction(action)
        return action

    def _restyle(self) -> None:
        for action, drawing in self._icons:
            action.setIcon(icons.icon(drawing, self._theme, 16, "muted"))

    def _each(self, rows: Sequence[Row] | None = None) -> list[Row]:
        """The selected files, each once."""
        return list({row.path: row for row in (self._selected() if rows is None else rows)}.values())

    def _open(self) -> None:
        self.open_rows(self._selected())

    def _reveal(self) -> None:
        for row in self._each()[:1]:
            if self._opener.reveal(url_of(row)):
                self.used.emit()
            else:
                self._tell(self.tr("No file browser shows the folder of {0}.").format(row.name))

    def _open_with(self) -> None:
        rows = self._each()[:1]
        if not rows:
            return
        if asks_itself():
            self._opener.open_with(url_of(rows[0]), "")
            return
        from PySide6.QtWidgets import QFileDialog

        dialog = QFileDialog(self._widget, self.tr("Open {0} with").format(rows[0].name), "/usr/bin")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda program: self._opener.open_with(url_of(rows[0]), program))
        dialog.open()

    def _copy_path(self) -> None:
        paths = [displayable(row.path) for row in self._each()]
        if paths:
            QGuiApplication.clipboard().setText("\n".join(paths))
            self._tell(self.tr("Copied: {0}").format(paths[0] if len(paths) == 1 else len(paths)))

    def _copy_file(self) -> None:
        rows = self._each()
        if rows:
            QGuiApplication.clipboard().setMimeData(files_as_mime(rows))
            self._tell(self.tr("Copied; paste it into a folder: {0}").format(", ".join(r.name for r in rows)))

    def _similar(self) -> None:
        for row in self._each()[:1]:
            self.similar.emit(row.path)

    def _leave_out(self) -> None:
        for row in self._each():
            self._exclude(row.path)

    def _leave_folder_out(self) -> None:
        import os

        for row in self._each()[:1]:
            self._exclude(os.path.dirname(row.path))

    def _exclude(self, path: str) -> None:
        def done(_answer: object) -> None:
            said = self.tr("Left out from now on: {0}").format(displayable(path))
            self.told.emit(Notice(said, lambda: self._include(path)))
            self.changed.emit()

        def exclude(client: Client) -> object:
            return client.exclude(path)

        self._session.ask(exclude, done, self._complain)

    def _include(self, path: str) -> None:
        def include(client: Client) -> object:
            return client.include(path)

        def done(_answer: object) -> None:
            self._tell(self.tr("Back again, as soon as it is indexed: {0}").format(displayable(path)))
            self.changed.emit()

        self._session.ask(include, done, self._complain)

    def _complain(self, error: FinderError) -> None:
        self._tell(" ".join(filter(None, (error.message, error.hint))))

    def _tell(self, text: str) -> None:
        self.told.emit(Notice(text))
