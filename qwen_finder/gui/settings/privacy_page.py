"""What is kept where, which connections were made, and forgetting it all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QMessageBox

from qwen_finder.gui import words
from qwen_finder.gui.pieces import Elided, button, card, clear, label, line, row, tool
from qwen_finder.gui.settings.page import Page

if TYPE_CHECKING:
    from qwen_finder.core.connections import Connection
    from qwen_finder.core.desk import PrivacyReport, StoredPlace
    from qwen_finder.core.errors import FinderError
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.settings.values import Values
    from qwen_finder.gui.theme import Theme


class PrivacyPage(Page):
    def __init__(self, session: Session, theme: Theme, values: Values) -> None:
        super().__init__(
            theme,
            self.tr("Privacy"),
            self.tr("Everything stays on this machine. Nothing is sent anywhere unless you ask for it."),
        )
        self._session = session
        self.body.addWidget(label(self.tr("What is kept"), "heading"))
        frame, self._places = card(theme)
        self.body.addWidget(frame)
        self.body.addWidget(label(self.tr("Connections"), "heading"))
        frame, self._connections = card(theme)
        self.body.addWidget(frame)
        self.add_settings(["interface.keep_history", "index.secrets"], values)
        self.body.addWidget(label(self.tr("Forget everything"), "heading"))
        frame, inside = card(theme)
        inside.addWidget(
            label(
                self.tr(
                    "Removes the index, the thumbnails, the recent searches and the list of folders. "
                    "Your files, the models and the settings stay."
                ),
                "muted",
                wrap=True,
            )
        )
        forget = button(self.tr("Forget everything…"), "danger")
        forget.clicked.connect(self._ask_forget)
        beside = row(theme)
        beside.addWidget(forget)
        beside.addStretch(1)
        inside.addLayout(beside)
        self.body.addWidget(frame)
        self.body.addStretch(1)

    def shown(self) -> None:
        self._session.ask(lambda client: client.privacy(), self._show, self._failed, lane="privacy")

    def _show(self, report: PrivacyReport) -> None:
        clear(self._places)
        for place in report.places:
            self._places.addLayout(self._place(place))
        self._places.addWidget(line())
        total = row(self.theme)
        total.addWidget(label(self.tr("Together"), "strong"))
        total.addStretch(1)
        total.addWidget(label(words.size(sum(place.bytes for place in report.places)), "strong"))
        self._places.addLayout(total)
        clear(self._connections)
        since = words.moment(report.since)
        if not report.connections:
            said = self.tr("None since {time}, when the service started.").format(time=since)
            self._connections.addWidget(label(said, "ok", wrap=True))
        for connection in report.connections:
            self._connections.addLayout(self._connection(connection))

    def _place(self, place: StoredPlace) -> QHBoxLayout:
        beside = row(self.theme, 3)
        name = label(self._what(place.what))
        name.setMinimumWidth(self.theme.spacing(44))
        beside.addWidget(name)
        beside.addWidget(Elided(place.path, "small"), 1)
        beside.addWidget(label(words.size(place.bytes)))
        reveal = tool("reveal", self.theme, self.tr("Show in folder: {path}").format(path=place.path), 16)
        reveal.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(place.path)))
        beside.addWidget(reveal)
        return beside

    def _connection(self, connection: Connection) -> QHBoxLayout:
        beside = row(self.theme, 3)
        beside.addWidget(Elided(connection.host, "strong"), 1)
        beside.addWidget(Elided(connection.why, "muted"), 1)
        times = self.tr("%Ln time(s)", "", connection.count)
        beside.addWidget(label(f"{times}, {words.moment(connection.last)}", "small"))
        return beside

    def _what(self, key: str) -> str:
        return {
            "names": self.tr("List of files"),
            "texts": self.tr("Texts and vectors"),
            "pictures": self.tr("Vectors of pictures"),
            "thumbnails": self.tr("Thumbnails"),
            "models": self.tr("Models"),
            "settings": self.tr("Settings"),
            "logs": self.tr("Logs"),
            "history": self.tr("Recent searches"),
        }.get(key, key)

    def _ask_forget(self) -> None:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(self.tr("Forget everything"))
        box.setText(self.tr("Forget everything that was indexed?"))
        box.setInformativeText(
            self.tr("Nothing can be found until folders are added and indexed again. Your files stay.")
        )
        forget = box.addButton(self.tr("Forget everything"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        forget.clicked.connect(self.forget)
        box.open()

    def forget(self) -> None:
        """Without asking back."""
        self._session.ask(lambda client: client.forget_everything(), self._forgotten, self._failed)

    def _forgotten(self, _answer: object) -> None:
        self._session.refresh()
        self.shown()

    def _failed(self, error: FinderError) -> None:
        self.note.tell(error)
