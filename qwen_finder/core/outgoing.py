"""Every connection that leaves this machine, as the privacy page shows it. Keeps nothing on disk.

Whoever opens one (a model download, a remote model) notes it here first; there is no other list.
"""

from __future__ import annotations

import threading
import time

from qwen_finder.core.desk import Connection


class OutgoingLog:
    """Connections since this object was made. Thread-safe."""

    def __init__(self) -> None:
        self.since = time.time()
        self._seen: dict[tuple[str, str], Connection] = {}
        self._lock = threading.Lock()

    def note(self, host: str, why: str) -> None:
        """A connection to ``host`` is made now; ``why`` in a few words, such as "model download"."""
        with self._lock:
            known = self._seen.get((host, why))
            times = 1 if known is None else known.times + 1
            self._seen[host, why] = Connection(host, why, time.time(), times)

    def connections(self) -> tuple[Connection, ...]:
        """Each host and reason once, the latest first."""
        with self._lock:
            return tuple(sorted(self._seen.values(), key=lambda seen: -seen.time))
