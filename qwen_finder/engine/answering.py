"""Answers requests with whatever is open at the moment: a searcher over the stores and models in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import FinderError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.query import Passage, SearchRequest, SearchResponse, SimilarRequest
from qwen_finder.engine import listing, reading
from qwen_finder.engine.backend import Backend, Opened
from qwen_finder.engine.examples import Examples
from qwen_finder.engine.judging import Judging
from qwen_finder.engine.sight import OpenedPictures, Sight
from qwen_finder.extraction.sandbox.pool import Pool
from qwen_finder.indexing.pace import Pacer
from qwen_finder.search.looks import Looks
from qwen_finder.search.parse import parse
from qwen_finder.search.searcher import Searcher
from qwen_finder.search.within import marks
from qwen_finder.settings.store import Settings

Answer = TypeVar("Answer")

# A query that comes while the model is still loading waits for it rather than answer without meaning.
OPENING_SECONDS = 20.0


class Answering:
    """``gone`` is told files among the hits that no longer exist, ``suspect`` errors that may mean damage."""

    def __init__(
        self,
        catalog: Catalog,
        backend: Backend,
        sight: Sight,
        pacer: Pacer,
        pool: Pool,
        *,
        models: Path,
        settings: Callable[[], Settings],
        gone: Callable[[Sequence[FileId]], None],
        suspect: Callable[[FinderError], None],
    ) -> None:
        self._catalog = catalog
        self._backend = backend
        self._sight = sight
        self._pacer = pacer
        self._pool = pool
        self._settings = settings
        self.judging = Judging(catalog, models, settings)
        self._gone = gone
        self._suspect = suspect
        self._searcher = self._over(Opened(), OpenedPictures())

    def renew(self) -> None:
        """From now on answer with what is open now."""
        self._searcher = self._over(self._backend.opened, self._sight.opened)

    def let_go(self) -> None:
        """Answer without models and stores until ``renew``: they are about to be closed."""
        self._searcher = self._over(Opened(), OpenedPictures())

    def search(self, request: SearchRequest) -> SearchResponse:
        """UsageError when the request cannot be read, ModelError when it needs a missing model."""
        judge, notice = self.judging.judge(request)
        response = self._answer(lambda searcher: searcher.search(request, judge))
        said = (*filter(None, (notice,)), *self._foreign_to_model(request))
        return replace(response, notices=(*response.notices, *said))

    def similar(self, request: SimilarRequest) -> SearchResponse:
        """Files like the one at ``request.path``, which need not be indexed; raises as ``Examples.of``."""

        def compare(searcher: Searcher) -> tuple[SearchResponse, str]:
            example, notice = self._examples().of(request.path)
            return searcher.similar(example, request), notice

        response, notice = self._answer(compare)
        return replace(response, notices=(*response.notices, *filter(None, (notice,))))

    def within(self, query: str, file: FileId) -> list[Passage]:
        """Every passage of ``file`` that answers ``query``, best first."""
        return self._answer(lambda searcher: searcher.within(query, file))

    def _answer(self, ask: Callable[[Searcher], Answer]) -> Answer:
        searcher = self._opened()
        with self._pacer.query():
            try:
                return ask(searcher)
            except FinderError as error:
                if searcher is self._searcher:
                    self._suspect(error)
                    raise
                # The model was changed, and the old one closed, while the question was answered.
                return ask(self._opened())

    def marks(self, text: str, query: str) -> tuple[tuple[int, int], ...]:
        """The ranges of ``text`` to mark for ``query``."""
        return marks(text, query, self._searcher.telling(query))

    def _opened(self) -> Searcher:
        if self._backend.opening:
            self._backend.wait(OPENING_SECONDS)
        return self._searcher

    def _over(self, opened: Opened, pictures: OpenedPictures) -> Searcher:
        return Searcher(
            self._catalog,
            opened.store,
            opened.embedder,
            reads=self._reads,
            gone=self._gone,
            looks=_looks(pictures),
        )

    def _examples(self) -> Examples:
        opened = self._backend.opened
        settings = self._settings()
        limits, picture_limits = reading.limits_of(settings), reading.picture_limits_of(settings)
        return Examples(
            self._catalog,
            opened.store,
            opened.embedder,
            _looks(self._sight.opened),
            extract=lambda path: self._pool.extract(path, limits),
            decode=lambda path, framing: self._pool.picture(
                path, replace(picture_limits, min_side=0, thumbnails=()), framing
            ),
        )

    def _reads(self, text: str) -> bool:
        embedder = self._backend.opened.embedder
        return embedder is not None and listing.reads(embedder.spec.languages, text)

    def _foreign_to_model(self, request: SearchRequest) -> tuple[str, ...]:
        """Says so when the text model cannot tell what is meant, which nobody would guess from the hits."""
        embedder = self._backend.opened.embedder
        if embedder is None or listing.reads(embedder.spec.languages, request.text):
            return ()
        sees = self._sight.opened.embedder is not None
        if sees and asks_for_pictures(request):
            return ()
        what = "texts were" if sees else "this was"
        return (
            f"{embedder.spec.name} reads {embedder.spec.languages}: {what} searched for by words and in "
            "names, not by meaning. `qwen-finder models list` shows how to get a model that reads it.",
        )


def asks_for_pictures(request: SearchRequest) -> bool:
    """Whether nothing but pictures was asked for."""
    return Kind.IMAGE.value in request.types or Kind.IMAGE in parse(request.text).kinds


def _looks(pictures: OpenedPictures) -> Looks | None:
    return None if pictures.store is None else Looks(pictures.store, pictures.embedder)
