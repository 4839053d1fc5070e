"""Remembers the vectors of passages embedded lately, so that the same text is not embedded twice in a row.

Licences, headers and templates stand in hundreds of files. Passages of files that are stored already are
found through the catalog; this is for those still on their way, and for files that moved.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

# About 20,000 passages at 384 dimensions, 3,000 at 2,560.
CAPACITY_BYTES = 32_000_000


class RecentVectors:
    """Chunk hash → vector, the least recently used forgotten first. Thread-safe."""

    def __init__(self, capacity_bytes: int = CAPACITY_BYTES) -> None:
        self._capacity = capacity_bytes
        self._vectors: OrderedDict[str, Vector] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, chunk_hash: str) -> Vector | None:
        with self._lock:
            vector = self._vectors.get(chunk_hash)
            if vector is not None:
                self._vectors.move_to_end(chunk_hash)
            return vector

    def add(self, chunk_hash: str, vector: Vector) -> None:
        with self._lock:
            if chunk_hash in self._vectors:
                return
            self._vectors[chunk_hash] = vector
            self._bytes += vector.nbytes
            while self._bytes > self._capacity:
                _, oldest = self._vectors.popitem(last=False)
                self._bytes -= oldest.nbytes
