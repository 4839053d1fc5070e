"""A Filter as the SQL of LanceDB: the one place where values of a user become part of a query string.

Text goes in as string literals with doubled quotes and is compared by ``=``, ``IN`` and ``contains``, never
by LIKE, whose wildcards cannot be told from letters. Numbers go in as ``int``.
"""

from __future__ import annotations

from collections.abc import Iterable

from qwen_finder.core.query import Filter
from qwen_finder.storage.names import lowered
from qwen_finder.storage.tokens import valid

# LanceDB goes down an OR of many by recursion: ten thousand take seconds, a hundred thousand end the process.
_MOST_RANGES = 200

NOTHING = "false"
"""The condition that no row meets."""


def condition(where: Filter) -> str:
    """The SQL over the filter columns; "" when nothing is filtered, ``NOTHING`` when nothing can match."""
    if where.directories == () or where.files == ():
        return NOTHING
    parts: list[str] = []
    if where.kinds:
        parts.append(_one_of("kind", (kind.value for kind in where.kinds)))
    if where.exts:
        parts.append(_one_of("ext", (ext.lower() for ext in where.exts)))
    if where.languages:
        parts.append(_one_of("language", where.languages))
    if where.directories is not None:
        parts.append(among("directory", where.directories))
    if where.files is not None:
        parts.append(among("file", where.files))
    if where.not_files:
        parts.append(f"NOT ({among('file', where.not_files)})")
    parts += [f"contains(name, {literal(lowered(name))})" for name in where.names]
    parts += [f"NOT contains(name, {literal(lowered(name))})" for name in where.not_names]
    for column, sign, bound in (
        ("mtime", ">=", where.after),
        ("mtime", "<", where.before),
        ("size", ">=", where.min_size),
        ("size", "<=", where.max_size),
    ):
        if bound is not None:
            parts.append(f"{column} {sign} {_integer(bound)}")
    return " AND ".join(parts)


def among(column: str, ids: Iterable[int]) -> str:
    """``column`` is one of ``ids``; runs of neighbours become ranges, since long lists are slow to parse."""
    runs = _runs(sorted({int(number) for number in ids}))
    runs.sort(key=lambda run: run[0] - run[1])
    ranges: list[str] = []
    single: list[int] = []
    for first, last in runs:
        if last - first < 2 or len(ranges) == _MOST_RANGES:
            single += range(first, last + 1)
        else:
            ranges.append(f"({column} >= {first} AND {column} <= {last})")
    if single:
        ranges.append(f"{column} IN ({', '.join(map(str, sorted(single)))})")
    return NOTHING if not ranges else ranges[0] if len(ranges) == 1 else f"({' OR '.join(ranges)})"


def literal(text: str) -> str:
    """``text`` as a string literal."""
    quoted = valid(text).replace("'", "''")
    return f"'{quoted}'"


def _one_of(column: str, texts: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(map(literal, texts))})"


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _integer(value: int) -> int:
    """``value`` within what a 64-bit column can be compared with."""
    return max(-(2**63), min(2**63 - 1, int(value)))
