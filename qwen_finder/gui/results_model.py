"""The rows of the results as a Qt model: what is shown, read aloud, dragged and copied of each."""

from __future__ import annotations

import os
from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QLocale,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QUrl,
    Signal,
)

from qwen_finder.core.query import Passage, SearchResponse, Strength
from qwen_finder.gui.dates import short_date
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.results_rows import Group, Row, RowKind, inner_rows, local_time

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole + 1
_NOWHERE = QModelIndex()


class ResultsModel(QAbstractListModel):
    """Holds one answer. ``show`` takes the next one; rows prepared elsewhere come along with it."""

    opening = Signal(object)
    """A row that was opened: its other passages are wanted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.response: SearchResponse | None = None

    def show(self, response: SearchResponse | None, rows: list[Row]) -> None:
        self.beginResetModel()
        self.response, self.rows = response, rows
        self.endResetModel()

    def toggle(self, row: Row) -> None:
        """Open a row, which shows its other passages and copies, or close it."""
        if not row.extra or row.kind is not RowKind.HIT:
            return
        if not row.open:
            row.open = True
            self.opening.emit(row)
            self._insert(row, inner_rows(row, row.hit.passages if row.hit else ()))
        else:
            row.open = False
            self._remove_inner(row)
        self._changed(row)

    def show_passages(self, row: Row, passages: Sequence[Passage]) -> None:
        """All passages of an open row have come."""
        if row.open and row in self.rows:
            self._remove_inner(row)
            self._insert(row, inner_rows(row, passages))

    def index_of(self, path: str) -> QModelIndex:
        """The first row of the file at ``path``; invalid when there is none."""
        for number, row in enumerate(self.rows):
            if row.path == path and row.kind is not RowKind.HEADER:
                return self.index(number)
        return _NOWHERE

    def first(self) -> QModelIndex:
        for number, row in enumerate(self.rows):
            if row.kind is not RowKind.HEADER:
                return self.index(number)
        return _NOWHERE

    def refresh(self, path: str) -> None:
        """Something about the file at ``path`` is known now that is painted: its thumbnail."""
        for number, row in enumerate(self.rows):
            if row.path == path:
                index = self.index(number)
                self.dataChanged.emit(index, index, [Qt.ItemDataRole.DecorationRole])

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return self.title(row.group) if row.kind is RowKind.HEADER else row.name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole and row.kind is not RowKind.HEADER:
            return self.tooltip(row)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self.rows[index.row()].kind is RowKind.HEADER:
            return Qt.ItemFlag.ItemIsEnabled
        return (
            Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        )  # fmt: skip

    def mimeTypes(self) -> list[str]:
        return ["text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return files_as_mime([self.rows[index.row()] for index in indexes])

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.CopyAction

    def title(self, group: Group) -> str:
        match group:
            case Group.BEST:
                return self.tr("Best")
            case Group.DOCUMENTS:
                return self.tr("Documents")
            case Group.CODE:
                return self.tr("Code")
            case Group.PICTURES:
                return self.tr("Pictures")
        return self.tr("Other files")

    def strength(self, strength: Strength) -> str:
        match strength:
            case Strength.STRONG:
                return self.tr("Strong match")
            case Strength.GOOD:
                return self.tr("Good match")
            case Strength.WEAK:
                return self.tr("Weak match")
        return self.tr("Hardly a match")

    def place(self, passage: Passage | None) -> str:
        """Where a passage stands, from the outside in: report.pdf · page 3."""
        if passage is None:
            return ""
        parts = [displayable(passage.member)] if passage.member else []
        if passage.page is not None:
            unit = passage.unit.value
            said = {
                "page": self.tr("page {0}"),
                "slide": self.tr("slide {0}"),
                "sheet": self.tr("sheet {0}"),
            }[unit]
            parts.append(said.format(passage.page))
        if passage.line is not None:
            said = self.tr("line {0}") if passage.page is None else self.tr("row {0}")
            parts.append(said.format(passage.line))
        return " · ".join(parts)

    def spoken(self, row: Row) -> str:
        """The row for a screen reader."""
        if row.kind is RowKind.HEADER:
            return self.tr("{0}, {1}").format(self.title(row.group), row.count)
        parts = [row.name, self.place(row.passage), row.folder]
        if row.hit is not None and row.kind in (RowKind.HIT, RowKind.PICTURE):
            parts.append(self.strength(row.hit.strength))
        parts.append(row.text)
        return ", ".join(filter(None, parts))

    def tooltip(self, row: Row) -> str:
        lines = [displayable(row.path)]
        hit = row.hit
        if hit is not None:
            when = local_time(hit)
            facts = [self.strength(hit.strength), QLocale().formattedDataSize(hit.size)]
            if when is not None:
                facts.append(short_date(when))
            if hit.width is not None:
                facts.append(f"{hit.width} × {hit.height}")
            lines.append(" · ".join(facts))
            lines += [self.tr("Same content: {0}").format(displayable(path)) for path in hit.copies[:8]]
            if hit.near_duplicates:
                lines.append(self.tr("Almost the same and left out: {0}").format(hit.near_duplicates))
        return "\n".join(lines)

    def _insert(self, row: Row, inner: list[Row]) -> None:
        if inner:
            at = self.rows.index(row) + 1
            self.beginInsertRows(_NOWHERE, at, at + len(inner) - 1)
            self.rows[at:at] = inner
            self.endInsertRows()

    def _remove_inner(self, row: Row) -> None:
        first = last = self.rows.index(row) + 1
        while last < len(self.rows) and self.rows[last].kind in (RowKind.PASSAGE, RowKind.COPY):
            last += 1
        if last > first:
            self.beginRemoveRows(_NOWHERE, first, last - 1)
            del self.rows[first:last]
            self.endRemoveRows()

    def _changed(self, row: Row) -> None:
        index = self.index(self.rows.index(row))
        self.dataChanged.emit(index, index)


def url_of(row: Row) -> QUrl:
    """The file's address; by the service's word where it has one, which holds names that are no UTF-8 too."""
    if row.hit is not None and row.path == row.hit.path:
        return QUrl.fromEncoded(QByteArray(row.hit.uri.encode("ascii", "ignore")))
    return url_of_path(row.path)


def url_of_path(path: str) -> QUrl:
    from urllib.parse import quote_from_bytes

    if os.name == "nt":
        return QUrl.fromLocalFile(path)
    return QUrl.fromEncoded(QByteArray(b"file://" + quote_from_bytes(os.fsencode(path)).encode("ascii")))


def files_as_mime(rows: Sequence[Row]) -> QMimeData:
    """The files of ``rows`` for the clipboard or to be dropped elsewhere, each once."""
    by_path = {row.path: row for row in rows}
    data = QMimeData()
    data.setUrls([url_of(row) for row in by_path.values()])
    data.setText("\n".join(displayable(path) for path in by_path))
    return data
