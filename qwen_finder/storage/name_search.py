"""Searching file names in the catalog's trigram index.

First the names that are the query, then those that hold every word of it; if these are not enough, those
that hold any, by BM25. All are then ranked by ``names.score``. So that a query is answered in milliseconds
among hundreds of thousands of names, a word that very many names hold ("py") is not looked for by itself,
and of very many names with all words the newest entries are taken. The filter is part of the SQL. How words
are compared is the business of ``names``.
"""

from __future__ import annotations

import json
import os
import sqlite3
from itertools import accumulate

from qwen_finder.core.ports import NameMatch
from qwen_finder.core.query import Filter
from qwen_finder.storage import names
from qwen_finder.storage.names import Term
from qwen_finder.storage.tokens import valid

_CANDIDATES = 8
_MIN_CANDIDATES = 200
_MAX_HITS = 20_000

EVERYTHING = "1"
"""The condition that every file meets."""

_Rows = dict[int, tuple[str, str, int]]


def search(db: sqlite3.Connection, text: str, k: int, where: Filter) -> list[NameMatch]:
    """Up to ``k`` files, best first: exact names, then all words, then by the share of words.

    An empty ``text`` asks for every file that passes ``where``, the latest first.
    """
    if not text.strip():
        return _latest(db, k, where)
    asked = names.terms(text)
    if not asked or k <= 0:
        return []
    query = text[: names.MAX_QUERY]
    limit = max(_MIN_CANDIDATES, _CANDIDATES * k)
    condition, values = condition_of(where)
    rows = _named(db, query, condition, values, limit)
    rows |= _holding_all(db, asked, condition, values, limit)
    if len(rows) < k and len(asked) > 1 and (rare := _rare(db, asked)):
        rows |= _holding_any(db, rare, condition, values, limit)
    ranked = []
    for file, (name, searchable, mtime_ns) in rows.items():
        share, score = names.score(asked, searchable)
        exact = names.same_name(query, name)
        if share >= names.MIN_SHARE or exact:
            ranked.append(((not exact, share < 1, -score, len(searchable), -mtime_ns, file), score, exact))
    ranked.sort()
    return [NameMatch(order[-1], 1.0 if exact else score, exact) for order, score, exact in ranked[:k]]


def _named(db: sqlite3.Connection, query: str, condition: str, values: list[object], limit: int) -> _Rows:
    return _rows(
        db,
        f"SELECT f.id FROM files f WHERE f.stem IN (?, ?) AND {condition} LIMIT ?",
        (*names.stems_of(query), *values, limit),
    )


def _holding_all(
    db: sqlite3.Connection, asked: list[Term], condition: str, values: list[object], limit: int
) -> _Rows:
    return _rows(
        db,
        "SELECT id FROM (SELECT f.id, f.searchable FROM names JOIN files f ON f.id = names.rowid"
        f" WHERE names MATCH ? AND {condition} ORDER BY names.rowid DESC LIMIT {_MAX_HITS})"
        " ORDER BY length(searchable) LIMIT ?",
        (" ".join(term.match for term in asked), *values, limit),
    )


def _holding_any(
    db: sqlite3.Connection, asked: list[Term], condition: str, values: list[object], limit: int
) -> _Rows:
    joined = "" if condition == EVERYTHING else "JOIN files f ON f.id = names.rowid"
    return _rows(
        db,
        f"SELECT names.rowid FROM names {joined} WHERE names MATCH ? AND {condition} ORDER BY rank LIMIT ?",
        (" OR ".join(term.match for term in asked), *values, limit),
    )


def _rare(db: sqlite3.Connection, asked: list[Term]) -> list[Term]:
    """The rarest terms, as many as have ``_MAX_HITS`` names together."""
    counted = []
    for term in asked:
        (hits,) = db.execute(
            "SELECT count(*) FROM (SELECT 1 FROM names WHERE names MATCH ? LIMIT ?)", (term.match, _MAX_HITS)
        ).fetchone()
        counted.append((hits, term))
    counted.sort(key=lambda pair: pair[0])
    sums = accumulate(hits for hits, _ in counted)
    return [term for (hits, term), total in zip(counted, sums, strict=True) if hits and total < _MAX_HITS]


def _rows(db: sqlite3.Connection, select: str, values: tuple[object, ...]) -> _Rows:
    rows = db.execute(
        f"SELECT id, name, searchable, mtime_ns FROM files WHERE id IN ({select})",
        values,
    )
    return {file: (os.fsdecode(name), searchable, mtime_ns) for file, name, searchable, mtime_ns in rows}


def _latest(db: sqlite3.Connection, k: int, where: Filter) -> list[NameMatch]:
    condition, values = condition_of(where)
    rows = db.execute(
        f"SELECT f.id FROM files f WHERE {condition} ORDER BY f.mtime_ns DESC, f.id LIMIT ?",
        (*values, max(k, 0)),
    )
    return [NameMatch(file, 1.0, False) for (file,) in rows]


def condition_of(where: Filter) -> tuple[str, list[object]]:
    """The filter as SQL over ``files f`` with its parameters; ``EVERYTHING`` when nothing is filtered."""
    parts: list[str] = []
    values: list[object] = []

    def add(part: str, value: object) -> None:
        parts.append(part)
        values.append(value)

    def among(column: str, wanted: tuple[object, ...], negated: str = "") -> None:
        add(f"{column} {negated}IN (SELECT value FROM json_each(?))", json.dumps(wanted))

    if where.kinds:
        among("f.kind", where.kinds)
    if where.exts:
        among("f.ext", tuple(valid(ext.lower()) for ext in where.exts))
    if where.languages:
        among("f.language", where.languages)
    if where.directories is not None:
        among("f.directory", where.directories)
    if where.files is not None:
        among("f.id", where.files)
    if where.not_files:
        among("f.id", where.not_files, "NOT ")
    for name in where.names:
        add("instr(f.lowered, ?) > 0", names.lowered(name))
    for name in where.not_names:
        add("instr(f.lowered, ?) = 0", names.lowered(name))
    if where.after is not None:
        add("f.mtime_ns >= ?", where.after * 10**9)
    if where.before is not None:
        add("f.mtime_ns < ?", where.before * 10**9)
    if where.min_size is not None:
        add("f.size >= ?", where.min_size)
    if where.max_size is not None:
        add("f.size <= ?", where.max_size)
    return " AND ".join(parts) or EVERYTHING, values
