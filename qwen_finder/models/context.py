"""A llama.cpp context: token sequences in, one pooled vector a sequence out.

Batches are filled as numpy arrays and lent to llama.cpp by pointer; nothing is copied token by token. Not
thread-safe: its owner takes a lock. It knows nothing of texts, nor of what a vector is for.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qwen_finder.core.errors import ModelError
from qwen_finder.models.native import NativeModel, library, native_log
from qwen_finder.models.profile import Pooling
from qwen_finder.models.tokenizer import Tokens

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ContextShape:
    """``tokens`` and ``sequences`` a batch may hold; ``pooling`` is how the tokens become one vector."""

    tokens: int
    sequences: int
    threads: int
    pooling: Pooling


class Context:
    """A context of ``model``. It grows when a batch is longer than ``shape.tokens``."""

    def __init__(self, model: NativeModel, shape: ContextShape) -> None:
        self._api: Any = library()
        self._model = model
        self._shape = shape
        self._pointer: Any = None
        self._open(shape.tokens)

    def run(self, sequences: Sequence[Tokens]) -> FloatArray:
        """The pooled vectors, shape (len(sequences), model.dimensions), as the model gives them.

        Raises ModelError "model.failed" if llama.cpp does not compute them.
        """
        lengths = np.fromiter(map(len, sequences), np.int32, len(sequences))
        total = int(lengths.sum())
        if total > self._capacity:
            self._open(1 << (total - 1).bit_length())
        status = self._compute(np.concatenate(sequences), lengths)
        if status:
            raise ModelError(
                "model.failed",
                f"llama.cpp failed on a batch of {total} tokens "
                f"({native_log.errors[-1] if native_log.errors else f'status {status}'})",
                "There may be too little memory for this model; choose a smaller one.",
            )
        return self._vectors(len(sequences))

    def close(self) -> None:
        if self._pointer:
            self._api.llama_free(self._pointer)
            self._pointer = None

    def _open(self, tokens: int) -> None:
        self.close()
        api = self._api
        parameters = api.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tokens
        parameters.n_seq_max = self._shape.sequences
        parameters.n_threads = parameters.n_threads_batch = self._shape.threads
        parameters.pooling_type = self._shape.pooling
        parameters.embeddings = True
        parameters.kv_unified = True
        parameters.no_perf = True
        for attention in (api.LLAMA_FLASH_ATTN_TYPE_ENABLED, api.LLAMA_FLASH_ATTN_TYPE_AUTO):
            parameters.flash_attn_type = attention
            self._pointer = api.llama_init_from_model(self._model.pointer, parameters)
            if self._pointer:
                self._capacity = tokens
                return
        raise ModelError(
            "model.failed",
            f"llama.cpp cannot make a context of {tokens} tokens"
            f" ({native_log.errors[-1] if native_log.errors else 'it gives no reason'})",
            "There may be too little memory for this model; choose a smaller one.",
        )

    def _compute(self, tokens: Tokens, lengths: npt.NDArray[np.int32]) -> int:
        count = tokens.size
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)
        positions = (np.arange(count) - starts).astype(np.int32)
        ones = np.ones(count, np.int32)
        outputs = np.ones(count, np.int8)
        ids = np.arange(lengths.size, dtype=np.int32)
        # For each token a pointer to the one sequence id it has.
        pointers = np.repeat(ids.ctypes.data + ids.itemsize * ids.astype(np.uintp), lengths)
        batch = self._api.llama_batch(
            n_tokens=count,
            token=_lend(tokens, ctypes.c_int32),
            pos=_lend(positions, ctypes.c_int32),
            n_seq_id=_lend(ones, ctypes.c_int32),
            seq_id=_lend(pointers, ctypes.POINTER(ctypes.c_int32)),
            logits=_lend(outputs, ctypes.c_int8),
        )
        memory = self._api.llama_get_memory(self._pointer)
        if not memory:  # an encoder: it attends both ways and caches nothing
            return int(self._api.llama_encode(self._pointer, batch))
        self._api.llama_memory_clear(memory, False)
        return int(self._api.llama_decode(self._pointer, batch))

    def _vectors(self, count: int) -> FloatArray:
        vectors = np.empty((count, self._model.dimensions), np.float32)
        for sequence in range(count):
            found = self._api.llama_get_embeddings_seq(self._pointer, sequence)
            if not found:
                raise ModelError(
                    "model.failed",
                    "llama.cpp returned no vector for a text",
                    "Use a GGUF file of an embedding model.",
                )
            vectors[sequence] = np.ctypeslib.as_array(found, (self._model.dimensions,))
        return vectors


def _lend(array: npt.NDArray[Any], kind: Any) -> Any:
    """A pointer into ``array``, which has to stay alive as long as it is used."""
    return array.ctypes.data_as(ctypes.POINTER(kind))
