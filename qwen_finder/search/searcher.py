"""Answers a search request: the one place where the steps of a search stand in order."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from qwen_finder.core.document import ChunkId, FileId, Kind
from qwen_finder.core.errors import UsageError
from qwen_finder.core.picture import StoredPicture
from qwen_finder.core.ports import Catalog, Embedder, VectorStore
from qwen_finder.core.query import (
    Filter,
    Hit,
    Mode,
    Passage,
    SearchRequest,
    SearchResponse,
    SimilarRequest,
    StoredChunk,
    Strength,
)
from qwen_finder.search.fuse import FusedFile
from qwen_finder.search.hits import Shown, make_hit, present
from qwen_finder.search.looks import Looker, Looks
from qwen_finder.search.parse import ParsedQuery, parse
from qwen_finder.search.rank import (
    CHUNKS_PER_FILE,
    RankedFile,
    fuse_retrieved,
    rank,
    telling_terms,
    weights_for,
    worth_a_look,
)
from qwen_finder.search.rerank import Judge
from qwen_finder.search.retrieve import Retrieved, leave_out, resolve_filter, retrieve
from qwen_finder.search.similar import Comparer, Example
from qwen_finder.search.snippet import passage
from qwen_finder.search.strength import (
    SAMPLE,
    Scales,
    background,
    calibrate,
    script,
    scripts_differ,
    strength,
)
from qwen_finder.search.within import answering
from qwen_finder.search.words import Term, terms_of

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

PASSAGES_SHOWN = 3
SAMPLE_SECONDS = 60.0

# Of so many queries it is remembered which words tell something, for who looks into a hit.
MARKED_QUERIES = 64


class Searcher:
    """Searches one catalog and one vector store with one text model, and pictures by their looks if there
    are any. Thread-safe.

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
        looks: Looks | None = None,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._embedder = embedder
        self._reads = reads
        self._gone = gone
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="search")
        self._looker = None if looks is None else Looker(looks)
        self._sample: tuple[float, Vectors] | None = None
        self._marked: dict[str, list[Term]] = {}
        self._marking = threading.Lock()

    def search(self, request: SearchRequest, judge: Judge | None = None) -> SearchResponse:
        """``judge`` puts the best hits in order. Raises UsageError for an empty query or an option that
        cannot be read."""
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
                looker=self._looker,
                pool=self._pool,
            )
        hits = self._hits(query, request, leave_out(found, query, self._catalog, self._store), judge)
        took = (time.perf_counter() - started) * 1000
        notices = tuple(filter(None, (found.notice, judge.notice if judge else "")))
        return SearchResponse(request.text, round(took, 1), _best(hits), tuple(hits), notices)

    def similar(self, example: Example, request: SimilarRequest) -> SearchResponse:
        """Files like ``example``, which is the one at ``request.path``; UsageError as of ``search``."""
        started = time.perf_counter()
        options = SearchRequest(
            "",
            types=request.types,
            exts=request.exts,
            folders=request.folders,
            after=request.after,
            before=request.before,
        )
        where = resolve_filter(ParsedQuery(), options, self._catalog, self._store)
        comparer = Comparer(self._catalog, self._store, self._looker, scales=self._scales, gone=self._gone)
        hits = comparer.find(example, request, where)
        took = (time.perf_counter() - started) * 1000
        return SearchResponse(request.path, round(took, 1), _best(hits), tuple(hits))

    def telling(self, text: str) -> list[Term]:
        """The words of the query ``text`` worth marking, by its last search; all when there was none."""
        with self._marking:
            known = self._marked.get(text)
        return terms_of(parse(text).text) if known is None else known

    def within(self, text: str, file: FileId) -> list[Passage]:
        """Every passage of ``file`` that answers the query ``text``, best first."""
        query = parse(text)
        if self._store is None or query.filters_only:
            return []
        found = retrieve(
            query,
            Mode.HYBRID,
            Filter(files=(file,)),
            catalog=self._catalog,
            store=self._store,
            embedder=self._embedder,
            pool=self._pool,
        )
        ids = [item.chunk for item in (*found.text, *found.vectors)]
        scales = self._scales(found.vector) if self._reads(query.text) else Scales()
        return answering(file, text, self.telling(text), found, self._store.chunks(ids), scales)

    def _hits(
        self, query: ParsedQuery, request: SearchRequest, found: Retrieved, judge: Judge | None
    ) -> list[Hit]:
        readable = self._reads(query.text)
        weights = weights_for(query.text, model_reads_it=readable)
        fused = worth_a_look(fuse_retrieved(found, weights), found, request.limit)
        files = self._catalog.files([item.file for item in fused])
        chunks = self._chunks(fused)
        terms = terms_of(query.text)
        scales = self._scales(found.vector) if readable else Scales()
        ranked = rank(fused, found, query.text, terms, files, chunks, scales)
        marked = telling_terms(terms, fused, chunks)
        self._note(request.text, marked)
        written = script(query.text)
        judged = {item.file.id: _judge(item, query, written, chunks) for item in ranked}
        strong_enough = [item for item in ranked if judged[item.file.id].rank >= request.min_strength.rank]
        if judge is not None:
            strong_enough = judge.order(query.text, strong_enough, chunks)
        shown = present(
            strong_enough,
            request.limit,
            file_of=lambda item: item.file,
            looks_of=lambda item: None if item.seen is None else item.seen.score,
            gone=self._gone,
        )
        pictures = self._pictures(shown)
        return [
            _hit(item, judged[id], marked, query.phrases, chunks, pictures.get(id))
            for item in shown
            for id in [item.item.file.id]
        ]

    def _note(self, text: str, marked: list[Term]) -> None:
        with self._marking:
            self._marked.pop(text, None)
            self._marked[text] = marked
            if len(self._marked) > MARKED_QUERIES:
                self._marked.pop(next(iter(self._marked)))

    def _chunks(self, fused: Sequence[FusedFile]) -> dict[ChunkId, StoredChunk]:
        if self._store is None:
            return {}
        return self._store.chunks([id for item in fused for id in item.chunks[:CHUNKS_PER_FILE]])

    def _pictures(self, shown: Sequence[Shown[RankedFile]]) -> dict[FileId, StoredPicture]:
        files = [item.item.file.id for item in shown if item.item.file.kind is Kind.IMAGE]
        return self._looker.store.pictures(files) if self._looker is not None and files else {}

    def _scales(self, vector: Vector | None) -> Scales:
        """The sample is drawn anew once a minute at most: it costs more than a search and changes slowly."""
        if self._store is None or self._embedder is None or vector is None:
            return Scales()
        if self._sample is None or time.monotonic() - self._sample[0] > SAMPLE_SECONDS:
            self._sample = (time.monotonic(), self._store.sample(SAMPLE))
        return Scales(background(vector, self._sample[1]), calibrate(self._embedder.spec))


