"""Which folders are searched, and what in them is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QMessageBox

from qwen_finder.gui import icons
from qwen_finder.gui.indexing.folder_row import FolderRow
from qwen_finder.gui.pieces import Elided, button, card, clear, label, line, row, tool
from qwen_finder.gui.settings.page import Page, tight
from qwen_finder.gui.settings.values import Values

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.status import FolderStatus
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class FoldersPage(Page):
    def __init__(self, session: Session, theme: Theme, values: Values) -> None:
        super().__init__(theme, self.tr("Folders"))
        self._session = session
        self._rows: dict[str, FolderRow] = {}
        frame, self._list = card(theme)
        self._list.setSpacing(0)
        self._list.setContentsMargins(*tight(theme))
        self.body.addWidget(frame)
        add = button(self.tr("Add folder…"), "primary")
        icons.keep(add, "plus", theme, 16, "on_accent")
        add.clicked.connect(self._choose)
        buttons = row(theme)
        buttons.addWidget(add)
        buttons.addStretch(1)
        self.body.addLayout(buttons)
        self.body.addWidget(label(self.tr("Left out"), "heading"))
        self._excluded_frame, self._excluded = card(theme)
        self._excluded_frame.hide()
        self.body.addWidget(self._excluded_frame)
        self.add_settings(["index.skip", "index.gitignore", "index.hidden"], values)
        self.add_settings(
            ["index.skip_defaults", "index.secrets"], values, self.tr("Left out without your asking")
        )
        self.body.addStretch(1)
        self._show_folders([])
        session.status.connect(self._status_came)
        if session.last_status is not None:
            self._status_came(session.last_status)

    def shown(self) -> None:
        self._session.refresh()
        self._session.ask(
            lambda client: client.excluded(), self._show_excluded, lambda _: None, lane="excluded"
        )

    def add(self, path: str) -> None:
        """Have the folder at ``path`` searched from now on."""
        self._session.ask(lambda client: client.add_folder(path), self._changed, self._failed)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Add folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add)
        dialog.open()

    def _ask_remove(self, path: str) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(self.tr("Remove folder"))
        box.setText(self.tr("No longer search {folder}?").format(folder=path))
        box.setInformativeText(
            self.tr("What is known of its files is removed from the index. The files themselves stay.")
        )
        remove = box.addButton(self.tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        remove.clicked.connect(
            lambda: self._session.ask(lambda client: client.remove_folder(path), self._changed, self._failed)
        )
        box.open()

    def _changed(self, _answer: object) -> None:
        self._session.refresh()

    def _failed(self, error: FinderError) -> None:
        self.note.tell(error)

    def _status_came(self, status: ServiceStatus) -> None:
        folders = list(status.engine.folders)
        if [folder.path for folder in folders] != list(self._rows):
            self._show_folders(folders)
        for folder in folders:
            self._rows[folder.path].show_status(folder)

    def _show_folders(self, folders: list[FolderStatus]) -> None:
        clear(self._list)
        self._rows = {}
        for number, folder in enumerate(folders):
            if number:
                self._list.addWidget(line())
            self._rows[folder.path] = FolderRow(self.theme)
            beside = row(self.theme)
            beside.addWidget(self._rows[folder.path], 1)
            remove = tool("trash", self.theme, self.tr("Remove {folder}").format(folder=folder.path))
            remove.clicked.connect(lambda _=False, path=folder.path: self._ask_remove(path))
            beside.addWidget(remove)
            self._list.addLayout(beside)
        if not folders:
            self._list.addWidget(label(self.tr("No folder is indexed yet."), "muted", wrap=True))

    def _show_excluded(self, paths: list[str]) -> None:
        clear(self._excluded)
        self._excluded_frame.setVisible(bool(paths))
        self._excluded.addWidget(label(self.tr("Files and folders that you left out"), "strong", wrap=True))
        for path in paths:
            beside: QHBoxLayout = row(self.theme)
            beside.addWidget(Elided(path), 1)
            again = button(self.tr("Search it again"), "quiet")
            again.clicked.connect(lambda _=False, path=path: self._include(path))
            beside.addWidget(again)
            self._excluded.addLayout(beside)

    def _include(self, path: str) -> None:
        self._session.ask(lambda client: client.include(path), self._show_excluded, self._failed)
