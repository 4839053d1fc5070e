"""The search box: what is typed, when it is asked, and what is offered to complete it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAction, QFocusEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from qwen_finder.gui import icons
from qwen_finder.gui.suggestions import Suggestion, suggest

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

DEBOUNCE_MS = 70


class SearchBox(QLineEdit):
    """Tells ``asked`` a moment after the last keystroke, at once on Enter."""

    asked = Signal(str)
    submitted = Signal(str)
    leaving = Signal()
    """The cursor shall go on into the results."""
    cancelled = Signal()
    """Escape in an empty box."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.recent: Callable[[], Sequence[str]] = lambda: ()
        self.folders: Callable[[], Sequence[str]] = lambda: ()
        self.setProperty("role", "search")
        self.setPlaceholderText(self.tr("Search your files by meaning, words or name"))
        self.setAccessibleName(self.tr("Search"))
        self.setToolTip(self.tr("What are you looking for? ({0})").format("Ctrl+L"))
        self.setMaxLength(20_000)
        self._lens = QAction(self.tr("Search"), self)
        self.addAction(self._lens, QLineEdit.ActionPosition.LeadingPosition)
        self._clear = QAction(self.tr("Clear (Esc)"), self)
        self._clear.triggered.connect(self.clear)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self._clear.setVisible(False)
        self._wait = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._wait.timeout.connect(lambda: self.asked.emit(self.text()))
        self.offers = Offers(theme, self)
        self.offers.taken.connect(self._take)
        self.textChanged.connect(self._changed)
        self.textEdited.connect(lambda _text: self._offer())
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_query(self, text: str) -> None:
        """Another query from a chip, the history or a click: asked at once."""
        self.setText(text)
        self.setCursorPosition(len(text))
        self.offers.hide()
        self._wait.stop()
        self.asked.emit(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if self.offers.isVisible() and self.offers.take_key(event):
            return
        if key == Qt.Key.Key_Escape:
            if self.offers.isVisible():
                self.offers.hide()
            elif self.text():
                self.clear()
            else:
                self.cancelled.emit()
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._wait.stop()
            self.offers.hide()
            self.submitted.emit(self.text())
            return
        if key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._offer(everything=True)
            return
        if key in (Qt.Key.Key_Down, Qt.Key.Key_PageDown):
            if not self.text():
                self._offer()
            else:
                self.offers.hide()
                self.leaving.emit()
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if not self.text():
            self._offer()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.offers.hide()

    def event(self, event: QEvent) -> bool:
        # Else Tab leaves the box while a completion is shown.
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Tab
            and self.offers.isVisible()
        ):
            self.offers.take_first()
            return True
        return super().event(event)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        if text.strip():
            self._wait.start()
        else:
            self._wait.stop()
            self.asked.emit(text)

    def _offer(self, *, everything: bool = False) -> None:
        self.offers.show_for(
            suggest(
                self.text(),
                self.cursorPosition(),
                recent=self.recent(),
                folders=self.folders(),
                everything=everything,
            )
        )

    def _take(self, suggestion: Suggestion) -> None:
        text = self.text()
        new = text[: suggestion.start] + suggestion.text + text[suggestion.end :]
        self.setText(new)
        self.setCursorPosition(suggestion.start + len(suggestion.text))
        if suggestion.more:
            self._offer()
        else:
            self.offers.hide()
            self._wait.stop()
            self.asked.emit(new)

    def _restyle(self) -> None:
        self._lens.setIcon(icons.icon("search", self._theme, 20, "muted"))
        self._clear.setIcon(icons.icon("close", self._theme, 16, "muted"))


class Offers(QListWidget):
    """The list below the box. A child of the window, so that it never takes the keyboard."""

    taken = Signal(object)

    def __init__(self, theme: Theme, box: SearchBox) -> None:
        super().__init__(box.window())
        self._theme = theme
        self._box = box
        self._suggestions: list[Suggestion] = []
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "offers")
        self.setItemDelegate(_OfferDelegate(theme, self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Suggestions"))
        self.itemEntered.connect(self.setCurrentItem)
        self.itemClicked.connect(lambda item: self._take(self.row(item)))
        self.hide()

    def show_for(self, suggestions: list[Suggestion]) -> None:
        self._suggestions = suggestions
        self.clear()
        if not suggestions:
            self.hide()
            return
        for suggestion in suggestions:
            item = QListWidgetItem(suggestion.text)
            item.setData(Qt.ItemDataRole.UserRole, suggestion)
            self.addItem(item)
        self.setParent(self._box.window())
        corner = self._box.mapTo(self._box.window(), QPoint(0, self._box.height() + 2))
        height = self.sizeHintForRow(0) * len(suggestions) + 2 * self.frameWidth() + self._theme.spacing(2)
        room = self._box.window().height() - corner.y() - self._theme.spacing(2)
        self.setGeometry(QRect(corner, QSize(self._box.width(), min(height, room))))
        self.show()
        self.raise_()

    def take_key(self, event: QKeyEvent) -> bool:
        """Whether ``event`` was for the list."""
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                step = 1 if event.key() == Qt.Key.Key_Down else -1
                count = self.count()
                row = self.currentRow() + step
                self.setCurrentRow(-1 if row < 0 else min(row, count - 1))
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if self.currentRow() >= 0:
                self._take(self.currentRow())
                return True
        return False

    def take_first(self) -> None:
        self._take(max(self.currentRow(), 0))

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._suggestions):
            self.taken.emit(self._suggestions[row])


class _OfferDelegate(QStyledItemDelegate):
    """An icon, what is put into the box, and at the right what it means."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, option.fontMetrics.height() + self._theme.spacing(3))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        suggestion: Suggestion = index.data(Qt.ItemDataRole.UserRole)
        theme, rect = self._theme, QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colours.selection)
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), theme.spacing(1.5), theme.spacing(1.5))
        side, left = theme.spacing(4), rect.left() + theme.spacing(3)
        drawing = icons.pixmap(
            suggestion.icon, theme.colours.muted, side, painter.device().devicePixelRatioF()
        )  # fmt: skip
        painter.drawPixmap(left, rect.center().y() - side // 2 + 1, drawing)
        text = rect.adjusted(theme.spacing(3) + side + theme.spacing(2), 0, -theme.spacing(3), 0)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.colours.muted)
        painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, suggestion.hint)
        hint = painter.fontMetrics().horizontalAdvance(suggestion.hint)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colours.text)
        shown = painter.fontMetrics().elidedText(
            suggestion.text, Qt.TextElideMode.ElideRight, max(text.width() - hint - theme.spacing(2), 20)
        )
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()
