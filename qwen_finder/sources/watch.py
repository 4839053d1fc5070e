"""Notices changes below folders as they happen, and says which paths to look at again.

What it says is a hint and never the truth: paths, not events, and now and then "look at everything" where
the system lost count. Whoever gets a hint looks at the disk. Knows nothing of ignore rules or the index.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from qwen_finder.core.status import Folder
from qwen_finder.sources import mounts
from qwen_finder.sources.settling import LONGEST_SECONDS, SETTLE_SECONDS, Settling

log = logging.getLogger(__name__)

# How often folders that went or came back, a machine that slept and threads that died are looked for.
CHECK_SECONDS = 10.0

# How long is waited for more once a path is due, and how much longer for each path that waits.
TOGETHER_SECONDS = 0.03
SECONDS_A_PATH = 2e-5

# A clock that jumped by more than this against the one that stands still in sleep: the machine slept.
SLEPT_SECONDS = 5.0

Changed = Callable[[int, Collection[str] | None], None]
Skip = Callable[[str], bool]
Identity = tuple[int, int]


# Where the system watches single directories only.
SINGLE_DIRECTORIES: bool = sys.platform.startswith("linux")


class Tree(Protocol):
    """A folder with everything below it, being watched."""

    @property
    def alive(self) -> bool:
        """Whether its threads still run: one that met an error it did not expect is gone for good."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Watched:
    """A folder and its unsettled changes. ``tree`` is None while it is not watched; ``local`` is false when
    asking for it could hang."""

    folder: Folder
    skip: Skip
    tree: Tree | None = None
    identity: Identity | None = None
    # What is mounted inside: a watch does not reach into what is mounted after it was put up.
    inside: list[mounts.Mount] = field(default_factory=list)
    local: bool = True
    settling: Settling = field(default_factory=Settling)
    # Since when events are known to be lost, and the last time; the watch itself may have holes then.
    lost_since: float | None = None
    lost_last: float = 0.0


class Watcher:
    """Calls ``changed(folder id, paths)`` for paths that changed and settled, from a thread of its own;
    ``paths`` is None when everything below the folder has to be looked at.

    Look at everything once after each ``watch``: what happened before is not told. ``skip(folder)`` makes the
    function that says of a directory's path whether changes in it matter to nobody.
    """

    def __init__(self, changed: Changed, skip: Callable[[Folder], Skip]) -> None:
        self._changed = changed
        self._skip = skip
        self._watched: dict[int, _Watched] = {}
        self._state = threading.Condition()
        # Held while watches are put up or taken down, never together with a wish to deliver.
        self._scheduling = threading.Lock()
        self._closed = False
        self._sleep = time.time() - time.monotonic()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)
        self._thread.start()

    def watch(self, folder: Folder) -> str:
        """Watch ``folder``, or see to it that its watch is whole; why it cannot be watched, "" when it is."""
        with self._scheduling:
            if self._closed:
                return "The service is stopping."
            skip = self._skip(folder)
            with self._state:
                watched = self._watched.setdefault(folder.id, _Watched(folder, skip))
                whole = watched.lost_since is None
                watched.lost_since = None
                watched.skip = skip
            mounted = mounts.mounts()
            inside = mounts.mounts_inside(folder.path, mounted, watched.skip)
            reason = mounts.why_not_watched(folder.path, mounted)
            watched.local = not reason
            identity = _identity(folder.path) if watched.local else None
            if not reason and identity is None:
                reason = "It is not there."
            same = whole and (identity, inside) == (watched.identity, watched.inside)
            tree = watched.tree
            if tree is not None and (reason or not same or not tree.alive):
                watched.tree = None
                tree.close()
            watched.identity, watched.inside = identity, inside
            if not reason and watched.tree is None:
                try:
                    watched.tree = self._tree(watched)
                except OSError as error:
                    reason = _refusal(error)
            # The rest of the folder is watched all the same.
            blind = (mounts.why_not_watched(one.point, [one], f"{one.point} in it") for one in inside)
            return reason or next(filter(None, blind), "")

    def renew(self) -> None:
        """What ``skip`` says has changed: the next ``watch`` of each folder begins anew."""
        with self._state:
            for watched in self._watched.values():
                self._mark_lost(watched)
            self._state.notify_all()

    def unwatch(self, folder: int) -> None:
        with self._scheduling:
            with self._state:
                watched = self._watched.pop(folder, None)
            if watched is not None and watched.tree is not None:
                watched.tree.close()

    @property
    def unsettled(self) -> int:
        """How many paths changed and were not told yet; a folder that has to be looked through is one."""
        with self._state:
            return sum(
                len(watched.settling) + (watched.lost_since is not None) for watched in self._watched.values()
            )

    def close(self) -> None:
        """Nothing is told once this has returned."""
        with self._scheduling:
            with self._state:
                self._closed = True
                watched, self._watched = self._watched, {}
                self._state.notify_all()
            for one in watched.values():
                if one.tree is not None:
                    one.tree.close()
        self._thread.join()

    def _tree(self, watched: _Watched) -> Tree:
        def collect(path: str) -> None:
            self._collect(watched, path)

        if SINGLE_DIRECTORIES:
            # Imported here: each is there on its own systems only.
            from qwen_finder.sources.inotify_tree import InotifyTree

            return InotifyTree(
                watched.folder.path,
                collect=collect,
                lost=lambda: self._lost(watched),
                skip=watched.skip,
            )
        from qwen_finder.sources.native_tree import NativeTree

        return NativeTree(watched.folder.path, collect=collect)

    # Collecting, from the threads of the trees.

    def _collect(self, watched: _Watched, path: str) -> None:
        with self._state:
            # Woken for the first one only: a thousand wake-ups a second are work, too.
            waiting = not len(watched.settling)
            watched.settling.add(path, time.monotonic())
            if watched.settling.overflowed:
                self._mark_lost(watched)
            if waiting:
                self._state.notify_all()

    def _lost(self, watched: _Watched) -> None:
        with self._state:
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
                due, pending = self._next_due(), sum(len(one.settling) for one in self._watched.values())
                if due <= time.monotonic() and not self._closed:
                    # Paths come one by one, and are better looked at together; many take a while to go over.
                    self._state.wait_for(lambda: self._closed, TOGETHER_SECONDS + pending * SECONDS_A_PATH)
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
        """Folders that came, went or were replaced, also in part, and all when the machine slept."""
        sleep = time.time() - time.monotonic()
        slept, self._sleep = abs(sleep - self._sleep) > SLEPT_SECONDS, sleep
        with self._state:
            everything = list(self._watched.values())
        mounted = mounts.mounts() if everything else []
        found: list[int] = []
        for watched in everything:
            dead = watched.tree is not None and not watched.tree.alive
            if dead:
                log.error("watching a folder stopped unexpectedly; it begins anew")
            # Asking a file system that is not local may hang.
            moved = watched.local and _identity(watched.folder.path) != watched.identity
            moved |= mounts.mounts_inside(watched.folder.path, mounted, watched.skip) != watched.inside
            if slept or dead or moved:
                found.append(watched.folder.id)
        return found


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


def _refusal(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return (
            "The system grants too few watches for its folders; more are granted by"
            " `sudo sysctl fs.inotify.max_user_watches=524288`."
        )
    if error.errno == errno.EMFILE:
        return (
            "The system grants no further watching; more is granted by"
            " `sudo sysctl fs.inotify.max_user_instances=1024`."
        )
    return f"The system does not let it be watched ({error.strerror or error})."
