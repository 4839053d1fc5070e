"""Finds files like a given one: texts by what they say, pictures by how they look.

Each passage of the example asks for its nearest passages; a file is as like the example as, on the mean over
those passages, its best passage is like each. A file that holds the same thing in another order is found so,
and a long one that shares one sentence is not first. Where vectors come from is not known here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qwen_finder.core.document import ChunkId, FileId
from qwen_finder.core.picture import StoredPicture
from qwen_finder.core.ports import Catalog, CatalogFile, VectorStore
from qwen_finder.core.query import Filter, Hit, SimilarRequest, StoredChunk, Strength
from qwen_finder.search.hits import Shown, make_hit, present
from qwen_finder.search.looks import LookAlike, Looker
from qwen_finder.search.snippet import passage
from qwen_finder.search.strength import Scales, strength

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

# Passages of the example that are compared, spread over it, and files' passages that each may find.
MOST_PASSAGES = 12
PASSAGES_K = 60
PASSAGES_SHOWN = 1

# Views of a long picture that are compared: the whole and the parts that follow.
MOST_VIEWS = 4

# Texts of resources/demo, compared by the starter model: two that nobody would call the same have at most
# 0.953, and one with every thirtieth word changed has 0.978 to itself in nineteen of twenty cases.
NEAR_TEXT = 0.97

# Photos of a series are worth seeing one by one, other sizes and savings of one photo are not. What makes a
# saving differs little from the picture for any model, and it keeps its proportions.
NEAR_PICTURE = 0.985
SAME_PROPORTION = 0.02

# Vectors of a file that are read to tell whether two files are almost the same, and files of which they are:
# who asks for a thousand hits must not wait for all of theirs.
COMPARED = 64
MOST_FILES_READ = 200


@dataclass(frozen=True, slots=True)
class Example:
    """What others are to be like: vectors of its passages (n, d) and of its views (m, e), of which one may be
    empty. ``file`` is its id if it is in the index, where it is not like itself."""

    file: FileId | None
    passages: Vectors
    views: Vectors


@dataclass(slots=True)
class _Like:
    """``similarity`` is a cosine, as is ``looks`` for what was compared by them; ``chunks`` are the passages
    that are most like one of the example's."""

    file: CatalogFile
    similarity: float
    strength: Strength
    why: Mapping[str, object]
    chunks: Sequence[ChunkId] = ()
    looks: float | None = None