def _best(hits: Sequence[Hit]) -> Strength:
    return max((hit.strength for hit in hits), key=lambda item: item.rank, default=Strength.NONE)


def _judge(
    item: RankedFile, query: ParsedQuery, written: str, chunks: dict[ChunkId, StoredChunk]
) -> Strength:
    """``written``: the query's script."""
    if query.filters_only:
        return Strength.GOOD
    passage = next((chunks[id].text for id in item.fused.chunks if id in chunks), "")
    return strength(
        z=item.z,
        relatedness=item.relatedness,
        coverage=item.coverage,
        exact=item.exact or bool(query.phrases),
        surprise=None if item.seen is None else item.seen.surprise,
        across_scripts=lambda: scripts_differ(written, script(passage)),
    )


def _hit(
    shown: Shown[RankedFile],
    judged: Strength,
    terms: Sequence[Term],
    phrases: Sequence[str],
    chunks: dict[ChunkId, StoredChunk],
    picture: StoredPicture | None,
) -> Hit:
    item = shown.item
    holding = [chunks[id] for id in item.fused.chunks if id in chunks][:PASSAGES_SHOWN]
    why: dict[str, object] = {}
    for name, place in item.fused.ranks.items():
        why[name] = {"rank": place, "score": round(item.fused.scores[name], 4)}
    if item.seen is not None and item.seen.z is not None:
        why["looks"] = {
            "rank": item.fused.ranks["looks"],
            "score": round(item.seen.score, 4),
            "z": round(item.seen.z, 2),
        }
    if item.z is not None:
        why["z"] = round(item.z, 2)
    if item.judgement is not None:
        why["rerank"] = {"score": round(item.judgement, 4), "rank_before": item.place_before}
    if item.relatedness is not None:
        why["relatedness"] = round(item.relatedness, 2)
    why["coverage"] = round(item.coverage, 3)
    if holding:
        why["context"] = holding[0].context
    return make_hit(
        shown,
        item.file,
        score=item.score,
        strength=judged,
        why=why,
        passages=[passage(chunk, terms, phrases) for chunk in holding],
        more_passages=max(0, len(item.fused.chunks) - len(holding)),
        picture=picture,
    )
