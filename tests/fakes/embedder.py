"""An Embedder of hashed words and trigrams: deterministic, instant, and near for texts that share words."""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec

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
        vectors = np.zeros((len(texts), self._spec.dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row += self._direction("")  # so that an empty text has a direction too
            for word in _WORD.findall(text.lower())[: self._spec.max_tokens - 1]:
                row += 4 * self._direction(word)
                for trigram in {word[start : start + 3] for start in range(len(word) - 2)}:
                    row += self._direction(trigram)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _direction(self, feature: str) -> Vectors:
        seed = zlib.crc32(feature.encode("utf-8", "replace"))
        return np.random.default_rng(seed).normal(size=self._spec.dimensions).astype(np.float32)
