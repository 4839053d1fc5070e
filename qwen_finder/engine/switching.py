"""Changes the text model without an outage: the new index is made beside the old one, which answers.

The wish stands in the settings before anything is done, the fact in the catalog, which changes in one
transaction when all is made. Whatever ends the process in between, its next life finds wish and fact apart
and goes on. A model that cannot be used is told, and the wish is taken back.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from qwen_finder.core.errors import FinderError, ModelError, UsageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Embedder
from qwen_finder.core.switching import BUILDING, FAILED, READY, SwitchCost, SwitchStatus
from qwen_finder.engine import switch_cost
from qwen_finder.engine.changeover import Changeover
from qwen_finder.engine.chosen import PREVIOUS_MODEL, Choice, before, in_use, plain
from qwen_finder.engine.exchange import Exchange
from qwen_finder.engine.naming import entry_of
from qwen_finder.engine.remote_access import is_remote, require_consent, with_consent
from qwen_finder.indexing.pace import Pacer
from qwen_finder.settings.schema import Value
from qwen_finder.settings.store import Settings

log = logging.getLogger(__name__)

TELL_SECONDS = 1.0

_SETTINGS = {"image": "models.image", "reranker": "models.reranker"}

FOLLOWED = frozenset({"models.text", "models.dimensions", "models.consent"})
"""Settings that are followed here, and nowhere else once there is a model that answers."""


class Switching:
    """``change`` changes settings as any client does, ``keep`` writes them and does nothing else."""

    def __init__(
        self,
        exchange: Exchange,
        pacer: Pacer,
        events: EventLog,
        *,
        models: Path,
        data: Path,
        change: Callable[[Mapping[str, Value]], object],
        keep: Callable[[Mapping[str, Value]], None],
    ) -> None:
        self._exchange = exchange
        self._catalog = exchange.catalog
        self._backend = exchange.backend
        self._pacer = pacer
        self._events = events
        self._models = models
        self._data = data
        self._change = change
        self._keep = keep
        self._lock = threading.Lock()
        self._work: Changeover | None = None
        self._failed: SwitchStatus | None = None
        self._told = 0.0
        self._timer: threading.Timer | None = None
        self._closed = False

    # What users ask.

    def use(self, model: str, dimensions: int | None = None, *, consent: bool = False) -> SwitchStatus:
        """Have ``model`` used (a catalog id, a path or an address); how far that is. Raises ModelError when
        it cannot be used, StorageError when there is no room for its index.
        """
        self._failed = None
        address, setting = self._meant(model)
        if setting != "models.text":
            self._change({setting: address})
            return SwitchStatus(address, READY)
        choice = Choice(address, dimensions or 0)
        changes = choice.as_settings()
        if consent and is_remote(choice.address):
            changes |= with_consent(choice.address, self._exchange.settings())
        self._change(changes)
        opened = self._backend.wait()
        if (status := self.status()) is not None:
            return status
        if opened.embedder is None and opened.error is not None:
            return SwitchStatus(choice.address, FAILED, message=opened.error.message, hint=opened.error.hint)
        return SwitchStatus(choice.address, READY)

    def rollback(self) -> SwitchStatus:
        """Answer with the model before this one at once; files that changed since are indexed with it again.

        UsageError when there is none, ModelError when it cannot be used any more.
        """
        former = before(self._catalog)
        if former is None or self._backend.wait().store is None:
            raise UsageError(
                "model.no_previous",
                "There is no earlier model to go back to.",
                "It is kept for 14 days after a change; `qwen-finder models use ID` changes to any other.",
            )
        embedder = self._backend.open_model(former.choice, self._exchange.settings())
        if embedder.spec.fingerprint != former.fingerprint:
            embedder.close()
            raise ModelError(
                "model.changed",
                f"The model {former.name} is not the one any more that its index was made by.",
                f"`qwen-finder models use {former.choice.address}` makes a new index.",
            )
        self._stop_work()
        self._failed = None
        with self._exchange.changing:
            # The wish first, so that the end of the process in between does not undo it.
            self._keep(former.choice.as_settings())
            try:
                self._exchange.to(
                    former.choice,
                    embedder,
                    wanted=lambda: True,
                    ready=lambda: self._follows(embedder),
                )
            finally:
                self._exchange.renew()
        return self._tell()

    def _follows(self, embedder: Embedder) -> bool:
        """Put right what a former model's index holds; what it lacks is found to be missing, and indexed."""
        self._exchange.beside(embedder).align()
        return True

    def cancel(self) -> SwitchStatus | None:
        """Call off a change that is under way; what was made for it is deleted."""
        with self._exchange.changing:
            current = in_use(self._catalog)
            if self._work is not None and current is not None:
                self._keep(current.choice.as_settings())
                self._stop_work()
        self._tell()
        return self.status()

    def cost(self, model: str, dimensions: int | None = None) -> SwitchCost:
        """What a change to ``model`` would cost. Raises ModelError when it cannot be used."""
        return switch_cost.cost_of(
            Choice(self._meant(model)[0], dimensions or 0),
            self._catalog,
            self._backend.wait(),
            self._exchange.settings(),
            self._models,
            self._data,
        )

    def status(self) -> SwitchStatus | None:
        """How far the change is; of the last one whether it can be taken back. None: nothing to tell."""
        work, former, used = self._work, before(self._catalog), in_use(self._catalog)
        previous = former.choice.address if former else ""
        if work is not None:
            return replace(work.status(), previous=previous)
        if self._failed is not None:
            return replace(self._failed, previous=previous)
        wish = Choice.of(self._exchange.settings())
        if used is not None and used.choice != wish and self._backend.opening:
            # Begun in an earlier life of the service: it goes on once the old model is open.
            return SwitchStatus(wish.address, BUILDING, message="It goes on in a moment.", previous=previous)
        return SwitchStatus(used.choice.address, READY, previous=previous) if former and used else None

    def notices(self) -> tuple[str, ...]:
        status = self.status()
        if status is None or status.state == READY:
            return ()
        if status.state == FAILED:
            return (f"{status.message} {status.hint}".strip(),)
        used = in_use(self._catalog)
        waits = f" {status.message}" if status.message else ""
        return (f"The index for {status.target} is being made; {used.name if used else ''} answers.{waits}",)

    # What the engine tells.

    def check(self, changes: Mapping[str, Value]) -> None:
        """Raises FinderError if these settings would have a model used that cannot be, while another one
        answers. Slow checks are left to the change itself.
        """
        if not FOLLOWED & changes.keys():
            return
        opened = self._backend.wait()
        future = Settings({**self._exchange.settings().as_dict(), **changes})
        wish = Choice.of(future)
        require_consent(wish.address, future)
        used = in_use(self._catalog)
        if opened.embedder is None or used is None or wish == used.choice:
            return
        cost = switch_cost.cost_of(
            wish, self._catalog, opened, self._exchange.settings(), self._models, self._data, timed=False
        )
        switch_cost.check_room(cost, self._exchange.settings(), wish.address)

    def follow(self) -> bool:
        """Begin the change that the settings ask for, or go on with it, or end one that they do not ask for
        any more. False when no model could answer meanwhile."""
        opened, used = self._backend.opened, in_use(self._catalog)
        if opened.embedder is None or opened.store is None or used is None:
            return False
        wish = Choice.of(self._exchange.settings())
        with self._lock:
            if self._closed or (self._work is not None and self._work.wish == wish):
                return True
        self._stop_work()
        if wish == used.choice:
            threading.Thread(target=self._tidy_quietly, name="tidy-models", daemon=True).start()
            return True
        with self._lock:
            self._failed = None
            self._work = Changeover(
                wish,
                self._exchange,
                self._pacer,
                self._data,
                changed=self._tell_now_and_then,
                failed=self._give_up,
                ended=self._ended,
            )
            self._work.start()
        return True

    def close(self) -> None:
        with self._lock:
            self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        work = self._work
        self._stop_work()
        if work is not None:
            work.join(1.0)

    def tidy(self) -> None:
        """Delete the indices of models that nobody goes back to."""
        store, former, used = self._backend.opened.store, before(self._catalog), in_use(self._catalog)
        if store is None or used is None or self._closed:
            return
        if former is not None and former.until <= time.time():
            self._catalog.set(PREVIOUS_MODEL, "")
            former = None
        kept = {used.fingerprint, former.fingerprint if former else ""}
        work = self._work
        if work is not None and work.fingerprint:
            kept.add(work.fingerprint)
        elif work is not None:
            # Which one it will be is not known yet.
            return
        store.keep_only(kept)
        if self._timer is not None:
            self._timer.cancel()
        if former is not None and not self._closed:
            # Looked at once a day, since the clock may be set.
            self._timer = threading.Timer(min(former.until - time.time(), 86_400.0), self._tidy_quietly)
            self._timer.daemon = True
            self._timer.start()

    def _meant(self, model: str) -> tuple[str, str]:
        """The address of ``model``, which may be a family of the catalog, and the setting that takes it."""
        address = plain(model)
        if ":" in address:
            return address, "models.text"
        entry = entry_of(address, self._models)
        return (entry.id, _SETTINGS.get(entry.modality, "models.text")) if entry else (address, "models.text")

    # What a change tells.

    def _give_up(self, work: Changeover, error: FinderError) -> None:
        """Tell why, and take the wish back: the old model goes on."""
        if self._closed:
            return
        log.warning("the model %s cannot be used: %s", work.wish.address, error.message)
        with self._exchange.changing:
            current = in_use(self._catalog)
            if work.stopped or current is None:
                return
            self._failed = replace(work.status(), state=FAILED, message=error.message, hint=error.hint)
            self._keep(current.choice.as_settings())

    def _ended(self, work: Changeover) -> None:
        with self._lock:
            if self._work is work:
                self._work = None
        if self._closed:
            return
        self._tidy_quietly()
        self._tell()

    def _stop_work(self) -> None:
        with self._lock:
            work, self._work = self._work, None
        if work is not None:
            work.stop()

    def _tidy_quietly(self) -> None:
        try:
            self.tidy()
        except FinderError as error:
            log.warning("indices of former models could not be deleted: %s", error.message)

    def _tell_now_and_then(self) -> None:
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._tell()

    def _tell(self) -> SwitchStatus:
        self._told = time.monotonic()
        used = in_use(self._catalog)
        status = self.status() or SwitchStatus(used.choice.address if used else "", READY)
        self._events.publish("model.switch", **asdict(status))
        return status
