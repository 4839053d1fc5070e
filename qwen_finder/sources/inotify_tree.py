"""A watch on every directory of a tree, on Linux, where the system watches single directories only.

watchdog reads the events; which directory is where is kept here. (Its own recursive watch loses track of
directories that are moved about quickly, or out and in again, and then tells of changes under wrong names or
not at all.) No attempt is made to pair the two halves of a move: the old place is forgotten, the new one
watched afresh, and both are told.
"""

from __future__ import annotations

import errno
import itertools
import os
import threading
from collections.abc import Callable

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
)

MASK = Mask(
    InotifyConstants.IN_CREATE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_CLOSE_WRITE
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_DELETE
    | InotifyConstants.IN_MOVED_FROM
    | InotifyConstants.IN_MOVED_TO
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
)

_ids = itertools.count(1)


class WatchLimit(OSError):
    """The system grants this user no more watches."""


class InotifyTree:
    """Calls ``collect(path)`` for everything that changes below ``root`` and ``lost()`` when events were lost
    or a new directory got no watch. Directories that ``skip(path)`` names are not entered.

    Both are called from a thread. Raises OSError when the root cannot be watched, WatchLimit when the watches
    do not suffice.
    """

    def __init__(
        self,
        root: str,
        *,
        collect: Callable[[str], None],
        lost: Callable[[], None],
        skip: Callable[[str], bool],
    ) -> None:
        self._root = root
        self._collect = collect
        self._lost = lost
        self._skip = skip
        self._lock = threading.Lock()
        self._paths: dict[WatchDescriptor, str] = {}
        self._watches: dict[str, tuple[WatchDescriptor, CallbackId]] = {}
        # Directory → those directly in it: what is below one is found without a look at all others.
        self._inside: dict[str, set[str]] = {}
        self._reader = InotifyFD()
        self._reader.start()
        try:
            with self._lock:
                self._add_below(root)
        except OSError:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._reader.is_alive()

    @property
    def directories(self) -> int:
        """How many directories are watched."""
        with self._lock:
            return len(self._watches)

    def close(self) -> None:
        self._reader.stop()
        self._reader.join()

    # Called by watchdog, from its thread.

    def on_event(self, event: InotifyEvent) -> None:
        if event.mask & InotifyConstants.IN_UNMOUNT:
            self._lost()
            return
        with self._lock:
            directory = self._paths.get(event.wd)
            # What happens to a directory itself its parent is told as well, but for the root.
            if directory is None or not (event.name or directory == self._root):
                return
            path = os.path.join(directory, os.fsdecode(event.name)) if event.name else directory
            if event.mask & InotifyConstants.IN_ISDIR and event.name:
                if event.is_moved_from or event.is_delete:
                    self._drop_below(path)
                # One that was closed to us may have been opened.
                elif event.is_moved_to or event.is_create or path not in self._watches:
                    try:
                        self._add_below(path)
                    except WatchLimit:
                        self._lost()
        self._collect(path)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        with self._lock:
            path = self._paths.pop(wd, None)
            if path is not None and self._watches[path][0] == wd:
                del self._watches[path]

    def on_queue_overflow(self) -> None:
        self._lost()

    # With _lock held.

    def _add_below(self, top: str) -> None:
        """Watch ``top`` and what is below it; each before it is listed, so that nothing new is missed."""
        if top != self._root and self._skip(top):
            return
        pending = [top]
        while pending:
            directory = pending.pop()
            try:
                self._add(directory)
                with os.scandir(directory) as entries:
                    inner = [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
            except WatchLimit:
                raise
            except OSError:
                # Gone since it was listed, or closed to us; the scan says which.
                if directory == self._root:
                    raise
                continue
            pending += [path for path in inner if not self._skip(path)]

    def _add(self, directory: str) -> None:
        number = CallbackId(next(_ids))
        try:
            wd = self._reader.add_callback(os.fsencode(directory), MASK, self, number)
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise WatchLimit(errno.ENOSPC, "no more watches are granted") from error
            raise
        if wd == -1:
            # That is how watchdog tells of a directory that may not be read.
            self._reader.remove_callbacks([(wd, number)])
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), directory)
        # A directory keeps its watch wherever it goes; this one was known under another name.
        before = self._paths.get(wd)
        if before is not None:
            _, old = self._watches.pop(before)
            self._reader.remove_callbacks([(wd, old)])
        stale = self._watches.pop(directory, None)
        if stale is not None:
            del self._paths[stale[0]]
            self._reader.remove_callbacks([stale])
        self._paths[wd] = directory
        self._watches[directory] = (wd, number)
        self._inside.setdefault(os.path.dirname(directory), set()).add(directory)

    def _drop_below(self, top: str) -> None:
        self._inside.get(os.path.dirname(top), set()).discard(top)
        watches: list[tuple[WatchDescriptor, CallbackId]] = []
        pending = [top]
        while pending:
            directory = pending.pop()
            pending += self._inside.pop(directory, ())
            watch = self._watches.pop(directory, None)
            if watch is not None:
                del self._paths[watch[0]]
                watches.append(watch)
        self._reader.remove_callbacks(watches)
