"""One folder with how far it is: indexed, waiting, left out and failed files."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFrame, QLabel

from qwen_finder.core.status import FolderStatus
from qwen_finder.gui import icons, words
from qwen_finder.gui.pieces import Elided, bar, column, label, row
from qwen_finder.gui.plurals import plurals
from qwen_finder.gui.theme import Theme

translate = QCoreApplication.translate


class FolderRow(QFrame):
    """Shows a FolderStatus; ``show_status`` brings it up to date."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._status: FolderStatus | None = None
        outer = row(theme, 3, 0, self)
        outer.setContentsMargins(0, theme.spacing(2), 0, theme.spacing(2))
        self._icon = QLabel()
        outer.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        inside = column(None, theme, 1)
        self._path = Elided("", "strong")
        self._counts = Elided("", "small", Qt.TextElideMode.ElideRight)
        self._bar = bar(translate("Indexing", "Progress of this folder"))
        self._note = label("", "warning", wrap=True)
        self._note.hide()
        inside.addWidget(self._path)
        inside.addWidget(self._bar)
        inside.addWidget(self._counts)
        inside.addWidget(self._note)
        outer.addLayout(inside, 1)
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def show_status(self, status: FolderStatus) -> None:
        self._status = status
        counts = status.files
        self._path.setText(status.path)
        total = counts.indexed + counts.pending + counts.failed + counts.skipped
        settled = total - counts.pending
        self._bar.setVisible(counts.pending > 0)
        self._bar.setValue(round(1000 * settled / total) if total else 0)
        self._counts.setText(describe(status))
        offline = status.mode == "offline"
        self._note.setText(status.reason if offline else "")
        self._note.setVisible(offline and bool(status.reason))
        self._counts.set_tip("\n".join(filter(None, (words.folder_mode(status.mode), status.reason))))
        self._paint_icon()

    def _paint_icon(self) -> None:
        offline = self._status is not None and self._status.mode == "offline"
        colours = self._theme.colours
        name, colour = ("warning", colours.warning) if offline else ("folder", colours.accent)
        self._icon.setPixmap(icons.pixmap(name, colour, 22, self.devicePixelRatioF()))


def describe(status: FolderStatus) -> str:
    """A folder's files by state; what is none is not named."""
    counts = status.files
    parts = [plurals.indexed(counts.indexed)]
    if counts.pending:
        parts.append(plurals.waiting(counts.pending))
    if counts.failed:
        parts.append(plurals.failed(counts.failed))
    if counts.skipped:
        parts.append(plurals.by_name(counts.skipped))
    if status.mode == "offline":
        parts.append(words.folder_mode(status.mode))
    return " · ".join(parts)
