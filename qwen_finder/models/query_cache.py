"""Remembers the vectors of the last queries: the same words are typed again and again, and a window asks at
every pause in typing. Knows nothing of models but their fingerprint.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

# 4 MB at 2,560 dimensions. A longer text is no query, and is not kept.
CAPACITY = 400
LONGEST_TEXT = 1_000


class QueryCache:
    """(Fingerprint, text) → vector, the least recently used forgotten first. Thread-safe."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._vectors: OrderedDict[tuple[str, str], Vector] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._vectors)

    def answer(
        self, fingerprint: str, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]
    ) -> Vectors:
        """The vectors of ``texts``; ``embed`` is asked for those that are not here."""
        known: dict[str, Vector] = {}
        with self._lock:
            for text in texts:
                if (vector := self._vectors.get((fingerprint, text))) is not None:
                    self._vectors.move_to_end((fingerprint, text))
                    known[text] = vector
        missing = [text for text in dict.fromkeys(texts) if text not in known]
        if missing or not texts:
            embedded = embed(missing)
            if not texts:
                return embedded
            known.update(zip(missing, embedded, strict=True))
            self._keep(fingerprint, {text: known[text] for text in missing})
        # A copy, since whoever asked may do with it what they like.
        return np.stack([known[text] for text in texts])

    def _keep(self, fingerprint: str, vectors: dict[str, Vector]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                if len(text) <= LONGEST_TEXT:
                    self._vectors[fingerprint, text] = vector.copy()
            while len(self._vectors) > self._capacity:
                self._vectors.popitem(last=False)
