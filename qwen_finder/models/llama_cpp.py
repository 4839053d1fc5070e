"""The text embedder: a GGUF model run by llama.cpp, on the processor or a graphics card.

Two contexts share the weights, each behind its own lock, so that a query never waits for a long batch of
documents. It knows nothing of files or chunks: strings in, unit vectors out.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.context import Context, ContextShape
from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.native import NativeModel, closed_error, library
from qwen_finder.models.packing import pack
from qwen_finder.models.profile import Pooling, profile_of
from qwen_finder.models.selftest import self_test as run_self_test
from qwen_finder.models.tokenizer import Tokenizer, Tokens
from qwen_finder.models.tuning import (
    DEFAULT_SHAPE,
    BatchShape,
    Store,
    default_threads,
    sample_texts,
    sha256_of,
    tuned_shape,
)

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

LONGEST_INPUT = 8_192
"""No text is longer in tokens, whatever the model could take: its cache would fill the memory."""

_QUERY_SHAPE = BatchShape(512, 8)


class LlamaCppEmbedder:
    """An Embedder (see core.ports) over the GGUF file at ``path``. Thread-safe.

    ``dimensions``: cut vectors to so many (0: all). ``threads``: 0 leaves one core to the user. ``store``
    remembers the file's hash and the tuned batch shape; without one the default shape is used. ``self_test``
    may be left out only where the vectors need not mean anything. Raises ModelError if the file cannot be
    used, before llama.cpp could end the process over it.
    """

    def __init__(
        self,
        path: Path,
        *,
        entry: CatalogEntry | None = None,
        dimensions: int = 0,
        threads: int = 0,
        store: Store | None = None,
        self_test: bool = True,
    ) -> None:
        file = read_gguf(path)
        self._profile = profile_of(file, entry, load_catalog())
        self._model = NativeModel(path)
        self._parts: list[_Lane | Tokenizer] = []
        try:
            threads = threads or default_threads()
            sha256 = sha256_of(path, store)
            max_tokens = min(self._model.context_length, LONGEST_INPUT)
            self._spec = ModelSpec(
                name=self._profile.name,
                modality="text",
                dimensions=_dimensions(dimensions, self._model.dimensions, self._profile.name),
                max_tokens=max_tokens,
                languages=self._profile.languages,
                fingerprint=self._fingerprint(sha256, dimensions or self._model.dimensions),
            )
            self._tokenizer = Tokenizer(
                self._model, max_tokens, ensure_eos=self._profile.pooling is Pooling.LAST
            )
            self._parts.append(self._tokenizer)
            open_lane = partial(_Lane, self._model, threads, self._profile.pooling, file.causal)
            shape = DEFAULT_SHAPE
            if store is not None:
                circumstances = (sha256, threads, str(library().__version__))
                samples = [self._tokenizer.encode(text) for text in sample_texts()]
                shape = tuned_shape(store, circumstances, open_lane, samples)
            self._documents, self._queries = open_lane(shape), open_lane(_QUERY_SHAPE)
            self._parts += [self._documents, self._queries]
            if self_test:
                found = run_self_test(self._profile.name, self.embed_queries, self.embed_documents)
                self._spec = replace(self._spec, related=found.related, unrelated=found.unrelated)
        except BaseException:
            self.close()
            raise

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        return self._embed([self._profile.document(text) for text in inputs], self._documents)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._profile.query(text) for text in texts], self._queries)

    def count_tokens(self, text: str) -> int:
        return self._tokenizer.count(text)

    def close(self) -> None:
        """Free contexts and weights; waits for batches that are being computed."""
        for part in self._parts:
            part.close()
        self._model.close()

    def _embed(self, texts: Sequence[str], lane: _Lane) -> Vectors:
        sequences = [self._tokenizer.encode(text) for text in texts]
        vectors = np.empty((len(sequences), self._model.dimensions), np.float32)
        for batch in pack([len(item) for item in sequences], lane.shape.tokens, lane.shape.sequences):
            vectors[batch] = lane.run([sequences[index] for index in batch])
        return _unit(vectors[:, : self._spec.dimensions], self._profile.name)

    def _fingerprint(self, sha256: str, dimensions: int) -> str:
        parts = [sha256, self._profile.pooling.name, self._profile.document_prefix, dimensions]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


class _Lane:
    """A context with its lock, opened when first used."""

    def __init__(
        self, model: NativeModel, threads: int, pooling: Pooling, causal: bool, shape: BatchShape
    ) -> None:
        self.shape = shape
        self._model = model
        self._context_shape = ContextShape(shape.tokens, shape.sequences, threads, pooling, causal)
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


def _dimensions(wanted: int, native: int, name: str) -> int:
    if not 0 <= wanted <= native:
        raise ModelError(
            "model.dimensions",
            f"{name} has vectors of {native} dimensions, not {wanted}.",
            f"Set the dimensions to 0 (all) or to at most {native}.",
        )
    return wanted or native


def _unit(vectors: Vectors, name: str) -> Vectors:
    """Rows of unit length. Raises ModelError if one has none: not a number, or zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(norms) & (norms > 0)).all():
        raise ModelError(
            "model.broken",
            f"{name} gave a vector that is zero or not a number.",
            "The model file may be damaged. Fetch it again or use another.",
        )
    return np.ascontiguousarray(vectors / norms, dtype=np.float32)
