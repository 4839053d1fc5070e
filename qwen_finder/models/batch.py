"""Hands token sequences to llama.cpp as one batch.

Batches are filled as numpy arrays and lent by pointer; nothing is copied token by token.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qwen_finder.models.native import library
from qwen_finder.models.tokenizer import Tokens


def submit(
    compute: Any,
    context: Any,
    sequences: Sequence[Tokens],
    starts: npt.NDArray[np.int32],
    outputs: npt.NDArray[np.int8],
) -> int:
    """Have ``compute`` (llama_encode or llama_decode) run ``sequences``; its status, 0 if all went well.

    The i-th of them has id i and begins at position ``starts[i]``; ``outputs`` marks, for each token of all
    in their order, whether what comes of it is wanted.
    """
    lengths = np.fromiter(map(len, sequences), np.int32, len(sequences))
    tokens = np.concatenate(sequences)
    count = tokens.size
    if not count:
        return 0
    positions = np.arange(count, dtype=np.int32) + np.repeat(
        starts - np.cumsum(lengths, dtype=np.int32) + lengths, lengths
    )
    ones = np.ones(count, np.int32)
    ids = np.arange(lengths.size, dtype=np.int32)
    # For each token a pointer to the one sequence id it has.
    pointers = np.repeat(ids.ctypes.data + ids.itemsize * ids.astype(np.uintp), lengths)
    batch = library().llama_batch(
        n_tokens=count,
        token=_lend(tokens, ctypes.c_int32),
        pos=_lend(positions, ctypes.c_int32),
        n_seq_id=_lend(ones, ctypes.c_int32),
        seq_id=_lend(pointers, ctypes.POINTER(ctypes.c_int32)),
        logits=_lend(outputs, ctypes.c_int8),
    )
    return int(compute(context, batch))


def _lend(array: npt.NDArray[Any], kind: Any) -> Any:
    """A pointer into ``array``, which has to stay alive as long as it is used."""
    return array.ctypes.data_as(ctypes.POINTER(kind))
