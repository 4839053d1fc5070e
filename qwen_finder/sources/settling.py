"""Holds back the paths that changed until their writers are done with them.

One save is many events, and a download is thousands. A path is due when it has been quiet for a moment, or
when it has waited long enough. One that changes again soon after it was due waits longer each time, so that
a file which is written to all day is not read all day. Knows no clock and no file system.
"""

from __future__ import annotations

SETTLE_SECONDS = 0.5
LONGEST_SECONDS = 5.0
MOST_PATHS = 20_000

# Changed again within this time of being due, a path counts as busy and each time waits twice as long.
BUSY_SECONDS = 30.0
MOST_DOUBLINGS_QUIET = 4
MOST_DOUBLINGS_LONGEST = 6


class Settling:
    """The changed paths of one folder. Times are seconds of any one clock; not thread-safe.

    ``overflowed`` turns true when there are more than ``MOST_PATHS``: then single paths are not worth
    keeping, and are not kept.
    """

    def __init__(self) -> None:
        self._pending: dict[str, tuple[float, float]] = {}
        self._busy: dict[str, tuple[float, int]] = {}
        self.overflowed = False

    def __len__(self) -> int:
        return len(self._pending)

    def add(self, path: str, now: float) -> None:
        if self.overflowed:
            return
        first, _ = self._pending.get(path, (now, now))
        self._pending[path] = (first, now)
        if len(self._pending) > MOST_PATHS:
            self._pending.clear()
            self.overflowed = True

    def due(self, now: float) -> set[str]:
        """Take out the paths that are due."""
        ready = {path for path in self._pending if self._due_at(path) <= now}
        for path in ready:
            self._busy[path] = (now, self._doublings(path))
            del self._pending[path]
        if len(self._busy) > MOST_PATHS:
            self._busy = {path: busy for path, busy in self._busy.items() if now - busy[0] < BUSY_SECONDS}
        return ready

    def next_due(self) -> float | None:
        """When the first path will be due if nothing more happens; None when there is none."""
        return min(map(self._due_at, self._pending), default=None)

    def clear(self) -> None:
        self._pending.clear()
        self.overflowed = False

    def _due_at(self, path: str) -> float:
        first, last = self._pending[path]
        doublings = self._doublings(path)
        quiet = SETTLE_SECONDS * 2.0 ** min(doublings, MOST_DOUBLINGS_QUIET)
        longest = LONGEST_SECONDS * 2.0 ** min(doublings, MOST_DOUBLINGS_LONGEST)
        return min(last + quiet, first + longest)

    def _doublings(self, path: str) -> int:
        """How many times in a row the path was due and changed again soon."""
        if path not in self._busy:
            return 0
        first, _ = self._pending[path]
        due, before = self._busy[path]
        return before + 1 if first - due < BUSY_SECONDS else 0
