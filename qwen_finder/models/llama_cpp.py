"""The text embedder: a GGUF model run by llama.cpp, on the processor or a graphics card.

It knows nothing of files or chunks: strings in, unit vectors out. A text longer than the model takes is cut
before its last special token, which pooling reads: files are cut into passages before they get here, so this
is for what is asked in one piece.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec, Placement
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.native import library
from qwen_finder.models.offload import Offload
from qwen_finder.models.packing import pack
from qwen_finder.models.placement import AUTO, Load, memory_needed
from qwen_finder.models.profile import normal_form_of, profile_of
from qwen_finder.models.seat import QUERY_SHAPE, Seat, Use
from qwen_finder.models.selftest import self_test as run_self_test
from qwen_finder.models.steady import Steady
from qwen_finder.models.text_step import VERSION, step_of
from qwen_finder.models.tokenizer import Tokens
from qwen_finder.models.trial import try_apart
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
"""No text is longer in tokens unless the user allows it: its cache would fill the memory."""


class LlamaCppEmbedder:
    """An Embedder (see core.ports) over the GGUF file at ``path``. Thread-safe.

    ``dimensions``: cut vectors to so many (0: the best for the model). ``threads``: 0 leaves one core to the
    user. ``max_tokens``: no text is longer. ``pooling``, ``instruction``: the user's word on them, as of
    ``profile_of``. ``gpu_layers``: "auto" for as many as the graphics card's memory holds, or a number.
    ``store`` remembers the file's hash, the tuned batch shape and which files end a process; without one the
    default shape is used. ``self_test`` may be left out only where the vectors need not mean anything.
    Raises ModelError if the file cannot be used, before llama.cpp could end the process over it.
    """

    def __init__(
        self,
        path: Path,
        *,
        entry: CatalogEntry | None = None,
        dimensions: int = 0,
        threads: int = 0,
        max_tokens: int = LONGEST_INPUT,
        pooling: str = AUTO,
        instruction: str = "",
        gpu_layers: str = AUTO,
        store: Store | None = None,
        self_test: bool = True,
    ) -> None:
        file = read_gguf(path)
        self._file = file
        self._profile = profile_of(file, entry, load_catalog(), pooling=pooling, instruction=instruction)
        sha256 = sha256_of(path, store)
        if store is not None and entry is None:
            try_apart(path, sha256, self._profile.pooling, store)
        self._path = path
        form = normal_form_of(file)
        threads = threads or default_threads()
        self._use = Use(self._profile.pooling, file.causal, threads, max_tokens, form, step_of(file))
        self._shape = DEFAULT_SHAPE
        offload = Offload(file, sha256, gpu_layers, self._loads(), store)
        self._seats = Steady(self._profile.name, offload, self._open)
        try:
            native = self._seats.place.model.dimensions
            cut = self._profile.dimensions(dimensions, native)
            self._spec = ModelSpec(
                name=self._profile.name,
                modality="text",
                dimensions=cut,
                max_tokens=self._seats.place.tokenizer.max_tokens,
                languages=self._profile.languages,
                fingerprint=self._fingerprint(sha256, cut),
                lineage=self._fingerprint(sha256, 0),
            )
            if store is not None:
                self._seats.do(lambda seat: self._tune(seat, sha256, store))
            if self_test:
                found = run_self_test(self._profile.name, self.embed_queries, self.embed_documents)
                self._spec = replace(self._spec, related=found.related, unrelated=found.unrelated)
            offload.succeeded()
        except BaseException:
            self.close()
            raise

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    @property
    def placement(self) -> Placement:
        """Where the model is, and what it takes there now."""
        return self._seats.offload.placement(memory_needed(self._file, self._loads()))

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        return self._embed([self._profile.document(text) for text in inputs], queries=False)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        return self._embed([self._profile.query(text) for text in texts], queries=True)

    def count_tokens(self, text: str) -> int:
        return self._seats.do(lambda seat: seat.tokenizer.count(text))

    def close(self) -> None:
        """Free contexts and weights; waits for batches that are being computed."""
        self._seats.close()

    def _embed(self, texts: Sequence[str], *, queries: bool) -> Vectors:
        sequences = self._seats.do(lambda seat: [seat.tokenizer.encode(text) for text in texts])
        vectors = np.empty((len(sequences), self._seats.place.model.dimensions), np.float32)
        shape = QUERY_SHAPE if queries else self._shape
        for batch in pack([len(item) for item in sequences], shape.tokens, shape.sequences):
            chosen = [sequences[index] for index in batch]
            vectors[batch] = self._seats.do(partial(_run, chosen, queries))
        return _unit(vectors[:, : self._spec.dimensions], self._profile.name)

    def _tune(self, seat: Seat, sha256: str, store: Store) -> None:
        """Find the shape of batches that is fastest where the model is now."""
        on = self._seats.offload.device if seat.layers else ""
        circumstances = (sha256, self._use.threads, str(library().__version__), on, seat.layers)
        samples = [seat.tokenizer.encode(text) for text in sample_texts()]
        self._shape = tuned_shape(store, circumstances, seat.open_lane, samples, graphics=bool(on))
        seat.documents = seat.open_lane(self._shape)

    def _open(self, layers: int) -> Seat:
        return Seat(self._path, layers, self._use, self._shape)

    def _loads(self) -> list[Load]:
        return [_load(self._shape), _load(QUERY_SHAPE)]

    def _fingerprint(self, sha256: str, dimensions: int) -> str:
        parts: list[object] = [sha256, self._profile.pooling.name, self._profile.document_prefix, dimensions]
        if self._use.normal_form:
            parts.append(self._use.normal_form)
        if self._use.step:
            parts.append(f"text step {VERSION}")
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _run(sequences: Sequence[Tokens], queries: bool, seat: Seat) -> Vectors:
    return (seat.queries if queries else seat.documents).run(sequences)


def _load(shape: BatchShape) -> Load:
    return Load(shape.tokens, shape.sequences)


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
