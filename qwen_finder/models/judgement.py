"""A llama.cpp context that judges: the probability of "yes" after each of several texts that begin alike.

What they have in common is computed once and shared. Not thread-safe: its owner takes a lock. It knows
nothing of queries or passages: token sequences in, probabilities out.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.models.batch import submit
from qwen_finder.models.native import OUT_OF_MEMORY, NativeModel, library, native_log
from qwen_finder.models.tokenizer import Tokens

_POOLING_NONE, _POOLING_RANK = 0, 4
_ABORTED, _INVALID = 2, -1
_TOO_LARGE = "There may be too little memory for this model; choose a smaller one."


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a model says yes: its head's output number ``yes`` (``head``), or the ids of the two words."""

    head: bool
    yes: int
    no: int


class Judgement:
    """A context of ``model`` for ``sequences`` texts at once, of ``tokens`` in all with what they share."""

    def __init__(
        self, model: NativeModel, verdict: Verdict, *, tokens: int, sequences: int, threads: int
    ) -> None:
        self._api: Any = library()
        self._model = model
        self._verdict = verdict
        self._sequences = sequences
        self._deadline = inf
        # Called by llama.cpp between the steps of a batch; it has to live as long as the context.
        self._abort = self._api.ggml_abort_callback(lambda _data: time.monotonic() > self._deadline)
        parameters = self._api.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = tokens
        # One more, which keeps what the others share.
        parameters.n_seq_max = sequences + 1
        parameters.n_outputs_max = sequences + 1
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.pooling_type = _POOLING_RANK if verdict.head else _POOLING_NONE
        parameters.embeddings = verdict.head
        parameters.kv_unified = True
        parameters.no_perf = True
        parameters.abort_callback = self._abort
        self._pointer: Any = None
        for attention in (self._api.LLAMA_FLASH_ATTN_TYPE_ENABLED, self._api.LLAMA_FLASH_ATTN_TYPE_AUTO):
            parameters.flash_attn_type = attention
            if pointer := self._api.llama_init_from_model(model.pointer, parameters):
                self._pointer = pointer
                break
        else:
            raise ModelError(
                OUT_OF_MEMORY,
                f"llama.cpp cannot make a context of {tokens} tokens ({native_log.last_error}).",
                _TOO_LARGE,
            )
        self._memory: Any = self._api.llama_get_memory(self._pointer)
        self._shared: Tokens | None = None

    def judge(self, shared: Tokens, rests: Sequence[Tokens], deadline: float) -> list[float] | None:
        """The probability of yes after ``shared`` and each of ``rests``; None if it is not known by
        ``deadline`` (of ``time.monotonic``). Raises ModelError if llama.cpp does not compute it.
        """
        self._deadline = deadline
        try:
            return self._judge(shared, rests)
        except _AbortedError:
            # Some of the batch is in the cache.
            self._forget()
            return None
        except ModelError:
            self._forget()
            raise

    def close(self) -> None:
        if self._pointer:
            self._api.llama_free(self._pointer)
            self._pointer = None

    def _judge(self, shared: Tokens, rests: Sequence[Tokens]) -> list[float]:
        keeper = self._sequences
        if self._shared is None or not np.array_equal(self._shared, shared):
            self._forget()
            starts = np.zeros(1, np.int32)
            self._submit([shared], starts, np.zeros(shared.size, np.int8), embeddings=False)
            # It was computed as the first of the batch.
            self._api.llama_memory_seq_cp(self._memory, 0, keeper, -1, -1)
            self._shared = shared
        for sequence in range(self._sequences):
            self._api.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        for sequence in range(len(rests)):
            self._api.llama_memory_seq_cp(self._memory, keeper, sequence, -1, -1)
        starts = np.full(len(rests), shared.size, np.int32)
        return self._by_head(rests, starts) if self._verdict.head else self._by_words(rests, starts)

    def _by_words(self, rests: Sequence[Tokens], starts: Any) -> list[float]:
        ends = np.cumsum([rest.size for rest in rests]) - 1
        outputs = np.zeros(int(ends[-1]) + 1, np.int8)
        outputs[ends] = 1
        self._submit(rests, starts, outputs, embeddings=False)
        return [self._share_of_yes(int(end)) for end in ends]

    def _share_of_yes(self, token: int) -> float:
        found = self._api.llama_get_logits_ith(self._pointer, token)
        if not found:
            raise _silent()
        # Of all words only two are looked at: which of them, and how much rather.
        difference = float(found[self._verdict.no]) - float(found[self._verdict.yes])
        return 1 / (1 + float(np.exp(np.clip(difference, -80, 80))))

    def _by_head(self, rests: Sequence[Tokens], starts: Any) -> list[float]:
        # As in models.context: only what the last token gives is wanted, and of no other is it computed.
        bodies = [rest[:-1] for rest in rests]
        count = sum(body.size for body in bodies)
        self._submit(bodies, starts, np.zeros(count, np.int8), embeddings=False)
        lasts = [rest[-1:] for rest in rests]
        starts = starts + np.fromiter(map(len, bodies), np.int32, len(bodies))
        self._submit(lasts, starts, np.ones(len(lasts), np.int8), embeddings=True)
        found = [self._api.llama_get_embeddings_seq(self._pointer, number) for number in range(len(rests))]
        if not all(found):
            raise _silent()
        # llama.cpp gives probabilities already.
        return [float(outputs[self._verdict.yes]) for outputs in found]

    def _submit(self, sequences: Sequence[Tokens], starts: Any, outputs: Any, *, embeddings: bool) -> None:
        if self._verdict.head:
            self._api.llama_set_embeddings(self._pointer, embeddings)
        if time.monotonic() > self._deadline:
            raise _AbortedError
        status = submit(self._api.llama_decode, self._pointer, sequences, starts, outputs)
        if status == _ABORTED:
            raise _AbortedError
        if status:
            raise ModelError(
                "model.failed" if status == _INVALID else OUT_OF_MEMORY,
                f"llama.cpp failed on a batch of {outputs.size} tokens (status {status}, "
                f"{native_log.last_error}).",
                _TOO_LARGE,
            )

    def _forget(self) -> None:
        self._api.llama_memory_clear(self._memory, False)
        self._shared = None


class _AbortedError(Exception):
    """The time is up."""


def _silent() -> ModelError:
    return ModelError(
        "model.failed", "llama.cpp returned no judgement of a text.", "Use a GGUF file of Qwen3-Reranker."
    )
