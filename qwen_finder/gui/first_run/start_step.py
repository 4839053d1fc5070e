"""The last screen: what will happen now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from qwen_finder.core.status import Estimate, ModelListing
from qwen_finder.gui import icons, words
from qwen_finder.gui.first_run.folders_step import describe
from qwen_finder.gui.pieces import card, column, label, row
from qwen_finder.gui.theme import Theme


class StartStep(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        outer = column(self, theme, 3)
        outer.addWidget(label(self.tr("Ready"), "title", wrap=True))
        said = self.tr(
            "You can search while the files are read: by name at once, by what they say as it goes on."
        )
        outer.addWidget(label(said, "muted", wrap=True))
        frame, self._inside = card(theme)
        self._inside.setSpacing(theme.spacing(4))
        self._folders = self._point("folder")
        self._model = self._point("model")
        self._pace = self._point("gauge")
        self._privacy = self._point("privacy")
        self._pace.setText(
            self.tr(
                "Reading goes on in the background and makes way for you: slower while you work, not at all "
                "on a low battery."
            )
        )
        self._privacy.setText(
            self.tr("Nothing leaves this machine. Keys, passwords and the like are left out.")
        )
        outer.addWidget(frame)
        outer.addStretch(1)

    def show_choice(self, folders: list[str], estimate: Estimate | None, model: ModelListing | None) -> None:
        count = self.tr("%Ln folder(s)", "", len(folders))
        self._folders.setText(
            " · ".join(filter(None, (count, describe(estimate) if estimate is not None else "")))
        )
        if model is None:
            self._model.setText(self.tr("The model that comes along answers."))
        elif model.installed:
            self._model.setText(self.tr("{model} is made ready in the background.").format(model=model.name))
        else:
            said = self.tr("{model} is downloaded in the background ({size}) and used when it is there.")
            self._model.setText(said.format(model=model.name, size=words.size(model.bytes)))

    def _point(self, drawing: str) -> QLabel:
        beside = row(self._theme, 3)
        picture = QLabel()
        colour = self._theme.colours.accent
        picture.setPixmap(icons.pixmap(drawing, colour, 22, self.devicePixelRatioF()))
        beside.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        said = label("", wrap=True)
        beside.addWidget(said, 1)
        self._inside.addLayout(beside)
        return said
