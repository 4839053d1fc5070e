"""Vectors for other programs of the user, which share the loaded model instead of loading one of their own.

They wait for those who search: texts are embedded in pieces so short that a query hardly notices.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError, UsageError
from qwen_finder.engine.backend import Backend
from qwen_finder.indexing.embedding import fitting_slice
from qwen_finder.indexing.pace import Pacer

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

# A program may wait longer than a person for a model of gigabytes to be loaded.
OPENING_SECONDS = 300.0

# While somebody searches without a pause, a program gets its vectors all the same.
LONGEST_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Embedded:
    """``vectors`` by ``model``, and how many ``tokens`` the texts had."""

    model: str
    vectors: Vectors
    tokens: int


class Embeddings:
    """``unusable`` gives the error that says why no model is open."""

    def __init__(self, backend: Backend, pacer: Pacer, unusable: Callable[[], ModelError]) -> None:
        self._backend = backend
        self._pacer = pacer
        self._unusable = unusable

    def of(self, texts: Sequence[str], dimensions: int | None = None) -> Embedded:
        """The vectors of ``texts`` as documents, cut to ``dimensions`` if that is asked for. Raises
        UsageError when they have fewer, ModelError when there is no model.
        """
        embedder = self._backend.wait(OPENING_SECONDS).embedder
        if embedder is None:
            raise self._unusable()
        spec = embedder.spec
        if dimensions is not None and not 1 <= dimensions <= spec.dimensions:
            raise UsageError(
                "embeddings.dimensions",
                f"{spec.name} gives vectors of {spec.dimensions} dimensions here, not of {dimensions}.",
                f"Ask for 1 to {spec.dimensions}, or for none.",
            )
        parts: list[Vectors] = [np.empty((0, spec.dimensions), np.float32)]
        start, characters_each = 0, 2_000
        while start < len(texts):
            self._pacer.let_queries_pass(LONGEST_WAIT_SECONDS)
            end, characters = start, 0
            while end < len(texts) and (end == start or characters < characters_each):
                characters += len(texts[end])
                end += 1
            began = time.monotonic()
            parts.append(embedder.embed_documents(texts[start:end]))
            characters_each = fitting_slice(characters, time.monotonic() - began)
            start = end
        vectors = np.concatenate(parts)
        if dimensions is not None and dimensions < spec.dimensions:
            vectors = vectors[:, :dimensions]
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            vectors = np.asarray(vectors / np.where(lengths > 0, lengths, 1), dtype=np.float32)
        return Embedded(spec.name, vectors, sum(map(embedder.count_tokens, texts)))
