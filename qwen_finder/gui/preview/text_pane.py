"""Text with what can be done to it: going from match to match. Colours come when they are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from qwen_finder.core.desk import FilePreview, Form
from qwen_finder.gui.elided import ElidedLabel
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.preview.text_view import TextView
from qwen_finder.gui.preview.tools import tool

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.preview.colouring import Span
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.theme import Theme

LANE = "colours"


class TextPane(QWidget):
    """A TextView below a line that says where in the file it is and how often it answers."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self.view = TextView(theme, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._bar = QWidget(self)
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(theme.spacing(4), 0, theme.spacing(2), 0)
        bar.setSpacing(theme.spacing(1))
        self._place = ElidedLabel(self)
        self._place.setProperty("role", "small")
        self._count = QLabel(self)
        self._count.setProperty("role", "small")
        before = tool(self, theme, "chevron-up", self.tr("Previous match"), "Shift+F3")
        after = tool(self, theme, "chevron-down", self.tr("Next match"), "F3")
        before.clicked.connect(lambda: self.view.next_mark(-1))
        after.clicked.connect(lambda: self.view.next_mark(1))
        bar.addWidget(self._place, 1)
        bar.addWidget(self._count)
        bar.addWidget(before)
        bar.addWidget(after)
        self._buttons = (before, after)
        column.addWidget(self._bar)
        column.addWidget(self.view, 1)

    def show_preview(self, preview: FilePreview, line: int | None = None) -> None:
        """``line`` is that of the passage, as the file counts."""
        code = preview.form is Form.CODE
        self._session.drop(LANE)
        self.view.show_text(preview.text, preview.first_line, preview.highlights, code=code, line=line)
        parts = [displayable(preview.member)] if preview.member else []
        if preview.page is not None:
            parts.append(page_of(preview))
        if preview.cut_before or preview.cut_after:
            parts.append(self.tr("a part of the file"))
        if preview.reason:
            parts.append(preview.reason)
        self._place.set_text(" · ".join(parts))
        count = self.view.marks
        self._count.setText(self.tr("matches: {0}").format(count) if count else "")
        for button in self._buttons:
            button.setVisible(count > 0)
        self._bar.setVisible(bool(parts or count))
        if preview.language and preview.language not in ("text", "output"):
            self._ask_colours(preview)

    def _ask_colours(self, preview: FilePreview) -> None:
        text, language = displayable(preview.text).replace("\0", " "), preview.language

        def colours(_client: Client) -> dict[int, list[Span]]:
            from qwen_finder.gui.preview.colouring import colour

            return colour(text, language)

        self._session.ask(colours, self.view.set_colours, lane=LANE)


def page_of(preview: FilePreview) -> str:
    """ "page 3 of 12", by the name of the document's parts."""
    said = {
        "page": QCoreApplication.translate("preview", "page {0} of {1}"),
        "slide": QCoreApplication.translate("preview", "slide {0} of {1}"),
        "sheet": QCoreApplication.translate("preview", "sheet {0} of {1}"),
    }[preview.unit.value]
    return said.format(preview.page, preview.pages or "?")
