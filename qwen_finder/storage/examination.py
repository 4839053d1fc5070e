"""Looks an index over: whether everything in it can be read, and how well it finds what is in it.

Slow by intent, since it reads everything; it changes nothing.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from lancedb.query import MatchQuery

from qwen_finder.storage.maintenance import FULL_TEXT, VECTOR, indexed_columns

_QUERIES = 30
_SECONDS = 10.0


def read_all(table: Any) -> None:
    """Read every row of ``table`` and ask each of its search indices; raises what LanceDB raises."""
    some = None
    for batch in table.search().to_batches():
        if some is None and batch.num_rows:
            some = batch.slice(0, 1).to_pylist()[0]
    if some is None:
        return
    if FULL_TEXT in indexed_columns(table):
        words = MatchQuery(some[FULL_TEXT][:200], FULL_TEXT)
        search = table.search(words, query_type="fts", fts_columns=FULL_TEXT)
        search.select([_key(table), "_score"]).limit(1).to_arrow()
    if VECTOR in indexed_columns(table):
        query = np.asarray(some[VECTOR], dtype=np.float32)
        table.search(query, vector_column_name=VECTOR).select([_key(table), "_distance"]).limit(1).to_arrow()


def recall(table: Any, k: int, *, probes: int, refine: int) -> float | None:
    """The share of the ``k`` nearest rows that the vector index finds, for stored vectors as queries.

    None when there is no index, which makes every search exact. Takes ten seconds at most, or one query.
    """
    rows = int(table.count_rows())
    if VECTOR not in indexed_columns(table) or not rows:
        return None
    drawn = np.sort(np.random.default_rng().choice(rows, min(_QUERIES, rows), replace=False)).tolist()
    queries = table.take_offsets(drawn).select([VECTOR]).to_arrow()[VECTOR].to_pylist()
    key = _key(table)
    shares = []
    started = time.monotonic()
    for query in queries:
        asked = table.search(np.asarray(query, dtype=np.float32), vector_column_name=VECTOR)
        search = asked.distance_type("cosine").select([key, "_distance"]).limit(k)
        found = search.nprobes(probes).refine_factor(refine).to_arrow()[key].to_pylist()
        exact = search.bypass_vector_index().to_arrow()[key].to_pylist()
        shares.append(len(set(found) & set(exact)) / max(1, len(exact)))
        if time.monotonic() - started > _SECONDS:
            break
    return float(np.mean(shares))


def _key(table: Any) -> str:
    """The column that tells rows apart: the first of each of our tables."""
    return str(table.schema.names[0])
