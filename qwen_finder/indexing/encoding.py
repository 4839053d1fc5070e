"""Encodes views of pictures in calls so short that a query or a stop hardly waits.

Knows nothing of where pictures come from or where their vectors go.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import Journal, PictureEmbedder
from qwen_finder.indexing.picture_files import LookedAt
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.turns import Turns

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vector

# What one call takes, and so how long a query or a stop may wait for it; the views that make it up depend on
# model and machine and are measured. A graphics card takes hundreds, a processor two.
CALL_SECONDS = 0.15
MOST_VIEWS = 256
_AT_FIRST = 2
_GROWTH = 4


class Encoding:
    """``rest(worked)`` is called before each call with what the last one took in seconds, and says whether to
    go on. Not thread-safe.
    """

    def __init__(
        self,
        embedder: PictureEmbedder,
        recent: RecentVectors,
        journal: Journal,
        turns: Turns,
        *,
        rest: Callable[[float], bool],
        halted: Callable[[], bool],
    ) -> None:
        self._embedder = embedder
        self._recent = recent
        self._journal = journal
        self._turns = turns
        self._rest = rest
        self._halted = halted
        self._spent_s = 0.0
        self._warm = False
        self.views = _AT_FIRST
        """How many the next call takes."""

    def fill(self, pictures: Sequence[LookedAt]) -> None:
        """Encode what is missing of ``pictures``, or as much as can be before the end of work. Raises
        ModelError when the model does not work any more."""
        for picture in pictures:
            for view in picture.missing:
                picture.vectors[view] = self._recent.get(_key(picture, view))
        wanting = [(picture, view) for picture in pictures for view in picture.missing]
        start = 0
        while start < len(wanting) and self._rest(self._spent_s):
            self._spent_s = 0.0
            if not self._warm:
                # Loading it takes seconds, and nobody else need wait for that.
                self._embedder.embed_pictures(np.stack([wanting[0][0].pixels[0]])[:0])
                self._warm = True
            with self._turns.pictures(self._halted) as mine:
                if not mine:
                    break
                batch = wanting[start : start + self.views]
                self._encode(batch)
            start += len(batch)
        self._journal.note("encoding", ())
        for picture in pictures:
            if not picture.missing:
                picture.pixels = []

    def _encode(self, batch: Sequence[tuple[LookedAt, int]]) -> None:
        began = time.monotonic()
        self._journal.note("encoding", list({picture.file.id for picture, _ in batch}))
        views = np.stack([picture.pixels[view] for picture, view in batch])
        for (picture, view), answer in zip(batch, self._answers(views), strict=True):
            if isinstance(answer, ModelError):
                picture.give_up(answer)
            elif picture.vectors:
                picture.vectors[view] = answer
                self._recent.add(_key(picture, view), answer)
        self._spent_s = time.monotonic() - began
        fitting = int(len(batch) * CALL_SECONDS / max(self._spent_s, 1e-4))
        # A first call may be slow for reasons of its own, and a quick one lucky.
        self.views = min(max(fitting, 1), _GROWTH * len(batch), MOST_VIEWS)

    def _answers(self, views: Pixels) -> Sequence[Vector | ModelError]:
        """The vectors, or the error for those the model cannot encode; raises it when it encodes nothing."""
        try:
            return list(self._embedder.embed_pictures(views))
        except ModelError as error:
            self._embedder.embed_pictures(np.full_like(views[:1], 128))
            if len(views) == 1:
                return [error]
            return [answer for view in views for answer in self._answers(view[None])]


def _key(picture: LookedAt, view: int) -> str:
    return f"{picture.outcome.content_hash}/{view}"
