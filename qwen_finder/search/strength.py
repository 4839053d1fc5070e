"""How well a hit answers: comparable across queries, models and tables, and honest about "nothing".

A cosine similarity means nothing by itself: each model and each query has its own range. So it is put on
two scales. The z-score: how many standard deviations is it above an arbitrary passage of this very index?
And relatedness: where is it between plainly unrelated (0) and plainly related (1) for this very model? In
an index of one subject the first alone would call the least bad passage extraordinary; the second alone
would call all of them good.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qwen_finder.core.query import Strength

if TYPE_CHECKING:
    from qwen_finder.core.ports import ModelSpec, Vector, Vectors

SAMPLE = 1_000

_LOOKED_AT = 400
_LEVEL_LESS = {Strength.STRONG: Strength.GOOD, Strength.GOOD: Strength.WEAK}

# Measured on resources/demo with the starter model (scripts/bench/relevance.py). Relatedness of right answers
# to questions that avoid the words of the file's name: 0.63 at the lowest tenth, 0.94 at the median; of the
# best passage for questions without an answer: 0.35 to 0.75.
STRONG_Z, GOOD_Z, WEAK_Z = 5.0, 4.0, 3.0
STRONG_RELATEDNESS, GOOD_RELATEDNESS, WEAK_RELATEDNESS = 0.85, 0.7, 0.55
STRONG_COVERAGE, GOOD_COVERAGE, WEAK_COVERAGE = 0.95, 0.7, 0.4

# Standard deviations above what the best of so many arbitrary pictures reaches by chance (search.looks).
STRONG_SURPRISE, GOOD_SURPRISE, WEAK_SURPRISE = 2.0, 1.0, 0.3


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


@dataclass(frozen=True, slots=True)
class Calibration:
    """Mean similarity that a model gives to plainly unrelated and to plainly related texts."""

    unrelated: float
    related: float

    def relatedness(self, similarity: float) -> float:
        """0 for unrelated, 1 for as related as question and answer; not bounded."""
        return (similarity - self.unrelated) / (self.related - self.unrelated)


def calibrate(model: ModelSpec) -> Calibration | None:
    """None when the model does not tell plain pairs apart, or was not asked to."""
    if model.related is None or model.unrelated is None or model.related <= model.unrelated + 0.01:
        return None
    return Calibration(model.unrelated, model.related)


@dataclass(frozen=True, slots=True)
class Scales:
    """The two scales for the similarities of one query; either may be unknown."""

    background: Background | None = None
    calibration: Calibration | None = None

    def z(self, similarity: float) -> float | None:
        return None if self.background is None else self.background.z(similarity)

    def relatedness(self, similarity: float) -> float | None:
        return None if self.calibration is None else self.calibration.relatedness(similarity)


def strength(
    *,
    z: float | None,
    relatedness: float | None,
    coverage: float,
    exact: bool,
    surprise: float | None = None,
    across_scripts: Callable[[], bool] = lambda: False,
) -> Strength:
    """The strength of one hit: the strongest of what its meaning, its words and its looks say.

    ``z`` and ``relatedness`` must both be high where both are known; None where one is not. ``coverage`` is
    the share of the query's words, weighted by how rare they are, that the passage or the name holds (0 to
    1). ``exact``: a quoted phrase, the whole file name or an identifier was found. ``surprise`` is that of
    ``search.looks``, None for what is no picture. ``across_scripts`` says whether query and passage are
    written in different ones, between which models relate texts less surely: strong and good by meaning are
    then a level less. It is asked only then.
    """
    if exact:
        return Strength.STRONG
    scales = [
        _level(value, thresholds)
        for value, thresholds in (
            (z, (STRONG_Z, GOOD_Z, WEAK_Z)),
            (relatedness, (STRONG_RELATEDNESS, GOOD_RELATEDNESS, WEAK_RELATEDNESS)),
        )
        if value is not None
    ]
    meaning = min(scales, key=lambda item: item.rank, default=Strength.NONE)
    if meaning in _LEVEL_LESS and across_scripts():
        meaning = _LEVEL_LESS[meaning]
    words = _level(coverage, (STRONG_COVERAGE, GOOD_COVERAGE, WEAK_COVERAGE))
    looks = Strength.NONE
    if surprise is not None:
        looks = _level(surprise, (STRONG_SURPRISE, GOOD_SURPRISE, WEAK_SURPRISE))
    return max(meaning, words, looks, key=lambda item: item.rank)


def script(text: str) -> str:
    """The script that most letters of ``text`` are written in ("LATIN", "CJK"); "" when it has none."""
    names = Counter(unicodedata.name(c, "").partition(" ")[0] for c in text[:_LOOKED_AT] if c.isalpha())
    most = names.most_common(1)[0][0] if names else ""
    return "CJK" if most in ("HIRAGANA", "KATAKANA") else most


def scripts_differ(one: str, other: str) -> bool:
    """Whether two scripts, as ``script`` names them, are different ones."""
    return bool(one and other) and one != other


def _level(value: float, thresholds: tuple[float, float, float]) -> Strength:
    strong, good, weak = thresholds
    if value >= strong:
        return Strength.STRONG
    if value >= good:
        return Strength.GOOD
    return Strength.WEAK if value >= weak else Strength.NONE
