"""Filters as buttons below the search box. They hold nothing: they read the query and write into it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCalendarWidget,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from qwen_finder.gui import icons
from qwen_finder.gui.languages import LANGUAGES
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.query_text import filters, with_filter
from qwen_finder.gui.results_rows import Sort, homely
from qwen_finder.gui.suggestions import dates, types

if TYPE_CHECKING:
    from qwen_finder.gui.theme import Theme

_LONGEST = 18


class Chips(QWidget):
    """``edited`` carries the query as it shall be; ``sorted`` the order that was chosen."""

    edited = Signal(str)
    sorted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._query = ""
        self.folders: Callable[[], Sequence[str]] = lambda: ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.spacing(2))
        self.type = self._chip(self.tr("Type"), self._fill_types, "Alt+T")
        self.folder = self._chip(self.tr("Folder"), self._fill_folders, "Alt+O")
        self.date = self._chip(self.tr("Date"), self._fill_dates, "Alt+D")
        self.language = self._chip(self.tr("Language"), self._fill_languages, "Alt+G")
        for chip in (self.type, self.folder, self.date, self.language):
            row.addWidget(chip)
        row.addStretch(1)
        self.order = self._chip(self.tr("Relevance"), self._fill_sorts, "Alt+S")
        self.order.setAccessibleName(self.tr("Sort by"))
        self.order.setToolTip(self.tr("Sort by ({0})").format("Alt+S"))
        self._sort = Sort.RELEVANCE
        row.addWidget(self.order)

    def show_query(self, text: str) -> None:
        """The chips say what is filtered in ``text``."""
        self._query = text
        found = filters(text)
        kinds = dict(types())
        self._say(self.type, self.tr("Type"), [kinds.get(v.lower(), v) for v in found.get("type", [])])
        shown = [os.path.basename(value.rstrip("/\\")) or value for value in found.get("in", [])]
        self._say(self.folder, self.tr("Folder"), shown)
        named = dict(dates(date.today()))
        since = [
            named.get(value) or self.tr("since {0}").format(value) for value in found.get("after", [])[-1:]
        ]
        until = [self.tr("until {0}").format(value) for value in found.get("before", [])[-1:]]
        self._say(self.date, self.tr("Date"), since + until)
        spoken = [LANGUAGES.get(value.lower(), value) for value in found.get("lang", [])]
        self._say(self.language, self.tr("Language"), spoken)

    def set_sort(self, sort: Sort) -> None:
        self._sort = sort
        self.order.setText(self._sort_name(sort))

    def _chip(self, name: str, fill: Callable[[QMenu], None], shortcut: str) -> QPushButton:
        chip = QPushButton(name, self)
        chip.setProperty("kind", "chip")
        chip.setCheckable(True)
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        # The arrow stands after the name.
        chip.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        chip.setAccessibleName(self.tr("Filter: {0}").format(name))
        chip.setToolTip(self.tr("Only some of the results: {0} ({1})").format(name, shortcut))
        chip.setShortcut(shortcut)
        icons.keep(chip, "chevron-down", self._theme, 12, "muted")
        menu = QMenu(chip)
        menu.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

        def refill() -> None:
            menu.clear()
            fill(menu)

        # Filled as it opens: folders come and go, days pass. Never empty, or some desktops do not open it.
        menu.aboutToShow.connect(refill)
        menu.addAction("…")
        chip.setMenu(menu)
        return chip

    def _say(self, chip: QPushButton, name: str, values: Sequence[str]) -> None:
        said = ", ".join(dict.fromkeys(displayable(value) for value in values))
        chip.setChecked(bool(said))
        shown = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
        chip.setText(shown or name)
        chip.setAccessibleDescription(said)

    def _fill_types(self, menu: QMenu) -> None:
        self._choices(menu, "type", types(), self.tr("All types"))

    def _fill_languages(self, menu: QMenu) -> None:
        self._choices(menu, "lang", list(LANGUAGES.items()), self.tr("Any language"))

    def _fill_folders(self, menu: QMenu) -> None:
        folders = [(path, displayable(homely(path))) for path in self.folders()]
        self._choices(menu, "in", folders, self.tr("All folders"))
        if folders:
            menu.addSeparator()
            menu.addAction(self.tr("Another folder…"), self._ask_folder)

    def _fill_dates(self, menu: QMenu) -> None:
        self._choices(menu, "after", dates(), self.tr("Any time"), also="before")
        menu.addSeparator()
        menu.addAction(self.tr("Since a day…"), lambda: self._ask_day("after"))
        menu.addAction(self.tr("Until a day…"), lambda: self._ask_day("before"))

    def _choices(
        self, menu: QMenu, key: str, choices: Sequence[tuple[str, str]], everything: str, also: str = ""
    ) -> None:
        """An action for each value of ``key``, and one that takes the filter (and ``also``) out."""
        current = filters(self._query).get(key, [])

        def choose(value: str) -> None:
            text = with_filter(self._query, key, value)
            self.edited.emit(with_filter(text, also, "") if also and not value else text)

        def add(value: str, name: str) -> None:
            action = menu.addAction(name.replace("&", "&&"), lambda: choose(value))
            action.setCheckable(True)
            action.setChecked(value in current if value else not current)

        add("", everything)
        menu.addSeparator()
        for value, name in choices:
            add(value, name)

    def _fill_sorts(self, menu: QMenu) -> None:
        for sort in Sort:
            action = menu.addAction(self._sort_name(sort), partial(self._choose_sort, sort))
            action.setCheckable(True)
            action.setChecked(sort is self._sort)

    def _choose_sort(self, sort: Sort) -> None:
        self.set_sort(sort)
        self.sorted.emit(sort)

    def _sort_name(self, sort: Sort) -> str:
        match sort:
            case Sort.DATE:
                return self.tr("Newest")
            case Sort.NAME:
                return self.tr("Name")
            case Sort.SIZE:
                return self.tr("Largest")
        return self.tr("Relevance")

    def _ask_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        start = next(iter(self.folders()), "")
        dialog = QFileDialog(self, self.tr("Search only in this folder"), start)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.edited.emit(with_filter(self._query, "in", path)))
        dialog.open()

    def _ask_day(self, key: str) -> None:
        dialog = QDialog(self)
        dialog.setWindowTitle(self.tr("Changed since") if key == "after" else self.tr("Changed until"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(dialog)
        calendar.setMaximumDate(QDate.currentDate())
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        chosen = QDate.fromString(filters(self._query).get(key, [""])[-1], Qt.DateFormat.ISODate)
        if chosen.isValid():
            calendar.setSelectedDate(chosen)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, dialog
        )
        buttons.accepted.connect(dialog.accept)
        buttons.rejected.connect(dialog.reject)
        calendar.activated.connect(dialog.accept)
        column = QVBoxLayout(dialog)
        column.addWidget(calendar)
        column.addWidget(buttons)

        def accept() -> None:
            day = calendar.selectedDate().toString(Qt.DateFormat.ISODate)
            self.edited.emit(with_filter(self._query, key, day))

        dialog.accepted.connect(accept)
        dialog.open()
