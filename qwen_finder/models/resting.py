"""A model that gives its memory back when nobody has used it for a while, and loads again when somebody does.

It wraps any embedder and knows nothing of what it wraps but the port. A thread lives only as long as the
model is loaded, and sleeps until the model may go: a service at rest has nothing to wake up for.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qwen_finder.core.errors import ModelError

if TYPE_CHECKING:
    from qwen_finder.core.ports import Embedder, ModelSpec, Vectors

log = logging.getLogger(__name__)


class RestingEmbedder:
    """An Embedder (see core.ports) that ``load`` opens. Thread-safe.

    ``load`` is called on first use, and again on the first use after ``idle_s`` seconds without any (0: it is
    kept for good); ``unloaded`` is called each time the model has gone. Raises what ``load`` raises, and
    ModelError "model.changed" when it comes back with another model: its vectors would mean something else.
    """

    def __init__(
        self, load: Callable[[], Embedder], *, idle_s: float, unloaded: Callable[[], None] = lambda: None
    ) -> None:
        self._load = load
        self._idle_s = idle_s
        self._unloaded = unloaded
        self._changed = threading.Condition()
        self._loading = threading.Lock()
        self._embedder: Embedder | None = None
        self._spec: ModelSpec | None = None
        self._users = 0
        self._last_used = 0.0
        self._closed = False

    @property
    def loaded(self) -> bool:
        return self._embedder is not None

    @property
    def spec(self) -> ModelSpec:
        """What is known of the model; loads it the first time only."""
        if self._spec is None:
            with self._used() as embedder:
                return embedder.spec
        return self._spec

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_documents(inputs)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        with self._used() as embedder:
            return embedder.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        with self._used() as embedder:
            return embedder.count_tokens(text)

    def close(self) -> None:
        """Unload for good; waits for those who use the model now."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._users)
            embedder, self._embedder = self._embedder, None
        if embedder is not None:
            embedder.close()

    @contextmanager
    def _used(self) -> Iterator[Embedder]:
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

    def _opened(self) -> Embedder:
        loaded = self._embedder
        if loaded is not None:
            return loaded
        # Others who come meanwhile wait here, and not at the lock that counts users.
        with self._loading:
            return self._embedder or self._open()

    def _open(self) -> Embedder:
        embedder = self._load()
        if self._spec is not None and embedder.spec != self._spec:
            embedder.close()
            raise ModelError(
                "model.changed",
                f"the file of the model {self._spec.name} is not the one it was when it was opened",
                "Restart the service (`qwen-finder service stop`): it then indexes with the new model.",
            )
        # What the first self-test measured stays known: later loadings do without.
        self._embedder, self._spec = embedder, self._spec or embedder.spec
        if self._idle_s:
            threading.Thread(target=self._unload_when_idle, name="unload-model", daemon=True).start()
        return embedder

    def _unload_when_idle(self) -> None:
        with self._changed:
            while True:
                idle = 0.0 if self._users else time.monotonic() - self._last_used
                if self._closed:
                    return
                if idle >= self._idle_s:
                    break
                self._changed.wait(self._idle_s - idle)
            embedder, self._embedder = self._embedder, None
        if embedder is not None:
            embedder.close()
            log.info("unloaded %s, which nobody used", embedder.spec.name)
            self._unloaded()
