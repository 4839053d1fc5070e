"""How far the pictures are, and how far texts and pictures are together. Knows no files, only numbers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

from qwen_finder.core.status import Progress
from qwen_finder.indexing.progress import LOOK_SECONDS, SPEED_SECONDS, Decaying, Estimate


class _Run(NamedTuple):
    """Pictures and bytes that are done in this run."""

    pictures: int = 0
    bytes: int = 0


class PictureMeter:
    """Progress of one picture loop, from run to run. Thread-safe.

    ``waiting`` tells how many pictures wait; it is asked every few seconds at most.
    """

    def __init__(self, waiting: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        self._waiting = waiting
        self._clock = clock
        self._lock = threading.Lock()
        self._speed = Decaying(clock, SPEED_SECONDS)
        self._left = 0
        self._looked: float | None = None
        self.begin()

    def begin(self) -> None:
        """A run begins. What was learned of the speed stays."""
        with self._lock:
            self._done = _Run()
            self._current = ""
            self._looked = None
            self._estimate = Estimate(self._clock)
            self._speed.begin()

    def looking(self, path: str) -> None:
        self._current = path

    def stored(self, pictures: int, size: int) -> None:
        with self._lock:
            self._done = _Run(self._done.pictures + pictures, self._done.bytes + size)
            self._left = max(self._left - pictures, 0)
            self._speed.add(pictures)

    def progress(self) -> Progress:
        """Asks how many wait, and so may raise what that raises."""
        now = self._clock()
        if self._looked is None or now - self._looked >= LOOK_SECONDS:
            left = self._waiting()
            with self._lock:
                self._left, self._looked = left, now
        with self._lock:
            done, left, rate = self._done, self._left, self._speed.rate()
            total = done.pictures + left
            return Progress(
                done=done.pictures,
                total=total,
                rate=round(rate or 0.0, 2),
                eta_s=self._estimate.show(left / rate if rate else None),
                current=self._current,
                bytes_done=done.bytes,
                bytes_total=done.bytes,
                share=round(done.pictures / total, 4) if total else 1.0,
            )


def together(texts: Progress | None, pictures: Progress | None) -> Progress | None:
    """Both as one. A picture counts twice then, for its words and for its looks. Texts go first, and pictures
    are faster without them: so the longer of the two estimates is near the truth."""
    if texts is None or pictures is None or not pictures.total:
        return texts or pictures
    total = texts.total + pictures.total
    etas = [eta for eta in (texts.eta_s, pictures.eta_s) if eta is not None]
    shares = texts.share * texts.total + pictures.share * pictures.total
    return Progress(
        done=texts.done + pictures.done,
        total=total,
        rate=round(texts.rate + pictures.rate, 2),
        eta_s=max(etas, default=None),
        current=texts.current or pictures.current,
        bytes_done=texts.bytes_done,
        bytes_total=texts.bytes_total,
        share=round(shares / total, 4),
    )