class Comparer:
    """Finds what is like one example. Made for one request: it remembers the vectors that it has read.

    ``scales`` gives the background of a passage's vector, ``gone`` is told files that no longer exist.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore | None,
        looker: Looker | None,
        *,
        scales: Callable[[Vector], Scales],
        gone: Callable[[Sequence[FileId]], None],
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._looker = looker
        self._scales = scales
        self._gone = gone
        self._vectors: dict[FileId, Vectors] = {}

    def find(self, example: Example, request: SimilarRequest, where: Filter) -> list[Hit]:
        """Files like ``example``, best first: by its looks if it has views, else by its passages."""
        if example.file is not None:
            where = replace(where, not_files=(*where.not_files, example.file))
        pictures: dict[FileId, StoredPicture] = {}
        if len(example.views) and self._looker is not None:
            likes = self._pictures_like(example.views, where, request.limit, self._looker)
            pictures = self._looker.store.pictures([like.file.id for like in likes])
            alike = self._same_picture(self._looker, pictures)
        elif len(example.passages) and self._store is not None:
            likes = self._texts_like(example.passages, where, self._store)
            alike = self._same_text(self._store)
        else:
            return []
        wanted = [like for like in likes if like.strength.rank >= request.min_strength.rank]
        shown = present(
            wanted,
            request.limit,
            file_of=lambda like: like.file,
            looks_of=lambda like: like.looks,
            gone=self._gone,
            alike=alike,
        )
        chunks = self._chunks(shown)
        return [_hit(item, chunks, pictures.get(item.item.file.id)) for item in shown]

    def _pictures_like(self, views: Vectors, where: Filter, limit: int, looker: Looker) -> list[_Like]:
        # Near-duplicates take places, so more are looked at than are shown.
        seen = looker.look_like(views[:MOST_VIEWS], where, max(2 * limit, 100))
        files = self._catalog.files([item.file for item in seen])
        return [
            _Like(
                files[item.file], item.score, _looks_strength(item), _looks_reason(item, rank), (), item.score
            )
            for rank, item in enumerate(seen, 1)
            if item.file in files
        ]

    def _texts_like(self, passages: Vectors, where: Filter, store: VectorStore) -> list[_Like]:
        asked = spread(passages, MOST_PASSAGES)
        best: list[dict[FileId, tuple[float, ChunkId]]] = []
        scales: list[Scales] = []
        for vector in asked:
            found: dict[FileId, tuple[float, ChunkId]] = {}
            for item in store.nearest(vector, PASSAGES_K, where):
                if item.file not in found:
                    found[item.file] = (item.score, item.chunk)
            best.append(found)
            scales.append(self._scales(vector))
        files = self._catalog.files(sorted({file for found in best for file in found}))
        likes = [_like(file, best, scales) for file in files.values()]
        likes.sort(key=lambda like: (-like.similarity, like.file.path))
        return likes

    def _same_text(self, store: VectorStore) -> Callable[[_Like, _Like], bool]:
        def read(file: FileId) -> Vectors:
            return stacked(list(store.vectors_by_hash([file]).values())[:COMPARED])

        def same(first: _Like, second: _Like) -> bool:
            # What is almost the same is almost as like anything else: the others need not be read.
            if abs(first.similarity - second.similarity) > 2 * (1 - NEAR_TEXT):
                return False
            one, other = self._known(first.file.id, read), self._known(second.file.id, read)
            if not len(one) or not len(other):
                return False
            cosines = one @ other.T
            return bool(min(cosines.max(axis=0).mean(), cosines.max(axis=1).mean()) >= NEAR_TEXT)

        return same

    def _same_picture(
        self, looker: Looker, pictures: Mapping[FileId, StoredPicture]
    ) -> Callable[[_Like, _Like], bool]:
        def read(file: FileId) -> Vectors:
            return looker.store.vectors(file)[:1]

        def same(first: _Like, second: _Like) -> bool:
            # By the triangle inequality of angles, as for texts.
            if abs(_angle(first.similarity) - _angle(second.similarity)) > _angle(NEAR_PICTURE):
                return False
            one, other = pictures.get(first.file.id), pictures.get(second.file.id)
            if one is None or other is None or not _same_proportions(one, other):
                return False
            whole, whole_other = self._known(first.file.id, read), self._known(second.file.id, read)
            if not len(whole) or not len(whole_other):
                return False
            return float(whole[0] @ whole_other[0]) >= NEAR_PICTURE

        return same

    def _known(self, file: FileId, read: Callable[[FileId], Vectors]) -> Vectors:
        """Vectors of ``file``; none when so many files were read that it is enough."""
        if file not in self._vectors:
            if len(self._vectors) >= MOST_FILES_READ:
                return stacked([])
            self._vectors[file] = read(file)
        return self._vectors[file]

    def _chunks(self, shown: Sequence[Shown[_Like]]) -> dict[ChunkId, StoredChunk]:
        ids = [id for item in shown for id in item.item.chunks[:PASSAGES_SHOWN]]
        return self._store.chunks(ids) if self._store is not None and ids else {}


def spread(rows: Vectors, most: int) -> Vectors:
    """At most ``most`` of ``rows``, evenly from first to last."""
    if len(rows) <= most:
        return rows
    return rows[[round(place * (len(rows) - 1) / (most - 1)) for place in range(most)]]


def stacked(vectors: Sequence[Vector]) -> Vectors:
    """Vectors as rows; none give an array of shape (0, 0)."""
    import numpy as np

    return np.stack(vectors) if vectors else np.empty((0, 0), np.float32)


def _like(
    file: CatalogFile, best: Sequence[Mapping[FileId, tuple[float, ChunkId]]], scales: Sequence[Scales]
) -> _Like:
    """A passage that found nothing of the file counts as one that nobody has anything like: it may have come
    just after the last that was asked for, so it counts as that one."""
    cosines = [
        found[file.id][0] if file.id in found else min((score for score, _ in found.values()), default=0.0)
        for found in best
    ]
    missed = sum(file.id not in found for found in best)
    placed = [
        (scale.z(cosine), scale.relatedness(cosine)) for cosine, scale in zip(cosines, scales, strict=True)
    ]
    z = _mean([z for z, _ in placed])
    relatedness = _mean([relatedness for _, relatedness in placed])
    similarity = sum(cosines) / len(cosines)
    chunks = sorted((found[file.id] for found in best if file.id in found), reverse=True)
    judged = strength(z=z, relatedness=relatedness, coverage=0.0, exact=similarity >= NEAR_TEXT)
    why: dict[str, object] = {"passages": {"alike": len(best) - missed, "of": len(best)}}
    if z is not None:
        why["z"] = round(z, 2)
    if relatedness is not None:
        why["relatedness"] = round(relatedness, 2)
    return _Like(file, similarity, judged, why, list(dict.fromkeys(chunk for _, chunk in chunks)))


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _looks_strength(found: LookAlike) -> Strength:
    """Two pictures may be equal, as a query and its answer never are: so that is one end of the scale."""
    return strength(z=None, relatedness=found.resemblance, coverage=0.0, exact=found.score >= NEAR_PICTURE)


def _looks_reason(found: LookAlike, rank: int) -> dict[str, object]:
    reason: dict[str, object] = {"rank": rank, "score": round(found.score, 4)}
    if found.resemblance is not None:
        reason["resemblance"] = round(found.resemblance, 2)
    return {"looks": reason}


def _same_proportions(one: StoredPicture, other: StoredPicture) -> bool:
    if not (one.width and one.height and other.width and other.height):
        return False
    return abs(math.log(one.width * other.height / (one.height * other.width))) <= SAME_PROPORTION


def _angle(cosine: float) -> float:
    return math.acos(max(-1.0, min(1.0, cosine)))


def _hit(shown: Shown[_Like], chunks: Mapping[ChunkId, StoredChunk], picture: StoredPicture | None) -> Hit:
    like = shown.item
    passages = [passage(chunks[id], (), ()) for id in like.chunks[:PASSAGES_SHOWN] if id in chunks]
    return make_hit(
        shown,
        like.file,
        score=max(0.0, like.similarity),
        strength=like.strength,
        why=like.why,
        passages=passages,
        more_passages=max(0, len(like.chunks) - len(passages)),
        picture=picture,
    )
