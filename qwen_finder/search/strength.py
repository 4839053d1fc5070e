"""How well a hit answers: comparable across queries, models and tables, and honest about "nothing".

A cosine similarity means nothing by itself: each model and each query has its own range. So a query's
similarities are standardised against those of a random sample of the stored vectors (z-score): how many
standard deviations above an arbitrary passage of this very index is the hit?
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qwen_finder.core.query import Strength

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

SAMPLE = 1_000

# Measured on resources/demo with the starter model (scripts/bench/relevance.py): the z-score of the right
# file for questions that have one, against the best z-score for questions that have none.
STRONG_Z, GOOD_Z, WEAK_Z = 5.0, 4.2, 3.2
STRONG_COVERAGE, GOOD_COVERAGE, WEAK_COVERAGE = 0.95, 0.7, 0.4


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and standard deviation of a query's similarity to arbitrary passages."""

    mean: float
    deviation: float

    def z(self, similarity: float) -> float:
        return (similarity - self.mean) / self.deviation


def background(query: Vector, sample: Vectors) -> Background | None:
    """The background of ``query`` (d,) against ``sample`` (n, d); None when the sample is too small."""
    if len(sample) < 8:
        return None
    similarities = sample @ query
    # The floor keeps a table of near-identical passages from making everything look extraordinary.
    return Background(float(similarities.mean()), max(float(similarities.std()), 0.02))


def strength(*, z: float | None, coverage: float, exact: bool) -> Strength:
    """The strength of one hit.

    ``coverage`` is the share of the query's words, weighted by how rare they are, that the passage or the
    name holds (0 to 1). ``exact``: a quoted phrase or the whole file name was found.
    """
    if exact:
        return Strength.STRONG
    meaning = -math.inf if z is None else z
    if meaning >= STRONG_Z or coverage >= STRONG_COVERAGE:
        return Strength.STRONG
    if meaning >= GOOD_Z or coverage >= GOOD_COVERAGE:
        return Strength.GOOD
    if meaning >= WEAK_Z or coverage >= WEAK_COVERAGE:
        return Strength.WEAK
    return Strength.NONE
