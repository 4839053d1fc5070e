"""Opens what costs seconds and memory: the text model and the vector store that belongs to it.

Opening happens in a thread, because a search by name must not wait for a model. Without a usable model the
store of the last model is opened alone, so that full text still answers.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder.core.errors import FinderError, ModelError, StorageError
from qwen_finder.core.ports import Catalog, Embedder, VectorStore
from qwen_finder.engine.chosen import ACTIVE_MODEL, ACTIVE_TABLE, Choice, Used, in_use, taking_over
from qwen_finder.engine.remote_access import host_of, require_consent
from qwen_finder.engine.stores import DAMAGED, IMPORTING, discard, open_store
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.models.resting import RestingEmbedder

if TYPE_CHECKING:
    from qwen_finder.models.factory import Wishes
    from qwen_finder.settings.store import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """What is usable now; ``error`` says why something is missing."""

    store: VectorStore | None = None
    embedder: Embedder | None = None
    error: FinderError | None = None
    rebuilt: str = ""
    """Why the index had to be begun anew, in one sentence; "" if it had not."""
    recent: RecentVectors = field(default_factory=RecentVectors)
    """What this model embedded lately; it outlives a change of the settings for indexing."""


class Backend:
    """Model and store, opened in the background; ``ready`` is called whenever that changed. ``key`` gives the
    key for a model on another machine, ``noted`` is told each time that one is spoken to, and why.
    """

    def __init__(
        self,
        catalog: Catalog,
        models: Path,
        vectors: Path,
        ready: Callable[[], None],
        *,
        key: Callable[[str], str] = lambda _: "",
        noted: Callable[[str, str], None] = lambda _host, _why: None,
    ) -> None:
        self._key = key
        self._noted = noted
        self._catalog = catalog
        self._models = models
        self._vectors = vectors
        self._ready = ready
        self._opened = Opened()
        self._former: list[Opened] = []
        self._thread: threading.Thread | None = None
        self._rebuilt = ""

    @property
    def opened(self) -> Opened:
        return self._opened

    @property
    def opening(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def resting(self) -> bool:
        """The model has given its memory back and loads again when it is needed."""
        embedder = self._opened.embedder
        return isinstance(embedder, RestingEmbedder) and not embedder.loaded

    def open(self, settings: Settings) -> None:
        """Begin to open what ``settings`` ask for and return at once."""
        self._thread = threading.Thread(target=self._open, args=(settings,), name="open-models", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> Opened:
        """What is usable, after waiting for an opening that is under way (for ever when None)."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._opened

    def close(self, timeout_s: float | None = None) -> None:
        """Close what is open. An opening under way is waited for, at most ``timeout_s`` seconds: a process
        that ends need not wait for gigabytes to load, and what they load into is gone with it.
        """
        opened, self._opened = self.wait(timeout_s), Opened()
        _close(opened)
        self.close_former()

    def taken_up(self) -> None:
        """Say once more that what is open can be used."""
        self._ready()

    def rebuild(self, settings: Settings) -> None:
        """Discard the index and begin to open an empty one; nothing may use the store any more."""
        self.close()
        self._rebuilt = discard(self._vectors, DAMAGED)
        self.open(settings)

    def _open(self, settings: Settings) -> None:
        store: VectorStore | None = None
        embedder: Embedder | None = None
        error: FinderError | None = None
        choice = Choice.of(settings)
        try:
            choice, embedder = self._open_embedder(settings)
        except FinderError as problem:
            log.warning("the text model cannot be used: %s", problem.message)
            error = problem
        except Exception as problem:
            log.exception("opening the text model failed")
            error = ModelError(
                "model.unexpected",
                f"The text model could not be opened ({type(problem).__name__}: {problem}).",
                "`qwen-finder doctor` shows where the log is.",
            )
        try:
            store = self._open_store(embedder)
            if embedder is not None:
                self._catalog.set(ACTIVE_MODEL, Used.by(choice, embedder.spec).entry())
        except FinderError as problem:
            log.warning("the index cannot be used: %s", problem.message)
            error = error or problem
        except Exception as problem:
            log.exception("opening the index failed")
            error = error or StorageError(
                "storage.unexpected",
                f"The index could not be opened ({type(problem).__name__}: {problem}).",
                "`qwen-finder doctor` shows where the log is.",
            )
        self._opened = Opened(store, embedder, error, self._rebuilt)
        self._ready()

    def _open_embedder(self, settings: Settings) -> tuple[Choice, Embedder]:
        """The model that the index was made by, while it can be opened: another one that is wished answers
        once its own index is made. Else the one that is wished."""
        wish, used = Choice.of(settings), in_use(self._catalog)
        if used is not None and used.choice != wish:
            try:
                embedder = self.open_model(used.choice, settings)
                if embedder.spec.fingerprint == used.fingerprint:
                    return used.choice, embedder
                embedder.close()
            except FinderError as problem:
                log.warning("the model of the index cannot be used any more: %s", problem.message)
        return wish, self.open_model(wish, settings)

    def open_model(self, choice: Choice, settings: Settings) -> RestingEmbedder:
        """Load a text model, which may take a minute; raises as ``models.factory.open_embedder``."""
        # Imported here and not above: it loads numpy and a native library, and takes a second.
        from qwen_finder.models.factory import open_embedder

        require_consent(choice.address, settings)
        host = host_of(choice.address)
        wishes = replace(
            wishes_of(settings, choice.dimensions),
            key=self._key(choice.address),
            noted=lambda: self._noted(host, "texts are embedded there"),
        )

        with IMPORTING:
            from qwen_finder.storage.lance import release_memory

        tested = False

        def load() -> Embedder:
            return open_embedder(
                choice.address,
                self._models,
                wishes=wishes,
                store=self._catalog,
                self_test=not tested,
            )

        embedder = RestingEmbedder(
            load, idle_s=settings.number("models.idle_minutes") * 60.0, unloaded=release_memory
        )
        # What is wrong with the model has to be found now, and its store is named after it.
        log.info("opened the model %s", embedder.spec.name)
        tested = True
        return embedder

    def take_over(
        self,
        used: Used,
        embedder: Embedder,
        recent: RecentVectors,
        stamps: Mapping[str, str],
        *,
        former: Used | None,
    ) -> None:
        """Answer with ``embedder`` from now on, whose vectors are in the store already; ``former`` is what a
        rollback goes back to. Nothing may be indexed meanwhile, searches may go on. ``stamps`` as of
        ``Catalog.take_over``.
        """
        # Opened first: from the next line on there is no way back.
        store = self._make_store(used.dimensions, used.fingerprint)
        self._catalog.take_over(taking_over(used, former), stamps)
        old, self._opened = self._opened, Opened(store, embedder, None, self._rebuilt, recent)
        self._former.append(old)

    def close_former(self) -> None:
        """Close what ``take_over`` replaced, once nobody begins to search with it any more."""
        while self._former:
            # Who searches with the old model this moment is waited for, by nobody else.
            old = self._former.pop()
            threading.Thread(target=_close, args=(old,), name="close-model", daemon=True).start()

    def _make_store(self, dimensions: int, fingerprint: str) -> VectorStore:
        with IMPORTING:
            from qwen_finder.storage.vectors import LanceVectorStore

        return LanceVectorStore(self._vectors, dimensions=dimensions, fingerprint=fingerprint)

    def _open_store(self, embedder: Embedder | None) -> VectorStore | None:
        """The store of ``embedder``, or of the last model when there is none; None if there never was one."""
        spec = None if embedder is None else embedder.spec
        store, said = open_store(self._catalog, ACTIVE_TABLE, self._vectors, spec, self._make_store)
        self._rebuilt = said or self._rebuilt
        return store


def wishes_of(settings: Settings, dimensions: int) -> Wishes:
    """What the settings say of how a text model is run whose vectors are cut to ``dimensions``."""
    from qwen_finder.models.factory import Wishes

    return Wishes(
        dimensions=dimensions,
        threads=settings.number("models.threads"),
        max_tokens=settings.number("models.max_tokens"),
        pooling=settings.text("models.pooling"),
        instruction=settings.text("models.query_instruction"),
        gpu_layers=settings.text("models.gpu_layers"),
    )


def _close(opened: Opened) -> None:
    if opened.embedder is not None:
        opened.embedder.close()
    if opened.store is not None:
        opened.store.close()
