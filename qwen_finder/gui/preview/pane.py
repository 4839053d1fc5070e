"""The pane itself: what the file is called, a look into it, what is known of it, why it was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from qwen_finder.core.desk import FilePreview, Form
from qwen_finder.core.errors import FinderError
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.preview.excerpt import excerpt
from qwen_finder.gui.preview.facts_view import FactsView
from qwen_finder.gui.results_rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qwen_finder.api.client import Client
    from qwen_finder.gui.preview.pages import PagesView
    from qwen_finder.gui.preview.pictures import PicturesView
    from qwen_finder.gui.preview.text_pane import TextPane
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

LANE = "preview"
# Moving through the list by a held key must not ask for every file on the way.
_DELAY_MS = 60
_PATIENCE_MS = 250


class PreviewPane(QFrame):
    """Shows ``row`` in the light of ``query``. Each kind of view is made when it is first needed."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._theme = theme
        self._row: Row | None = None
        self._query = ""
        self._text: TextPane | None = None
        self._pages: PagesView | None = None
        self._picture: PicturesView | None = None
        self.setProperty("role", "surface")
        self.setAccessibleName(self.tr("Preview"))
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self._ask)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._say(self.tr("Reading…")))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._head = self._make_head()
        column.addWidget(self._head)
        line = QFrame(self)
        line.setProperty("role", "line")
        column.addWidget(line)
        self._stack = QStackedWidget(self)
        self._message = QLabel(self)
        self._message.setProperty("role", "muted")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setMargin(theme.spacing(6))
        self._stack.addWidget(self._message)
        column.addWidget(self._stack, 1)
        self._facts = FactsView(theme, self)
        column.addWidget(self._facts)
        self.show_row(None, "")

    def set_actions(self, actions: Sequence[QAction]) -> None:
        """The buttons beside the file's name."""
        for action in actions:
            button = QToolButton(self)
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setAccessibleName(action.text())
            self._buttons.addWidget(button)

    def show_row(self, row: Row | None, query: str) -> None:
        self._row, self._query = row, query
        self._head.setVisible(row is not None)
        self._facts.setVisible(row is not None)
        if row is None:
            self._delay.stop()
            self._patience.stop()
            self._session.drop(LANE)
            self._say(self.tr("Choose a result to look into it."))
            return
        self._name.set_text(row.name)
        self._folder.set_text(row.folder)
        if row.hit is not None:
            self._facts.show_facts(row.hit, ())
        if self.isVisible():
            self._delay.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._row is not None:
            self._delay.start()

    def show_why(self) -> None:
        """ "Why this result", which a key opens too."""
        self._facts.toggle_why()

    def next_match(self, step: int) -> None:
        if self._text is not None and self._stack.currentWidget() is self._text:
            self._text.view.next_mark(step)
        elif self._pages is not None and self._stack.currentWidget() is self._pages:
            self._pages.turn(step)

    def _make_head(self) -> QWidget:
        theme = self._theme
        head = QWidget(self)
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.spacing(4), theme.spacing(2), theme.spacing(2), theme.spacing(2))
        row.setSpacing(theme.spacing(1))
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name = ElidedLabel(head, Qt.TextElideMode.ElideMiddle)
        self._name.setProperty("role", "strong")
        self._folder = ElidedLabel(head, Qt.TextElideMode.ElideMiddle)
        self._folder.setProperty("role", "small")
        names.addWidget(self._name)
        names.addWidget(self._folder)
        row.addLayout(names, 1)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.spacing(0.5))
        row.addLayout(self._buttons)
        return head

    def _ask(self) -> None:
        row, query = self._row, self._query
        if row is None or not self.isVisible():
            return
        self._patience.start()
        passage = row.passage
        page = passage.page if passage is not None else None
        line = passage.line if passage is not None else None
        member = passage.member if passage is not None else ""

        def preview(client: Client) -> FilePreview:
            whole = client.preview(row.path, page=page, line=line, member=member, query=query)
            return excerpt(whole)

        self._session.ask(preview, self._show, self._fail, lane=LANE, unasked=True)

    def _show(self, preview: FilePreview) -> None:
        self._patience.stop()
        row = self._row
        if row is None or row.hit is None:
            return
        self._facts.show_facts(row.hit, preview.metadata)
        match preview.form:
            case Form.TEXT | Form.CODE:
                self._bring(self._text_pane())
                line = row.passage.line if row.passage is not None else None
                self._text_pane().show_preview(preview, line)
            case Form.PAGES:
                self._bring(self._pages_view())
                self._pages_view().show_preview(preview, self._query)
            case Form.IMAGE:
                self._bring(self._pictures_view())
                self._pictures_view().show_preview(preview)
            case _:
                self._say(preview.reason or self.tr("There is nothing to show of this file."))

    def _bring(self, view: QWidget) -> None:
        """Put ``view`` in sight. It knows its size at once: a page is fetched as wide as it is shown."""
        self._stack.setCurrentWidget(view)
        layout = view.layout()
        if layout is not None:
            layout.activate()

    def _fail(self, error: FinderError) -> None:
        self._patience.stop()
        self._say("\n".join(filter(None, (error.message, error.hint))))

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._stack.setCurrentWidget(self._message)

    def _text_pane(self) -> TextPane:
        if self._text is None:
            from qwen_finder.gui.preview.text_pane import TextPane

            self._text = TextPane(self._session, self._theme, self)
            self._stack.addWidget(self._text)
        return self._text

    def _pages_view(self) -> PagesView:
        if self._pages is None:
            from qwen_finder.gui.preview.pages import PagesView

            self._pages = PagesView(self._session, self._theme, self)
            self._stack.addWidget(self._pages)
        return self._pages

    def _pictures_view(self) -> PicturesView:
        if self._picture is None:
            from qwen_finder.gui.preview.pictures import PicturesView

            self._picture = PicturesView(self._session, self._theme, self)
            self._stack.addWidget(self._picture)
        return self._picture
