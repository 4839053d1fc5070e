"""Makes the vectors of another model for what is indexed, beside those in use, from the passages stored.

No file is read again and nothing is embedded twice: what is missing is found by comparing, so
a run may end at any moment and the next goes on. It works at the pace of indexing, in pieces so short that a
query never waits. It knows neither which model is in use nor what happens when all is done.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qwen_finder.core.document import ChunkId
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import Embedder
from qwen_finder.core.switch_ports import StoredPassage, VectorsBeside
from qwen_finder.indexing.embedding import PLAIN_TEXT, fitting_slice
from qwen_finder.indexing.pace import Mode, Pacer
from qwen_finder.indexing.progress import Decaying, Estimate
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.splitting import mean, pieces_that_fit

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

    Vectors = dict[ChunkId, tuple[str, Vector]]

BLOCK = 512

# What a crash may cost in work.
FLUSH_SECONDS = 4.0

SPEED_SECONDS = 120.0

# A full disk or a pause is looked at again after so long.
RECHECK_SECONDS = 5.0


class Rebuild:
    """``beside()`` are the vectors that are made, of the store as it is open now; ``cut``: they are the
    beginnings of those in use, and ``embedder`` is not asked. ``storing`` is held while rows are written, as
    indexing holds it; ``stored`` is called after each time, ``changed`` whenever the figures have.
    """

    def __init__(
        self,
        beside: Callable[[], VectorsBeside],
        embedder: Embedder,
        *,
        cut: bool,
        pace: Pacer,
        storing: threading.Lock,
        stop: threading.Event,
        stored: Callable[[], None],
        changed: Callable[[], None],
    ) -> None:
        self._beside = beside
        self._embedder = embedder
        self._cut = cut
        self._pace = pace
        self._storing = storing
        self._stop = stop
        self._stored = stored
        self._changed = changed
        self._refused: set[str] = set()
        self._slice = 2_000
        self._speed = Decaying(time.monotonic, SPEED_SECONDS)
        self._estimate = Estimate(time.monotonic)
        self.recent = RecentVectors()
        """What the model embedded lately, for who goes on with it."""
        self.done = self.total = 0
        self.waits_for = ""
        """Why nothing is done at the moment, in a sentence; "" when something is."""

    @property
    def eta_s(self) -> float | None:
        """Seconds to go; None when that cannot be told yet."""
        rate = self._speed.rate(1.0)
        return self._estimate.show((self.total - self.done) / rate if rate else None)

    def run(self) -> bool:
        """Make all that is missing; False when it was stopped. Raises ModelError when the model does not
        work, StorageError when vectors cannot be stored.
        """
        self._speed.begin()
        while not self._stop.is_set():
            missing = self._align()
            if not missing:
                return True
            for start in range(0, len(missing), BLOCK):
                if not self._make(missing[start : start + BLOCK]):
                    return False
        return False

    def complete(self) -> bool:
        """Whether nothing is missing; what became wrong meanwhile is gone then."""
        return not self._align()

    def _align(self) -> list[ChunkId]:
        self.total, missing = self._beside().align()
        if self._refused:
            # What the model cannot embed is left to indexing, which will say so.
            missing = [
                passage.chunk
                for start in range(0, len(missing), BLOCK)
                for passage in self._beside().passages(missing[start : start + BLOCK])
                if passage.hash not in self._refused
            ]
        self.done = self.total - len(missing)
        self._changed()
        return list(missing)

    def _make(self, ids: Sequence[ChunkId]) -> bool:
        """Make the vectors of these passages and store them; False when it was stopped, with those stored
        that were made."""
        if self._cut:
            if self._rest(0.0):
                self._store(self._beginnings(ids))
            return not self._stop.is_set()
        waiting = self._beside().passages(ids)
        while waiting and not self._stop.is_set():
            made = self._embedded(waiting)
            self._store(made)
            waiting = [
                passage
                for passage in waiting
                if passage.chunk not in made and passage.hash not in self._refused
            ]
        return not self._stop.is_set()

    def _beginnings(self, ids: Sequence[ChunkId]) -> Vectors:
        dimensions = self._embedder.spec.dimensions
        found = self._beside().vectors(ids).items()
        return {chunk: (text_hash, vector[:dimensions]) for chunk, (text_hash, vector) in found}

    def _embedded(self, passages: Sequence[StoredPassage]) -> Vectors:
        """The vectors of ``passages``, or of as many as there is time for until they are to be stored."""
        known: dict[str, Vector] = {}
        wanting: dict[str, str] = {}
        for passage in passages:
            if (vector := self.recent.get(passage.hash)) is not None:
                known[passage.hash] = vector
            else:
                wanting[passage.hash] = passage.text
        # Longest first: batches hold texts of like length.
        hashes = sorted(wanting, key=lambda item: -len(wanting[item]))
        due = time.monotonic() + FLUSH_SECONDS
        start, spent = 0, 0.0
        while start < len(hashes) and time.monotonic() < due and self._rest(spent):
            end, characters = start, 0
            while end < len(hashes) and (end == start or characters < self._slice):
                characters += len(wanting[hashes[end]])
                end += 1
            began = time.monotonic()
            answers = self._answers([wanting[item] for item in hashes[start:end]])
            for item, answer in zip(hashes[start:end], answers, strict=True):
                if answer is None:
                    self._refused.add(item)
                else:
                    known[item] = answer
                    self.recent.add(item, answer)
            start, spent = end, time.monotonic() - began
            self._slice = fitting_slice(characters, spent)
        answered = [passage for passage in passages if passage.hash in known]
        return {passage.chunk: (passage.hash, known[passage.hash]) for passage in answered}

    def _answers(self, texts: Sequence[str]) -> Sequence[Vector | None]:
        """The vectors of ``texts``, None for those that the model cannot embed. Raises the ModelError when
        the model itself does not work."""
        try:
            return self._whole(texts)
        except ModelError:
            self._embedder.embed_documents([PLAIN_TEXT])
            if len(texts) == 1:
                return [None]
            return [answer for text in texts for answer in self._answers([text])]

    def _whole(self, texts: Sequence[str]) -> list[Vector]:
        """The vectors of ``texts``; of one that is too long for the model, the mean of its pieces'."""
        most, count = self._embedder.spec.max_tokens, self._embedder.count_tokens
        pieces = [pieces_that_fit(text, most, count) for text in texts]
        vectors = iter(self._embedder.embed_documents([piece for parts in pieces for piece in parts]))
        return [mean([next(vectors) for _ in parts], [len(part) for part in parts]) for parts in pieces]

    def _rest(self, worked_s: float) -> bool:
        """Rest as the pace asks, through pauses and while the disk is full; False when it was stopped."""
        while not self._stop.is_set():
            if self._pace.rest(worked_s, self._stop.is_set):
                self._wait_for("")
                return not self._stop.is_set()
            pace = self._pace.current()
            if pace.mode is Mode.PAUSED:
                self._wait_for(f"It is paused: {pace.reason}.")
                self._stop.wait(min(pace.recheck_s or RECHECK_SECONDS, RECHECK_SECONDS))
        return False

    def _store(self, made: Vectors) -> None:
        if made:
            with self._storing:
                self._beside().add(made)
            self._speed.add(len(made))
            self.done = min(self.done + len(made), self.total)
            self._stored()
            self._changed()

    def _wait_for(self, what: str) -> None:
        if what != self.waits_for:
            self.waits_for = what
            self._changed()
