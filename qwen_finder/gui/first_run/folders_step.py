"""The first screen: which folders. Sizes come as they are counted, the estimate as the service makes it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QFrame, QLabel, QWidget

from qwen_finder.gui import icons, words
from qwen_finder.gui.first_run.suggestions import Extent, Suggestion, measure, suggest
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.pieces import Elided, button, card, column, label, line, row, scrolled

if TYPE_CHECKING:
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.status import Estimate
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

_SETTLE_MS = 350
RETRY_MS = 3_000


class FoldersStep(QWidget):
    changed = Signal()
    """Other folders are chosen."""

    def __init__(
        self, session: Session, theme: Theme, suggestions: Sequence[Suggestion] | None = None
    ) -> None:
        """``suggestions`` None: those of this user, found in the background."""
        super().__init__()
        self._session = session
        self._theme = theme
        self._boxes: dict[str, QCheckBox] = {}
        self._sizes: dict[str, QLabel] = {}
        self.estimate: Estimate | None = None
        outer = column(self, theme, 3)
        outer.addWidget(label(self.tr("Where are your files?"), "title", wrap=True))
        outer.addWidget(
            label(
                self.tr("These folders are read and searched. You can change this at any time."),
                "muted",
                wrap=True,
            )
        )
        frame, self._list = card(theme)
        self._list.setSpacing(theme.spacing(1))
        content = QWidget()
        inside = column(content, theme, 2)
        inside.addWidget(frame)
        add = button(self.tr("Another folder…"))
        icons.keep(add, "plus", theme, 16)
        add.clicked.connect(self._choose)
        beside = row(theme)
        beside.addWidget(add)
        beside.addStretch(1)
        inside.addLayout(beside)
        inside.addStretch(1)
        outer.addWidget(scrolled(content), 1)
        self._cost = label("", "muted", wrap=True)
        outer.addWidget(self._cost)
        self._settle = QTimer(self, singleShot=True)
        self._settle.timeout.connect(self._ask_estimate)
        if suggestions is None:
            session.ask(lambda _client: suggest(), self._show_suggestions, lambda _: None)
        else:
            self._show_suggestions(suggestions)

    @property
    def folders(self) -> list[str]:
        """The paths that are chosen."""
        return [path for path, box in self._boxes.items() if box.isChecked()]

    def add(self, path: str) -> None:
        """Choose the folder at ``path`` too."""
        if path in self._boxes:
            self._boxes[path].setChecked(True)
        else:
            self._add_row(Suggestion(path, "folder", chosen=True))
            self._changed()

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Another folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.add)
        dialog.open()

    def _show_suggestions(self, suggestions: Sequence[Suggestion]) -> None:
        for suggestion in suggestions:
            self._add_row(suggestion)
        self._changed()

    def _add_row(self, suggestion: Suggestion) -> None:
        theme, path = self._theme, suggestion.path
        if self._boxes:
            self._list.addWidget(line())
        whole = QFrame()
        beside = row(theme, 3, 1, whole)
        box = QCheckBox()
        box.setChecked(suggestion.chosen)
        box.setAccessibleName(displayable(path))
        box.toggled.connect(self._changed)
        beside.addWidget(box)
        drawing = QLabel()
        drawing.setPixmap(icons.pixmap(suggestion.kind, theme.colours.accent, 20, self.devicePixelRatioF()))
        beside.addWidget(drawing)
        names = column(None, theme, 0)
        name = displayable(path.rstrip("/\\").rpartition("/")[2] or path)
        names.addWidget(Elided(name, "strong", Qt.TextElideMode.ElideRight))
        names.addWidget(Elided(path, "small"))
        beside.addLayout(names, 1)
        size = label(self.tr("counting…"), "small")
        beside.addWidget(size)
        self._boxes[path], self._sizes[path] = box, size
        self._list.addWidget(whole)
        self._session.ask(lambda _client: measure(path), partial(self._measured, path), lambda _: None)

    def _measured(self, path: str, extent: Extent) -> None:
        text = f"{words.files(extent.files)} · {words.size(extent.bytes)}"
        self._sizes[path].setText(
            self.tr("more than {amount}").format(amount=text) if extent.partly else text
        )

    def _changed(self) -> None:
        self.estimate = None
        self._cost.setText(self.tr("Estimating…") if self.folders else self.tr("Choose at least one folder."))
        self._settle.start(_SETTLE_MS)
        self.changed.emit()

    def _ask_estimate(self) -> None:
        folders = self.folders
        if folders:
            self._session.ask(
                lambda client: client.estimate(folders), self._estimated, self._no_estimate, lane="estimate"
            )
        else:
            self._session.drop("estimate")

    def _estimated(self, estimate: Estimate) -> None:
        self.estimate = estimate
        self._cost.setText(describe(estimate))
        self.changed.emit()

    def _no_estimate(self, error: FinderError) -> None:
        self._cost.setText(self.tr("There is no estimate now: {reason}").format(reason=error.message))
        # The model may still be opening, which takes a while at the very first start.
        self._settle.start(RETRY_MS)


def describe(estimate: Estimate) -> str:
    """What indexing will cost, in a sentence."""
    said = QCoreApplication.translate(
        "FirstRun", "{files} to read: about {time} and {size} of disk for the index."
    )
    return said.format(
        files=words.files(estimate.to_index),
        time=words.duration(estimate.seconds),
        size=words.size(estimate.index_bytes),
    )
