"""A file on its way from reader to index, and the parts in which it gets there.

Most files are embedded and stored whole. One of thousands of passages takes minutes or hours, and nobody
shall wait for it or lose it to a power cut: it is embedded a portion at a time, and what is embedded is
stored every few seconds, while the file stays pending.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileState, size_class
from qwen_finder.core.errors import FinderError
from qwen_finder.core.ports import EmbeddedChunk, Outcome
from qwen_finder.indexing.prepare import PreparedFile, give_up, stamp_of_part

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

# What a crash may cost in work, and the most that is held in memory of what waits to be stored of a file.
PART_SECONDS = 10.0
PART_ROWS = 512

# At a stop, fewer passages of a file that nothing is stored of are given up: they are embedded in no time.
WORTH_KEEPING = 16


@dataclass(frozen=True, slots=True)
class Part:
    """Passages of one file to store together, at most ``PART_ROWS``; the ``first`` replace whatever the index
    holds of the file, the others are added to that. ``outcome`` is the file's, pending until the ``last``.
    """

    file: PreparedFile
    rows: Sequence[EmbeddedChunk]
    outcome: Outcome
    first: bool
    last: bool


class Work:
    """What is still to do for one file that was read. Not thread-safe."""

    def __init__(self, file: PreparedFile) -> None:
        self.file = file
        self.size_class = size_class(file.file.size)
        self._missing: deque[int] = deque()
        self._ready: list[int] = []
        stored = set(file.stored)
        if stored and max(stored) >= len(file.chunks):
            stored.clear()  # not of this reading after all: stored anew
        for ordinal, vector in enumerate(file.vectors):
            if ordinal not in stored:
                (self._missing if vector is None else self._ready).append(ordinal)
        self._stored = len(stored)
        self._first = not stored
        self._refused = self._ended = False
        # Since when something waits to be stored that was embedded just now: None if nothing does.
        self._since: float | None = None

    @property
    def missing(self) -> int:
        """How many passages are to be embedded and were not taken yet."""
        return len(self._missing)

    @property
    def urgency(self) -> tuple[int, int]:
        """The least first, as in the catalog: small files, and of those the most recent."""
        return self.size_class, -self.file.file.mtime_ns

    def take(self, chunks: int, characters: int) -> list[int]:
        """The ordinals of the next passages to embed within these limits, of which the first may exceed."""
        taken: list[int] = []
        while self._missing and len(taken) < max(chunks, 1) and (characters > 0 or not taken):
            ordinal = self._missing.popleft()
            characters -= len(self.file.chunks[ordinal].embedded_text)
            taken.append(ordinal)
        return taken

    def fill(self, ordinal: int, vector: Vector) -> None:
        self.file.vectors[ordinal] = vector
        self._ready.append(ordinal)
        if self._since is None:
            self._since = time.monotonic()

    def refuse(self, error: FinderError) -> None:
        """The model cannot embed it: nothing of it is to be stored, nor to stay."""
        give_up(self.file, error)
        self._missing.clear()
        self._ready.clear()
        self._refused = True

    def hand_on(self, *, halted: bool) -> list[Part]:
        """What is to be stored now, in parts; ``halted`` says that no more of it will be embedded for now."""
        parts: list[Part] = []
        while not self._ended:
            complete = self._refused or self._stored + len(self._ready) == len(self.file.chunks)
            if not (complete or len(self._ready) >= PART_ROWS or self._due(halted)):
                break
            parts.append(self._part())
        return parts

    def _due(self, halted: bool) -> bool:
        fresh = self._since is not None and bool(self._ready)
        if halted:
            return bool(self._ready) and (not self._first or (fresh and len(self._ready) >= WORTH_KEEPING))
        return fresh and time.monotonic() - (self._since or 0.0) >= PART_SECONDS

    def _part(self) -> Part:
        ordinals, self._ready = self._ready[:PART_ROWS], self._ready[PART_ROWS:]
        self._since = time.monotonic() if self._ready else None
        rows = [self._row(ordinal) for ordinal in ordinals]
        self._stored += len(rows)
        first, self._first = self._first or self._refused, False
        self._ended = self._refused or self._stored == len(self.file.chunks)
        outcome = self.file.outcome
        if not self._ended:
            outcome = replace(
                outcome,
                state=FileState.PENDING,
                stamp=stamp_of_part(outcome.stamp, outcome.generation),
                chunks=self._stored,
            )
        return Part(self.file, rows, outcome, first, self._ended)

    def _row(self, ordinal: int) -> EmbeddedChunk:
        vector = self.file.vectors[ordinal]
        assert vector is not None, "only what is embedded is ready"
        # From here on the part alone holds it, so that memory does not grow with the file.
        self.file.vectors[ordinal] = None
        return EmbeddedChunk(self.file.fields, self.file.chunks[ordinal], vector)
