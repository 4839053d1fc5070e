"""Passages that were cut for one model and are too long for another: in pieces, none of which is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

# Special tokens and an instruction, which the counter does not count.
_RESERVED = 8


def pieces_that_fit(text: str, most: int, count: Callable[[str], int]) -> list[str]:
    """``text`` in pieces of at most ``most`` tokens each, cut at white space near the middle where there is
    some; itself when it fits.
    """
    room = max(most - _RESERVED, 1)
    # A byte is a token at worst.
    if len(text) < 2 or len(text.encode("utf-8", "replace")) <= room or count(text) <= room:
        return [text]
    middle = len(text) // 2
    space = max(text.rfind(" ", middle // 2, middle), text.rfind("\n", middle // 2, middle))
    cut = space + 1 if space > 0 else middle
    return pieces_that_fit(text[:cut], most, count) + pieces_that_fit(text[cut:], most, count)


def mean(vectors: Sequence[Vector], weights: Sequence[int]) -> Vector:
    """One vector for a text whose pieces have ``vectors``; at unit length, also where they cancel out."""
    if len(vectors) == 1:
        return vectors[0]
    summed = np.average(np.stack(vectors), axis=0, weights=weights).astype(np.float32)
    length = float(np.linalg.norm(summed))
    return np.asarray(summed / length if length > 1e-6 else vectors[0], dtype=np.float32)
