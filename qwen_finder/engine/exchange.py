"""The moment in which another text model answers: one transaction, while searches go on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import Catalog, Embedder
from qwen_finder.core.switch_ports import VectorsBeside
from qwen_finder.engine import reading
from qwen_finder.engine.backend import Backend
from qwen_finder.engine.chosen import Choice, Used, in_use
from qwen_finder.indexing.indexer import Indexer
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.settings.store import Settings

# How long the former model's index is kept for a rollback, unless another change comes first.
GRACE_SECONDS = 14 * 86_400.0


class Exchange:
    """``calm`` has nothing indexed any more, ``renew`` takes up whatever model is open. ``changing`` is held
    while models or settings are exchanged."""

    def __init__(
        self,
        catalog: Catalog,
        backend: Backend,
        indexer: Indexer,
        *,
        settings: Callable[[], Settings],
        calm: Callable[[], None],
        renew: Callable[[], None],
        changing: threading.RLock,
    ) -> None:
        self.catalog = catalog
        self.backend = backend
        self.indexer = indexer
        self.settings = settings
        self.calm = calm
        self.renew = renew
        self.changing = changing

    def beside(self, embedder: Embedder) -> VectorsBeside:
        """The vectors of ``embedder`` beside those of the store that is open now."""
        store = self.backend.wait().store
        if store is None:
            raise StorageError("storage.dropped", "The index is closed.", "It is opened again.")
        return store.beside(embedder.spec.dimensions, embedder.spec.fingerprint)

    def to(
        self,
        choice: Choice,
        embedder: Embedder,
        *,
        wanted: Callable[[], bool],
        ready: Callable[[], bool],
        recent: RecentVectors | None = None,
    ) -> bool:
        """Answer with ``embedder`` from now on if that is still ``wanted`` and its index is ``ready``, which
        is asked when nothing is stored any more. Indexing is to be taken up again by who calls.
        """
        with self.changing:
            if not wanted():
                return False
            self.calm()
            with self.indexer.storing:
                if not ready():
                    return False
                current = in_use(self.catalog)
                stamps: dict[str, str] = {}
                former: Used | None = None
                if current is not None:
                    former = replace(current, until=time.time() + GRACE_SECONDS)
                    old, new = (
                        reading.indexing_stamp(fingerprint, self.settings())
                        for fingerprint in (current.fingerprint, embedder.spec.fingerprint)
                    )
                    stamps[old] = new
                self.backend.take_over(
                    Used.by(choice, embedder.spec), embedder, recent or RecentVectors(), stamps, former=former
                )
        return True
