"""The background of the service: keeps the index in step with the folders, for as long as it runs.

Three threads. The lookout's reconciles folders, the one here drains the pending files that it enters, the
picture loop's looks at those that are pictures. None ever dies of an error: what went wrong is remembered,
shown, and tried again later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field

from qwen_finder.core.document import FileId, FileState, Kind
from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Catalog, CatalogFile, Embedder, Journal, PictureStore, VectorStore
from qwen_finder.core.status import FileCounts, Folder, Progress
from qwen_finder.indexing.lookout import Lookout, Scan
from qwen_finder.indexing.pace import Mode, Pacer
from qwen_finder.indexing.picture_loop import PictureLoop
from qwen_finder.indexing.picture_progress import together
from qwen_finder.indexing.pictures import Gallery
from qwen_finder.indexing.pipeline import Finished, Pipeline, measured
from qwen_finder.indexing.prepare import PreparedFile
from qwen_finder.indexing.problems import problem
from qwen_finder.indexing.progress import Meter
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.recovery import Repairs, quarantine, reconcile_index
from qwen_finder.indexing.turns import TakingTurns, Turns
from qwen_finder.indexing.upkeep import Kept, Upkeep

# After an error (disk full, model broken) the next try comes by itself.
RETRY_SECONDS = 60.0

FORGET_BATCH = 2_000

# A long file is stored at its end; who watches the events is told how far it is meanwhile.
TELL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Workshop:
    """What indexing works with; it is opened in the background and replaced when the model changes."""

    store: VectorStore
    embedder: Embedder
    prepare: Callable[[CatalogFile, Callable[[], bool]], PreparedFile]
    stamps: Collection[str]
    readers: int = 1
    recent: RecentVectors = field(default_factory=RecentVectors)


class Indexer:
    """``workshop()`` is None until a model and a store are open, ``gallery()`` likewise for pictures.
    ``stores()`` are those that hold anything of files that are to be forgotten, opened if need be; ``forgot``
    is told which were. ``unwatch`` ends what ``watch`` began; ``scan``, ``watch`` and ``rescan_seconds`` are
    the lookout's. ``readable``: of how many bytes of a file the text is taken.
    """

    def __init__(
        self,
        catalog: Catalog,
        events: EventLog,
        *,
        workshop: Callable[[], Workshop | None],
        gallery: Callable[[], Gallery | None],
        stores: Callable[[], Sequence[VectorStore | PictureStore]],
        forgot: Callable[[Collection[FileId]], None],
        scan: Scan,
        watch: Callable[[Folder], str],
        unwatch: Callable[[int], None],
        kind_of: Callable[[str], Kind],
        rescan_seconds: Callable[[], float],
        readable: Callable[[], int],
        pace: Pacer,
        journal: Journal,
        failed: Callable[[FinderError], None],
    ) -> None:
        self._catalog = catalog
        self._events = events
        self._workshop = workshop
        self._gallery = gallery
        self._stores = stores
        self._forgot = forgot
        self._pace = pace
        self._journal = journal
        self._failed = failed
        self._recovered: VectorStore | None = None
        self.upkeep = Upkeep(
            self._kept,
            catalog,
            busy=lambda: self._draining or not self._pictures.idle(),
            paused=self._paused,
        )
        self._stop = threading.Event()
        self._work = threading.Event()
        self._draining = False
        self._interrupt = threading.Event()
        self.storing = threading.Lock()
        self._drain_error: FinderError | None = None
        self._meter = Meter(lambda: catalog.backlog(readable()), readable)
        self._told = 0.0
        self.turns = Turns()
        self._pictures = PictureLoop(
            catalog,
            events,
            gallery=gallery,
            pace=pace,
            journal=journal,
            storing=self.storing,
            turns=self.turns,
            changed=self.upkeep.changed,
            drained=self._drained,
            failed=failed,
        )
        self._thread = threading.Thread(target=self._drain_loop, name="indexer", daemon=True)
        self._lookout = Lookout(
            catalog,
            events,
            scan=scan,
            watch=watch,
            unwatch=unwatch,
            kind_of=kind_of,
            stamps=self._stamps,
            picture_stamp=lambda: self._pictures.stamp,
            forget=self.forget_files,
            looked=self.wake,
            rescan_seconds=rescan_seconds,
            storing=self.storing,
        )

    @property
    def error(self) -> FinderError | None:
        """What went wrong the last time; None when all went well. It is tried again by itself."""
        return self._drain_error or self._lookout.error

    @property
    def picture_error(self) -> FinderError | None:
        """What went wrong with pictures the last time; it stops no text."""
        return self._pictures.error

    @property
    def picture_stamp(self) -> str | None:
        """By what pictures are indexed now; None while none can be."""
        return self._pictures.stamp

    @property
    def pictures_waiting(self) -> int:
        """How many pictures are to be looked at and can be."""
        return self._pictures.waiting()

    def start(self) -> None:
        self._lookout.start()
        self._thread.start()
        self._pictures.start()
        self.upkeep.start()
        self.request(folder.id for folder in self._catalog.folders())

    def close(self) -> None:
        """Stop all threads; files in flight stay pending."""
        self._stop.set()
        self._interrupt.set()
        self._work.set()
        self._lookout.close()
        self._pictures.close()
        if self._thread.is_alive():
            self._thread.join()
        self.upkeep.close()

    def request(self, folders: Iterable[int], *, urgent: bool = False) -> None:
        """Reconcile these folders (ids) as soon as possible; ``urgent``: at full pace until all is done."""
        if urgent:
            self._pace.hurry()
        self._lookout.request(folders)

    def hint(self, folder: int, paths: Collection[str] | None) -> None:
        """Something may have changed at these paths of a folder, or anywhere in it when None."""
        if paths is None:
            self._lookout.request([folder])
        else:
            self._lookout.hint(folder, paths)

    def wake(self) -> None:
        """Try pending files again: a model was opened, something was requeued or entered."""
        self._work.set()
        self._pictures.wake()

    def interrupt(self) -> None:
        """Stop the current run and wait until it has; the next one starts at ``wake``."""
        self._interrupt.set()
        self._pictures.interrupt()
        while self._draining:
            time.sleep(0.01)
        self._interrupt.clear()

    def forget_folder(self, folder: int) -> None:
        """Remove a folder with its files, whatever is in flight: from the index first, so that a failure
        leaves no text behind that nobody knows of any more."""
        with self.storing:
            files = [file.id for file in self._catalog.known_files(folder).values()]
            self._delete(files)
            self._catalog.remove_folder(folder)
        if files:
            self.upkeep.wipe()
        self._lookout.forget_folder(folder)
        self._work.set()

    def forget_files(self, files: Sequence[FileId]) -> None:
        """Remove files that are gone: from the index first, so that a crash leaves no orphans.

        They may only have moved, and then wait to be indexed under their new names: so their vectors are
        remembered for a while.
        """
        for start in range(0, len(files), FORGET_BATCH):
            batch = files[start : start + FORGET_BATCH]
            with self.storing:
                workshop = self._workshop()
                if workshop is not None and self._pending():
                    for chunk_hash, vector in workshop.store.vectors_by_hash(batch).items():
                        workshop.recent.add(chunk_hash, vector)
                self._delete(batch)
                self._catalog.forget(batch)
            self.upkeep.changed()

    def reconcile_index(self) -> Repairs:
        """Make the index hold what the catalog says; files that need it become pending."""
        workshop = self._workshop()
        if workshop is None:
            return Repairs()
        with self.storing:
            repairs = reconcile_index(self._catalog, workshop.store)
        self._work.set()
        return repairs

    def reconcile_pictures(self) -> Repairs:
        """As ``reconcile_index``, of pictures."""
        return self._pictures.reconcile()

    def idle(self) -> bool:
        """Nothing requested, nothing running and nothing pending that could be done now."""
        # Each wakes the others before it is done, so what one of them began is never missed.
        if self._busy() or not self._pictures.idle() or self._busy():
            return False
        if self._workshop() is None or self._drain_error is not None or self._paused():
            return True
        return not self._pending()

    def _busy(self) -> bool:
        return self._lookout.pending or self._work.is_set() or self._draining or self._lookout.pending

    def mode(self, folder: int) -> tuple[str, str]:
        """How changes of a folder are noticed, "live", "timed" or "offline", and why not live."""
        return self._lookout.mode(folder)

    def progress(self) -> Progress | None:
        """None unless files are being indexed."""
        texts = self._meter.progress() if self._draining else None
        return together(texts, self._pictures.progress())

    def _paused(self) -> bool:
        return self._pace.current().mode is Mode.PAUSED

    def _kept(self) -> Sequence[Kept]:
        workshop, gallery = self._workshop(), self._gallery()
        return [place.store for place in (workshop, gallery) if place is not None]

    def _delete(self, files: Sequence[FileId]) -> None:
        if files:
            for store in self._stores():
                store.delete(files)
            self._forgot(files)

    def _stamps(self) -> Collection[str] | None:
        workshop = self._workshop()
        return None if workshop is None else workshop.stamps

    def _pending(self) -> int:
        return sum(self._catalog.counts().values(), FileCounts()).pending

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
            except BaseException as error:  # noqa: BLE001 - remembered and shown; the loop must live on
                self._drain_error = problem(error, "indexing", self._events)
                self._failed(self._drain_error)
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
        if not (self._lookout.pending or self._pending()) and self._pictures.settled():
            self._pace.drained()

    def _drain(self) -> None:
        workshop = self._workshop()
        if workshop is None:
            return
        self._meter.begin()
        self._recover(workshop)
        for file in self._catalog.suspects():
            if not (self._halted() or self._paused()):
                self._pipeline(workshop, alone=file.id).run()
        while self._pending() and not self._halted() and not self._paused():
            self._pipeline(workshop).run()
        if not self._halted() and not self._paused():
            self._drained()

    def _drained(self) -> None:
        """What moved has been taken over, both its words and its looks, once neither waits for anything."""
        if not self._pending() and self._pictures.settled():
            self._lookout.revisit_departed()
            self._calm_down()

    def _recover(self, workshop: Workshop) -> None:
        """Put right what the last process left behind, before the first run over a store."""
        if workshop.store is self._recovered:
            return
        with self.storing:
            quarantine(self._catalog, workshop.stamps)
            reconcile_index(self._catalog, workshop.store)
        self._recovered = workshop.store
        # What was deleted before the last end may still be on the disk.
        self.upkeep.changed()

    def _pipeline(self, workshop: Workshop, alone: FileId | None = None) -> Pipeline:
        return Pipeline(
            self._catalog,
            workshop.store,
            TakingTurns(workshop.embedder, self.turns),
            prepare=lambda file, halted: self._prepare(workshop, file, halted),
            readers=workshop.readers,
            finished=self._finished,
            stop=self._interrupt,
            storing=self.storing,
            recent=workshop.recent,
            pace=self._pace,
            embedded=self._embedded,
            journal=self._journal,
            alone=alone,
        )

    def _halted(self) -> bool:
        return self._stop.is_set() or self._interrupt.is_set()

    def _prepare(self, workshop: Workshop, file: CatalogFile, halted: Callable[[], bool]) -> PreparedFile:
        self._meter.reading(file.path)
        prepared = workshop.prepare(file, halted)
        self._meter.read(measured(prepared))
        return prepared

    def _embedded(self, characters: int) -> None:
        self._meter.embedded(characters)
        if time.monotonic() - self._told >= TELL_SECONDS:
            self._tell()

    def _finished(self, batch: Finished) -> None:
        self._meter.finished(batch)
        self.upkeep.changed()
        # What a file is, is known once it was read.
        self._pictures.wake()
        self._events.publish("indexed", files=batch.files, state=FileState.INDEXED.value)
        self._tell()

    def _tell(self) -> None:
        self._told = time.monotonic()
        self._events.publish("progress", **asdict(self._meter.progress()))
