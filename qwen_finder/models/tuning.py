"""Which batch shape is fastest for this model on this machine: measured once, then remembered.

The best budget differs by a factor of two between models and processors. The probe is bounded in time; a
model too slow to measure in it gets a shape that suits large models. Knows nothing of texts.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle
from math import inf
from pathlib import Path
from typing import Protocol

import psutil

from qwen_finder.models.packing import pack
from qwen_finder.models.tokenizer import Tokens


class Store(Protocol):
    """Where results are remembered between runs: strings by key (the catalog of files is one)."""

    def get(self, key: str) -> str | None: ...

    def set(self, key: str, value: str) -> None: ...


@dataclass(frozen=True, slots=True)
class BatchShape:
    """At most ``tokens`` and ``sequences`` in a batch."""

    tokens: int
    sequences: int


DEFAULT_SHAPE = BatchShape(512, 16)
_CANDIDATES = (DEFAULT_SHAPE, BatchShape(256, 8), BatchShape(128, 4), BatchShape(1024, 32))
# A graphics card starves on what keeps a core busy.
_GRAPHICS_CANDIDATES = (DEFAULT_SHAPE, BatchShape(1024, 32), BatchShape(2048, 64), BatchShape(4096, 64))
_SECONDS = 2.0
_SLOW = 0.5
"""Seconds for the first batch beyond which the model is not probed further."""
_WORTH = 0.95
"""Another shape than the default has to be this much faster: a smaller difference is noise."""
_SHAPES_VERSION = 2
"""Raised with the candidates, so that shapes remembered before are measured again."""


class Runner(Protocol):
    """Something that computes batches of one shape, such as a context."""

    def run(self, sequences: list[Tokens]) -> object: ...

    def close(self) -> None: ...


def default_threads() -> int:
    """Physical cores that this process may use, less one for the user; at least one."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cores = min(psutil.cpu_count(logical=False) or 1, allowed or 1)
    return max(1, cores - 1)


def sample_texts() -> list[str]:
    """Texts as long as chunks are, to measure with."""
    sentence = "A house by the river has two doors and seven windows. "
    return [sentence * count for count in (26, 20, 11, 7, 5, 4, 3, 2, 1)]


def tuned_shape(
    store: Store,
    circumstances: Sequence[str | int],
    open_runner: Callable[[BatchShape], Runner],
    samples: Sequence[Tokens],
    *,
    graphics: bool = False,
) -> BatchShape:
    """The fastest shape: from ``store``, or measured with the runners that ``open_runner`` gives.

    ``circumstances`` is all that decides beside the processor: weights, threads, version of the library, the
    graphics card and how much of the model is on it, if any is (``graphics``).
    """
    known = json.dumps([*circumstances, processor(), _SHAPES_VERSION])
    key = f"tuning.{hashlib.sha256(known.encode()).hexdigest()[:16]}"
    if remembered := store.get(key):
        return BatchShape(**json.loads(remembered))
    if graphics:
        # Enough to fill the largest batch with.
        samples = [*samples] * (-(-_GRAPHICS_CANDIDATES[-1].tokens // max(1, sum(map(len, samples)))))
    candidates = _GRAPHICS_CANDIDATES if graphics else _CANDIDATES
    shape = measure(open_runner, samples, candidates=candidates)
    store.set(key, json.dumps(asdict(shape)))
    return shape


def measure(
    open_runner: Callable[[BatchShape], Runner],
    samples: Sequence[Tokens],
    clock: Callable[[], float] = time.perf_counter,
    *,
    candidates: Sequence[BatchShape] = _CANDIDATES,
) -> BatchShape:
    """The shape with the least time for ``samples``; each is tried as often as two seconds allow."""
    lengths = [len(sample) for sample in samples]
    deadline = clock() + _SECONDS
    runners: dict[BatchShape, Runner] = {}
    best: dict[BatchShape, float] = {}
    try:
        for shape in cycle(candidates):
            if clock() + best.get(shape, max(best.values(), default=0.0)) > deadline:
                break
            if shape not in runners:
                runners[shape] = open_runner(shape)
                # The first batch of a context is slow, and tells whether this model can be measured at all.
                start = clock()
                runners[shape].run([samples[0]])
                if clock() - start > _SLOW:
                    return DEFAULT_SHAPE
            start = clock()
            for batch in pack(lengths, shape.tokens, shape.sequences):
                runners[shape].run([samples[index] for index in batch])
            best[shape] = min(best.get(shape, inf), clock() - start)
    finally:
        for runner in runners.values():
            runner.close()
    fastest = min(best, key=best.__getitem__, default=DEFAULT_SHAPE)
    return fastest if best.get(fastest, inf) < _WORTH * best.get(DEFAULT_SHAPE, inf) else DEFAULT_SHAPE


def sha256_of(path: Path, store: Store | None) -> str:
    """The sha256 of the file, remembered in ``store`` for as long as its size and time do not change."""
    stat = path.stat()
    seen = [stat.st_size, stat.st_mtime_ns]
    # The path hashed, since it need not be valid Unicode.
    key = f"sha256.{hashlib.sha256(os.fsencode(path)).hexdigest()[:16]}"
    if store is not None and (remembered := store.get(key)):
        *then, known = json.loads(remembered)
        if then == seen:
            return str(known)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if store is not None:
        store.set(key, json.dumps([*seen, digest]))
    return digest


def processor() -> str:
    """The processor's name, as precise as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "") or platform.processor() or platform.machine()
