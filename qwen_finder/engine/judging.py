"""Holds the reranker: opened when it is first asked, resting like others, and another when settings say.

Nothing is loaded here until a search wants its hits judged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder.core.errors import FinderError, ModelError
from qwen_finder.core.ports import Catalog, Placement
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.core.status import ModelStatus
from qwen_finder.engine.stores import IMPORTING
from qwen_finder.models.resting import RestingReranker
from qwen_finder.search.rerank import Bench, Judge
from qwen_finder.settings.store import Settings

if TYPE_CHECKING:
    from qwen_finder.models.reranker import LlamaCppReranker

AUTO, OFF = "auto", "off"

# Who asks for it this time waits for it to be loaded.
PATIENCE_S = 20.0


class Judging:
    """``models`` is the folder of models, ``catalog`` remembers what was found out about them."""

    def __init__(self, catalog: Catalog, models: Path, settings: Callable[[], Settings]) -> None:
        self._catalog = catalog
        self._models = models
        self._settings = settings
        self._lock = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rerank")
        self._open: tuple[tuple[object, ...], RestingReranker] | None = None

    def judge(self, request: SearchRequest) -> tuple[Judge | None, str]:
        """Who judges the hits of ``request``, None if nobody; and a sentence on why not, if somebody should.

        Raises ModelError when the request itself asks for what cannot be had.
        """
        settings = self._settings()
        wanted = settings.flag("search.rerank") if request.rerank is None else request.rerank
        if not wanted or request.mode is Mode.NAME:
            return None, ""
        demanded = request.rerank is True
        try:
            reranker = self._reranker(settings)
        except FinderError as error:
            if demanded:
                raise
            return None, f"Hits are not reranked: {error.message} {error.hint}".strip()
        return Judge(
            Bench(reranker, self._thread),
            seconds=settings.number("search.rerank_ms") / 1000,
            patience=PATIENCE_S if demanded else 0.0,
            demanded=demanded,
        ), ""

    def status(self) -> ModelStatus | None:
        """None when none is there and none is asked for."""
        settings = self._settings()
        wanted = settings.text("models.reranker")
        if wanted == OFF:
            return None
        from qwen_finder.models.factory import resolve_reranker

        try:
            model = resolve_reranker(wanted, self._models)
        except FinderError as error:
            unused = wanted == AUTO and not settings.flag("search.rerank")
            said = f"{error.message} {error.hint}".strip()
            return None if unused else ModelStatus(wanted, wanted, "missing", detail=said)
        name = model.entry.name if model.entry else model.path.stem
        with self._lock:
            opened = self._open
        where: Placement | None = None if opened is None else opened[1].placement
        if where is None:
            return ModelStatus(wanted, name, "idle")
        return ModelStatus(
            wanted, name, "loaded",
            device=where.device, layers=where.layers, memory_bytes=where.memory_bytes,
        )  # fmt: skip

    def close(self) -> None:
        with self._lock:
            opened, self._open = self._open, None
        self._thread.shutdown(wait=False, cancel_futures=True)
        if opened is not None:
            opened[1].close()

    def _reranker(self, settings: Settings) -> RestingReranker:
        """The reranker as ``settings`` have it, not loaded if it is new; what was open before is closed."""
        # Imported here and not above, as all that is of models.
        from qwen_finder.models.factory import Wishes, open_reranker, resolve_reranker

        address, models = settings.text("models.reranker"), self._models
        if address == OFF:
            raise ModelError(
                "model.none",
                "The reranker is switched off.",
                "Switch it on: `qwen-finder config set models.reranker auto`.",
            )
        path = resolve_reranker(address, models).path
        instruction = settings.text("models.query_instruction")
        wishes = Wishes(
            instruction="" if "{text}" in instruction else instruction,
            threads=settings.number("models.threads"),
            gpu_layers=settings.text("models.gpu_layers"),
        )
        idle_s = settings.number("models.idle_minutes") * 60.0
        wanted = (path, idle_s, wishes)
        tested = False

        def load() -> LlamaCppReranker:
            nonlocal tested
            reranker = open_reranker(
                address, models, wishes=wishes, store=self._catalog, self_test=not tested
            )
            tested = True
            return reranker

        with self._lock:
            if self._open is not None and self._open[0] == wanted:
                return self._open[1]
            before = self._open
            opened = RestingReranker(load, path.stem, idle_s=idle_s, unloaded=_release_memory)
            self._open = (wanted, opened)
        if before is not None:
            before[1].close()
        return opened


def _release_memory() -> None:
    # Imported here and not above: it takes a second.
    with IMPORTING:
        from qwen_finder.storage.lance import release_memory

    release_memory()
