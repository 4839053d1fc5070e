"""From retrieved candidates to ranked files: fuse, then weigh how much of the query each passage holds."""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qwen_finder.core.document import ChunkId, FileId
from qwen_finder.core.ports import CatalogFile
from qwen_finder.core.query import Candidate, StoredChunk
from qwen_finder.search.fuse import Found, FusedFile, fuse
from qwen_finder.search.looks import SeenPicture
from qwen_finder.search.retrieve import Retrieved
from qwen_finder.search.strength import Scales
from qwen_finder.search.words import Term, is_identifier, occurrences

# Chunks of one file that are looked at, and files that are looked at closely.
CHUNKS_PER_FILE = 3
CLOSE_LOOK = 40
OWN_BEST = 5

# Ranks alone cannot tell a hit that stands out from one that is merely the best of a bad lot. So evidence is
# added to the fused score (0 to 1): how much of the query's words a passage holds, and how far its meaning
# stands above the background (a z-score from Z_LOW to Z_HIGH as 0 to 1). Chosen with
# scripts/bench/relevance.py: any values from half to twice these give the same recall within a point.
COVERAGE_BONUS = 0.4
MEANING_BONUS = 0.5
Z_LOW, Z_HIGH = 2.0, 6.0

# The best of those that share a word with the query may share only "for" and "my": in another language than
# the right file's, most do. So a file's place by its words counts in full only from this coverage on. On the
# known items (scripts/bench/crosslingual.py, relevance.py) it found a third to a half more files in other
# languages, for one in thirty less in the query's own; 0.5 to 1 differ little.
FULL_COVERAGE = 0.8

# A picture that shows what is asked for holds all of the query and means it: its looks, from no better than
# chance (0) to plain (1), stand beside the words and the meaning of a passage, whichever says more.
SURPRISE_HIGH = 1.5

# A passage that holds the query's identifiers letter for letter comes before those that share their parts.
EXACT_WORDS_BONUS = 0.5

# More than any other score, so that the file of exactly this name is first.
EXACT_NAME_BONUS = 2.0


# A term in more than this share of the passages looked at is not marked in them.
COMMON = 0.4


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each retriever's rank counts."""

    vectors: float = 1.0
    text: float = 0.8
    names: float = 0.7
    looks: float = 1.0

    def as_dict(self) -> dict[str, float]:
        return {"vectors": self.vectors, "text": self.text, "names": self.names, "looks": self.looks}


def weights_for(query: str, *, model_reads_it: bool) -> Weights:
    """Weights for one query.

    Identifiers are names: their letters count, not their meaning. A text in a language the model was not
    trained on gets vectors that are close to noise, so its words count instead. Picture models read all
    languages, or say nothing for what they do not read.
    """
    words = query.split()
    if words and sum(is_identifier(word) for word in words) * 2 >= len(words):
        return Weights(vectors=0.4, text=2.0, names=1.0, looks=0.4)
    if not model_reads_it:
        return Weights(vectors=0.2, text=1.0, names=1.0)
    return Weights()


@dataclass(slots=True)
class RankedFile:
    """A file in its final place.

    ``coverage`` is the idf-weighted share of the query's words it holds. ``z`` and ``relatedness`` place its
    best passage on the scales of ``search.strength`` (None when its meaning was not compared). ``exact``: its
    name is the query, or a passage holds the query's identifiers letter for letter. ``seen`` is what its
    looks say, if it is a picture that was found by them. ``judgement`` is how probably it answers by the
    word of a reranker, if one was asked, and ``place_before`` its place until then, from 1.
    """

    file: CatalogFile
    fused: FusedFile
    score: float
    coverage: float
    z: float | None
    relatedness: float | None
    exact: bool
    seen: SeenPicture | None = None
    judgement: float | None = None
    place_before: int = 0


def fuse_retrieved(found: Retrieved, weights: Weights) -> list[FusedFile]:
    """The retrievers' lists as one, best first; an empty list does not count."""
    lists: dict[str, Sequence[Found]] = {
        "vectors": [Found(item.file, item.score, item.chunk) for item in found.vectors],
        "text": [Found(item.file, item.score, item.chunk) for item in found.text],
        "names": [Found(item.file, item.score) for item in found.names],
        "looks": [Found(item.file, item.score) for item in found.looks],
    }
    return fuse(
        {name: items for name, items in lists.items() if items},
        weights.as_dict(),
        rivals=("vectors", "looks"),
    )


def worth_a_look(fused: Sequence[FusedFile], found: Retrieved, limit: int) -> list[FusedFile]:
    """The best of ``fused``, every retriever's own best, and every file of exactly the name asked for.

    In a large index, files that two retrievers find far down outrank one that a single retriever puts first.
    """
    named = {match.file for match in found.names if match.exact}
    places = max(CLOSE_LOOK, limit * 2)
    return [
        item
        for place, item in enumerate(fused)
        if place < places or min(item.ranks.values()) <= OWN_BEST or item.file in named
    ]


