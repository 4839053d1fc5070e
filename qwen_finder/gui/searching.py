"""From a query to rows: asks the service, keeps what is shown while the next answer is on its way.

The newest question wins. What is shown is called outdated only after a moment, so that quick answers do not
flicker.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from qwen_finder.core.errors import FinderError
from qwen_finder.core.query import SearchRequest, SearchResponse, SimilarRequest
from qwen_finder.gui.query_text import words
from qwen_finder.gui.results_rows import Row, Sort, arrange

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.gui.results_model import ResultsModel
    from qwen_finder.gui.session import Session

LANE = "search"
_FIRST = 50
_MORE = 4
_MOST = 1000
_PATIENCE_MS = 150


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` in the query language, or files like the one at ``path``."""

    text: str = ""
    path: str = ""
    limit: int = _FIRST

    @property
    def empty(self) -> bool:
        return not (self.path or self.text.strip())


class Searching(QObject):
    """One search at a time, whose answer goes into the model."""

    shown = Signal()
    """The model holds the answer to the newest question, or nothing when that is empty."""
    outdated = Signal(bool)
    failed = Signal(object)

    def __init__(self, session: Session, model: ResultsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._model = model
        self.question = Question()
        """The newest one."""
        self.answered = Question()
        """The one whose answer is shown."""
        self.sort = Sort.RELEVANCE
        self.pending = False
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self.outdated.emit(True))

    def ask(self, question: Question, *, unasked: bool = False) -> None:
        """``unasked`` as of ``Session.ask``."""
        self.question = question
        if question.empty:
            self._session.drop(LANE)
            self._settle(Question(), None, [])
            return
        self.pending = True
        if self._session.state != "connected":
            # Asked as soon as the service is there, by ``again``.
            self._session.drop(LANE)
            return
        if not self._patience.isActive():
            self._patience.start()
        answering, show = self._answering(question), self._shower(question)
        self._session.ask(answering, show, self._fail, lane=LANE, unasked=unasked)

    def again(self) -> None:
        """Ask once more: the index or the service has changed."""
        self.ask(self.question, unasked=True)

    def more(self) -> None:
        """A longer answer, if there may be one."""
        response = self._model.response
        if self.pending or response is None or self.question.limit >= _MOST:
            return
        if len(response.hits) >= self.question.limit:
            limit = min(self.question.limit * _MORE, _MOST)
            self.ask(Question(self.question.text, self.question.path, limit))

    def resort(self, sort: Sort) -> None:
        self.sort = sort
        response, question = self._model.response, self.answered
        if response is None or self.pending:
            if self.pending:
                self.again()
            return
        asked = words(question.text)

        def arranged(_client: Client) -> tuple[SearchResponse, list[Row]]:
            return response, arrange(response.hits, sort, response.strength, asked)

        self._session.ask(arranged, self._shower(question), self._fail, lane=LANE)

    def _answering(self, question: Question) -> Callable[[Client], tuple[SearchResponse, list[Row]]]:
        sort = self.sort

        def answer(client: Client) -> tuple[SearchResponse, list[Row]]:
            if question.path:
                response = client.similar(SimilarRequest(question.path, limit=question.limit))
            else:
                response = client.search(SearchRequest(question.text, limit=question.limit))
            return response, arrange(response.hits, sort, response.strength, words(question.text))

        return answer

    def _shower(self, question: Question) -> Callable[[tuple[SearchResponse, list[Row]]], None]:
        return lambda answer: self._settle(question, *answer)

    def _settle(self, question: Question, response: SearchResponse | None, rows: list[Row]) -> None:
        self._calm()
        self.answered = question
        self._model.show(response, rows)
        self.shown.emit()

    def _fail(self, error: FinderError) -> None:
        self._calm()
        self.failed.emit(error)

    def _calm(self) -> None:
        self.pending = False
        self._patience.stop()
        self.outdated.emit(False)
