"""The background of pictures: encodes what is wanted for as long as the service runs, in a thread of its own.

Beside the indexer's for texts and independent of it: a picture model that fails stops no text. Like that one
it never dies of an error, which is remembered, shown, and got over by trying again later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import asdict

from qwen_finder.core.document import FileId
from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Catalog, Journal, PictureStore
from qwen_finder.core.status import Progress
from qwen_finder.indexing.pace import Mode, Pacer
from qwen_finder.indexing.picture_files import LookedAt
from qwen_finder.indexing.picture_progress import PictureMeter
from qwen_finder.indexing.picture_recovery import quarantine_pictures, reconcile_pictures
from qwen_finder.indexing.pictures import Gallery, PicturePipeline, Watched
from qwen_finder.indexing.problems import problem
from qwen_finder.indexing.recovery import Repairs
from qwen_finder.indexing.turns import Turns

# After an error (disk full, model broken) the next try comes by itself.
RETRY_SECONDS = 60.0


class PictureLoop:
    """``gallery()`` is None until a picture model and its store are open. ``changed`` is called after each
    batch, ``drained`` when nothing is wanted any more; ``storing`` as for the pipeline.
    """

    def __init__(
        self,
        catalog: Catalog,
        events: EventLog,
        *,
        gallery: Callable[[], Gallery | None],
        pace: Pacer,
        journal: Journal,
        storing: threading.Lock,
        turns: Turns,
        changed: Callable[[], None],
        drained: Callable[[], None],
        failed: Callable[[FinderError], None],
    ) -> None:
        self._catalog = catalog
        self._events = events
        self._gallery = gallery
        self._pace = pace
        self._journal = journal
        self._storing = storing
        self._turns = turns
        self._changed = changed
        self._drained = drained
        self._failed = failed
        self._recovered: PictureStore | None = None
        self._stop = threading.Event()
        self._work = threading.Event()
        self._interrupt = threading.Event()
        self._draining = False
        self._meter = PictureMeter(self.waiting)
        self.error: FinderError | None = None
        """What went wrong the last time; None when all went well."""
        self._thread = threading.Thread(target=self._loop, name="pictures", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Stop; pictures in flight stay wanted."""
        self._stop.set()
        self._interrupt.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Look whether something is wanted now."""
        self._work.set()

    def interrupt(self) -> None:
        """Stop the current run and wait until it has; the next one starts at ``wake``."""
        self._interrupt.set()
        while self._draining:
            time.sleep(0.01)
        self._interrupt.clear()

    @property
    def stamp(self) -> str | None:
        gallery = self._gallery()
        return None if gallery is None else gallery.stamp

    def waiting(self) -> int:
        """How many pictures are wanted; 0 without a model."""
        stamp = self.stamp
        return 0 if stamp is None else self._catalog.pictures_waiting(stamp)

    def idle(self) -> bool:
        """Nothing is being encoded and nothing is wanted that could be now."""
        if self._work.is_set() or self._draining:
            return False
        return self.settled()

    def settled(self) -> bool:
        """Nothing is wanted, or nothing can be done about it now."""
        if self._gallery() is None or self.error is not None or self._paused():
            return True
        return not self.waiting()

    def progress(self) -> Progress | None:
        """None unless pictures are being encoded."""
        return self._meter.progress() if self._draining and self.stamp is not None else None

    def reconcile(self) -> Repairs:
        """Make the store hold what the catalog says; pictures that need it become wanted."""
        gallery = self._gallery()
        if gallery is None:
            return Repairs()
        with self._storing:
            repairs = reconcile_pictures(self._catalog, gallery.store, gallery.stamp)
        self._work.set()
        return repairs

    # Draining.

    def _loop(self) -> None:
        while not self._stop.is_set():
            self._work.wait(self._patience())
            if self._stop.is_set():
                break
            # Set before the wish is cleared, so that idle() never sees neither.
            self._draining = True
            self._work.clear()
            try:
                self._drain()
                self.error = None
            except BaseException as error:  # noqa: BLE001 - remembered and shown; the loop must live on
                self.error = problem(error, "indexing pictures", self._events)
                self._failed(self.error)
            finally:
                self._draining = False

    def _patience(self) -> float | None:
        if self.error is not None:
            return RETRY_SECONDS
        try:
            if not self.waiting():
                return None
        except StorageError:
            return RETRY_SECONDS
        pace = self._pace.current()
        return pace.recheck_s if pace.mode is Mode.PAUSED else 0.0

    def _drain(self) -> None:
        gallery = self._gallery()
        if gallery is None:
            return
        self._recover(gallery)
        self._meter.begin()
        for file in self._catalog.picture_suspects(gallery.stamp):
            if not self._halted():
                self._pipeline(gallery, file.id).run()
        while self._catalog.pictures_waiting(gallery.stamp) and not self._halted():
            self._pipeline(gallery).run()
        if not self._halted():
            self._drained()

    def _recover(self, gallery: Gallery) -> None:
        """Put right what the last process left behind, before the first run over a store."""
        if gallery.store is self._recovered:
            return
        with self._storing:
            quarantine_pictures(self._catalog, gallery.stamp)
            reconcile_pictures(self._catalog, gallery.store, gallery.stamp)
        self._recovered = gallery.store
        self._changed()

    def _pipeline(self, gallery: Gallery, alone: FileId | None = None) -> PicturePipeline:
        return PicturePipeline(
            self._catalog,
            gallery,
            stop=self._interrupt,
            storing=self._storing,
            journal=self._journal,
            pace=self._pace,
            turns=self._turns,
            watched=Watched(looking=self._meter.looking, stored=self._stored),
            alone=alone,
        )

    def _halted(self) -> bool:
        return self._stop.is_set() or self._interrupt.is_set() or self._paused()

    def _paused(self) -> bool:
        return self._pace.current().mode is Mode.PAUSED

    def _stored(self, done: Collection[LookedAt]) -> None:
        self._meter.stored(len(done), sum(looked.file.size for looked in done))
        self._changed()
        self._events.publish("looked", files=len(done))
        self._events.publish("progress", **asdict(self._meter.progress()))
