"""Refuses a model whose vectors mean nothing: wrong pooling, damaged or random weights, a chat model.

Such a model looks healthy: it gives unit vectors and never fails. So it is asked a few questions whose
answers any working model gets right, and in which question and answer share no word of content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qwen_finder.core.errors import ModelError
from qwen_finder.core.probes import PLAIN_PAIRS

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

_MISTAKES = 1


class Similarities(NamedTuple):
    """Mean cosines of a question and its answer, and of a question and another's."""

    related: float
    unrelated: float


def self_test(
    name: str,
    embed_queries: Callable[[Sequence[str]], Vectors],
    embed_documents: Callable[[Sequence[str]], Vectors],
) -> Similarities:
    """How alike this model finds what belongs together, and what does not.

    Raises ModelError "model.broken" if the model ``name`` cannot tell which passage answers a query.
    """
    queries, documents = zip(*PLAIN_PAIRS, strict=True)
    similarity = embed_queries(queries) @ embed_documents(documents).T
    count = len(PLAIN_PAIRS)
    right = int((similarity.argmax(axis=1) == range(count)).sum())
    if right < count - _MISTAKES:
        raise ModelError(
            "model.broken",
            f"The model {name} does not work: it told {right} of {count} plain questions apart.",
            "The file may be damaged, converted with the wrong pooling, or no embedding model. Use another.",
        )
    related = float(similarity.trace())
    unrelated = float(similarity.sum()) - related
    return Similarities(related / count, unrelated / (count * (count - 1)))
