"""How long a download waits, and being told to stop: at once, also in the middle of waiting for bytes."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from time import time


class Halted(Exception):
    """Somebody asked for the end."""


class Halt:
    """A wish to stop that any thread may express. It stays."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._lock = threading.Lock()
        self._cut: Callable[[], object] | None = None

    @property
    def told(self) -> bool:
        return self._told.is_set()

    def tell(self) -> None:
        """End what is going on. What waits for bytes is cut off."""
        with self._lock:
            self._told.set()
            if self._cut is not None:
                self._cut()

    def watch(self, cut: Callable[[], object] | None) -> None:
        """``cut`` ends what is going on from now on; None when nothing is."""
        with self._lock:
            self._cut = cut
            if cut is not None and self._told.is_set():
                cut()

    def check(self) -> None:
        if self._told.is_set():
            raise Halted

    def sleep(self, seconds: float) -> None:
        """Raises Halted as soon as somebody tells."""
        if self._told.wait(seconds):
            raise Halted


@dataclass(frozen=True, slots=True)
class Patience:
    """``tries`` in a row without a byte gained are enough. Waiting doubles from ``first_s`` up to ``most_s``,
    give or take some, so that many who were cut off do not come back as one. ``silence_s`` without a byte is
    a line that hangs."""

    tries: int = 6
    first_s: float = 1.0
    most_s: float = 60.0
    connect_s: float = 10.0
    silence_s: float = 30.0
    longest_wait_s: float = 300.0
    chance: Callable[[], float] = field(default=random.random)

    def delay(self, tried: int, asked_s: float | None = None) -> float:
        """Seconds to wait after ``tried`` failures; ``asked_s`` is what the server asked for."""
        mine: float = min(self.first_s * 2.0 ** (tried - 1), self.most_s) * (0.5 + self.chance())
        return max(mine, asked_s or 0.0)


def retry_after(value: str | None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for: a number, or a date; None if it is neither."""
    if not value:
        return None
    try:
        return max(float(value), 0.0)
    except ValueError:
        pass
    try:
        return max(parsedate_to_datetime(value).timestamp() - time(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None
