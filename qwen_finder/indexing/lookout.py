"""Keeps the catalog in step with the folders: one thread that reconciles them.

It looks at single paths when a watcher hints at them, at whole folders when asked, and at all of them every
so often, since hints can be lost. It is quick, so that new names are searchable at once even while a long
indexing goes on; indexing itself is somebody else's work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import FinderError, FolderError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Folder
from qwen_finder.indexing.problems import problem
from qwen_finder.indexing.reconcile import Changes, Scanner, reconcile
from qwen_finder.indexing.requests import Requests, Wishes

log = logging.getLogger(__name__)

# After an error (catalog busy, disk full) the next look at everything comes by itself.
RETRY_SECONDS = 60.0

# Where a folder cannot be watched, looking at it is all there is, and it may be watched the next time.
TIMED_SECONDS = 600.0

Scan = Callable[[Folder, Collection[str] | None], Scanner]


class Lookout:
    """``scan`` looks at a folder, or at some paths in it, and raises FolderError when it is not there.
    ``watch`` sees to it that a folder is watched and says why it is not, ``unwatch`` ends it. ``stamps()``
    is None while nothing can be indexed. ``looked`` is called after each look. ``rescan_seconds`` is asked
    before every wait. ``storing`` guards the catalog's folders against being removed meanwhile.
    """

    def __init__(
        self,
        catalog: Catalog,
        events: EventLog,
        *,
        scan: Scan,
        watch: Callable[[Folder], str],
        unwatch: Callable[[int], None],
        kind_of: Callable[[str], Kind],
        stamps: Callable[[], Collection[str] | None],
        forget: Callable[[Sequence[FileId]], None],
        looked: Callable[[], None],
        rescan_seconds: Callable[[], float],
        storing: threading.Lock,
    ) -> None:
        self._catalog = catalog
        self._events = events
        self._scan = scan
        self._watch = watch
        self._unwatch = unwatch
        self._kind_of = kind_of
        self._stamps = stamps
        self._forget = forget
        self._looked = looked
        self._rescan_seconds = rescan_seconds
        self._storing = storing
        self._requests = Requests()
        self._stop = threading.Event()
        self._offline: dict[int, FolderError] = {}
        self._unwatched: dict[int, str] = {}
        self._departed: dict[int, set[str]] = {}
        self._error: FinderError | None = None
        self._thread = threading.Thread(target=self._loop, name="lookout", daemon=True)

    @property
    def error(self) -> FinderError | None:
        """What went wrong with the last look at whole folders, or since; it is tried again by itself."""
        return self._error

    @property
    def pending(self) -> bool:
        """Something was asked for and is not done."""
        return self._requests.pending

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._requests.close()
        if self._thread.is_alive():
            self._thread.join()

    def request(self, folders: Iterable[int]) -> None:
        """Look through these folders (ids) as soon as possible."""
        self._requests.ask(folders)

    def hint(self, folder: int, paths: Collection[str]) -> None:
        """Look at these paths of a folder, and below them, as soon as possible."""
        self._requests.hint(folder, paths)

    def revisit_departed(self) -> None:
        """Everything pending is indexed: files that moved away need not be kept for their vectors now."""
        departed, self._departed = self._departed, {}
        for folder, paths in departed.items():
            self._requests.hint(folder, paths)

    def mode(self, folder: int) -> tuple[str, str]:
        """How changes of a folder are noticed, "live", "timed" or "offline", and why not live."""
        if (offline := self._offline.get(folder)) is not None:
            return "offline", offline.message
        reason = self._unwatched.get(folder, "It was not looked through yet.")
        return ("timed", reason) if reason else ("live", "")

    def forget_folder(self, folder: int) -> None:
        """A folder was removed from the catalog."""
        self._unwatch(folder)
        for known in (self._offline, self._unwatched, self._departed):
            known.pop(folder, None)

    def _loop(self) -> None:
        last = time.monotonic()
        while not self._stop.is_set():
            # Hints must not put off the look at everything, so the time runs from the last one.
            patience = self._rescan_seconds()
            if any(list(self._unwatched.values())):
                patience = min(patience, TIMED_SECONDS)
            if self._error is not None:
                patience = min(patience, RETRY_SECONDS)
            wishes = self._requests.take(max(0.0, last + patience - time.monotonic()))
            if wishes.folders is None:
                last = time.monotonic()
            self._look(wishes)
            self._looked()
            self._requests.done()

    def _look(self, wishes: Wishes) -> None:
        """Whatever goes wrong with one folder stops none of the others."""
        first: FinderError | None = None
        try:
            folders = self._catalog.folders()
        except StorageError as error:
            self._error = problem(error, "looking for changed files", self._events)
            return
        for folder in folders:
            whole = wishes.folders is None or folder.id in wishes.folders
            if self._stop.is_set() or not (whole or folder.id in wishes.paths):
                continue
            try:
                self._look_at(folder, None if whole else wishes.paths[folder.id])
                if folder not in self._catalog.folders():
                    # Removed while it was looked at, and perhaps watched anew since.
                    self.forget_folder(folder.id)
            except BaseException as error:  # noqa: BLE001 - remembered and shown; the loop must live on
                found = problem(error, f"looking for changed files in {folder.path}", self._events)
                first = first or found
        # A look at single paths that went well does not undo what another one missed.
        if first is not None or wishes.folders is None or wishes.folders:
            self._error = first

    def _look_at(self, folder: Folder, paths: Collection[str] | None) -> None:
        try:
            with self._storing:
                # A folder that was removed since it was requested must not be entered again.
                if folder not in self._catalog.folders():
                    return
            if paths is None:
                # Watched first: what happens during the scan would be seen by neither otherwise.
                self._unwatched[folder.id] = self._watch(folder)
            stamps = self._stamps()
            changes = reconcile(
                folder,
                self._scan(folder, paths),
                self._catalog,
                kind_of=self._kind_of,
                forget=self._forget,
                stamps=stamps,
                stop=self._stop.is_set,
                keep_departed=stamps is not None,
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
        was_offline = self._offline.pop(folder.id, None) is not None
        if changes.departed:
            self._departed.setdefault(folder.id, set()).update(changes.departed)
        if paths is None or was_offline or changes.to_index or changes.vanished:
            self._tell(folder, changes)
        if was_offline and paths is not None:
            self._requests.ask([folder.id])

    def _tell(self, folder: Folder, changes: Changes) -> None:
        if changes.to_index or changes.vanished:
            log.info("reconciled a folder: %s", changes.counted)
        mode, reason = self.mode(folder.id)
        self._events.publish("folder", path=folder.path, mode=mode, reason=reason, to_index=changes.to_index)
