"""Refuses a model whose vectors mean nothing: wrong pooling, damaged or random weights, a chat model.

Such a model looks healthy: it gives unit vectors and never fails. So it is asked a few questions whose
answers any working model gets right, and in which question and answer share no word of content.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qwen_finder.core.errors import ModelError

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

_PAIRS = (
    ("how do I look after a kitten", "Young cats need vaccination, play and two or three small meals a day."),
    ("cheap places to stay by the sea", "Budget hotels near the beach, with rooms from 40 euros a night."),
    ("the program crashes when it starts", "Fixed a segmentation fault during application launch."),
    ("what the doctor prescribed", "The patient should take one antibiotic tablet after every meal."),
    ("money owed to the landlord", "Rent for the apartment is overdue; payment is expected by Friday."),
    ("recipe with apples and cinnamon", "Peel the fruit, sprinkle with sugar and spices, bake in pastry."),
    ("planets and stars", "The telescope showed the rings of Saturn and distant galaxies."),
    ("song for piano", "The composer wrote this melody in C minor for the keyboard."),
)
_MISTAKES = 1


def self_test(
    name: str,
    embed_queries: Callable[[Sequence[str]], Vectors],
    embed_documents: Callable[[Sequence[str]], Vectors],
) -> None:
    """Raises ModelError "model.broken" if the model ``name`` cannot tell which passage answers a query."""
    queries, documents = zip(*_PAIRS, strict=True)
    similarity = embed_queries(queries) @ embed_documents(documents).T
    right = int((similarity.argmax(axis=1) == range(len(_PAIRS))).sum())
    if right < len(_PAIRS) - _MISTAKES:
        raise ModelError(
            "model.broken",
            f"The model {name} does not work: it told {right} of {len(_PAIRS)} plain questions apart.",
            "The file may be damaged, converted with the wrong pooling, or no embedding model. Use another.",
        )
