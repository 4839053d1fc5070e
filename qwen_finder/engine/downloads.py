"""Downloads in turn: one at a time, shared by all who ask for the same, told as they go.

A download belongs to the service and not to who asked: the asker may leave. Nothing of the queue is kept on
disk; what was fetched is, and a model that is half here is "paused" in the next life.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

from qwen_finder.core.errors import FinderError, ModelError
from qwen_finder.core.events import EventLog
from qwen_finder.core.status import DownloadState, DownloadStatus
from qwen_finder.models.catalog import CatalogEntry
from qwen_finder.models.download import Step
from qwen_finder.models.patience import Halt, Halted
from qwen_finder.models.staging import Staging

log = logging.getLogger(__name__)

# The log of events is short, and a download is long.
_TOLD_EVERY_S = 0.5
_WINDOW_S = 10.0

Fetch = Callable[[CatalogEntry, Halt, Callable[[Step], None]], None]
"""Has a model in the models folder, or raises Halted or ModelError."""


class Downloads:
    """``fetch`` does the work, in a thread of ours; ``arrived`` is called with each complete model."""

    def __init__(
        self, models: Path, events: EventLog, fetch: Fetch, arrived: Callable[[CatalogEntry], None]
    ) -> None:
        self._models = models
        self._events = events
        self._fetch = fetch
        self._arrived = arrived
        self._lock = threading.Lock()
        self._known: dict[str, DownloadStatus] = {}
        self._waiting: deque[CatalogEntry] = deque()
        self._halts: dict[str, Halt] = {}
        self._discard: set[str] = set()
        self._worker: threading.Thread | None = None
        self._closed = False

    def ask(self, entry: CatalogEntry) -> DownloadStatus:
        """Have ``entry`` fetched when its turn comes; joins a download that is under way."""
        with self._lock:
            known = self._known.get(entry.id)
            if self._closed or (known is not None and known.under_way):
                return known or DownloadStatus(entry.id, DownloadState.PAUSED)
            here, total = Staging(self._models, entry.id).progress()
            status = DownloadStatus(entry.id, DownloadState.QUEUED, here, total or entry.size)
            self._known[entry.id] = status
            self._discard.discard(entry.id)
            self._waiting.append(entry)
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, name="downloads", daemon=True)
                self._worker.start()
        self._tell(status)
        return status

    def pause(self, entry: CatalogEntry, *, discard: bool) -> DownloadStatus:
        """Stop fetching ``entry``; with ``discard`` what was fetched goes too."""
        with self._lock:
            halt, known = self._halts.get(entry.id), self._known.get(entry.id)
            if known is not None and known.state is DownloadState.DONE and not discard:
                return known
            self._waiting = deque(other for other in self._waiting if other.id != entry.id)
            if halt is not None:
                if discard:
                    self._discard.add(entry.id)
                halt.tell()
            elif discard:
                Staging(self._models, entry.id).remove()
            status = replace(self._resting(entry.id, entry.size), rate=0.0, eta_s=None)
            if discard:
                status = replace(status, bytes_done=0)
                self._known.pop(entry.id, None)
            elif known is not None:
                self._known[entry.id] = status
        self._tell(status)
        return status

    def status(self) -> dict[str, DownloadStatus]:
        """What was asked for in this life, and what an earlier one left half fetched; by id."""
        with self._lock:
            known = dict(self._known)
        for model in Staging.begun(self._models):
            if model not in known:
                status = self._resting(model, 0)
                if status.bytes_done:
                    known[model] = status
        return known

    def close(self) -> None:
        """Stop what is under way and wait no longer than a moment: it can be cut off anywhere."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            for halt in self._halts.values():
                halt.tell()
            worker = self._worker
        if worker is not None:
            worker.join(0.5)

    def _resting(self, model: str, size: int) -> DownloadStatus:
        here, total = Staging(self._models, model).progress()
        return DownloadStatus(model, DownloadState.PAUSED, here, total or size)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._worker = None
                    return
                entry = self._waiting.popleft()
                halt = self._halts[entry.id] = Halt()
            try:
                status = self._one(entry, halt)
            finally:
                with self._lock:
                    del self._halts[entry.id]
                    discard = entry.id in self._discard
            if discard:
                Staging(self._models, entry.id).remove()
            with self._lock:
                self._discard.discard(entry.id)
                # Who asked again after a pause waits for its turn already.
                superseded = any(other.id == entry.id for other in self._waiting)
                if not superseded:
                    if discard:
                        self._known.pop(entry.id, None)
                    else:
                        self._known[entry.id] = status
            if not superseded and not discard:
                self._tell(status)

    def _one(self, entry: CatalogEntry, halt: Halt) -> DownloadStatus:
        meter = _Meter()
        told_at = 0.0

        def told(step: Step) -> None:
            nonlocal told_at
            now = time.monotonic()
            status = meter.status(entry.id, step, now)
            with self._lock:
                if halt.told:
                    return
                changed = self._known[entry.id].state is not status.state
                self._known[entry.id] = status
            if changed or now - told_at >= _TOLD_EVERY_S:
                told_at = now
                self._tell(status)

        try:
            self._fetch(entry, halt, told)
            log.info("the model %s was downloaded", entry.id)
            with self._lock:
                total = self._known[entry.id].bytes_total
            status = DownloadStatus(entry.id, DownloadState.DONE, total, total)
            self._arrived(entry)
            return status
        except Halted:
            return self._resting(entry.id, entry.size)
        except FinderError as error:
            log.warning("the model %s was not downloaded: %s", entry.id, error.message)
            failure = error
        except Exception as error:
            log.exception("the download of %s failed", entry.id)
            failure = ModelError(
                "download.unexpected",
                f"{entry.id} could not be downloaded ({type(error).__name__}: {error}).",
                "`qwen-finder doctor` shows where the log is.",
            )
        return replace(
            self._resting(entry.id, entry.size),
            state=DownloadState.FAILED,
            code=failure.code,
            message=failure.message,
            hint=failure.hint,
        )

    def _tell(self, status: DownloadStatus) -> None:
        self._events.publish("model.download", **{**asdict(status), "state": status.state.value})


class _Meter:
    """Bytes a second over the last seconds, and when it will be done."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, int]] = deque()

    def status(self, model: str, step: Step, now: float) -> DownloadStatus:
        state = DownloadState.CHECKING if step.checking else DownloadState.RUNNING
        if self._seen and step.done < self._seen[-1][1]:
            # It begins anew, or what is read is no longer the line but the disk.
            self._seen.clear()
        self._seen.append((now, step.done))
        while len(self._seen) > 2 and now - self._seen[0][0] > _WINDOW_S:
            self._seen.popleft()
        first, here = self._seen[0]
        rate = (step.done - here) / (now - first) if now - first > 0.2 else 0.0
        eta_s = (step.total - step.done) / rate if rate > 0 else None
        return DownloadStatus(model, state, step.done, step.total, round(rate, 1), eta_s, step.source)
