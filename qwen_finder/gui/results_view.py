"""The list of results: one view over rows and a grid of pictures, moved through by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyleOptionViewItem, QWidget

from qwen_finder.gui.results_delegate import ResultsDelegate
from qwen_finder.gui.results_layout import Layout
from qwen_finder.gui.results_model import ResultsModel
from qwen_finder.gui.results_rows import Row, RowKind

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

_OUTDATED = 0.5
_NEAR_END = 3


class ResultsView(QListView):
    """A QListView, for what screen readers know of one, with a layout of its own."""

    chosen = Signal(object)
    """A row that was double-clicked, or Enter pressed on."""
    current = Signal(object)
    """The row the cursor is on now, None when there is none."""
    typed = Signal(object)
    """A key that belongs into the search box."""
    near_end = Signal()
    """The last rows came into sight."""

    def __init__(self, model: ResultsModel, delegate: ResultsDelegate, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self._painter_of_rows = delegate
        self._theme = theme
        self._layout = Layout()
        self._outdated = False
        self._column = 0
        self.setModel(model)
        self.setItemDelegate(delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Results"))
        for signal in (model.modelReset, model.rowsInserted, model.rowsRemoved):
            signal.connect(self.scheduleDelayedItemsLayout)
        theme.changed.connect(self._restyled)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    def row(self, index: QModelIndex | QPersistentModelIndex) -> Row | None:
        return self._rows.rows[index.row()] if 0 <= index.row() < len(self._rows.rows) else None

    def current_row(self) -> Row | None:
        return self.row(self.currentIndex())

    def selected_rows(self) -> list[Row]:
        """The selected rows in the order they are shown; the current one when none is."""
        numbers = sorted(index.row() for index in self.selectedIndexes())
        rows = [self._rows.rows[number] for number in numbers]
        current = self.current_row()
        return rows or ([current] if current is not None else [])

    def set_outdated(self, outdated: bool) -> None:
        """Dim what is shown: the answer to a newer question is on its way."""
        if outdated != self._outdated:
            self._outdated = outdated
            self.viewport().update()

    @property
    def outdated(self) -> bool:
        return self._outdated

    def select(self, index: QModelIndex) -> None:
        self.executeDelayedItemsLayout()
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    # What Qt asks of a view.

    def doItemsLayout(self) -> None:
        self._compute()
        QAbstractItemView.doItemsLayout(self)

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        rect = self._layout.rect(index.row())
        return rect.translated(0, -self.verticalOffset()) if rect.isValid() else rect

    def indexAt(self, point: QPoint) -> QModelIndex:
        number = self._layout.at(point.x(), point.y() + self.verticalOffset())
        return self._rows.index(number) if number >= 0 else QModelIndex()

    def scrollTo(
        self,
        index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        rect, bar, height = self._layout.rect(index.row()), self.verticalScrollBar(), self.viewport().height()
        if not rect.isValid():
            return
        # The title above the first row of a group belongs to it.
        above = self._layout.line_of(index.row()).start - 1
        if above >= 0 and self._rows.rows[above].kind is RowKind.HEADER:
            rect.setTop(self._layout.rect(above).top())
        if hint is QAbstractItemView.ScrollHint.PositionAtTop or rect.top() < bar.value():
            bar.setValue(rect.top())
        elif rect.bottom() > bar.value() + height:
            bar.setValue(min(rect.bottom() - height, rect.top()))

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count, at = len(self._layout), self.currentIndex().row()
        if count == 0:
            return QModelIndex()
        moves = QAbstractItemView.CursorAction
        if at < 0 or action is moves.MoveHome:
            return self._nearest(0, 1)
        if action is moves.MoveEnd:
            return self._nearest(count - 1, -1)
        if action in (moves.MoveLeft, moves.MoveRight, moves.MoveNext, moves.MovePrevious):
            return self._nearest(at + (1 if action in (moves.MoveRight, moves.MoveNext) else -1), None)
        if action in (moves.MovePageUp, moves.MovePageDown):
            step = self.viewport().height() * (1 if action is moves.MovePageDown else -1)
            rect = self._layout.rect(at)
            y = min(max(rect.center().y() + step, 0), self._layout.height - 1)
            seen = self._layout.between(y, y)
            return self._nearest(seen.start if seen else at, 1 if step > 0 else -1)
        return self._line_away(at, 1 if action is moves.MoveDown else -1)

    def horizontalOffset(self) -> int:
        return 0

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def isIndexHidden(self, index: QModelIndex | QPersistentModelIndex) -> bool:
        return False

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        area = rect.normalized().adjusted(0, 0, 1, 1).translated(0, self.verticalOffset())
        hit = [
            n
            for n in self._layout.between(area.top(), area.bottom())
            if self._layout.rect(n).intersects(area)
        ]
        selection = QItemSelection()
        if hit:
            selection.select(self._rows.index(hit[0]), self._rows.index(hit[-1]))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        region = QRegion()
        for index in selection.indexes():
            region += QRegion(self.visualRect(index))
        return region

    def updateGeometries(self) -> None:
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(self._layout.height - height, 0))
        bar.setPageStep(height)
        bar.setSingleStep(self._theme.spacing(10))
        QAbstractItemView.updateGeometries(self)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(0, dy)

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)
        if event.size().width() != event.oldSize().width():
            self._compute()
        self.updateGeometries()

    def paintEvent(self, event: QPaintEvent) -> None:
        self.executeDelayedItemsLayout()
        painter = QPainter(self.viewport())
        if self._outdated:
            painter.setOpacity(_OUTDATED)
        offset, dirty = self.verticalOffset(), event.rect()
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        pointer = self.viewport().mapFromGlobal(self.cursor().pos())
        hovered = self.indexAt(pointer).row() if self.viewport().underMouse() else -1
        selection, current, focus = self.selectionModel(), self.currentIndex().row(), self.hasFocus()
        plain = option.state & ~(QStyle.StateFlag.State_HasFocus | QStyle.StateFlag.State_MouseOver)
        for number in self._layout.between(dirty.top() + offset, dirty.bottom() + offset):
            if number >= len(self._rows.rows):
                break
            index, state = self._rows.index(number), plain
            if selection.isSelected(index):
                state |= QStyle.StateFlag.State_Selected
            if number == hovered:
                state |= QStyle.StateFlag.State_MouseOver
            if number == current and focus:
                state |= QStyle.StateFlag.State_HasFocus
            option.rect, option.state = self.visualRect(index), state
            self._painter_of_rows.paint(painter, option, index)
        painter.end()

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        QAbstractItemView.currentChanged(self, current, previous)
        self.current.emit(self.row(current))

    # What a person does.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Left if row is not None and row.kind is not RowKind.PICTURE:
                self._open_or_close(row, event.key() == Qt.Key.Key_Right)
                return
            case Qt.Key.Key_Return | Qt.Key.Key_Enter if row is not None and not event.modifiers():
                self.chosen.emit(row)
                return
            case Qt.Key.Key_Up if not event.modifiers() and self._at_top():
                self.typed.emit(event)
                return
        # Not a search for names that begin so: what is typed goes on in the search box.
        text = event.text()
        plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        if event.key() == Qt.Key.Key_Backspace or (plain and text and text.isprintable() and text != " "):
            self.typed.emit(event)
            return
        super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters go to the search box."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        index = self.indexAt(place)
        row = self.row(index)
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._painter_of_rows.opener(row).contains(place - self.visualRect(index).topLeft()):
            self._rows.toggle(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.row(self.indexAt(event.position().toPoint()))
        if row is not None and row.kind is not RowKind.HEADER and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(row)

    def startDrag(self, actions: Qt.DropAction) -> None:
        indexes = [index for index in self.selectedIndexes() if index.flags() & Qt.ItemFlag.ItemIsDragEnabled]
        if not indexes:
            return
        drag = QDrag(self)
        drag.setMimeData(self._rows.mimeData(indexes))
        rows = [self._rows.rows[index.row()] for index in indexes]
        drag.setPixmap(self._painter_of_rows.drag_picture(rows, self.devicePixelRatioF()))
        drag.setHotSpot(QPoint(-8, -8))
        drag.exec(Qt.DropAction.CopyAction)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._restyled()

    def _compute(self) -> None:
        self._painter_of_rows.prepare()
        self._layout.compute(
            self._rows.rows,
            self.viewport().width(),
            height_of=self._painter_of_rows.height,
            cell_width=self._painter_of_rows.cell_width,
            margin=self._theme.spacing(2),
        )
        self.viewport().update()

    def _restyled(self) -> None:
        self._painter_of_rows.forget()
        self.scheduleDelayedItemsLayout()

    def _nearest(self, number: int, step: int | None) -> QModelIndex:
        """The first row that can be chosen from ``number`` on in the direction of ``step``; None keeps the
        direction from the current row."""
        at = self.currentIndex().row()
        step = step if step is not None else (1 if number > at else -1)
        while 0 <= number < len(self._rows.rows):
            if self._rows.rows[number].kind is not RowKind.HEADER:
                return self._rows.index(number)
            number += step
        return self.currentIndex() if at >= 0 else QModelIndex()

    def _line_away(self, at: int, step: int) -> QModelIndex:
        """The row a line below or above, as nearly as may be in the same column."""
        middle = self._layout.rect(at).center().x()
        line = self._layout.line_of(at)
        number = line.stop if step > 0 else line.start - 1
        while 0 <= number < len(self._rows.rows):
            line = self._layout.line_of(number)
            if self._rows.rows[number].kind is not RowKind.HEADER:
                best = min(line, key=lambda n: abs(self._layout.rect(n).center().x() - middle))
                return self._rows.index(best)
            number = line.stop if step > 0 else line.start - 1
        return self.currentIndex()

    def _at_top(self) -> bool:
        at = self.currentIndex().row()
        return at >= 0 and self._line_away(at, -1).row() == at

    def _open_or_close(self, row: Row, wanted: bool) -> None:
        if row.kind is RowKind.HIT and row.open != wanted:
            self._rows.toggle(row)
        elif not wanted and row.kind in (RowKind.PASSAGE, RowKind.COPY):
            owner = next((r for r in self._rows.rows if r.hit is row.hit and r.kind is RowKind.HIT), None)
            if owner is not None:
                self.select(self._rows.index(self._rows.rows.index(owner)))

    def _scrolled(self, value: int) -> None:
        if value + self.viewport().height() * _NEAR_END // 2 >= self._layout.height:
            self.near_end.emit()
