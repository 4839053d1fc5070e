"""Keeps the catalog in step with the folders: one thread that reconciles them.

It looks at single paths when a watcher hints at them, at whole folders when asked, and at each of them every
so often, since hints can be lost. It is quick, so that new names are searchable at once even while a long
indexing goes on; indexing itself is somebody else's work.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import FinderError, FolderError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Folder
from qwen_finder.indexing.problems import problem
from qwen_finder.indexing.reconcile import Changes, Scanner, reconcile
from qwen_finder.indexing.requests import Requests, Wishes

log = logging.getLogger(__name__)

# After an error (catalog busy, disk full) the next look comes by itself.
RETRY_SECONDS = 60.0

# Where a folder cannot be watched, looking at it is all there is, and it may be watched the next time. One
# that is not there may have come back unseen.
TIMED_SECONDS = 600.0

Scan = Callable[[Folder, Collection[str] | None], Scanner]


@dataclass(slots=True)
class _Seen:
    """What the looks at one folder have shown. ``looked``: when it was last looked through, or was tried to
    be, in monotonic seconds."""

    looked: float = float("-inf")
    unwatched: str = "It was not looked through yet."
    offline: FolderError | None = None
    failed: FinderError | None = None

    def due(self, rescan_s: float) -> float:
        """When to look through it again, unasked."""
        if self.unwatched or self.offline is not None:
            rescan_s = min(rescan_s, TIMED_SECONDS)
        if self.failed is not None:
            rescan_s = min(rescan_s, RETRY_SECONDS)
        return self.looked + rescan_s


class Lookout:
    """``scan`` looks at a folder, or at some paths in it, and raises FolderError when it is not there.
    ``watch`` sees to it that a folder is watched and says why it is not, ``unwatch`` ends it. ``stamps()``
    is None while nothing can be indexed, ``picture_stamp()`` while no pictures can be. ``looked`` is called
    after each look. ``rescan_seconds`` is asked before every wait. ``storing`` guards the catalog's folders
    against being removed meanwhile.
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
        picture_stamp: Callable[[], str | None],
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
        self._picture_stamp = picture_stamp
        self._forget = forget
        self._looked = looked
        self._rescan_seconds = rescan_seconds
        self._storing = storing
        self._requests = Requests()
        self._stop = threading.Event()
        self._seen: dict[int, _Seen] = {}
        self._departed: dict[int, set[str]] = {}
        self._departing = threading.Lock()
        # Why not even the folders could be listed the last time, and when that was tried.
        self._unlisted: FinderError | None = None
        self._tried = 0.0
        self._thread = threading.Thread(target=self._loop, name="lookout", daemon=True)

    @property
    def error(self) -> FinderError | None:
        """What went wrong with a folder and was not got over yet; it is tried again by itself."""
        failed = (seen.failed for seen in list(self._seen.values()))
        return self._unlisted or next(filter(None, failed), None)

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
        with self._departing:
            departed, self._departed = self._departed, {}
        for folder, paths in departed.items():
            self._requests.hint(folder, paths)

    def mode(self, folder: int) -> tuple[str, str]:
        """How changes of a folder are noticed, "live", "timed" or "offline", and why not live."""
        seen = self._seen.get(folder) or _Seen()
        if seen.offline is not None:
            return "offline", seen.offline.message
        return ("timed", seen.unwatched) if seen.unwatched else ("live", "")

    def forget_folder(self, folder: int) -> None:
        """A folder was removed from the catalog."""
        self._unwatch(folder)
        self._seen.pop(folder, None)
        with self._departing:
            self._departed.pop(folder, None)

    def _loop(self) -> None:
        while not self._stop.is_set():
            rescan_s = self._rescan_seconds()
            wishes = self._requests.take(self._patience(rescan_s))
            self._look(wishes, rescan_s)
            self._looked()
            self._requests.done()

    def _patience(self, rescan_s: float) -> float | None:
        """Seconds until something is to be looked at unasked; None without a folder."""
        due = [seen.due(rescan_s) for seen in list(self._seen.values())]
        if self._unlisted is not None:
            due.append(self._tried + min(rescan_s, RETRY_SECONDS))
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _look(self, wishes: Wishes, rescan_s: float) -> None:
        """Whatever goes wrong with one folder stops none of the others."""
        now = time.monotonic()
        try:
            folders = self._catalog.folders()
        except BaseException as error:  # noqa: BLE001 - remembered and shown; the loop must live on
            self._unlisted, self._tried = problem(error, "looking for changed files", self._events), now
            return
        # Nobody knows any more what was wished for when they could not be listed.
        everything, self._unlisted = self._unlisted is not None, None
        for folder in folders:
            if self._stop.is_set():
                return
            seen = self._seen.setdefault(folder.id, _Seen())
            whole = everything or folder.id in wishes.folders or seen.due(rescan_s) <= now
            if whole or folder.id in wishes.paths:
                self._try(folder, seen, None if whole else wishes.paths[folder.id])

    def _try(self, folder: Folder, seen: _Seen, paths: Collection[str] | None) -> None:
        if paths is None:
            seen.looked = time.monotonic()
        try:
            self._look_at(folder, seen, paths)
            # A look at single paths that went well does not undo what another one missed.
            if paths is None:
                seen.failed = None
            if folder not in self._catalog.folders():
                # Removed while it was looked at, and perhaps watched anew since.
                self.forget_folder(folder.id)
        except BaseException as error:  # noqa: BLE001 - remembered and shown; the loop must live on
            seen.failed = problem(error, f"looking for changed files in {folder.path}", self._events)

    def _look_at(self, folder: Folder, seen: _Seen, paths: Collection[str] | None) -> None:
        try:
            with self._storing:
                # A folder that was removed since it was requested must not be entered again.
                if folder not in self._catalog.folders():
                    return
            if paths is None:
                # Watched first: what happens during the scan would be seen by neither otherwise.
                seen.unwatched = self._watch(folder)
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
                picture_stamp=self._picture_stamp(),
            )
        except FolderError as error:
            # An unplugged disk is not an empty one: what is known of it stays.
            before, seen.offline = seen.offline, error
            if before is None or before.message != error.message:
                self._events.publish("folder", path=folder.path, mode="offline", reason=error.message)
            return
        except StorageError:
            # The catalog refuses files of a folder that was removed during the scan: nothing is wrong then.
            if folder in self._catalog.folders():
                raise
            return
        was_offline, seen.offline = seen.offline is not None, None
        if changes.departed:
            with self._departing:
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
