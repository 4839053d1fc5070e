"""A model that gives its memory back when nobody has used it for a while, and loads again when somebody does.

It wraps any embedder, of texts or pictures, and knows nothing of what it wraps but the port. A thread lives
only as long as the model is loaded, and sleeps until the model may go: a service at rest has nothing to wake
up for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import inf
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import Embedder, PictureEmbedder, Placed, Placement, Reranker
from qwen_finder.models.query_cache import QueryCache

if TYPE_CHECKING:
    from qwen_finder.core.picture import Framing, Pixels
    from qwen_finder.core.ports import ModelSpec, Vectors

log = logging.getLogger(__name__)


class Loaded(Protocol):
    """What any model is: known, and closed when it goes."""

    @property
    def spec(self) -> ModelSpec: ...

    def close(self) -> None: ...


Model = TypeVar("Model", bound=Loaded)


class Resting(Generic[Model]):
    """A model that ``load`` opens. Thread-safe.

    ``load`` is called on first use, and again on the first use after ``idle_s`` seconds without any (0: it is
    kept for good); ``unloaded`` is called each time the model has gone. Raises what ``load`` raises, and
    ModelError "model.changed" when it comes back with another model: its vectors would mean something else.
    """

    def __init__(
        self, load: Callable[[], Model], *, idle_s: float, unloaded: Callable[[], None] = lambda: None
    ) -> None:
        self._load = load
        self._idle_s = idle_s
        self._unloaded = unloaded
        self._changed = threading.Condition()
        self._loading = threading.Lock()
        self._model: Model | None = None
        self._spec: ModelSpec | None = None
        self._users = 0
        self._last_used = 0.0
        self._closed = False

    @property
    def loaded(self) -> bool:
        return self._model is not None

    @property
    def spec(self) -> ModelSpec:
        """What is known of the model; loads it the first time only."""
        if self._spec is None:
            with self._used() as model:
                return model.spec
        return self._spec

    def close(self) -> None:
        """Unload for good; waits for those who use the model now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._users)
            model, self._model = self._model, None
        if model is not None:
            model.close()

    @contextmanager
    def _used(self) -> Iterator[Model]:
        """The loaded model, which stays for this block."""
        with self._changed:
            self._check_open()
            self._users += 1
        try:
            yield self._opened()
        finally:
            with self._changed:
                self._users -= 1
                self._last_used = time.monotonic()
                if not self._users and self._closed:
                    self._changed.notify_all()

    def _check_open(self) -> None:
        if self._closed:
            raise ModelError("model.closed", "the model has been unloaded", "Load it again.")

    def _opened(self) -> Model:
        loaded = self._model
        if loaded is not None:
            return loaded
        # Others who come meanwhile wait here, and not at the lock that counts users.
        with self._loading:
            return self._model or self._open()

    def _open(self) -> Model:
        model = self._load()
        if self._spec is not None and model.spec != self._spec:
            model.close()
            raise ModelError(
                "model.changed",
                f"the file of the model {self._spec.name} is not the one it was when it was opened",
                "Restart the service (`qwen-finder service stop`): it then indexes with the new model.",
            )
        # What the first self-test measured stays known: later loadings do without.
        self._model, self._spec = model, self._spec or model.spec
        if self._idle_s:
            threading.Thread(target=self._unload_when_idle, name="unload-model", daemon=True).start()
        return model

    def _unload_when_idle(self) -> None:
        with self._changed:
            while True:
                idle = 0.0 if self._users else time.monotonic() - self._last_used
                if self._closed:
                    return
                if idle >= self._idle_s:
                    break
                self._changed.wait(self._idle_s - idle)
            model, self._model = self._model, None
        if model is not None:
            model.close()
            log.info("unloaded %s, which nobody used", model.spec.name)
            self._unloaded()


class RestingEmbedder(Resting[Embedder]):
    """An Embedder (see core.ports) that rests. A query that came before needs no model."""

    def __init__(
        self, load: Callable[[], Embedder], *, idle_s: float, unloaded: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(load, idle_s=idle_s, unloaded=unloaded)
        self._queries = QueryCache()

    @property
    def placement(self) -> Placement | None:
        """Where the model is; None while it rests, or if it cannot tell."""
        model: object = self._model
        return model.placement if isinstance(model, Placed) else None

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_documents(inputs)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        self._check_open()
        return self._queries.answer(self.spec.fingerprint, texts, self._embed_queries)

    def _embed_queries(self, texts: Sequence[str]) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        with self._used() as embedder:
            return embedder.count_tokens(text)


class LoadedReranker(Reranker, Loaded, Protocol):
    """A Reranker as it is loaded."""


class RestingReranker(Resting[LoadedReranker]):
    """A Reranker (see core.ports) that rests; ``name`` is what it is called until it is loaded."""

    def __init__(
        self,
        load: Callable[[], LoadedReranker],
        name: str,
        *,
        idle_s: float,
        unloaded: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(load, idle_s=idle_s, unloaded=unloaded)
        self._name = name

    @property
    def name(self) -> str:
        return self._name if self._spec is None else self._spec.name

    @property
    def placement(self) -> Placement | None:
        """Where the model is; None while it rests, or if it cannot tell."""
        model: object = self._model
        return model.placement if isinstance(model, Placed) else None

    def score(self, query: str, passages: Sequence[str], *, seconds: float = inf) -> list[float] | None:
        with self._used() as reranker:
            return reranker.score(query, passages, seconds=seconds)


class NoticingPictureEmbedder(PictureEmbedder, Protocol):
    """A PictureEmbedder that says when it runs less well than it could."""

    @property
    def notice(self) -> str: ...


class RestingPictureEmbedder(Resting[NoticingPictureEmbedder]):
    """A PictureEmbedder (see core.ports) that rests.

    ``known`` is what was found out about the model before: with it, nothing is loaded to tell. The rest as of
    ``Resting``.
    """

    def __init__(
        self,
        load: Callable[[], NoticingPictureEmbedder],
        *,
        idle_s: float,
        unloaded: Callable[[], None] = lambda: None,
        known: tuple[ModelSpec, Framing] | None = None,
    ) -> None:
        super().__init__(load, idle_s=idle_s, unloaded=unloaded)
        self._framing: Framing | None = None
        if known is not None:
            self._spec, self._framing = known

    @property
    def framing(self) -> Framing:
        """How it wants to be shown pictures; loads it the first time only."""
        if self._framing is None:
            with self._used() as embedder:
                self._framing = embedder.framing
        return self._framing

    @property
    def notice(self) -> str:
        """What the user should know of how the loaded model runs; "" if all is well or it is not loaded."""
        embedder = self._model
        return "" if embedder is None else embedder.notice

    def embed_pictures(self, views: Pixels) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_pictures(views)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_queries(texts)
