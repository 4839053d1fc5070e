"""Searching file names in the catalog's trigram index.

First the names that hold every word of the query, the shortest first, so that the exact name is always
among them; if those are not enough, the names that hold any, by BM25. Both are then ranked by
``names.score``. The filter is part of the SQL. How words are compared is the business of ``names``.
"""

from __future__ import annotations

import json
import os
import sqlite3

from qwen_finder.core.ports import NameMatch
from qwen_finder.core.query import Filter
from qwen_finder.storage import names

_CANDIDATES = 8
_MIN_CANDIDATES = 200


def search(db: sqlite3.Connection, text: str, k: int, where: Filter) -> list[NameMatch]:
    """Up to ``k`` files, best first: exact names, then all words, then by the share of words."""
    asked = names.terms(text)
    if not asked or k <= 0:
        return []
    limit = max(_MIN_CANDIDATES, _CANDIDATES * k)
    condition, values = condition_of(where)
    every = " ".join(term.match for term in asked)
    rows = _rows(db, every, condition, values, "length(names.searchable)", limit)
    if len(rows) < k and len(asked) > 1:
        some = " OR ".join(term.match for term in asked)
        rows |= _rows(db, some, condition, values, "names.rank", limit)
    ranked = []
    key = names.key(text)
    for file, (name, searchable, mtime_ns) in rows.items():
        share, score = names.score(asked, searchable)
        if share < names.MIN_SHARE:
            continue
        exact = names.same_name(key, os.fsdecode(name))
        ranked.append(((not exact, share < 1, -score, len(searchable), -mtime_ns, file), score, exact))
    ranked.sort()
    return [NameMatch(order[-1], 1.0 if exact else score, exact) for order, score, exact in ranked[:k]]


def condition_of(where: Filter) -> tuple[str, list[object]]:
    """The filter as SQL over ``files f`` with its parameters; "1" when nothing is filtered."""
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
        among("f.ext", tuple(names.valid(ext.lower()) for ext in where.exts))
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
    return " AND ".join(parts) or "1", values


def _rows(
    db: sqlite3.Connection, match: str, condition: str, values: list[object], order: str, limit: int
) -> dict[int, tuple[bytes, str, int]]:
    rows = db.execute(
        "SELECT id, name, searchable, mtime_ns FROM files WHERE id IN ("
        "  SELECT names.rowid FROM names"
        f" {'' if condition == '1' else 'JOIN files f ON f.id = names.rowid'}"
        f" WHERE names MATCH ? AND {condition} ORDER BY {order} LIMIT ?)",
        (match, *values, limit),
    )
    return {file: (name, searchable, mtime_ns) for file, name, searchable, mtime_ns in rows}
