"""Full-text search of the chunk table: words by BM25, phrases word for word.

The tokenizer is loose (stems, accents, punctuation), so a phrase that it finds is looked up in the text. A
dictionary cuts Chinese, Japanese and Thai into words and may cut a phrase otherwise than the text around
it: a phrase of such a script (or one of signs alone, ``->``) that the index hardly knows is looked for in
the texts themselves.
"""

from __future__ import annotations

from typing import Any

from lancedb.query import BooleanQuery, FullTextQuery, MatchQuery, Occur, PhraseQuery

from qwen_finder.core.document import CHUNK_BITS
from qwen_finder.core.query import Candidate, TextQuery
from qwen_finder.storage import fulltext
from qwen_finder.storage.conditions import literal
from qwen_finder.storage.fulltext import Phrase
from qwen_finder.storage.maintenance import FULL_TEXT

_OVERSAMPLING = 5
_FEW = 10
_SCAN_SCORE = 0.0


def search(table: Any, terms: TextQuery, k: int, sql: str) -> list[Candidate]:
    """The ``k`` best chunks under the condition ``sql`` ("" for none); [] for a query without words."""
    words = fulltext.words(terms.words)
    phrases = [phrase for text in terms.phrases if (phrase := Phrase(text)).text]
    if not phrases:
        return _rank(table, MatchQuery(words, FULL_TEXT), k, sql) if words else []
    found = _phrases(table, words, phrases, k, sql)
    if len(found) < min(k, _FEW) and any(map(_may_be_cut_otherwise, phrases)):
        known = {candidate.chunk for candidate in found}
        found += [one for one in _scan(table, phrases, k, sql) if one.chunk not in known]
    return found[:k]


def _rank(table: Any, query: FullTextQuery, k: int, sql: str) -> list[Candidate]:
    rows = _rows(table, query, ["chunk", "_score"], k, sql)
    return [_candidate(row["chunk"], row["_score"]) for row in rows]


def _phrases(table: Any, words: str, phrases: list[Phrase], k: int, sql: str) -> list[Candidate]:
    """Chunks that hold every phrase; the words only add to their score."""
    clauses: list[tuple[Occur, FullTextQuery]] = [
        (Occur.MUST, PhraseQuery(phrase.text, FULL_TEXT))
        for phrase in phrases
        if fulltext.has_words(phrase.text)
    ]
    if not clauses:
        return []
    if words:
        clauses.append((Occur.SHOULD, MatchQuery(words, FULL_TEXT)))
    query = BooleanQuery(clauses) if len(clauses) > 1 else clauses[0][1]
    limit = k
    while True:
        limit *= _OVERSAMPLING
        rows = _rows(table, query, ["chunk", "_score", FULL_TEXT, "length"], limit, sql)
        exact = [row for row in rows if _holds(row, phrases)]
        if len(exact) >= k or len(rows) < limit:
            return [_candidate(row["chunk"], row["_score"]) for row in exact[:k]]


def _scan(table: Any, phrases: list[Phrase], k: int, sql: str) -> list[Candidate]:
    holds = " AND ".join(
        f"contains(lower({FULL_TEXT}), {literal(phrase.text.lower())})" for phrase in phrases
    )
    search = table.search().where(f"{sql} AND {holds}" if sql else holds)
    rows = search.select(["chunk", FULL_TEXT, "length"]).limit(k * _OVERSAMPLING).to_arrow().to_pylist()
    return [_candidate(row["chunk"], _SCAN_SCORE) for row in rows if _holds(row, phrases)][:k]


def _rows(table: Any, query: FullTextQuery, columns: list[str], k: int, sql: str) -> list[dict[str, Any]]:
    search = table.search(query, query_type="fts", fts_columns=FULL_TEXT).limit(k)
    if sql:
        search = search.where(sql, prefilter=True)
    rows: list[dict[str, Any]] = search.select(columns).to_arrow().to_pylist()
    return rows


def _holds(row: dict[str, Any], phrases: list[Phrase]) -> bool:
    text = row[FULL_TEXT][: row["length"]]
    return all(phrase.occurs_in(text) for phrase in phrases)


def _may_be_cut_otherwise(phrase: Phrase) -> bool:
    return fulltext.unspaced(phrase.text) or not fulltext.has_words(phrase.text)


def _candidate(chunk: int, score: float) -> Candidate:
    return Candidate(chunk, chunk >> CHUNK_BITS, score)
