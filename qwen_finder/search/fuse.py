"""Reciprocal rank fusion of what the retrievers found, file by file.

Scores of different retrievers have no common scale, ranks do: a file's score is the sum over retrievers of
weight / (k + rank), k = 60 (Cormack, Clarke and Büttcher, SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from qwen_finder.core.document import ChunkId, FileId

K = 60


@dataclass(frozen=True, slots=True)
class Found:
    """One file in one retriever's answer; ``chunk`` is None when the name alone was found."""

    file: FileId
    score: float
    chunk: ChunkId | None = None


@dataclass(slots=True)
class FusedFile:
    """A file with what each retriever said: ``ranks`` counted from 1, ``scores`` on the retriever's scale.

    ``chunks`` are the file's candidates, best first, without repetition. ``score`` is between 0 and 1: the
    share of what a file ranked first by every retriever would get. ``parts`` is what each retriever gave to
    it; of rivals only the largest counted.
    """

    file: FileId
    score: float = 0.0
    ranks: dict[str, int] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    chunks: list[ChunkId] = field(default_factory=list)
    parts: dict[str, float] = field(default_factory=dict)


def fuse(
    lists: Mapping[str, Sequence[Found]], weights: Mapping[str, float], rivals: Collection[str] = ()
) -> list[FusedFile]:
    """Fuse ranked lists, best first. A file counts once in each, ranked by its best chunk among files.

    Of the lists called ``rivals`` only the one that says most for a file counts: they answer one question
    about different sorts of files, and being of the one sort must not cost a file what the other would get.
    """
    fused: dict[FileId, FusedFile] = {}
    chunk_scores: dict[FileId, dict[ChunkId, float]] = {}
    best = _total({name: weights[name] for name in lists}, rivals) / (K + 1) or 1.0
    for name, found in lists.items():
        rank = 0
        for position, item in enumerate(found):
            entry = fused.setdefault(item.file, FusedFile(item.file))
            if name not in entry.ranks:
                rank += 1
                entry.ranks[name] = rank
                entry.scores[name] = item.score
                entry.parts[name] = weights[name] / (K + rank) / best
            if item.chunk is not None:
                chunks = chunk_scores.setdefault(item.file, {})
                chunks[item.chunk] = chunks.get(item.chunk, 0.0) + weights[name] / (K + position + 1)
    for entry in fused.values():
        chunks = chunk_scores.get(entry.file, {})
        entry.chunks = sorted(chunks, key=lambda chunk: -chunks[chunk])
        entry.score = _total(entry.parts, rivals)
    return sorted(fused.values(), key=lambda entry: (-entry.score, entry.file))


def _total(shares: Mapping[str, float], rivals: Collection[str]) -> float:
    rivalling = [share for name, share in shares.items() if name in rivals]
    return sum(share for name, share in shares.items() if name not in rivals) + max(rivalling, default=0.0)
