"""One file closely: where it answers a query, and which of its passages do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from qwen_finder.core.document import ChunkId, FileId
from qwen_finder.core.query import Candidate, Passage, StoredChunk
from qwen_finder.search.fuse import Found, fuse
from qwen_finder.search.parse import parse
from qwen_finder.search.snippet import passage, phrase_spans
from qwen_finder.search.strength import WEAK_RELATEDNESS, WEAK_Z, Scales
from qwen_finder.search.words import Term, merged, occurrences

if TYPE_CHECKING:
    from qwen_finder.search.retrieve import Retrieved

# A word in more than this share of a text's stretches of so many characters says nothing about any.
COMMON = 0.4
STRETCH = 400
FEW_STRETCHES = 6

# Full text counts more: what holds the words is seen to answer.
_WEIGHTS = {"text": 1.0, "vectors": 0.8}


def marks(text: str, query: str, terms: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """The [start, end) ranges of ``text`` to mark for ``query``, whose telling words are ``terms``: its exact
    phrases if they stand there, else those words; of them not those that are all over this very text."""
    exact = [span for phrase in parse(query).phrases for span in phrase_spans(text, phrase)]
    if exact:
        return merged(exact, text)
    found = occurrences(terms, text)
    stretches = len(text) // STRETCH + 1
    if stretches >= FEW_STRETCHES:
        held: dict[int, set[int]] = {}
        for item in found:
            held.setdefault(item.term, set()).add(item.start // STRETCH)
        rare = {term for term, places in held.items() if len(places) <= COMMON * stretches}
        found = [item for item in found if item.term in rare or not rare]
    return merged([(item.start, item.end) for item in found], text)


def answering(
    file: FileId,
    query: str,
    terms: Sequence[Term],
    found: Retrieved,
    chunks: Mapping[ChunkId, StoredChunk],
    scales: Scales,
) -> list[Passage]:
    """The passages of ``file`` among what was ``found`` in it alone that answer ``query``, best first.

    Every passage is somewhere in that list: so one has to hold a telling word or an exact phrase, or to stand
    out by its meaning. When none does, the best is given all the same: it is why the file was a hit.
    """
    phrases = parse(query).phrases
    meant = {item.chunk for item in found.vectors if _stands_out(item, scales)}
    order = fuse(
        {
            "text": [Found(file, item.score, item.chunk) for item in found.text],
            "vectors": [Found(file, item.score, item.chunk) for item in found.vectors],
        },
        _WEIGHTS,
    )
    ids = [id for item in order for id in item.chunks if id in chunks]
    wanted = [id for id in ids if id in meant or _holds(chunks[id].text, terms, phrases)]
    return [passage(chunks[id], terms, phrases) for id in wanted or ids[:1]]


def _stands_out(item: Candidate, scales: Scales) -> bool:
    z, relatedness = scales.z(item.score), scales.relatedness(item.score)
    known = [
        value >= least for value, least in ((z, WEAK_Z), (relatedness, WEAK_RELATEDNESS)) if value is not None
    ]
    return bool(known) and all(known)


def _holds(text: str, terms: Sequence[Term], phrases: Sequence[str]) -> bool:
    if phrases:
        return any(phrase_spans(text, phrase) for phrase in phrases)
    return bool(occurrences(terms, text))
