"""Small parts that every page is made of. They know nothing of files, models or the service."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from qwen_finder.core.errors import FinderError
from qwen_finder.gui import icons
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.theme import Theme

Layout = TypeVar("Layout", bound=QBoxLayout)


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """Text in one of the stylesheet's roles, never taken for HTML."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return made


def button(text: str, kind: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setProperty("kind", kind)
    made.setAutoDefault(False)
    return made


def tool(name: str, theme: Theme, tip: str, size: int = 18) -> QToolButton:
    """A button that is an icon; ``tip`` names it for the eye and for screen readers."""
    made = QToolButton()
    made.setToolTip(tip)
    made.setAccessibleName(tip)
    icons.keep(made, name, theme, size, "muted")
    return made


def bar(accessible: str) -> QProgressBar:
    """A thin line of progress, in thousandths."""
    made = QProgressBar()
    made.setRange(0, 1000)
    made.setTextVisible(False)
    made.setAccessibleName(accessible)
    return made


def frame(role: str) -> QFrame:
    made = QFrame()
    made.setProperty("role", role)
    return made


def line() -> QFrame:
    return frame("line")


def column(parent: QWidget | None, theme: Theme, space: float = 2, margin: float = 0) -> QVBoxLayout:
    """A layout from top to bottom with the theme's distances."""
    return _spaced(QVBoxLayout(parent) if parent is not None else QVBoxLayout(), theme, space, margin)


def row(theme: Theme, space: float = 2, margin: float = 0, parent: QWidget | None = None) -> QHBoxLayout:
    """A layout in the direction of reading."""
    return _spaced(QHBoxLayout(parent) if parent is not None else QHBoxLayout(), theme, space, margin)


def card(theme: Theme) -> tuple[QFrame, QVBoxLayout]:
    """A framed group and the layout to fill it by."""
    made = frame("card")
    return made, column(made, theme, 2, 4)


def scrolled(content: QWidget) -> QScrollArea:
    """``content`` as wide as there is room and as long as it likes."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def clear(layout: QBoxLayout) -> None:
    """Remove everything from ``layout``."""
    while (item := layout.takeAt(0)) is not None:
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)


class Elided(QLabel):
    """One line that is cut with an ellipsis where there is no room, and then tells all in its tooltip."""

    def __init__(
        self, text: str = "", role: str = "", cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__()
        self._cut = cut
        self._tip = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def setText(self, text: str) -> None:
        text = displayable(text)
        super().setText(text)
        self.setAccessibleName(text)
        self._note_cut()

    def set_tip(self, tip: str) -> None:
        """What the tooltip says even when all is shown."""
        self._tip = tip
        self._note_cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._note_cut()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), self._cut, self.contentsRect().width())
        self.style().drawItemText(
            painter,
            self.contentsRect(),
            int(self.alignment()) | Qt.AlignmentFlag.AlignVCenter,
            self.palette(),
            self.isEnabled(),
            shown,
            self.foregroundRole(),
        )
        painter.end()

    def _note_cut(self) -> None:
        cut = self.fontMetrics().horizontalAdvance(self.text()) > self.contentsRect().width()
        self.setToolTip(self._tip or (self.text() if cut else ""))


class ErrorNote(QFrame):
    """Says what went wrong and what to do about it; hidden while nothing did."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "banner")
        inside = row(theme, 2, 2, self)
        self._message = label("", "danger", wrap=True)
        self._hint = label("", "muted", wrap=True)
        words = column(None, theme, 0.5)
        words.addWidget(self._message)
        words.addWidget(self._hint)
        inside.addLayout(words, 1)
        close = tool("close", theme, self.tr("Close"), 14)
        close.clicked.connect(self.hide)
        inside.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def tell(self, error: FinderError) -> None:
        self._message.setText(error.message)
        self._hint.setText(error.hint)
        self._hint.setVisible(bool(error.hint))
        self.show()


def _spaced(layout: Layout, theme: Theme, space: float, margin: float) -> Layout:
    layout.setSpacing(theme.spacing(space))
    edge = theme.spacing(margin)
    layout.setContentsMargins(edge, edge, edge, edge)
    return layout