def rank(
    fused: Sequence[FusedFile],
    found: Retrieved,
    query: str,
    terms: Sequence[Term],
    files: Mapping[FileId, CatalogFile],
    chunks: Mapping[ChunkId, StoredChunk],
    scales: Scales,
) -> list[RankedFile]:
    """Order ``fused`` files by fused score and evidence; files no longer in the catalog are dropped.

    A word found in a file's name counts like one in its text.
    ``scales`` are empty when the model does not read the query: then meaning is no evidence.
    """
    similarities = _best_similarity(found.vectors)
    seen = {item.file: item for item in found.looks}
    named = {match.file for match in found.names if match.exact}
    identifiers = [word.lower() for word in query.split() if is_identifier(word)]
    held = {
        item.file: _terms_held(item, terms, chunks, os.path.basename(files[item.file].path))
        for item in fused
        if item.file in files
    }
    rarity = _rarity(terms, list(held.values()))
    total = sum(rarity) or 1.0
    ranked: list[RankedFile] = []
    for item in fused:
        if item.file not in files:
            continue
        coverage = max(
            (sum(rarity[term] for term in passage) / total for passage in held[item.file]), default=0.0
        )
        similarity = similarities.get(item.file)
        z = None if similarity is None else scales.z(similarity)
        relatedness = None if similarity is None else scales.relatedness(similarity)
        looks = _plainness(seen.get(item.file))
        meaning = 0.0 if z is None else min(1.0, max(0.0, (z - Z_LOW) / (Z_HIGH - Z_LOW)))
        by_words = item.parts.get("text", 0.0)
        fused_score = item.score - by_words * (1 - min(1.0, coverage / FULL_COVERAGE))
        score = fused_score + COVERAGE_BONUS * max(coverage, looks) ** 2 + MEANING_BONUS * max(meaning, looks)
        score /= 1 + COVERAGE_BONUS + MEANING_BONUS
        literal = bool(identifiers) and any(
            all(word in passage.text.lower() for word in identifiers) for passage in _passages(item, chunks)
        )
        if item.file in named:
            score += EXACT_NAME_BONUS
        if literal:
            score += EXACT_WORDS_BONUS
        exact = literal or item.file in named
        ranked.append(
            RankedFile(files[item.file], item, score, coverage, z, relatedness, exact, seen.get(item.file))
        )
    return sorted(ranked, key=lambda item: (-item.score, item.file.path))


def telling_terms(
    terms: Sequence[Term], fused: Sequence[FusedFile], chunks: Mapping[ChunkId, StoredChunk]
) -> list[Term]:
    """The terms worth marking: what most passages hold ("the") says nothing, unless there is nothing else."""
    texts = [chunks[id].text for item in fused for id in item.chunks[:1] if id in chunks]
    held = Counter(term for text in texts for term in {item.term for item in occurrences(terms, text)})
    telling = [term for index, term in enumerate(terms) if held[index] <= max(2, len(texts) * COMMON)]
    return telling or list(terms)


def _plainness(seen: SeenPicture | None) -> float:
    """How plainly a picture shows what is asked for, 0 to 1."""
    if seen is None or seen.surprise is None:
        return 0.0
    return min(1.0, max(0.0, seen.surprise / SURPRISE_HIGH))


def _best_similarity(candidates: Sequence[Candidate]) -> dict[FileId, float]:
    best: dict[FileId, float] = {}
    for candidate in candidates:
        best[candidate.file] = max(candidate.score, best.get(candidate.file, -1.0))
    return best


def _terms_held(
    item: FusedFile,
    terms: Sequence[Term],
    chunks: Mapping[ChunkId, StoredChunk],
    name: str,
) -> list[set[int]]:
    """For each passage of the file, which terms it or the file's name holds (the name alone at least)."""
    in_name = {occurrence.term for occurrence in occurrences(terms, name)}
    return [
        in_name | {occurrence.term for occurrence in occurrences(terms, f"{chunk.context}\n{chunk.text}")}
        for chunk in _passages(item, chunks)
    ] or [in_name]


def _passages(item: FusedFile, chunks: Mapping[ChunkId, StoredChunk]) -> list[StoredChunk]:
    return [chunks[id] for id in item.chunks[:CHUNKS_PER_FILE] if id in chunks]


def _rarity(terms: Sequence[Term], held: Sequence[Sequence[set[int]]]) -> list[float]:
    """Inverse document frequency of each term among the files looked at, so that "the" weighs little."""
    total = len(held)
    frequency = [sum(any(term in passage for passage in file) for file in held) for term in range(len(terms))]
    return [math.log(1 + (total + 1) / (count + 0.5)) for count in frequency]
