"""An Embedder of hashed words and trigrams: deterministic, instant, and near for texts that share words."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec
from qwen_finder.core.probes import PLAIN_PAIRS

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

_WORD = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder:
    """Each word and each trigram of it adds a fixed random direction; a text is their sum.

    ``embedded`` counts the documents seen, so that tests can tell what was embedded and what reused.
    """

    def __init__(self, dimensions: int = 64, max_tokens: int = 512, instruction: str = "") -> None:
        self.embedded = 0
        self._instruction = instruction
        self._lock = threading.Lock()
        self._closed = False
        self._spec = ModelSpec(
            name="hashing",
            modality="text",
            dimensions=dimensions,
            max_tokens=max_tokens,
            languages="any",
            fingerprint=f"hashing-{dimensions}",
        )
        related, unrelated = _similarities(dimensions, instruction)
        self._spec = replace(self._spec, related=related, unrelated=unrelated)

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        with self._lock:
            self.embedded += len(inputs)
        return self._embed(inputs)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._instruction + text for text in texts])

    def count_tokens(self, text: str) -> int:
        return sum(1 for _ in _WORD.finditer(text))

    def close(self) -> None:
        self._closed = True

    def _embed(self, texts: Sequence[str]) -> Vectors:
        if texts and self._closed:
            raise ModelError("model.closed", "the model has been unloaded", "Load it again.")
        return _vectors(texts, self._spec.dimensions, self._spec.max_tokens)


def _vectors(texts: Sequence[str], dimensions: int, max_tokens: int) -> Vectors:
    vectors = np.zeros((len(texts), dimensions), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        row += _direction("", dimensions)  # so that an empty text has a direction too
        for word in _WORD.findall(text.lower())[: max_tokens - 1]:
            row += 4 * _direction(word, dimensions)
            for trigram in {word[start : start + 3] for start in range(len(word) - 2)}:
                row += _direction(trigram, dimensions)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


@lru_cache(maxsize=100_000)
def _direction(feature: str, dimensions: int) -> Vectors:
    seed = zlib.crc32(feature.encode("utf-8", "replace"))
    return np.random.default_rng(seed).normal(size=dimensions).astype(np.float32)


@cache
def _similarities(dimensions: int, instruction: str) -> tuple[float, float]:
    questions = _vectors([instruction + question for question, _ in PLAIN_PAIRS], dimensions, 512)
    cosines = questions @ _vectors([answer for _, answer in PLAIN_PAIRS], dimensions, 512).T
    others = ~np.eye(len(PLAIN_PAIRS), dtype=bool)
    return float(cosines.diagonal().mean()), float(cosines[others].mean())
