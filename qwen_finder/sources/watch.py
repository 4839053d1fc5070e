"""Notices changes below folders as they happen, and says which paths to look at again.

What it says is a hint and never the truth: paths, not events, and now and then "look at everything" where
the system lost count. Whoever gets a hint looks at the disk. Knows nothing of ignore rules or the index.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from watchdog.events import (
    DirAttribEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileClosedNoWriteEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from qwen_finder.core.status import Folder
from qwen_finder.sources import mounts, watch_limits
from qwen_finder.sources.settling import LONGEST_SECONDS, SETTLE_SECONDS, Settling

log = logging.getLogger(__name__)

# How often folders that went or came back, a machine that slept and threads that died are looked for.
CHECK_SECONDS = 10.0

# A clock that jumped by more than this against the one that stands still in sleep: the machine slept.
SLEPT_SECONDS = 5.0

CHANGES: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileModifiedEvent,
    FileClosedEvent,
    FileAttribEvent,
    FileDeletedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirAttribEvent,
    DirDeletedEvent,
    DirMovedEvent,
]

Changed = Callable[[int, Collection[str] | None], None]
Identity = tuple[int, int]


@dataclass(slots=True)
class _Watched:
    """A folder and its unsettled changes. ``watch`` is None while it is not watched; ``local`` is false when
    asking for it could hang."""

    folder: Folder
    watch: Any = None
    identity: Identity | None = None
    local: bool = True
    directories: int = 0
    settling: Settling = field(default_factory=Settling)
    # Since when events are known to be lost, and the last time; the watch itself may have holes then.
    lost_since: float | None = None
    lost_last: float = 0.0


class Watcher:
    """Calls ``changed(folder id, paths)`` for paths that changed and settled, from a thread of its own;
    ``paths`` is None when everything below the folder has to be looked at.

    Look at everything once after each ``watch``: what happened before is not told.
    """

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._watched: dict[int, _Watched] = {}
        self._state = threading.Condition()
        # Held while watches are put up or taken down, never together with a wish to deliver.
        self._scheduling = threading.Lock()
        self._observer: Any = None
        self._closed = False
        self._sleep = time.time() - time.monotonic()
        self._overflow = _OverflowListener(self._lost_everywhere)
        logging.getLogger("watchdog.observers").addHandler(self._overflow)
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def watch(self, folder: Folder) -> str:
        """Watch ``folder``, or see to it that its watch is whole; why it cannot be watched, "" when it is."""
        with self._scheduling:
            if self._closed:
                return "The service is stopping."
            watched = self._watched.get(folder.id) or _Watched(folder)
            reason = mounts.why_not_watched(folder.path, mounts.mounts())
            watched.local = not reason
            identity = _identity(folder.path) if watched.local else None
            with self._state:
                self._watched[folder.id] = watched
                whole = watched.lost_since is None
                watched.lost_since = None
            if watched.watch is not None and (
                reason or not whole or identity != watched.identity or not self._alive(watched)
            ):
                self._take_down(watched)
            watched.identity = identity
            if not reason and identity is None:
                reason = "It is not there."
            if not reason and watched.watch is None:
                reason = self._put_up(watched)
            if not reason and self._is_short(watched):
                self._take_down(watched)
                reason = (
                    f"The system allows too few watches for its {watched.directories:,} folders"
                    " (raise fs.inotify.max_user_watches)."
                )
            return reason

    def unwatch(self, folder: int) -> None:
        with self._scheduling:
            with self._state:
                watched = self._watched.pop(folder, None)
            if watched is not None:
                self._take_down(watched)

    def close(self) -> None:
        """Nothing is told once this has returned."""
        logging.getLogger("watchdog.observers").removeHandler(self._overflow)
        with self._scheduling:
            with self._state:
                self._closed = True
                self._watched.clear()
                self._state.notify_all()
            self._drop_observer()
        self._thread.join()

    # Watches; all of it with _scheduling held.

    def _put_up(self, watched: _Watched) -> str:
        handler = _Collector(lambda path: self._collect(watched, path))
        try:
            if self._observer is None:
                self._observer = Observer()
                self._observer.start()
            watched.watch = self._observer.schedule(
                handler,
                watched.folder.path,
                recursive=True,
                # The other systems merge events, so that their kinds say little.
                event_filter=CHANGES if sys.platform == "linux" else None,
            )
        except OSError as error:
            return f"The system does not let it be watched ({error.strerror or error})."
        return ""

    def _take_down(self, watched: _Watched) -> None:
        watch, watched.watch = watched.watch, None
        if watch is not None and self._observer is not None:
            self._observer.unschedule(watch)

    def _is_short(self, watched: _Watched) -> bool:
        """Whether directories were left without a watch; asked again where a change may explain it."""
        if not watch_limits.COUNTED:
            return False
        watched.directories = watch_limits.directories_below(watched.folder.path)
        if self._granted_enough():
            return False
        time.sleep(SETTLE_SECONDS)
        for other in self._live():
            other.directories = watch_limits.directories_below(other.folder.path)
        return not self._granted_enough()

    def _granted_enough(self) -> bool:
        return watch_limits.granted_watches() >= sum(other.directories for other in self._live())

    def _live(self) -> list[_Watched]:
        with self._state:
            return [watched for watched in self._watched.values() if watched.watch is not None]

    def _alive(self, watched: _Watched) -> bool:
        """Whether every thread that a change passes through still runs. One that met an error it did not
        expect is gone for good, and with it all changes; so the others are ended too."""
        observer = self._observer
        if observer is None:
            return False
        reader = getattr(observer, "_inotify_fd", None)
        if observer.is_alive() and (reader is None or reader.is_alive()):
            return any(emitter.watch == watched.watch and emitter.is_alive() for emitter in observer.emitters)
        log.error("watching stopped unexpectedly; it begins anew")
        for other in self._live():
            other.watch = None
        self._drop_observer()
        return False

    def _drop_observer(self) -> None:
        observer, self._observer = self._observer, None
        if observer is not None and observer.is_alive():
            observer.stop()
            observer.join()

    # Collecting, from the threads of watchdog.

    def _collect(self, watched: _Watched, path: str) -> None:
        with self._state:
            # Woken for the first one only: a thousand wake-ups a second are work, too.
            waiting = not len(watched.settling)
            watched.settling.add(path, time.monotonic())
            if watched.settling.overflowed:
                self._mark_lost(watched)
            if waiting:
                self._state.notify_all()

    def _lost_everywhere(self) -> None:
        with self._state:
            for watched in self._watched.values():
                if watched.watch is not None:
                    self._mark_lost(watched)
            self._state.notify_all()

    def _mark_lost(self, watched: _Watched) -> None:
        watched.lost_last = time.monotonic()
        if watched.lost_since is None:
            watched.lost_since = watched.lost_last

    # Delivering, from the thread of this object.

    def _run(self) -> None:
        check_at = time.monotonic() + CHECK_SECONDS
        while self._waited_until(check_at):
            due = self._due()
            if time.monotonic() >= check_at:
                check_at = time.monotonic() + CHECK_SECONDS
                due.update(dict.fromkeys(self._to_look_at()))
            for folder, paths in due.items():
                self._changed(folder, paths)

    def _waited_until(self, check_at: float) -> bool:
        """Wait until something may be due, at most until ``check_at``; False when closed."""
        with self._state:
            if not self._closed:
                self._state.wait(max(0.0, min(check_at, self._next_due()) - time.monotonic()))
            return not self._closed

    def _next_due(self) -> float:
        times = [watched.settling.next_due() for watched in self._watched.values()]
        times += [_lost_due(watched) for watched in self._watched.values()]
        return min((when for when in times if when is not None), default=float("inf"))

    def _due(self) -> dict[int, Collection[str] | None]:
        now = time.monotonic()
        due: dict[int, Collection[str] | None] = {}
        with self._state:
            for number, watched in self._watched.items():
                lost = _lost_due(watched)
                if lost is not None and lost <= now:
                    # Stays marked until the watch has been put up anew.
                    watched.lost_last = watched.lost_since = now + LONGEST_SECONDS
                    watched.settling.clear()
                    due[number] = None
                elif lost is None and (paths := watched.settling.due(now)):
                    due[number] = paths
        return due

    def _to_look_at(self) -> list[int]:
        """Folders that came, went or were replaced, and all when the machine slept or a thread died."""
        sleep = time.time() - time.monotonic()
        slept, self._sleep = abs(sleep - self._sleep) > SLEPT_SECONDS, sleep
        with self._state:
            everything = list(self._watched.values())
        dead = self._observer is not None and not self._observer.is_alive()
        found: list[int] = []
        for watched in everything:
            if not watched.local:
                if slept:
                    found.append(watched.folder.id)
                continue
            identity = _identity(watched.folder.path)
            if slept or (dead and watched.watch is not None) or identity != watched.identity:
                found.append(watched.folder.id)
        return found


class _Collector(FileSystemEventHandler):
    """Hands on the paths of events that change something."""

    def __init__(self, collect: Callable[[str], None]) -> None:
        self._collect = collect

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, (FileOpenedEvent, FileClosedNoWriteEvent)):
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self._collect(os.fsdecode(path))


class _OverflowListener(logging.Handler):
    """Hears the only sign that watchdog gives of events it lost: a line in its log."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in record.getMessage().lower() or record.exc_info:
            self._lost()


def _lost_due(watched: _Watched) -> float | None:
    """When to say that everything must be looked at: once it is quiet, or has not been for long enough."""
    if watched.lost_since is None:
        return None
    return min(watched.lost_last + SETTLE_SECONDS, watched.lost_since + LONGEST_SECONDS)


def _identity(path: str) -> Identity | None:
    """What tells a folder from another one at its place; None when there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino
