"""The settings: pages at the side, one of them shown. Pages are made when they are first looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QStackedWidget, QWidget

from qwen_finder.gui import icons
from qwen_finder.gui.pieces import ErrorNote, column, frame, row
from qwen_finder.gui.settings.advanced_page import AdvancedPage
from qwen_finder.gui.settings.failures_page import FailuresPage
from qwen_finder.gui.settings.folders_page import FoldersPage
from qwen_finder.gui.settings.models_page import ModelsPage
from qwen_finder.gui.settings.page import Page
from qwen_finder.gui.settings.privacy_page import PrivacyPage
from qwen_finder.gui.settings.small_pages import LooksPage, PacePage
from qwen_finder.gui.settings.values import Values

if TYPE_CHECKING:
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme


class SettingsDialog(QDialog):
    """Changes take effect at once; there is nothing to be saved or called off."""

    changed = Signal(str, object)
    """The key and value of a setting that is another now."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None, page: str = "") -> None:
        super().__init__(parent)
        self._theme = theme
        self.values = Values(session, self)
        self.setWindowTitle(self.tr("Settings"))
        self.resize(QSize(theme.spacing(230), theme.spacing(165)))
        self.setMinimumSize(theme.spacing(150), theme.spacing(100))
        values = self.values
        self._makers: dict[str, tuple[str, str, Callable[[], Page]]] = {
            "folders": (self.tr("Folders"), "folder", lambda: FoldersPage(session, theme, values)),
            "models": (self.tr("Models"), "model", lambda: ModelsPage(session, theme, values)),
            "pace": (self.tr("Pace and power"), "gauge", lambda: PacePage(session, theme, values)),
            "looks": (self.tr("Appearance"), "palette", lambda: LooksPage(session, theme, values)),
            "privacy": (self.tr("Privacy"), "privacy", lambda: PrivacyPage(session, theme, values)),
            "failures": (self.tr("Files not read"), "error", lambda: FailuresPage(session, theme)),
            "advanced": (self.tr("All settings"), "advanced", lambda: AdvancedPage(theme, values)),
        }
        self._pages: dict[str, Page] = {}
        outer = row(theme, 0, 0, self)
        self._nav = QListWidget()
        self._nav.setProperty("role", "nav")
        self._nav.setAccessibleName(self.tr("Pages of the settings"))
        self._nav.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._nav.setIconSize(QSize(theme.spacing(4.5), theme.spacing(4.5)))
        for key, (title, _, _) in self._makers.items():
            item = QListWidgetItem(title)
            item.setData(Qt.ItemDataRole.UserRole, key)
            self._nav.addItem(item)
        side = column(None, theme, 2, 3)
        side.addWidget(self._nav)
        outer.addLayout(side)
        outer.addWidget(frame("vline"))
        ground = frame("bar")
        inside = column(ground, theme, 2, 5)
        self._note = ErrorNote(theme)
        inside.addWidget(self._note)
        self._stack = QStackedWidget()
        inside.addWidget(self._stack, 1)
        outer.addWidget(ground, 1)
        self.values.failed.connect(self._note.tell)
        self.values.changed.connect(self._setting_changed)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._nav.currentRowChanged.connect(self._turned)
        self.show_page(page or "folders")

    def show_page(self, key: str) -> None:
        """Turn to the page ``key``: folders, models, pace, looks, privacy, failures or advanced."""
        self._nav.setCurrentRow(list(self._makers).index(key))

    def page(self, key: str) -> Page:
        """That page, made if it was not looked at before."""
        if key not in self._pages:
            self._pages[key] = self._makers[key][2]()
            self._stack.addWidget(self._pages[key])
        return self._pages[key]

    def _turned(self, number: int) -> None:
        page = self.page(list(self._makers)[number])
        self._stack.setCurrentWidget(page)
        page.shown()

    def _setting_changed(self, key: str) -> None:
        values = self.values
        if not values.known:
            return
        # At once, so that who moves a slider sees what they do.
        self._theme.set_mode(str(values["interface.theme"]))
        self._theme.set_text_size(int(str(values["interface.text_size"])))
        if key:
            self.changed.emit(key, values[key])

    def _restyle(self) -> None:
        widest = 0
        for number, (title, drawing, _) in enumerate(self._makers.values()):
            self._nav.item(number).setIcon(icons.icon(drawing, self._theme, 18, "muted"))
            widest = max(widest, self._nav.fontMetrics().horizontalAdvance(title))
        self._nav.setFixedWidth(widest + self._theme.spacing(18))
