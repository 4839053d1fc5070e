"""Keeps the stores of the index small, quick and free of what was deleted, in a thread of its own.

While files are indexed it does what the store's policy says is due, so that searches stay quick; when
nothing has changed for a while, or a folder was removed, it wipes deleted text from the disk. It never runs
without a reason: an index that nobody changes costs nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from qwen_finder.core.ports import Catalog

log = logging.getLogger(__name__)

# Between two looks at what is due while files are being indexed.
STEP_SECONDS = 15.0

# Nothing changed for so long: time to wipe.
QUIET_SECONDS = 30.0

# Wiping rewrites a part of the index, and so is done again only after this many times what it took.
WIPE_REST = 50

# A paused machine, a closed store or an error: look again later.
RECHECK_SECONDS = 30.0

# How long a maintenance under way may hold up the end; it survives being killed.
CLOSING_SECONDS = 0.2


class Kept(Protocol):
    """A store, as far as it is kept up."""

    def maintain(self, *, exclusive: bool = False) -> bool: ...


class Upkeep:
    """``stores()`` are those that are open, none at first; while ``busy()`` only what cannot wait is done,
    while ``paused()`` nothing. Times are of the monotonic clock, so a wall clock that jumps does not matter.
    """

    def __init__(
        self,
        stores: Callable[[], Sequence[Kept]],
        catalog: Catalog,
        *,
        busy: Callable[[], bool],
        paused: Callable[[], bool],
    ) -> None:
        self._stores = stores
        self._catalog = catalog
        self._busy = busy
        self._paused = paused
        self._changed = threading.Condition()
        self._stopping = False
        self._step_due = self._wipe_due = False
        self._step_awaited = False
        self._wipe_asked = False
        self._changed_at = 0.0
        self._next_step = 0.0
        self._next_wipe = 0.0
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """End; what is under way is left to end by itself or with the process."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def changed(self) -> None:
        """Something was written or deleted."""
        with self._changed:
            self._step_due = self._wipe_due = True
            self._changed_at = time.monotonic()
            self._changed.notify_all()

    def wipe(self) -> None:
        """Remove deleted text from the disk now, not only when all is quiet."""
        with self._changed:
            self._wipe_asked = True
            self._changed.notify_all()

    def _run(self) -> None:
        wait: float | None = None
        while True:
            with self._changed:
                self._step_awaited = self._step_due
                self._changed.wait_for(self._wanted, wait)
                if self._stopping:
                    return
            try:
                stores = [] if self._paused() else self._stores()
                if stores:
                    wait = self._step(stores, time.monotonic())
                    continue
            except BaseException:
                # Told by the next write or search, which meets the same trouble; upkeep comes again.
                log.exception("maintenance of the index failed")
            with self._changed:
                self._changed.wait_for(lambda: self._stopping, RECHECK_SECONDS)

    def _wanted(self) -> bool:
        # A step that is waited for already comes no sooner: there is a change with every batch.
        return self._stopping or self._wipe_asked or (self._step_due and not self._step_awaited)

    def _step(self, stores: Sequence[Kept], now: float) -> float | None:
        """Do what is due; seconds until the next look, None when there is no reason for one."""
        if self._wipe_asked:
            # Before the work, not after: what is deleted meanwhile needs another.
            self._wipe_asked = False
            try:
                self._wipe(stores)
            except BaseException:
                self._wipe_asked = True
                raise
            return 0.0
        if self._step_due and now >= self._next_step:
            self._step_due = False
            for store in stores:
                store.maintain()
            self._next_step = time.monotonic() + STEP_SECONDS
        if self._step_due:
            return max(0.0, self._next_step - time.monotonic())
        if not self._wipe_due:
            return None
        if self._busy():
            return STEP_SECONDS
        quiet = max(self._changed_at + QUIET_SECONDS, self._next_wipe)
        if now < quiet:
            return quiet - now
        self._wipe_due = False
        self._wipe(stores)
        return None

    def _wipe(self, stores: Sequence[Kept]) -> None:
        started = time.monotonic()
        self._catalog.wipe()
        for store in stores:
            store.maintain(exclusive=True)
        took = time.monotonic() - started
        self._next_wipe = time.monotonic() + WIPE_REST * took
        if took > 1.0:
            log.info("wiped deleted text from the index in %.1f s", took)
