"""Keeps a model working when the graphics card's memory does not do: it moves to fewer layers and goes on.

Nothing is lost by having tried: what failed for want of memory is done again. What a model computes is not
known here.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from qwen_finder.core.errors import ModelError
from qwen_finder.models.native import OUT_OF_MEMORY, closed_error
from qwen_finder.models.offload import Offload

log = logging.getLogger(__name__)


class Place(Protocol):
    """A model in memory with ``layers`` on the graphics card. Used once closed, it raises "model.closed"."""

    layers: int

    def close(self) -> None: ...


P = TypeVar("P", bound=Place)
T = TypeVar("T")


class Steady(Generic[P]):
    """A model that ``open`` puts in memory with so many layers on the card, as ``offload`` has it.

    Thread-safe. Raises what ``open`` raises when that is not for want of the card's memory.
    """

    def __init__(self, name: str, offload: Offload, open: Callable[[int], P]) -> None:
        self.offload = offload
        self._name = name
        self._open = open
        self._moving = threading.Lock()
        self._closed = False
        self._place = self._take(offload.layers)

    @property
    def place(self) -> P:
        """Where it is now; it may be closed and left for another at any time."""
        return self._place

    def do(self, work: Callable[[P], T]) -> T:
        """What ``work`` gives, done again with less on the card when memory did not do."""
        while True:
            place = self._place
            try:
                return work(place)
            except ModelError as error:
                if error.code == OUT_OF_MEMORY:
                    self._retreat(place, error)
                elif error.code != "model.closed" or not self._moved_from(place):
                    raise

    def close(self) -> None:
        """Free it for good; waits for what is being computed."""
        with self._moving:
            self._closed = True
            self._place.close()

    def _moved_from(self, place: P) -> bool:
        """Whether ``place`` was left for another, and not closed for good; waits for the move."""
        with self._moving:
            return not self._closed and self._place is not place

    def _retreat(self, place: P, error: ModelError) -> None:
        """Move from ``place``, where memory did not do, to one with fewer layers on the card."""
        with self._moving:
            if self._closed:
                raise closed_error()
            if self._place is not place:
                return  # another thread was faster
            if not place.layers:
                raise error
            log.warning("%s: %s", self._name, error.message)
            place.close()
            self._place = self._take(self.offload.less())

    def _take(self, layers: int) -> P:
        """A place with ``layers`` on the card, or as many as llama.cpp really can."""
        while True:
            try:
                return self._open(layers)
            except ModelError as error:
                if error.code != OUT_OF_MEMORY or not layers:
                    raise
                log.warning("%s: %s", self._name, error.message)
                layers = self.offload.less()
