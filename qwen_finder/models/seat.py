"""A model in memory with so many of its layers on the graphics card, and what runs on it.

Two contexts share the weights, each behind its own lock, so that a query never waits for a long batch of
documents. A seat is left for another when the card's memory does not do; who sits on it decides that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder.models.context import Context, ContextShape
from qwen_finder.models.native import NativeModel, closed_error
from qwen_finder.models.profile import NormalForm, Pooling
from qwen_finder.models.tokenizer import Tokenizer, Tokens
from qwen_finder.models.tuning import BatchShape

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

QUERY_SHAPE = BatchShape(512, 8)


@dataclass(frozen=True, slots=True)
class Use:
    """How a model is used, wherever it is: ``max_tokens`` bounds its inputs, ``causal`` as of a context,
    ``normal_form`` and ``step`` as of a tokenizer."""

    pooling: Pooling
    causal: bool
    threads: int
    max_tokens: int
    normal_form: NormalForm = ""
    step: Callable[[str], str] | None = None


class Seat:
    """The model at ``path`` with ``layers`` on the graphics card; documents are computed in ``shape``."""

    def __init__(self, path: Path, layers: int, use: Use, shape: BatchShape) -> None:
        self.model = NativeModel(path, layers)
        self.layers = layers
        self._use = use
        self._lanes: list[Lane] = []
        try:
            self.tokenizer = Tokenizer(
                self.model,
                min(self.model.context_length, use.max_tokens),
                ensure_eos=use.pooling is Pooling.LAST,
                normal_form=use.normal_form,
                step=use.step,
            )
        except BaseException:
            self.model.close()
            raise
        self.documents, self.queries = self.open_lane(shape), self.open_lane(QUERY_SHAPE)

    def open_lane(self, shape: BatchShape) -> Lane:
        lane = Lane(self.model, self._use, shape)
        self._lanes.append(lane)
        return lane

    def close(self) -> None:
        """Free contexts and weights; waits for batches that are being computed."""
        for lane in self._lanes:
            lane.close()
        self.tokenizer.close()
        self.model.close()


class Lane:
    """A context with its lock, opened when first used."""

    def __init__(self, model: NativeModel, use: Use, shape: BatchShape) -> None:
        self.shape = shape
        self._model = model
        self._context_shape = ContextShape(
            shape.tokens, shape.sequences, use.threads, use.pooling, use.causal
        )
        self._lock = threading.Lock()
        self._context: Context | None = None
        self._closed = False

    def run(self, sequences: Sequence[Tokens]) -> Vectors:
        with self._lock:
            if self._closed:
                raise closed_error()
            if self._context is None:
                self._context = Context(self._model, self._context_shape)
            return self._context.run(sequences)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._context:
                self._context.close()
                self._context = None
