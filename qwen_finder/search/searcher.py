"""Answers a search request: the one place where the steps of a search stand in order."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import TYPE_CHECKING

from qwen_finder.core.document import ChunkId, FileId
from qwen_finder.core.errors import UsageError
from qwen_finder.core.ports import Catalog, Embedder, VectorStore
from qwen_finder.core.query import Hit, Passage, SearchRequest, SearchResponse, StoredChunk, Strength
from qwen_finder.search.fuse import FusedFile
from qwen_finder.search.parse import ParsedQuery, iso_utc, parse
from qwen_finder.search.rank import (
    CHUNKS_PER_FILE,
    RankedFile,
    fuse_retrieved,
    rank,
    telling_terms,
    weights_for,
    worth_a_look,
)
from qwen_finder.search.retrieve import Retrieved, leave_out, resolve_filter, retrieve
from qwen_finder.search.snippet import passage
from qwen_finder.search.strength import SAMPLE, Scales, background, calibrate, strength
from qwen_finder.search.words import Term, terms_of

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

PASSAGES_SHOWN = 3
SAMPLE_SECONDS = 60.0


class Searcher:
    """Searches one catalog and one vector store with one text model. Thread-safe.

    ``gone`` is told the files among the hits that no longer exist on disk; they are not shown.
    ``reads`` says whether the model was trained on the language of a text.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore | None,
        embedder: Embedder | None,
        *,
        reads: Callable[[str], bool],
        gone: Callable[[Sequence[FileId]], None],
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._embedder = embedder
        self._reads = reads
        self._gone = gone
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="search")
        self._sample: tuple[float, Vectors] | None = None

    def search(self, request: SearchRequest) -> SearchResponse:
        """Raises UsageError for an empty query or an option that cannot be read."""
        started = time.perf_counter()
        query = parse(request.text)
        where = resolve_filter(query, request, self._catalog, self._store)
        if query.filters_only:
            if where.unrestricted:
                raise UsageError(
                    "query.empty",
                    "The query is empty.",
                    'Say what you look for: qwen-finder query "tax invoice".',
                )
            found = Retrieved(names=self._catalog.names("", request.limit, where))
        else:
            found = retrieve(
                query,
                request.mode,
                where,
                catalog=self._catalog,
                store=self._store,
                embedder=self._embedder,
                pool=self._pool,
            )
        hits = self._hits(query, request, leave_out(found, query, self._catalog, self._store))
        best = max((hit.strength for hit in hits), key=lambda item: item.rank, default=Strength.NONE)
        took = (time.perf_counter() - started) * 1000
        return SearchResponse(request.text, round(took, 1), best, tuple(hits))

    def _hits(self, query: ParsedQuery, request: SearchRequest, found: Retrieved) -> list[Hit]:
        readable = self._reads(query.text)
        weights = weights_for(query.text, model_reads_it=readable)
        fused = worth_a_look(fuse_retrieved(found, weights), found, request.limit)
        files = self._catalog.files([item.file for item in fused])
        chunks = self._chunks(fused)
        terms = terms_of(query.text)
        scales = self._scales(found) if readable else Scales()
        ranked = rank(fused, found, query.text, terms, files, chunks, scales)
        marked = telling_terms(terms, fused, chunks)
        judged = {item.file.id: _judge(item, query) for item in ranked}
        strong_enough = [item for item in ranked if judged[item.file.id].rank >= request.min_strength.rank]
        return [
            _hit(item, copies, judged[item.file.id], marked, query.phrases, chunks)
            for item, copies in self._present(strong_enough, request.limit)
        ]

    def _chunks(self, fused: Sequence[FusedFile]) -> dict[ChunkId, StoredChunk]:
        if self._store is None:
            return {}
        return self._store.chunks([id for item in fused for id in item.chunks[:CHUNKS_PER_FILE]])

    def _present(self, ranked: Sequence[RankedFile], limit: int) -> list[tuple[RankedFile, tuple[str, ...]]]:
        """The first ``limit`` files that still exist, each with the paths of its identical copies."""
        shown: dict[str, tuple[RankedFile, list[str]]] = {}
        vanished: list[FileId] = []
        for item in ranked:
            if len(shown) >= limit:
                break
            if not os.path.lexists(item.file.path):
                vanished.append(item.file.id)
                continue
            key = item.file.content_hash or item.file.path
            if key in shown:
                shown[key][1].append(item.file.path)
            else:
                shown[key] = (item, [])
        if vanished:
            self._gone(vanished)
        return [(item, tuple(copies)) for item, copies in shown.values()]

    def _scales(self, found: Retrieved) -> Scales:
        """The sample is drawn anew once a minute at most: it costs more than a search and changes slowly."""
        if self._store is None or self._embedder is None or found.vector is None:
            return Scales()
        if self._sample is None or time.monotonic() - self._sample[0] > SAMPLE_SECONDS:
            self._sample = (time.monotonic(), self._store.sample(SAMPLE))
        return Scales(background(found.vector, self._sample[1]), calibrate(self._embedder.spec))


def _judge(item: RankedFile, query: ParsedQuery) -> Strength:
    if query.filters_only:
        return Strength.GOOD
    return strength(
        z=item.z,
        relatedness=item.relatedness,
        coverage=item.coverage,
        exact=item.exact or bool(query.phrases),
    )


def _hit(
    item: RankedFile,
    copies: tuple[str, ...],
    judged: Strength,
    terms: Sequence[Term],
    phrases: Sequence[str],
    chunks: dict[ChunkId, StoredChunk],
) -> Hit:
    shown = [chunks[id] for id in item.fused.chunks if id in chunks][:PASSAGES_SHOWN]
    why: dict[str, object] = {}
    for name, place in item.fused.ranks.items():
        why[name] = {"rank": place, "score": round(item.fused.scores[name], 4)}
    if item.z is not None:
        why["z"] = round(item.z, 2)
    if item.relatedness is not None:
        why["relatedness"] = round(item.relatedness, 2)
    why["coverage"] = round(item.coverage, 3)
    if shown:
        why["context"] = shown[0].context
    passages: list[Passage] = [passage(chunk, terms, phrases) for chunk in shown]
    return Hit(
        path=item.file.path,
        uri=PurePath(item.file.path).as_uri(),
        kind=item.file.kind,
        score=round(item.score, 4),
        strength=judged,
        modified=iso_utc(item.file.mtime_ns // 1_000_000_000),
        size=item.file.size,
        passages=tuple(passages),
        why=why,
        more_passages=max(0, len(item.fused.chunks) - len(passages)),
        copies=copies,
    )
