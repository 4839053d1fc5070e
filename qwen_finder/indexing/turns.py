"""Two models that share one machine take turns, call by call, so that each call stays as short as it is.

Text has most of the time while there is text to embed, since pictures are found by name and by their words
meanwhile; pictures have the rest, so that one saved a moment ago need not wait for a library of texts.
Knows nothing of what models do.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from qwen_finder.core.ports import Embedder, ModelSpec

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

# Seconds of text for each second of pictures, while there are both.
TEXTS_FOR_PICTURES = 3.0

# After so long without a call there is no text to embed now: it is being read, or all is done.
TEXT_PAUSE_SECONDS = 0.3

# Calls are far shorter. One that is not is stuck, or a model is being loaded: text goes on beside it.
LONGEST_CALL_SECONDS = 5.0

_LOOK_SECONDS = 0.1


class Turns:
    """Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._busy = 0
        self._texts_waiting = 0
        self._owed_s = 0.0
        self._text_at = float("-inf")

    @contextmanager
    def text(self) -> Iterator[None]:
        """A call to the text model: the next one, whoever else waits."""
        with self._changed:
            self._texts_waiting += 1
            self._changed.wait_for(lambda: not self._busy, LONGEST_CALL_SECONDS)
            self._texts_waiting -= 1
            self._busy += 1
        began = self._clock()
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._text_at = self._clock()
                self._owed_s = max(0.0, self._owed_s - (self._text_at - began))
                self._changed.notify_all()

    @contextmanager
    def pictures(self, halted: Callable[[], bool]) -> Iterator[bool]:
        """A call to the picture model, once text had what it is owed; False when work is to end instead."""
        with self._changed:
            while not halted() and not self._may_look():
                self._changed.wait(_LOOK_SECONDS)
            mine = not halted()
            self._busy += mine
        began = self._clock()
        try:
            yield mine
        finally:
            if mine:
                with self._changed:
                    self._busy -= 1
                    self._owed_s = TEXTS_FOR_PICTURES * (self._clock() - began)
                    self._changed.notify_all()

    def _may_look(self) -> bool:
        if self._busy:
            return False
        texting = self._texts_waiting or self._clock() - self._text_at < TEXT_PAUSE_SECONDS
        return not texting or self._owed_s <= 0.0


class TakingTurns:
    """A text embedder that takes a turn for each call that embeds documents; queries wait for nobody."""

    def __init__(self, embedder: Embedder, turns: Turns) -> None:
        self._embedder = embedder
        self._turns = turns

    @property
    def spec(self) -> ModelSpec:
        return self._embedder.spec

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        with self._turns.text():
            return self._embedder.embed_documents(inputs)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embedder.embed_queries(texts)

    def count_tokens(self, text: str) -> int:
        return self._embedder.count_tokens(text)

    def close(self) -> None:
        self._embedder.close()
