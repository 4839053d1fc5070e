"""The widgets of the main window and where they stand; what they do together is the window's affair."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from qwen_finder.gui import icons
from qwen_finder.gui.chips import Chips
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.empty_states import Empty, EmptyState
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.notice_bars import Banner, NoticeBar, Remark
from qwen_finder.gui.preview.pane import PreviewPane
from qwen_finder.gui.results_delegate import ResultsDelegate
from qwen_finder.gui.results_model import ResultsModel
from qwen_finder.gui.results_view import ResultsView
from qwen_finder.gui.status_line import StatusLine

if TYPE_CHECKING:
    from qwen_finder.gui.search_box import SearchBox
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme
    from qwen_finder.gui.thumbnails import Thumbnails


class Parts:
    """From top to bottom: box and menu, chips, banner, results beside their preview, status."""

    def __init__(
        self,
        window: QWidget,
        box: SearchBox,
        session: Session,
        theme: Theme,
        model: ResultsModel,
        thumbnails: Thumbnails,
    ) -> None:
        self._theme = theme
        self.centre = QWidget(window)
        self.centre.setProperty("role", "window")
        column = QVBoxLayout(self.centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        edge = theme.spacing(3)
        head.setContentsMargins(edge, edge, edge, theme.spacing(2))
        head.setSpacing(theme.spacing(2))
        top = QHBoxLayout()
        top.setSpacing(theme.spacing(2))
        self.box = box
        self.menu = QToolButton(self.centre)
        icons.keep(self.menu, "menu", theme, 20)
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.setAccessibleName(window.tr("Menu"))
        self.menu.setToolTip(window.tr("Menu (Alt+M)"))
        self.menu.setShortcut("Alt+M")
        top.addWidget(self.box, 1)
        top.addWidget(self.menu)
        self.chips = Chips(theme, self.centre)
        self.like = LikeBar(theme, self.centre)
        self.banner = Banner(theme, self.centre)
        head.addLayout(top)
        head.addWidget(self.chips)
        head.addWidget(self.like)
        head.addWidget(self.banner)
        column.addLayout(head)
        column.addWidget(_line(self.centre))
        self.stack = QStackedWidget(self.centre)
        self.empty = EmptyState(theme, self.stack)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, self.stack)
        results = QFrame(self.splitter)
        results.setProperty("role", "surface")
        inside = QVBoxLayout(results)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        self.remark = Remark(theme, results)
        delegate = ResultsDelegate(model, theme, thumbnails, window)
        self.view = ResultsView(model, delegate, theme, results)
        inside.addWidget(self.remark)
        inside.addWidget(self.view, 1)
        self.preview = PreviewPane(session, theme, self.splitter)
        self.splitter.addWidget(results)
        self.splitter.addWidget(self.preview)
        self.splitter.setChildrenCollapsible(False)
        results.setMinimumWidth(theme.spacing(70))
        self.preview.setMinimumWidth(theme.spacing(60))
        self.splitter.setStretchFactor(0, 5)
        self.splitter.setStretchFactor(1, 4)
        self.splitter.setSizes([560, 460])
        self.stack.addWidget(self.empty)
        self.stack.addWidget(self.splitter)
        column.addWidget(self.stack, 1)
        column.addWidget(_line(self.centre))
        self.status = StatusLine(session, theme, self.centre)
        column.addWidget(self.status)
        self.notice = NoticeBar(theme, self.centre)
        self.drop = DropHint(theme, self.centre)
        for first, second in ((self.box, self.chips.type), (self.chips.order, self.view)):
            QWidget.setTabOrder(first, second)

    def fill_menu(self, actions: Sequence[QAction | None]) -> None:
        """None stands for a line between two groups."""
        menu = QMenu(self.menu)
        for action in actions:
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
        self.menu.setMenu(menu)

    def show_empty(self, state: Empty | None) -> None:
        """``state`` in the place of the results, or the results."""
        if state is not None:
            self.empty.show_state(state)
        self.stack.setCurrentWidget(self.empty if state is not None else self.splitter)

    def resized(self) -> None:
        self.status.renew()
        if self.notice.isVisible():
            self.notice.place()


class LikeBar(QFrame):
    """Says which file the results are like; closing it goes back to what is typed."""

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.path = ""
        self.setProperty("role", "card")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.spacing(3), theme.spacing(1), theme.spacing(1), theme.spacing(1))
        row.setSpacing(theme.spacing(2))
        icon = QLabel(self)
        colour = theme.colours.accent
        icon.setPixmap(icons.pixmap("similar", colour, theme.spacing(4), self.devicePixelRatioF()))
        self._text = ElidedLabel(self, Qt.TextElideMode.ElideMiddle)
        close = QToolButton(self)
        icons.keep(close, "close", theme, 14, "muted")
        close.setToolTip(self.tr("Back to the search"))
        close.setAccessibleName(self.tr("Back to the search"))
        close.clicked.connect(self._close)
        row.addWidget(icon)
        row.addWidget(self._text, 1)
        row.addWidget(close)
        self.hide()

    def say(self, path: str) -> None:
        self.path = path
        self._text.set_text(self.tr("Files like {0}").format(displayable(os.path.basename(path))))
        self.show()

    def clear(self) -> None:
        self.path = ""
        self.hide()

    def _close(self) -> None:
        self.clear()
        self.closed.emit()


class DropHint(QLabel):
    """Over everything while a file is held above the window."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(self.tr_hint(), parent)
        self._theme = theme
        self.setProperty("role", "drop")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @classmethod
    def tr_hint(cls) -> str:
        from PySide6.QtCore import QCoreApplication

        return QCoreApplication.translate("DropHint", "Drop a picture or a file to find similar ones")

    def show_over(self, widget: QWidget) -> None:
        edge = self._theme.spacing(4)
        self.setGeometry(widget.rect().adjusted(edge, edge, -edge, -edge))
        self.show()
        self.raise_()


def _line(parent: QWidget) -> QFrame:
    line = QFrame(parent)
    line.setProperty("role", "line")
    return line
