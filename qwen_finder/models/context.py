"""A llama.cpp context: token sequences in, one pooled vector a sequence out.

Not thread-safe: its owner takes a lock. It knows nothing of texts, nor of what a vector is for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qwen_finder.core.errors import ModelError
from qwen_finder.models.batch import submit
from qwen_finder.models.native import OUT_OF_MEMORY, NativeModel, library, native_log
from qwen_finder.models.profile import Pooling
from qwen_finder.models.tokenizer import Tokens

_INVALID = -1
"""llama.cpp's status for a batch that it does not take; all others are for want of memory, or of the card."""

_TOO_LARGE = "There may be too little memory for this model; choose a smaller one."

KEPT_TOKENS = 2_048
"""A context that a longer batch made larger than this goes back to it: for 8,192 tokens, which a pasted page
may have, the cache of a model of 4 billion parameters takes a gigabyte."""

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ContextShape:
    """``tokens`` and ``sequences`` a batch may hold; ``pooling`` is how the tokens become one vector.

    ``causal``: a token sees only what stands before it.
    """

    tokens: int
    sequences: int
    threads: int
    pooling: Pooling
    causal: bool


class Context:
    """A context of ``model``. It grows for a batch longer than ``shape.tokens``, and much larger it does
    not stay."""

    def __init__(self, model: NativeModel, shape: ContextShape) -> None:
        self._api: Any = library()
        self._model = model
        self._shape = shape
        self._pointer: Any = None
        # llama.cpp computes the logits of every token whose embedding is wanted, a third of the work of a
        # small model with a large vocabulary. Where only the last token of a text is pooled, and no other
        # token sees it, that one alone is run as an embedding, and room is reserved for no more outputs.
        self._last_apart = shape.causal and shape.pooling is Pooling.LAST
        self._open(shape.tokens)

    def run(self, sequences: Sequence[Tokens]) -> FloatArray:
        """The pooled vectors, shape (len(sequences), model.dimensions), as the model gives them.

        Raises ModelError if llama.cpp does not compute them: "model.memory" if for want of memory.
        """
        total = sum(map(len, sequences))
        kept = max(self._shape.tokens, KEPT_TOKENS)
        if total > self._capacity:
            self._open(max(self._shape.tokens, 1 << (total - 1).bit_length()))
        elif self._capacity > kept >= total:
            self._open(kept)
        status = self._compute(sequences)
        if status:
            raise ModelError(
                "model.failed" if status == _INVALID else OUT_OF_MEMORY,
                f"llama.cpp failed on a batch of {total} tokens (status {status}, {native_log.last_error}).",
                _TOO_LARGE,
            )
        return self._vectors(len(sequences))

    def close(self) -> None:
        self._capacity = 0
        if self._pointer:
            self._api.llama_free(self._pointer)
            self._pointer = None

    def _open(self, tokens: int) -> None:
        self.close()
        self._pointer = self._new(tokens, self._shape.sequences if self._last_apart else 0)
        if self._last_apart and not self._memory:  # an encoder after all: it outputs all tokens
            self._last_apart = False
            self.close()
            self._pointer = self._new(tokens, 0)
        self._capacity = tokens

    def _new(self, tokens: int, outputs: int) -> Any:
        parameters = self._api.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tokens
        parameters.n_seq_max = self._shape.sequences
        parameters.n_outputs_max = outputs
        parameters.n_threads = parameters.n_threads_batch = self._shape.threads
        parameters.pooling_type = self._shape.pooling
        parameters.embeddings = True
        parameters.kv_unified = True
        parameters.no_perf = True
        for attention in (self._api.LLAMA_FLASH_ATTN_TYPE_ENABLED, self._api.LLAMA_FLASH_ATTN_TYPE_AUTO):
            parameters.flash_attn_type = attention
            pointer = self._api.llama_init_from_model(self._model.pointer, parameters)
            if pointer:
                return pointer
        raise ModelError(
            OUT_OF_MEMORY,
            f"llama.cpp cannot make a context of {tokens} tokens ({native_log.last_error}).",
            _TOO_LARGE,
        )

    @property
    def _memory(self) -> Any:
        """The cache of a model that attends backwards; None for an encoder, which attends both ways."""
        return self._api.llama_get_memory(self._pointer)

    def _compute(self, sequences: Sequence[Tokens]) -> int:
        """Run the batch; llama.cpp's status, 0 if all went well."""
        zeros = np.zeros(len(sequences), np.int32)
        memory = self._memory
        if not memory:
            return self._submit(self._api.llama_encode, sequences, zeros)
        self._api.llama_memory_clear(memory, False)
        if not self._last_apart:
            return self._submit(self._api.llama_decode, sequences, zeros)
        bodies = [sequence[:-1] for sequence in sequences]
        self._api.llama_set_embeddings(self._pointer, False)
        status = self._submit(self._api.llama_decode, bodies, zeros, output=False)
        self._api.llama_set_embeddings(self._pointer, True)
        if status:
            return status
        starts = np.fromiter(map(len, bodies), np.int32, len(bodies))
        return self._submit(self._api.llama_decode, [sequence[-1:] for sequence in sequences], starts)

    def _submit(
        self,
        compute: Any,
        sequences: Sequence[Tokens],
        starts: npt.NDArray[np.int32],
        *,
        output: bool = True,
    ) -> int:
        """Hand ``sequences``, of which the i-th begins at position ``starts[i]``, to llama.cpp."""
        outputs = np.full(sum(map(len, sequences)), output, np.int8)
        return submit(compute, self._pointer, sequences, starts, outputs)

    def _vectors(self, count: int) -> FloatArray:
        vectors = np.empty((count, self._model.dimensions), np.float32)
        for sequence in range(count):
            found = self._api.llama_get_embeddings_seq(self._pointer, sequence)
            if not found:
                raise ModelError(
                    "model.failed",
                    "llama.cpp returned no vector for a text.",
                    "Use a GGUF file of an embedding model.",
                )
            vectors[sequence] = np.ctypeslib.as_array(found, (self._model.dimensions,))
        return vectors
