"""What stands in the place of results when there are none: always what is so, and what can be done about it.

``state_for`` decides and knows no widget; ``EmptyState`` shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from qwen_finder.gui import icons

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus
    from qwen_finder.core.query import SearchResponse
    from qwen_finder.gui.searching import Question
    from qwen_finder.gui.theme import Theme

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Empty:
    """``actions`` are pairs of a stable name and a button's text; the first one is what most people want.
    ``queries`` can be clicked to be asked.
    """

    icon: str
    title: str
    text: str
    actions: tuple[tuple[str, str], ...] = ()
    queries: tuple[str, ...] = ()


def state_for(
    question: Question,
    response: SearchResponse | None,
    status: ServiceStatus | None,
    connection: str,
    *,
    filtered: bool = False,
    recent: Sequence[str] = (),
) -> Empty | None:
    """What is to be shown in the place of results; None when there are some."""
    if response is not None and response.hits and not question.empty:
        return None
    if connection == "lost":
        return Empty(
            "stop",
            translate("empty", "The service is not running"),
            translate("empty", "It holds the index and answers searches, in the background."),
            (("start", translate("empty", "Start the service")),),
        )
    if status is not None and not status.engine.folders:
        return Empty(
            "folder",
            translate("empty", "No folders yet"),
            translate("empty", "Choose the folders to be searched. Nothing leaves this machine."),
            (("first_run", translate("empty", "Choose folders…")),),
        )
    if question.empty or response is None:
        return _start(status, recent)
    return _nothing(question, status, filtered)


def _start(status: ServiceStatus | None, recent: Sequence[str]) -> Empty:
    """Before anything is typed."""
    text = translate(
        "empty", "Say what it is about, in any language: what the file is called does not matter."
    )
    if status is None:
        text = translate("empty", "You can type already; the service is starting.")
    return Empty("search", translate("empty", "What are you looking for?"), text, (), tuple(recent[:5]))


def _nothing(question: Question, status: ServiceStatus | None, filtered: bool) -> Empty:
    if question.path:
        title = translate("empty", "Nothing like it found")
    else:
        title = translate("empty", "Nothing relevant found")
    left = status.engine.files.pending if status is not None else 0
    if left:
        text = translate(
            "empty", "Still indexing: {0} files left. What you look for may be among them."
        ).format(QLocale().toString(left))
        return Empty("clock", title, text, (("indexing", translate("empty", "Show progress")),))
    if filtered:
        text = translate("empty", "Perhaps without the filters?")
        return Empty("filter", title, text, (("unfilter", translate("empty", "Remove filters")),))
    text = translate("empty", "Other words may help, or a folder that is not searched yet.")
    return Empty("search", title, text, (("folders", translate("empty", "Searched folders…")),))


class EmptyState(QWidget):
    """Shows an ``Empty`` in the middle; ``acted`` tells the name of the button, ``asked`` a query."""

    acted = Signal(str)
    asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: Empty | None = None
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.spacing(6), theme.spacing(4), theme.spacing(6), theme.spacing(4))
        outer.addStretch(2)
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._title = QLabel(self)
        self._title.setProperty("role", "title")
        self._text = QLabel(self)
        self._text.setProperty("role", "muted")
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        outer.addWidget(self._icon)
        outer.addSpacing(theme.spacing(3))
        outer.addWidget(self._title)
        outer.addSpacing(theme.spacing(1))
        outer.addWidget(self._text)
        self._below = QFrame(self)
        self._buttons = QVBoxLayout(self._below)
        self._buttons.setContentsMargins(0, theme.spacing(4), 0, 0)
        self._buttons.setSpacing(theme.spacing(1))
        outer.addWidget(self._below)
        outer.addStretch(3)
        theme.changed.connect(self._draw)

    @property
    def shown(self) -> Empty | None:
        return self._shown

    def show_state(self, state: Empty) -> None:
        if state == self._shown:
            return
        self._shown = state
        self._title.setText(state.title)
        self._text.setText(state.text)
        self.setAccessibleName(f"{state.title}. {state.text}")
        self._draw()
        while (item := self._buttons.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, text) in enumerate(state.actions):
            button = self._button(text, "primary" if number == 0 else "")
            button.clicked.connect(lambda _checked=False, name=name: self.acted.emit(name))
        for query in state.queries:
            shown = query if len(query) <= 60 else query[:59] + "…"
            button = self._button(shown.replace("&", "&&"), "quiet")
            icons.keep(button, "history", self._theme, 16, "muted")
            button.setToolTip(query)
            button.clicked.connect(lambda _checked=False, query=query: self.asked.emit(query))

    def _button(self, text: str, kind: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setProperty("kind", kind)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(button)
        line.addStretch(1)
        holder = QWidget(self._below)
        line.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(line)
        self._buttons.addWidget(holder)
        return button

    def _draw(self) -> None:
        if self._shown is not None:
            side = self._theme.spacing(12)
            colour = self._theme.colours.accent
            self._icon.setPixmap(icons.pixmap(self._shown.icon, colour, side, self.devicePixelRatioF()))
