"""Refuses a model whose vectors mean nothing: wrong pooling, damaged or random weights, a chat model.

Such a model looks healthy: it gives unit vectors and never fails. So it is asked a few questions whose
answers any working model gets right, and in which question and answer share no word of content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qwen_finder.core.errors import ModelError
from qwen_finder.core.probes import PLAIN_PAIRS

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

_MISTAKES = 1


def self_test(
    name: str,
    embed_queries: Callable[[Sequence[str]], Vectors],
    embed_documents: Callable[[Sequence[str]], Vectors],
) -> None:
    """Raises ModelError "model.broken" if the model ``name`` cannot tell which passage answers a query."""
    queries, documents = zip(*PLAIN_PAIRS, strict=True)
    similarity = embed_queries(queries) @ embed_documents(documents).T
    right = int((similarity.argmax(axis=1) == range(len(PLAIN_PAIRS))).sum())
    if right < len(PLAIN_PAIRS) - _MISTAKES:
        raise ModelError(
            "model.broken",
            f"The model {name} does not work: it told {right} of {len(PLAIN_PAIRS)} plain questions apart.",
            "The file may be damaged, converted with the wrong pooling, or no embedding model. Use another.",
        )
