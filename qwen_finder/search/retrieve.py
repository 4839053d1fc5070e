"""Asks each retriever for its candidates, with the filter inside every search."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileId
from qwen_finder.core.errors import ModelError, RemoteModelError
from qwen_finder.core.ports import Catalog, Embedder, NameMatch, VectorStore
from qwen_finder.core.query import Candidate, Filter, Mode, SearchRequest, TextQuery
from qwen_finder.search.looks import Looker, SeenPicture, collect
from qwen_finder.search.parse import ParsedQuery, parse_date, parse_types
from qwen_finder.search.words import occurrences, terms_of

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

TEXT_K = 100
VECTORS_K = 100
NAMES_K = 50

# A phrase or an excluded word narrows the other searches to (or away from) the files of so many passages.
EXACT_K = 5_000

# Full text ranks by any of these words; more of them cost time and find nothing better.
MAX_WORDS = 64


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What each retriever found, best first; ``vector`` is the query's own, if it was embedded.

    ``notice`` says why nobody looked at pictures, or searched by meaning ("" when somebody did, or need not).
    """

    vectors: Sequence[Candidate] = ()
    text: Sequence[Candidate] = ()
    names: Sequence[NameMatch] = ()
    vector: Vector | None = None
    looks: Sequence[SeenPicture] = ()
    notice: str = ""


def resolve_filter(
    query: ParsedQuery, request: SearchRequest, catalog: Catalog, store: VectorStore | None
) -> Filter:
    """The filters of the query language and of the request as one; UsageError for a bad option."""
    directories: tuple[int, ...] | None = None
    folders = [*query.folders, *request.folders]
    if folders:
        below = {id for folder in folders for id in catalog.directories_below(os.path.expanduser(folder))}
        directories = tuple(sorted(below))
    where = Filter(
        kinds=tuple(dict.fromkeys([*query.kinds, *parse_types(request.types)])),
        exts=tuple(dict.fromkeys([*query.exts, *(ext.lower().lstrip(".") for ext in request.exts)])),
        languages=tuple(query.languages),
        directories=directories,
        names=tuple(query.names),
        not_names=tuple(query.not_names),
        after=parse_date(request.after, "--after") if request.after else query.after,
        before=parse_date(request.before, "--before") if request.before else query.before,
        min_size=query.min_size,
        max_size=query.max_size,
    )
    return _with_exact_words(where, query, catalog, store)


def _with_exact_words(
    where: Filter, query: ParsedQuery, catalog: Catalog, store: VectorStore | None
) -> Filter:
    """``where`` narrowed to files that hold every phrase, in text or name, and no excluded word."""
    files: set[FileId] | None = None
    for phrase in query.phrases:
        holding = _files_with(phrase, where, store)
        named = replace(where, names=(*where.names, phrase.lower()))
        holding.update(match.file for match in catalog.names(phrase, EXACT_K, named))
        files = holding if files is None else files & holding
    excluded: set[FileId] = set()
    for word in query.not_words:
        excluded |= _files_with(word, where, store) | _files_named(word, where, catalog)
    return replace(
        where,
        files=where.files if files is None else tuple(sorted(files)),
        not_files=tuple(sorted(excluded)),
    )


def leave_out(found: Retrieved, query: ParsedQuery, catalog: Catalog, store: VectorStore | None) -> Retrieved:
    """``found`` without the files that hold an excluded word; those of a very common one are not all known
    to the filter inside the searches."""
    if not query.not_words:
        return found
    lists = (found.vectors, found.text, found.names, found.looks)
    candidates = {item.file for items in lists for item in items}
    excluded: set[FileId] = set()
    for word in query.not_words:
        left = candidates - excluded
        excluded |= _files_named(word, Filter(files=tuple(sorted(left))), catalog)
        # One long file may hold more passages with the word than are listed at once.
        while left and (holding := _files_with(word, Filter(files=tuple(sorted(left))), store)):
            left -= holding
            excluded |= holding
    return replace(
        found,
        vectors=[item for item in found.vectors if item.file not in excluded],
        text=[item for item in found.text if item.file not in excluded],
        names=[item for item in found.names if item.file not in excluded],
        looks=[item for item in found.looks if item.file not in excluded],
    )


def _files_with(phrase: str, where: Filter, store: VectorStore | None) -> set[FileId]:
    if store is None:
        return set()
    return {found.file for found in store.matching(TextQuery(phrases=(phrase,)), EXACT_K, where)}


def _files_named(word: str, where: Filter, catalog: Catalog) -> set[FileId]:
    """Files with ``word`` as a word of their name: -car leaves out red_car.jpg and keeps scarf.txt."""
    holding = catalog.names(word, EXACT_K, replace(where, names=(*where.names, word.lower())))
    files = catalog.files([match.file for match in holding])
    terms = terms_of(word)
    return {
        id
        for id, file in files.items()
        if len({found.term for found in occurrences(terms, os.path.basename(file.path))}) == len(terms)
    }


def retrieve(
    query: ParsedQuery,
    mode: Mode,
    where: Filter,
    *,
    catalog: Catalog,
    store: VectorStore | None,
    embedder: Embedder | None,
    looker: Looker | None = None,
    pool: Executor,
) -> Retrieved:
    """Run the retrievers of ``mode``. Without a store or a model, those that need them find nothing."""
    if mode is Mode.SEMANTIC and embedder is None and (looker is None or not looker.can_read):
        raise ModelError(
            "model.none",
            "Semantic search needs a text model, and none can be used now.",
            "`qwen-finder doctor` says why; --mode keyword and --mode name work without one.",
        )
    if where.files == () or where.directories == ():
        return Retrieved()
    started = time.monotonic()
    seen = looker.begin(query.text, where) if looker and mode in (Mode.HYBRID, Mode.SEMANTIC) else None
    vector: Vector | None = None
    vectors: Sequence[Candidate] = ()
    names: Sequence[NameMatch] = ()
    text: Future[list[Candidate]] | None = None
    away = ""
    # Full text is searched in a thread of its own meanwhile: model and database both release the GIL.
    if mode in (Mode.HYBRID, Mode.KEYWORD) and store is not None:
        text = pool.submit(store.matching, TextQuery(words=_words(query.text)), TEXT_K, where)
    if mode in (Mode.HYBRID, Mode.SEMANTIC) and store is not None and embedder is not None:
        try:
            vector = embedder.embed_queries([query.text])[0]
        except RemoteModelError as error:
            if mode is not Mode.HYBRID:
                raise
            # Words and names are found without the server.
            away = f"This was searched for by words and in names, not by meaning: {error.message}"
        else:
            vectors = store.nearest(vector, VECTORS_K, where)
    if mode in (Mode.HYBRID, Mode.NAME):
        names = catalog.names(query.text, NAMES_K, where)
    matches = text.result() if text is not None else ()
    sight = collect(seen, where, started)
    notice = " ".join(filter(None, (away, sight.notice)))
    return Retrieved(vectors, matches, names, vector, sight.pictures, notice)


def _words(text: str) -> str:
    return " ".join(list(dict.fromkeys(text.split()))[:MAX_WORDS])
