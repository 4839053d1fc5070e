"""Which other computers this process spoke to since it started, and why: what the privacy report shows.

Whoever opens a connection to anything but this machine notes it here first. Nothing is kept on disk.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Connection:
    """``host`` was spoken to for the reason ``why``, in a few words: ``count`` times, from ``first`` to
    ``last``, in seconds since the epoch."""

    host: str
    why: str
    first: float
    last: float
    count: int = 1


class Connections:
    """The last ``capacity`` pairs of host and reason. Any thread may note or read."""

    def __init__(self, capacity: int = 200) -> None:
        self._capacity = capacity
        self._known: OrderedDict[tuple[str, str], Connection] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, host: str, why: str) -> None:
        """``host`` is spoken to now, because of ``why``. Many in a row are one entry with a count."""
        now = time.time()
        with self._lock:
            known = self._known.pop((host, why), None)
            first, count = (known.first, known.count) if known else (now, 0)
            self._known[host, why] = Connection(host, why, first, now, count + 1)
            while len(self._known) > self._capacity:
                self._known.popitem(last=False)

    def list(self) -> tuple[Connection, ...]:
        """The latest last."""
        with self._lock:
            return tuple(self._known.values())
