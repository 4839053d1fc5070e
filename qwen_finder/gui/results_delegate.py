"""Paints the rows of the results: name and passage with their matches marked, place, date, strength."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from qwen_finder.core.document import Kind
from qwen_finder.gui import icons
from qwen_finder.gui.dates import short_date
from qwen_finder.gui.marked_text import MarkedText
from qwen_finder.gui.results_model import ROW, ResultsModel
from qwen_finder.gui.results_rows import Row, RowKind, local_time
from qwen_finder.gui.tiles import make_tile, paint_cover, paint_strength

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme
    from qwen_finder.gui.thumbnails import Thumbnails

_LINES = 2
_KEPT = 600
# How far an estimated width may be wrong.
_DOUBT = 0.35
_NOWHERE = QRect()


class ResultsDelegate(QStyledItemDelegate):
    """``height`` and ``paint`` agree about where things stand; fonts are looked up once for each look."""

    def __init__(
        self, model: ResultsModel, theme: Theme, thumbnails: Thumbnails, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theme = theme
        self._thumbnails = thumbnails
        self._texts: dict[tuple[int, str, int], MarkedText] = {}
        self._openers: dict[int, QRect] = {}
        self._tiles: dict[tuple[str, Kind, int, float], QPixmap] = {}
        self._ready = False

    def prepare(self) -> None:
        """The rows are laid out anew: look fonts up again if need be, forget texts of rows that are gone."""
        self._texts.clear()
        self._openers.clear()
        if self._ready:
            return
        self._ready = True
        theme = self._theme
        self._fonts = {role: theme.font(role) for role in ("strong", "small", "body", "heading", "mono")}
        self._metrics = {role: QFontMetrics(font) for role, font in self._fonts.items()}
        self._pad = theme.spacing(3)
        self._gap = theme.spacing(0.5)
        self._tile = theme.spacing(10)
        line = {role: metrics.lineSpacing() for role, metrics in self._metrics.items()}
        self._line = line
        self._head_height = line["strong"] + self._gap + line["small"]
        self._header_height = line["heading"] + theme.spacing(5)
        self._average = self._metrics["body"].averageCharWidth()
        self.cell_width = theme.spacing(44)

    def forget(self) -> None:
        """The look has changed."""
        self._ready = False
        self._tiles.clear()
        for row in self._model.rows:
            row.width = -1.0

    def opener(self, row: Row) -> QRect:
        """Where a click opens the row, from its own corner; empty where it cannot be opened."""
        return self._openers.get(id(row), _NOWHERE)

    def height(self, row: Row, width: int) -> int:
        match row.kind:
            case RowKind.HEADER:
                return self._header_height
            case RowKind.PICTURE:
                inner = width - 2 * self._theme.spacing(1.5)
                caption = self._line["small"] + self._theme.spacing(1)
                return inner * 3 // 4 + caption + 2 * self._theme.spacing(1.5)
            case RowKind.COPY:
                return self._line["small"] + self._theme.spacing(3)
            case RowKind.PASSAGE:
                lines = self._lines_of(row, width - self._inner_left() - 2 * self._pad)
                return self._line["small"] + lines * self._passage_line(row) + self._theme.spacing(4)
        lines = self._lines_of(row, width - self._text_left() - self._pad)
        passage = lines * self._passage_line(row) + (self._theme.spacing(1) if lines else 0)
        return max(self._head_height + passage, self._tile) + 2 * self._pad - self._theme.spacing(1)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = index.data(ROW)
        if row is None or not self._ready:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(option.rect)
        if row.kind is RowKind.HEADER:
            self._paint_header(painter, rect, row)
        else:
            self._paint_ground(painter, rect, option)
            if row.kind is RowKind.PICTURE:
                self._paint_picture(painter, rect, row)
            elif row.kind is RowKind.HIT:
                self._paint_hit(painter, rect, row)
            else:
                self._paint_inner(painter, rect, row)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return option.rect.size()

    def drag_picture(self, rows: Sequence[Row], ratio: float) -> QPixmap:
        """What hangs on the pointer while files are dragged: the first one's tile, and how many they are."""
        side = self._tile
        picture = QPixmap(round(side * ratio), round(side * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_icon(painter, QRect(0, 0, side, side), rows[0])
        if len(rows) > 1:
            badge = QRect(side // 2, side // 2, side // 2, side // 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colours.accent)
            painter.drawEllipse(badge)
            painter.setFont(self._fonts["small"])
            painter.setPen(self._theme.colours.on_accent)
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(len(rows)))
        painter.end()
        return picture

    def _text_left(self) -> int:
        return self._pad + self._tile + self._pad

    def _inner_left(self) -> int:
        return self._text_left() + self._theme.spacing(2)

    def _passage_font(self, row: Row) -> str:
        return "mono" if row.hit is not None and row.hit.kind is Kind.CODE else "body"

    def _passage_line(self, row: Row) -> int:
        return self._line[self._passage_font(row)]

    def _lines_of(self, row: Row, width: int) -> int:
        """How many lines its passage takes, at most two."""
        if not row.text:
            return 0
        if row.width < 0:
            row.width = row.units * self._average
        # Measuring takes too long for hundreds of rows: only those that an estimate leaves open.
        if abs(row.width - width) < width * _DOUBT:
            row.width = self._metrics[self._passage_font(row)].horizontalAdvance(row.text)
        return 1 if row.width <= width else _LINES

    def _text(self, row: Row, part: str, width: int) -> MarkedText:
        key = (id(row), part, width)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) > _KEPT:
                self._texts.clear()
            colours = self._theme.colours
            if part == "name":
                found = MarkedText(row.name, row.name_marks, self._fonts["strong"], width, 1, colours)
            else:
                font = self._fonts[self._passage_font(row)]
                found = MarkedText(row.text, row.marks, font, width, self._lines_of(row, width), colours)
            self._texts[key] = found
        return found

    def _paint_ground(self, painter: QPainter, rect: QRect, option: QStyleOptionViewItem) -> None:
        colours, radius = self._theme.colours, self._theme.spacing(2)
        ground = QRectF(rect).adjusted(1, 1, -1, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(colours.selection if selected else colours.hover)
            painter.drawRoundedRect(ground, radius, radius)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colours.accent, 1.5))
            painter.drawRoundedRect(ground, radius, radius)

    def _paint_header(self, painter: QPainter, rect: QRect, row: Row) -> None:
        area = rect.adjusted(self._pad, self._theme.spacing(2), -self._pad, 0)
        title = self._model.title(row.group)
        self._write(painter, area, title, "heading", self._theme.colours.text)
        left = self._metrics["heading"].horizontalAdvance(title) + self._theme.spacing(2)
        self._write(
            painter, area.adjusted(left, 1, 0, 1), f"{row.count:n}", "small", self._theme.colours.muted
        )

    def _paint_hit(self, painter: QPainter, rect: QRect, row: Row) -> None:
        hit, colours, theme = row.hit, self._theme.colours, self._theme
        if hit is None:
            return
        top = rect.top() + self._pad - theme.spacing(0.5)
        self._paint_icon(painter, QRect(rect.left() + self._pad, top, self._tile, self._tile), row)
        left, right = rect.left() + self._text_left(), rect.right() - self._pad
        bars = theme.spacing(5)
        paint_strength(
            painter, QRect(right - bars, top, bars, self._line["strong"]), hit.strength, colours
        )  # fmt: skip
        when = local_time(hit)
        date = short_date(when) if when is not None else ""
        date_width = self._metrics["small"].horizontalAdvance(date)
        edge = right - bars - theme.spacing(2)
        self._write(
            painter,
            QRect(edge - date_width, top, date_width + 1, self._line["strong"]),
            date,
            "small",
            colours.muted,
        )
        name_width = max(edge - date_width - theme.spacing(3) - left, 10)
        self._text(row, "name", name_width).paint(painter, left, top, colours.text)
        second = top + self._line["strong"] + self._gap
        edge = self._paint_opener(painter, QRect(left, second, right - left, self._line["small"]), row, rect)
        self._paint_place(painter, QRect(left, second, edge - left, self._line["small"]), row)
        if row.text:
            width = rect.width() - self._text_left() - self._pad
            y = second + self._line["small"] + theme.spacing(1)
            self._text(row, "passage", width).paint(painter, left, y, colours.text)

    def _paint_place(self, painter: QPainter, area: QRect, row: Row) -> None:
        """Page or line in the accent's colour, then the folder, shortened in its middle."""
        place = self._model.place(row.passage)
        if row.hit is not None and row.hit.width is not None and not place:
            place = f"{row.hit.width} × {row.hit.height}"
        metrics = self._metrics["small"]
        if place:
            place = metrics.elidedText(place, Qt.TextElideMode.ElideMiddle, area.width() // 2)
            self._write(painter, area, place, "small", self._theme.colours.accent)
            area = area.adjusted(metrics.horizontalAdvance(place) + self._theme.spacing(2), 0, 0, 0)
        folder = metrics.elidedText(row.folder, Qt.TextElideMode.ElideMiddle, area.width())
        self._write(painter, area, folder, "small", self._theme.colours.muted)

    def _paint_opener(self, painter: QPainter, area: QRect, row: Row, rect: QRect) -> int:
        """ "3 more passages ▾" at the right end of ``area``; where it begins."""
        if not row.extra or row.hit is None:
            return area.right()
        copies = len(row.hit.copies)
        passages = row.extra - copies
        parts = []
        if passages:
            parts.append(self.tr("{0} more here").format(passages))
        if copies:
            parts.append(self.tr("copies: {0}").format(copies))
        said = " · ".join(parts)
        side = self._line["small"] - 2
        width = self._metrics["small"].horizontalAdvance(said) + side + self._theme.spacing(1)
        place = QRect(area.right() - width, area.top(), width, area.height())
        self._write(painter, place, said, "small", self._theme.colours.accent)
        name = "chevron-up" if row.open else "chevron-down"
        drawing = icons.pixmap(name, self._theme.colours.accent, side, painter.device().devicePixelRatioF())
        painter.drawPixmap(place.right() - side + 1, place.top() + 1, drawing)
        spare = self._theme.spacing(1)
        # Kept relative to the row, which is scrolled.
        self._openers[id(row)] = place.adjusted(-spare, -spare, spare, spare).translated(-rect.topLeft())
        return place.left() - self._theme.spacing(3)

    def _paint_inner(self, painter: QPainter, rect: QRect, row: Row) -> None:
        left, top = rect.left() + self._inner_left(), rect.top() + self._theme.spacing(1.5)
        right = rect.right() - self._pad
        painter.setPen(QPen(self._theme.colours.border, 2))
        x = rect.left() + self._text_left()
        painter.drawLine(x, rect.top() + 4, x, rect.bottom() - 4)
        area = QRect(left, top, right - left, self._line["small"])
        if row.kind is RowKind.COPY:
            metrics = self._metrics["small"]
            said = self.tr("Copy: {0}").format(f"{row.folder}/{row.name}")
            said = metrics.elidedText(said, Qt.TextElideMode.ElideMiddle, area.width())
            self._write(painter, area, said, "small", self._theme.colours.muted)
            return
        self._write(painter, area, self._model.place(row.passage), "small", self._theme.colours.accent)
        width = rect.width() - self._inner_left() - 2 * self._pad
        text = self._text(row, "passage", width)
        text.paint(painter, left, top + self._line["small"] + self._gap, self._theme.colours.text)

    def _paint_picture(self, painter: QPainter, rect: QRect, row: Row) -> None:
        edge = self._theme.spacing(1.5)
        inner = rect.adjusted(edge, edge, -edge, -edge)
        frame = QRect(inner.left(), inner.top(), inner.width(), inner.width() * 3 // 4)
        thumbnail = self._thumbnails.get(row.path)
        if thumbnail is not None:
            paint_cover(painter, frame, thumbnail, self._theme.spacing(1.5))
        else:
            self._placeholder(painter, frame)
        caption = QRect(
            inner.left(), frame.bottom() + self._theme.spacing(1), inner.width(), self._line["small"]
        )  # fmt: skip
        bars = self._theme.spacing(5)
        if row.hit is not None:
            place = QRect(caption.right() - bars, caption.top(), bars, caption.height())
            paint_strength(painter, place, row.hit.strength, self._theme.colours)
        width = caption.width() - bars - self._theme.spacing(1)
        name = self._metrics["small"].elidedText(row.name, Qt.TextElideMode.ElideMiddle, width)
        self._write(painter, caption, name, "small", self._theme.colours.text)

    def _placeholder(self, painter: QPainter, frame: QRect) -> None:
        path = QPainterPath()
        path.addRoundedRect(QRectF(frame), self._theme.spacing(1.5), self._theme.spacing(1.5))
        painter.fillPath(path, self._theme.colours.sunken)
        side = self._theme.spacing(6)
        drawing = icons.pixmap(
            "picture", self._theme.colours.outline, side, painter.device().devicePixelRatioF()
        )  # fmt: skip
        painter.drawPixmap(frame.center().x() - side // 2, frame.center().y() - side // 2, drawing)

    def _paint_icon(self, painter: QPainter, area: QRect, row: Row) -> None:
        if row.hit is not None and row.hit.kind is Kind.IMAGE:
            thumbnail = self._thumbnails.get(row.path)
            if thumbnail is not None:
                paint_cover(painter, area, thumbnail, self._theme.spacing(1.5))
                return
        kind = row.hit.kind if row.hit is not None else Kind.OTHER
        ratio = painter.device().devicePixelRatioF()
        key = (os.path.splitext(row.name)[1], kind, area.width(), ratio)
        tile = self._tiles.get(key)
        if tile is None:
            tile = self._tiles[key] = make_tile(row.name, kind, area.width(), ratio, self._theme)
        painter.drawPixmap(area.topLeft(), tile)

    def _write(self, painter: QPainter, area: QRect, text: str, role: str, colour: QColor) -> None:
        font: QFont = self._fonts[role]
        painter.setFont(font)
        painter.setPen(colour)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine
        painter.drawText(area, flags, text)
