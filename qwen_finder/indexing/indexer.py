"""The background of the service: keeps the index in step with the folders, for as long as it runs.

Two threads. One reconciles folders, when asked and every few minutes; it is quick, so a new folder's names
are searchable at once even while a long indexing goes on. The other drains pending files. Neither ever
dies of an error: what went wrong is remembered, shown, and tried again later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field

from qwen_finder.core.document import FileId, FileState, Kind
from qwen_finder.core.errors import FinderError, FolderError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Catalog, CatalogFile, Embedder, Journal, VectorStore
from qwen_finder.core.status import FileCounts, Folder, Progress
from qwen_finder.indexing.pace import Mode, Pacer
from qwen_finder.indexing.pipeline import Finished, Pipeline
from qwen_finder.indexing.prepare import PreparedFile
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.recovery import quarantine, reconcile_index
from qwen_finder.indexing.reconcile import Scanner, reconcile

log = logging.getLogger(__name__)

# After an error (disk full, model broken) the next try comes by itself.
RETRY_SECONDS = 60.0

FORGET_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Workshop:
    """What indexing works with; it is opened in the background and replaced when the model changes."""

    store: VectorStore
    embedder: Embedder
    prepare: Callable[[CatalogFile], PreparedFile]
    stamps: Collection[str]
    recent: RecentVectors = field(default_factory=RecentVectors)


class Indexer:
    """``workshop()`` is None until a model and a store are open. ``scan`` raises FolderError for a folder
    that is not there; ``rescan_seconds`` is asked before every wait, so a changed setting takes effect.
    """

    def __init__(
        self,
        catalog: Catalog,
        events: EventLog,
        *,
        workshop: Callable[[], Workshop | None],
        store: Callable[[], VectorStore | None],
        scan: Callable[[Folder], Scanner],
        kind_of: Callable[[str], Kind],
        rescan_seconds: Callable[[], float],
        pace: Pacer,
        journal: Journal,
    ) -> None:
        self._catalog = catalog
        self._events = events
        self._workshop = workshop
        self._store = store
        self._scan = scan
        self._kind_of = kind_of
        self._rescan_seconds = rescan_seconds
        self._pace = pace
        self._journal = journal
        self._recovered: VectorStore | None = None
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._requested: set[int] = set()
        self._reconciling = False
        self._work = threading.Event()
        self._draining = False
        self._interrupt = threading.Event()
        self._storing = threading.Lock()
        self._offline: dict[int, FolderError] = {}
        self._scan_error: FinderError | None = None
        self._drain_error: FinderError | None = None
        self._run = _Run()
        self._threads: list[threading.Thread] = []

    @property
    def error(self) -> FinderError | None:
        """What went wrong the last time; None when all went well. It is tried again by itself."""
        return self._drain_error or self._scan_error

    def start(self) -> None:
        for loop in (self._reconcile_loop, self._drain_loop):
            thread = threading.Thread(target=loop, name=loop.__name__.strip("_"), daemon=True)
            self._threads.append(thread)
            thread.start()
        self.request(folder.id for folder in self._catalog.folders())

    def close(self) -> None:
        """Stop both threads; files in flight stay pending."""
        self._stop.set()
        self._interrupt.set()
        self._work.set()
        with self._changed:
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def request(self, folders: Iterable[int], *, urgent: bool = False) -> None:
        """Reconcile these folders (ids) as soon as possible; ``urgent``: at full pace until all is done."""
        with self._changed:
            self._requested.update(folders)
            if urgent:
                self._pace.hurry()
            self._changed.notify_all()

    def wake(self) -> None:
        """Try pending files again: a model was opened, something was requeued."""
        self._work.set()

    def interrupt(self) -> None:
        """Stop the current run and wait until it has; the next one starts at ``wake``."""
        self._interrupt.set()
        while self._draining:
            time.sleep(0.01)
        self._interrupt.clear()

    def forget_folder(self, folder: int) -> None:
        """Remove a folder with its files, whatever is in flight: from the index first, so that a failure
        leaves no text behind that nobody knows of any more."""
        with self._storing:
            store = self._store()
            files = [file.id for file in self._catalog.known_files(folder).values()]
            if store is not None and files:
                store.delete(files)
            self._catalog.remove_folder(folder)
        self._work.set()

    def forget_files(self, files: Sequence[FileId]) -> None:
        """Remove files that are gone: from the index first, so that a crash leaves no orphans.

        They may only have moved, and then wait to be indexed under their new names: so their vectors are
        remembered for a while.
        """
        for start in range(0, len(files), FORGET_BATCH):
            batch = files[start : start + FORGET_BATCH]
            with self._storing:
                store = self._store()
                workshop = self._workshop()
                if workshop is not None and self._pending():
                    for chunk_hash, vector in workshop.store.vectors_by_hash(batch).items():
                        workshop.recent.add(chunk_hash, vector)
                if store is not None:
                    store.delete(batch)
                self._catalog.forget(batch)

    def idle(self) -> bool:
        """Nothing requested, nothing running and nothing pending that could be done now."""
        with self._changed:
            if self._requested or self._reconciling:
                return False
        if self._draining or self._work.is_set():
            return False
        if self._workshop() is None or self._drain_error is not None or self._paused():
            return True
        return not self._pending()

    def offline(self, folder: int) -> FolderError | None:
        """Why a folder could not be scanned the last time; None when it could."""
        return self._offline.get(folder)

    def progress(self) -> Progress | None:
        """None unless files are being indexed."""
        return self._run.progress(self._pending()) if self._draining else None

    def _paused(self) -> bool:
        return self._pace.current().mode is Mode.PAUSED

    def _pending(self) -> int:
        return sum(self._catalog.counts().values(), FileCounts()).pending

    # Reconciling.

    def _reconcile_loop(self) -> None:
        while not self._stop.is_set():
            seconds = self._rescan_seconds()
            if self._scan_error is not None:
                seconds = min(seconds, RETRY_SECONDS)
            with self._changed:
                asked = self._changed.wait_for(lambda: self._requested or self._stop.is_set(), seconds)
                requested, self._requested = self._requested, set()
                self._reconciling = True
            self._scan_error = self._reconcile_all(requested if asked else None)
            self._work.set()
            with self._changed:
                self._reconciling = False

    def _reconcile_all(self, wanted: Collection[int] | None) -> FinderError | None:
        """Reconcile these folders, all of them when None; the first error, which stops none of the others."""
        first: FinderError | None = None
        try:
            folders = self._catalog.folders()
        except StorageError as error:
            return self._remember(error, "looking for changed files")
        for folder in folders:
            if self._stop.is_set() or not (wanted is None or folder.id in wanted):
                continue
            try:
                self._reconcile(folder)
            except Exception as error:  # noqa: BLE001 - remembered and shown; the loop must live on
                problem = self._remember(error, f"looking for changed files in {folder.path}")
                first = first or problem
        return first

    def _reconcile(self, folder: Folder) -> None:
        workshop = self._workshop()
        try:
            with self._storing:
                # A folder that was removed since it was requested must not be entered again.
                if folder not in self._catalog.folders():
                    return
            changes = reconcile(
                folder,
                self._scan(folder),
                self._catalog,
                kind_of=self._kind_of,
                forget=self.forget_files,
                stamps=None if workshop is None else workshop.stamps,
                stop=self._stop.is_set,
            )
        except FolderError as error:
            # An unplugged disk is not an empty one: what is known of it stays.
            self._offline[folder.id] = error
            self._events.publish("folder", path=folder.path, mode="offline", reason=error.message)
            return
        except StorageError:
            # The catalog refuses files of a folder that was removed during the scan: nothing is wrong then.
            if folder in self._catalog.folders():
                raise
            return
        self._offline.pop(folder.id, None)
        if changes.to_index or changes.vanished:
            log.info("reconciled a folder: %s", changes)
        self._events.publish("folder", path=folder.path, mode="timed", to_index=changes.to_index)

    # Draining.

    def _drain_loop(self) -> None:
        while not self._stop.is_set():
            self._work.wait(self._patience())
            if self._stop.is_set():
                break
            # Set before the wish is cleared, so that idle() never sees neither.
            self._draining = True
            self._work.clear()
            try:
                self._drain()
                self._drain_error = None
                self._calm_down()
            except Exception as error:  # noqa: BLE001 - remembered and shown; the loop must live on
                self._drain_error = self._remember(error, "indexing")
            finally:
                self._draining = False

    def _patience(self) -> float | None:
        """Seconds until pending files are tried again by themselves; None: not before somebody asks."""
        if self._drain_error is not None:
            return RETRY_SECONDS
        try:
            if self._workshop() is None or not self._pending():
                return None
        except StorageError:
            return RETRY_SECONDS
        pace = self._pace.current()
        return pace.recheck_s if pace.mode is Mode.PAUSED else 0.0

    def _calm_down(self) -> None:
        """Nobody who waited for the index need wait any longer."""
        with self._changed:
            if not (self._requested or self._reconciling or self._pending()):
                self._pace.drained()

    def _drain(self) -> None:
        workshop = self._workshop()
        if workshop is None:
            return
        self._run = _Run()
        self._recover(workshop)
        for file in self._catalog.suspects():
            if not (self._halted() or self._paused()):
                self._pipeline(workshop, alone=file.id).run()
        while self._pending() and not self._halted() and not self._paused():
            self._pipeline(workshop).run()
        if not self._halted() and not self._paused():
            workshop.store.maintain()

    def _recover(self, workshop: Workshop) -> None:
        """Put right what the last process left behind, before the first run over a store."""
        if workshop.store is self._recovered:
            return
        with self._storing:
            quarantine(self._catalog, workshop.stamps)
            reconcile_index(self._catalog, workshop.store)
        self._recovered = workshop.store

    def _pipeline(self, workshop: Workshop, alone: FileId | None = None) -> Pipeline:
        return Pipeline(
            self._catalog,
            workshop.store,
            workshop.embedder,
            prepare=workshop.prepare,
            finished=self._finished,
            stop=self._interrupt,
            storing=self._storing,
            recent=workshop.recent,
            pace=self._pace,
            embedded=self._run.embedded,
            journal=self._journal,
            alone=alone,
        )

    def _halted(self) -> bool:
        return self._stop.is_set() or self._interrupt.is_set()

    def _finished(self, batch: Finished) -> None:
        self._run.add(batch)
        self._events.publish("indexed", files=batch.files, state=FileState.INDEXED.value)

    def _remember(self, error: Exception, doing: str) -> FinderError:
        log.error("%s failed", doing, exc_info=error)
        if not isinstance(error, FinderError):
            error = FinderError(
                "internal",
                f"An unexpected error stopped {doing} ({type(error).__name__}: {error}).",
                "It is tried again in a minute; `qwen-finder doctor` shows where the log is.",
            )
        self._events.publish("error", **error.to_json())
        return error


class _Run:
    """Counts one run for its progress."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._files = 0
        self._last = ""

    def add(self, batch: Finished) -> None:
        self._files += batch.files
        self._last = batch.last

    def embedded(self, characters: int) -> None:
        pass

    def progress(self, pending: int) -> Progress:
        elapsed = max(time.monotonic() - self._started, 1e-3)
        rate = self._files / elapsed
        eta = pending / rate if rate > 0 else None
        return Progress(self._files, self._files + pending, round(rate, 2), eta, self._last)
