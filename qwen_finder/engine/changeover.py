"""One change of the text model on its way: open the model, make its index, have it answer.

It waits for what passes by itself (a full disk, a server that is away) and tries again; what does not pass
ends it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from qwen_finder.core.errors import FinderError, ModelError, StorageError
from qwen_finder.core.ports import Embedder
from qwen_finder.core.switching import BUILDING, SwitchStatus
from qwen_finder.engine import switch_cost
from qwen_finder.engine.chosen import ACTIVE_MODEL, Choice, Used
from qwen_finder.engine.exchange import Exchange
from qwen_finder.indexing.pace import Pacer
from qwen_finder.indexing.rebuild import Rebuild
from qwen_finder.indexing.turns import TakingTurns

log = logging.getLogger(__name__)

PASSING = frozenset(
    {
        "storage.full", "storage.busy", "storage.unreadable", "storage.memory", "storage.broken",
        "storage.dropped", "model.closed", "model.unreachable",
    }
)  # fmt: skip
RETRY_SECONDS = 5.0
LONGEST_RETRY_SECONDS = 300.0

Result = TypeVar("Result")


class Changeover:
    """``changed`` is called whenever the figures have, ``failed`` when the model cannot be used, ``ended`` at
    the end in any case."""

    def __init__(
        self,
        wish: Choice,
        exchange: Exchange,
        pacer: Pacer,
        data: Path,
        *,
        changed: Callable[[], None],
        failed: Callable[[Changeover, FinderError], None],
        ended: Callable[[Changeover], None],
    ) -> None:
        self.wish = wish
        self.fingerprint = ""
        self._exchange = exchange
        self._pacer = pacer
        self._data = data
        self._changed = changed
        self._failed = failed
        self._ended = ended
        self._stop = threading.Event()
        self._rebuild: Rebuild | None = None
        self._message = "The model is being loaded."
        self._thread = threading.Thread(target=self._run, name="change-model", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End soon; what was made so far stays where it is."""
        self._stop.set()

    def join(self, timeout_s: float) -> None:
        self._thread.join(timeout_s)

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def status(self) -> SwitchStatus:
        rebuild, message = self._rebuild, self._message
        if rebuild is None:
            return SwitchStatus(self.wish.address, BUILDING, message=message)
        return SwitchStatus(
            self.wish.address,
            BUILDING,
            rebuild.done,
            rebuild.total,
            rebuild.eta_s,
            message or rebuild.waits_for,
        )

    def _run(self) -> None:
        embedder: Embedder | None = None
        kept = False
        try:
            self._changed()
            settings = self._exchange.settings()
            # A server that was never asked before and is away is told at once: the address may be wrong.
            opened = embedder = self._exchange.backend.open_model(self.wish, settings)
            self.fingerprint = embedder.spec.fingerprint
            kept = bool(self._patiently(lambda: self._make(opened)))
        except FinderError as error:
            self._failed(self, error)
        except Exception as error:
            log.exception("changing the model failed")
            self._failed(
                self,
                ModelError(
                    "model.unexpected",
                    f"The change to {self.wish.address} failed ({type(error).__name__}: {error}).",
                    "`qwen-finder doctor` shows where the log is.",
                ),
            )
        finally:
            if embedder is not None and not kept:
                embedder.close()
            self._ended(self)

    def _make(self, embedder: Embedder) -> bool:
        """Make the index of ``embedder`` and answer with it; False when that was called off."""
        exchange, spec = self._exchange, embedder.spec
        opened = exchange.backend.wait()
        if opened.embedder is None or opened.store is None:
            raise ModelError("model.closed", "The model in use was closed.", "It is tried again.")
        old = opened.embedder.spec
        self._message = ""
        if spec.fingerprint == old.fingerprint:
            # Another name of the same model.
            with exchange.changing:
                if not self.stopped:
                    exchange.catalog.set(ACTIVE_MODEL, Used.by(self.wish, spec).entry())
            return False
        room = switch_cost.room_for(exchange.catalog, spec.dimensions, self._data)
        switch_cost.check_room(room, exchange.settings(), spec.name)
        self._rebuild = rebuild = Rebuild(
            lambda: exchange.beside(embedder),
            TakingTurns(embedder, exchange.indexer.turns),
            cut=bool(spec.lineage) and spec.lineage == old.lineage and spec.dimensions <= old.dimensions,
            pace=self._pacer,
            storing=exchange.indexer.storing,
            stop=self._stop,
            stored=exchange.indexer.upkeep.changed,
            changed=self._changed,
        )
        if not rebuild.run():
            return False
        if (store := exchange.backend.opened.store) is not None:
            # Its search index is to be there when it answers.
            store.maintain()
        while rebuild.run():
            # Files may be indexed faster than the last passages are made; so that waits for a moment.
            exchange.calm()
            try:
                if rebuild.run() and exchange.to(
                    self.wish,
                    embedder,
                    wanted=lambda: not self.stopped,
                    ready=rebuild.complete,
                    recent=rebuild.recent,
                ):
                    log.info("changed to the model %s", spec.name)
                    return True
            finally:
                exchange.renew()
        return False

    def _patiently(self, act: Callable[[], Result]) -> Result | None:
        """Do ``act``, again when something passing came between; None when it was called off."""
        pause = RETRY_SECONDS
        while not self.stopped:
            try:
                return act()
            except (ModelError, StorageError) as error:
                if error.code not in PASSING:
                    raise
                log.warning("changing the model has to wait: %s", error.message)
                self._message = f"{error.message} {error.hint}".strip()
                self._changed()
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_RETRY_SECONDS)
        return None
