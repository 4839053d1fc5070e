"""Finds pictures by their looks, and says how sure that is.

A picture model gives cosines on a scale of its own, often between 0 and 0.2, and always names a nearest
picture. So nothing here compares a cosine with a number: it counts standard deviations above what an
arbitrary picture of this very index has to this query, and above what these pictures have to texts about
anything. The first alone would call a cat ordinary in a folder of cats; the second alone would believe a
query that the model finds near everything. Their mean is z. Off that goes what the best of so many arbitrary
pictures would reach by chance; what is left, ``surprise``, is 0 for the best of a lot that shows nothing of
it.

A search never waits long for a model of gigabytes: it is asked in a thread of its own, which goes on loading
when the answer has already been given without it. This module does not know what words were found.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import FinderError
from qwen_finder.core.ports import PictureEmbedder, PictureStore
from qwen_finder.core.query import Filter
from qwen_finder.search.strength import Background

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

LOOKS_K = 50
SAMPLE = 1_000
SAMPLE_SECONDS = 60.0

# How long an answer is held up by the picture model at most, and one that is of nothing but pictures.
PATIENCE_S = 1.0
PATIENCE_FOR_PICTURES_S = 20.0

# So few pictures are no sample: some of them may be all that there is of a thing. Then texts alone count.
FEW = 64
ARBITRARY = (
    "a dog in the snow", "a table with food", "the menu of a restaurant", "a street at night",
    "two people laughing", "a mountain lake", "an old book", "a screenshot of a program", "a yellow flower",
    "a ship in the harbour", "a child on a bicycle", "a map of the town", "an empty room", "a football match",
    "a bridge over a river", "a bottle of wine",
)  # fmt: skip

# Pictures that are this much less than what chance gives are not found at all, unless only pictures are.
NOT_FOUND = -1.0


@dataclass(frozen=True, slots=True)
class Looks:
    """The pictures of an index and the model that they were embedded with, if it can be used."""

    store: PictureStore
    embedder: PictureEmbedder | None


@dataclass(frozen=True, slots=True)
class SeenPicture:
    """A picture found by its looks. ``score`` is its cosine; ``z`` and ``surprise`` are None when there is
    nothing to compare it with."""

    file: FileId
    score: float
    z: float | None = None
    surprise: float | None = None


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A picture found by another. ``score`` is their cosine; ``resemblance`` places it between that of an
    arbitrary picture (0) and that of the same one (1), None when there are too few to tell."""

    file: FileId
    score: float
    resemblance: float | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What looking gave: pictures, best first, and a sentence for the user when it could not be had."""

    pictures: Sequence[SeenPicture] = ()
    notice: str = ""


class Looker:
    """Looks for pictures in the background. Thread-safe."""

    def __init__(self, looks: Looks) -> None:
        self._store = looks.store
        self._embedder = looks.embedder
        # Two, so that one query is embedded while another searches.
        self._pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="looks")
        self._sample: tuple[float, Vectors, int] | None = None
        self._arbitrary: Vectors | None = None

    @property
    def store(self) -> PictureStore:
        return self._store

    @property
    def can_read(self) -> bool:
        """Whether a text can be looked for."""
        return self._embedder is not None

    def begin(self, text: str, where: Filter) -> Future[Sight] | None:
        """Begin to look for pictures of ``text``; None when there can be none."""
        if self._embedder is None or (where.kinds and Kind.IMAGE not in where.kinds):
            return None
        return self._pool.submit(self._look_for, self._embedder, text, where)

    def look_like(self, vectors: Vectors, where: Filter, k: int = LOOKS_K) -> list[LookAlike]:
        """Pictures like the one whose views have these ``vectors``, shape (n, dimensions), best first."""
        best: dict[FileId, LookAlike] = {}
        for vector in vectors:
            behind = background([vector], self._sampled()[0])
            for item in self._store.nearest(vector, k, where):
                if item.file not in best or item.score > best[item.file].score:
                    place = None if behind is None else _between(behind.mean, item.score)
                    best[item.file] = LookAlike(item.file, item.score, place)
        return sorted(best.values(), key=lambda found: (-found.score, found.file))[:k]

    def _look_for(self, embedder: PictureEmbedder, text: str, where: Filter) -> Sight:
        # Nobody loads gigabytes to find nothing.
        if not self._sampled()[1]:
            return Sight()
        (vector,) = embedder.embed_queries([text])
        if self._arbitrary is None:
            self._arbitrary = embedder.embed_queries(ARBITRARY)
        return Sight(_worth_showing(self._nearest(vector, where, self._arbitrary), where))

    def _nearest(self, vector: Vector, where: Filter, arbitrary: Vectors) -> list[SeenPicture]:
        candidates = self._store.nearest(vector, LOOKS_K, where)
        sample, count = self._sampled()
        behind = [background(arbitrary, sample)]
        if count >= FEW:
            behind.append(background([vector], sample))
        scales = [scale for scale in behind if scale is not None]
        if not scales:
            return [SeenPicture(item.file, item.score) for item in candidates]
        seen: list[SeenPicture] = []
        for item in candidates:
            z = sum(scale.z(item.score) for scale in scales) / len(scales)
            seen.append(SeenPicture(item.file, item.score, z, z - chance(count)))
        return seen

    def _sampled(self) -> tuple[Vectors, int]:
        """Vectors of arbitrary pictures and how many pictures there are. A large sample costs more than a
        search and changes slowly: it is drawn anew once a minute at most."""
        drawn = self._sample
        if drawn is None or drawn[2] < FEW or time.monotonic() - drawn[0] > SAMPLE_SECONDS:
            sample = self._store.sample(SAMPLE)
            count = len(sample) if len(sample) < SAMPLE else self._store.size().chunks
            drawn = self._sample = (time.monotonic(), sample, count)
        return drawn[1], drawn[2]


def collect(asked: Future[Sight] | None, where: Filter, started: float) -> Sight:
    """What ``asked`` found, if it is there soon after ``started`` (of ``time.monotonic``); a sentence if not.

    What has not begun by then is called off, so that queries do not pile up before a model that loads.
    """
    if asked is None:
        return Sight()
    patience = PATIENCE_FOR_PICTURES_S if _only_pictures(where) else PATIENCE_S
    try:
        return asked.result(max(0.0, started + patience - time.monotonic()))
    except TimeoutError:
        asked.cancel()
        return Sight(
            notice="Pictures are not found by their looks yet: the picture model is loading or busy. "
            "Ask again in a moment."
        )
    except FinderError as error:
        return Sight(notice=f"Pictures are not found by their looks: {error.message} {error.hint}".strip())


def background(queries: Iterable[Vector], sample: Vectors) -> Background | None:
    """The cosines of arbitrary pictures (n, d) to ``queries``; None when there are fewer than 8.

    Their middle is the median, their spread that of the lower half: the pictures that do show what is asked
    for, which may be many, must not make themselves look ordinary.
    """
    import numpy as np

    cosines = np.concatenate([sample @ query for query in queries]) if len(sample) else np.empty(0)
    if len(cosines) < 8:
        return None
    low, middle = (float(value) for value in np.quantile(cosines, [0.1587, 0.5]))
    # Copies of one picture have no spread. A scale of a hundredth of the vectors' own length is fine enough
    # for models whose cosines all lie between 0 and 0.2.
    return Background(middle, max(middle - low, 0.01))


def chance(count: int) -> float:
    """The z-score that the best of ``count`` arbitrary pictures reaches in half of all queries."""
    return NormalDist().inv_cdf(0.5 ** (1 / max(count, 2)))


def _between(arbitrary: float, cosine: float) -> float:
    """Where ``cosine`` is between that of an arbitrary picture (0) and 1 (1)."""
    return (cosine - arbitrary) / max(1.0 - arbitrary, 0.01)


def _worth_showing(seen: Sequence[SeenPicture], where: Filter) -> Sequence[SeenPicture]:
    """Who asks for pictures alone gets the nearest, however far; who does not, only what may be meant."""
    if _only_pictures(where):
        return seen
    return [item for item in seen if item.surprise is not None and item.surprise >= NOT_FOUND]


def _only_pictures(where: Filter) -> bool:
    return where.kinds != () and set(where.kinds) == {Kind.IMAGE}
