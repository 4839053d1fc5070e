"""The first start, in three screens. Who presses Enter three times has a good beginning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QLabel, QStackedWidget, QWidget

from qwen_finder.gui import icons
from qwen_finder.gui.first_run.folders_step import FoldersStep
from qwen_finder.gui.first_run.model_step import ModelStep
from qwen_finder.gui.first_run.start_step import StartStep
from qwen_finder.gui.first_run.wish import use_when_there
from qwen_finder.gui.pieces import ErrorNote, button, column, label, line, row

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.core.errors import FinderError
    from qwen_finder.core.status import ModelListing
    from qwen_finder.gui.first_run.suggestions import Suggestion
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class FirstRun(QDialog):
    """Accepted when the folders are handed to the service; rejected leaves everything as it was."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        parent: QWidget | None = None,
        suggestions: Sequence[Suggestion] | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Welcome to Qwen Finder"))
        self.resize(QSize(theme.spacing(170), theme.spacing(145)))
        self.setMinimumSize(theme.spacing(120), theme.spacing(110))
        outer = column(self, theme, 3, 6)
        head = row(theme, 2)
        picture = QLabel()
        picture.setPixmap(icons.app_icon().pixmap(32, 32))
        head.addWidget(picture)
        head.addWidget(label("Qwen Finder", "strong"))
        head.addStretch(1)
        self._dots = _Dots(theme)
        head.addWidget(self._dots)
        outer.addLayout(head)
        self._note = ErrorNote(theme)
        outer.addWidget(self._note)
        self.folders = FoldersStep(session, theme, suggestions)
        self.model = ModelStep(session, theme)
        self.start = StartStep(theme)
        self._steps = QStackedWidget()
        for step in (self.folders, self.model, self.start):
            self._steps.addWidget(step)
        outer.addWidget(self._steps, 1)
        outer.addWidget(line())
        foot = row(theme, 2)
        later = button(self.tr("Not now"), "quiet")
        later.clicked.connect(self.reject)
        self._back = button(self.tr("Back"))
        self._back.clicked.connect(lambda: self._turn(-1))
        self.next = button("", "primary")
        self.next.setDefault(True)
        self.next.clicked.connect(lambda: self._turn(1))
        foot.addWidget(later)
        foot.addStretch(1)
        foot.addWidget(self._back)
        foot.addWidget(self.next)
        outer.addLayout(foot)
        self.folders.changed.connect(self._show_state)
        self.model.changed.connect(self._show_state)
        self._show_state()

    @property
    def step(self) -> int:
        """0, 1 or 2."""
        return self._steps.currentIndex()

    def _turn(self, by: int) -> None:
        if self.step + by == self._steps.count():
            self._begin()
            return
        self._steps.setCurrentIndex(self.step + by)
        self._show_state()

    def _show_state(self) -> None:
        last = self.step == self._steps.count() - 1
        self._back.setVisible(self.step > 0)
        self.next.setText(self.tr("Start") if last else self.tr("Next"))
        self.next.setEnabled(bool(self.folders.folders))
        self._dots.show_step(self.step)
        self.start.show_choice(self.folders.folders, self.folders.estimate, self.model.model)

    def _begin(self) -> None:
        self.next.setEnabled(False)
        folders, model = self.folders.folders, self.model.model

        def begin(client: Client) -> ModelListing | None:
            present = {folder.path for folder in client.folders()}
            for folder in folders:
                if folder not in present:
                    client.add_folder(folder)
            if model is not None and not model.installed:
                client.download_model(model.id)
            return model

        self._session.ask(begin, self._begun, self._failed)

    def _begun(self, model: ModelListing | None) -> None:
        if model is not None:
            use_when_there(model, self._session)
        self._session.refresh()
        self.accept()

    def _failed(self, error: FinderError) -> None:
        self._note.tell(error)
        self.next.setEnabled(True)


class _Dots(QWidget):
    """Which of the screens is shown."""

    def __init__(self, theme: Theme, count: int = 3) -> None:
        super().__init__()
        self._theme = theme
        self._count = count
        self._step = 0
        self.setFixedSize(theme.spacing(count * 4), theme.spacing(3))

    def show_step(self, step: int) -> None:
        self._step = step
        self.setAccessibleName(self.tr("Step {step} of {count}").format(step=step + 1, count=self._count))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        side = self._theme.spacing(2)
        for number in range(self._count):
            colours = self._theme.colours
            painter.setBrush(colours.accent if number <= self._step else colours.border)
            painter.drawEllipse(number * side * 2, (self.height() - side) // 2, side, side)
        painter.end()
