"""Embeds passages of several files together, in calls so short that a query or a stop hardly waits.

Knows nothing of where passages come from or where their vectors go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileId
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import Embedder, Journal
from qwen_finder.indexing.parts import Work
from qwen_finder.indexing.recent import RecentVectors

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

# What one call to the embedder takes, and so how long a query or a stop may wait for it. The characters that
# make it up depend on model and machine and are measured; too few would leave the model's batches half empty.
SLICE_SECONDS = 0.15
LEAST_SLICE, MOST_SLICE = 400, 8_000

# Any working model embeds this.
PLAIN_TEXT = "The quick brown fox jumps over the lazy dog."


class GroupEmbedding:
    """``rest(worked)`` is called before each call to the embedder with what the last one took in seconds, and
    says whether to go on; ``embedded`` is told the characters of each call.
    """

    def __init__(
        self,
        embedder: Embedder,
        recent: RecentVectors,
        journal: Journal,
        *,
        rest: Callable[[float], bool],
        embedded: Callable[[int], None],
    ) -> None:
        self._embedder = embedder
        self._recent = recent
        self._journal = journal
        self._rest = rest
        self._heard = embedded
        self._slice = 2_000
        self._measured = False

    def characters_in(self, seconds: float) -> int:
        """About how many characters are embedded in so many seconds of work; few until that was measured."""
        return int(self._slice * seconds / SLICE_SECONDS) if self._measured else self._slice

    def fill(self, group: Sequence[tuple[Work, Sequence[int]]]) -> None:
        """Embed these passages of each file, or as many as can be before the end of work."""
        wanting: dict[str, str] = {}
        owners: dict[str, FileId] = {}
        vectors: dict[str, Vector] = {}
        for work, ordinals in group:
            for chunk in map(work.file.chunks.__getitem__, ordinals):
                if chunk.hash in vectors or chunk.hash in wanting:
                    continue
                if (known := self._recent.get(chunk.hash)) is not None:
                    vectors[chunk.hash] = known
                else:
                    wanting[chunk.hash] = chunk.embedded_text
                    owners[chunk.hash] = work.file.file.id
        refused: dict[str, ModelError] = {}
        # Longest first: batches hold texts of like length, and the short ones at the end fill them up.
        hashes = sorted(wanting, key=lambda item: -len(wanting[item]))
        start, spent = 0, 0.0
        while start < len(hashes) and self._rest(spent):
            end, characters = start, 0
            while end < len(hashes) and (end == start or characters < self._slice):
                characters += len(wanting[hashes[end]])
                end += 1
            began = time.monotonic()
            self._journal.note("embedding", list({owners[item] for item in hashes[start:end]}))
            answers = self._vectors([wanting[item] for item in hashes[start:end]])
            for item, answer in zip(hashes[start:end], answers, strict=True):
                if isinstance(answer, ModelError):
                    refused[item] = answer
                else:
                    vectors[item] = answer
                    self._recent.add(item, answer)
            start, spent = end, time.monotonic() - began
            self._slice, self._measured = fitting_slice(characters, spent), True
            self._heard(characters)
        self._journal.note("embedding", ())
        for work, ordinals in group:
            hashes_of = [work.file.chunks[ordinal].hash for ordinal in ordinals]
            error = next((refused[item] for item in hashes_of if item in refused), None)
            if error is not None:
                work.refuse(error)
                continue
            for ordinal, item in zip(ordinals, hashes_of, strict=True):
                if item in vectors:
                    work.fill(ordinal, vectors[item])

    def _vectors(self, texts: Sequence[str]) -> Sequence[Vector | ModelError]:
        """The vectors of ``texts``, or the error for those the model cannot embed, so that one bad text costs
        only its own file. Raises the ModelError when the model itself does not work any more.
        """
        try:
            return list(self._embedder.embed_documents(texts))
        except ModelError as error:
            self._embedder.embed_documents([PLAIN_TEXT])
            if len(texts) == 1:
                return [error]
            return [answer for text in texts for answer in self._vectors([text])]


def fitting_slice(characters: int, seconds: float) -> int:
    """How many characters the next call takes, when the last took ``seconds`` for its ``characters``."""
    fitting = int(characters * SLICE_SECONDS / max(seconds, 1e-3))
    return min(max(fitting, LEAST_SLICE), MOST_SLICE)
