"""In which precision and in which batches a picture model is fastest here: measured once, then remembered.

Half the bits halve memory and often time, but on processors that only emulate them they cost a multiple.
Shorter numbers are taken where they are not slower and their vectors agree with the exact ones.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from qwen_finder.core.picture import Framing
from qwen_finder.models.picture_selftest import probes
from qwen_finder.models.towers import PRECISIONS, Precision, out_of_memory
from qwen_finder.models.tuning import Store, processor

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vectors

LARGEST_BATCH = 64
AGREEMENT = 0.999
"""The least cosine between a picture's vectors in a shorter precision and in float32."""

_LONGEST_S = {"cuda": 0.15, "mps": 0.15, "cpu": 0.35}
"""Seconds that a batch may take. On a graphics card a query waits for it, on a processor it runs beside."""
_WORTH = 0.95
"""A change has to be this much faster: a smaller difference is noise."""
_DOUBLED = 1.25
"""Twice as many pictures take at least this much longer where a batch takes as long as it may."""
_MAY_COST = 1.1
"""Shorter numbers may be this much slower than float32, since they need half its memory."""
_VIEWS, _TEXTS = 2, 2
_ROUNDS = 4
"""The machine may be busy with other things in some of them."""
_VERSION = 1
"""Raised when this measures another thing, so that what was remembered before is measured again."""


class Measurable(Protocol):
    """What of :class:`~qwen_finder.models.towers.Towers` is measured."""

    device: str
    framing: Framing

    def see(self, views: Pixels) -> Vectors: ...

    def read(self, texts: Sequence[str]) -> Vectors: ...

    def synchronize(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PictureShape:
    """``batch``: how many pictures are seen at once."""

    precision: Precision
    batch: int


def tuned_shape(
    store: Store,
    circumstances: Sequence[str | int],
    open_towers: Callable[[Precision], Measurable],
    clock: Callable[[], float] = time.perf_counter,
) -> PictureShape:
    """The fastest shape: from ``store``, or measured with the towers that ``open_towers`` gives.

    ``circumstances`` is all that decides beside the processor: weights, device, threads, versions.
    """
    known = json.dumps([*circumstances, processor(), _VERSION])
    key = f"tuning.picture.{hashlib.sha256(known.encode()).hexdigest()[:16]}"
    if remembered := store.get(key):
        kept = json.loads(remembered)
        return PictureShape(Precision(kept["precision"]), int(kept["batch"]))
    shape = measure(open_towers, clock)
    store.set(key, json.dumps(asdict(shape)))
    return shape


def measure(
    open_towers: Callable[[Precision], Measurable], clock: Callable[[], float] = time.perf_counter
) -> PictureShape:
    """The precision with the least time for a few pictures, and the batch that is fastest with it."""
    chosen = loaded = Precision.FP32
    towers = open_towers(loaded)
    pictures, texts = probes(towers.framing.size)
    few = pictures[:_VIEWS]
    exact = _vectors(towers, few, texts[:_TEXTS])
    best = _seconds(towers, few, clock) * _MAY_COST
    for loaded in PRECISIONS[towers.device]:
        # One at a time: two of the larger models would not fit into the memory.
        del towers
        towers = open_towers(loaded)
        agreement = float((_vectors(towers, few, texts[:_TEXTS]) * exact).sum(axis=1).min())
        seconds = _seconds(towers, few, clock)
        # Comparisons with a cosine that is not a number are false, as they should be.
        if agreement >= AGREEMENT and seconds < best:
            chosen, best = loaded, seconds * _WORTH
    if loaded is not chosen:
        del towers
        towers = open_towers(chosen)
    return PictureShape(chosen, _best_batch(towers, pictures, clock))


def _best_batch(towers: Measurable, pictures: Pixels, clock: Callable[[], float]) -> int:
    batch = tried = 1
    seconds = _seconds(towers, pictures[:1], clock)
    rate = 1 / seconds
    # All that may be are tried: on a busy machine one that seems slow says little of the next.
    while tried < LARGEST_BATCH and seconds * _DOUBLED < _LONGEST_S[towers.device]:
        tried *= 2
        try:
            seconds = _seconds(towers, np.resize(pictures, (tried, *pictures.shape[1:])), clock)
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            break
        if seconds <= _LONGEST_S[towers.device] and _WORTH * tried / seconds > rate:
            batch, rate = tried, tried / seconds
    return batch


def _seconds(towers: Measurable, pictures: Pixels, clock: Callable[[], float]) -> float:
    """The least time for ``pictures`` after a first, slower, round."""
    times = []
    for _ in range(1 + _ROUNDS):
        start = clock()
        towers.see(pictures)
        towers.synchronize()
        times.append(clock() - start)
    return max(min(times[1:]), 1e-9)


def _vectors(towers: Measurable, pictures: Pixels, texts: Sequence[str]) -> Vectors:
    found = np.concatenate([towers.see(pictures), towers.read(texts)])
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)
