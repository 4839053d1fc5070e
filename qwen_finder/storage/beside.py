"""The vectors of another model, made beside those in use from the passages that are stored already.

A table of its own among those of the store, so that whatever is deleted there is deleted here too. Which rows
are missing or wrong is found by comparing the two tables: nothing else is remembered, and a process that dies
leaves nothing to mend. Knows tables, neither models nor why they are changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from qwen_finder.core.document import ChunkId
from qwen_finder.core.switch_ports import StoredPassage
from qwen_finder.storage import tables
from qwen_finder.storage.conditions import among
from qwen_finder.storage.maintenance import VECTOR
from qwen_finder.storage.table_folder import TableFolder, select

if TYPE_CHECKING:
    import numpy.typing as npt

    from qwen_finder.core.ports import Vector

    Ids = npt.NDArray[np.int64]

# A row is right when these are equal; the rest of a file's facts goes with its number.
_SAME = ["chunk", "hash", "mtime", "size", "kind", "language"]

_BATCH = 2_000


class LanceVectorsBeside:
    """The VectorsBeside port: the table ``name`` of ``folder`` beside its table ``active``."""

    def __init__(self, folder: TableFolder, active: str, name: str, dimensions: int) -> None:
        self._folder = folder
        self._active_name = active
        self._name = name
        self._dimensions = dimensions
        folder.adopt(name, tables.vector_schema(dimensions))

    @property
    def _active(self) -> Any:
        return self._folder[self._active_name]

    @property
    def _table(self) -> Any:
        return self._folder.other(self._name)

    def align(self) -> tuple[int, Sequence[ChunkId]]:
        # Nothing is written meanwhile, or a file that is just being replaced would look deleted.
        with self._folder.writing:
            with self._folder.reading():
                active, held = (_keys(table) for table in (self._active, self._table))
            missing, stale = _without(active, held), _without(held, active)
            twice = _twice(held["chunk"].to_numpy())
            if len(twice):
                again = active.filter(pa.compute.is_in(active["chunk"], pa.array(twice)))
                missing = pa.concat_tables([missing, again])
            wrong = np.union1d(stale["chunk"].to_numpy(), twice)
            taken = self._take_over(missing, held) if len(missing) else np.empty(0, np.int64)
            for batch in _batches(np.setdiff1d(wrong, taken)):
                self._folder.remove(among("chunk", batch.tolist()), [self._table])
            left = np.setdiff1d(missing["chunk"].to_numpy(), taken)
        return len(active), left.tolist()

    def passages(self, ids: Sequence[ChunkId]) -> list[StoredPassage]:
        if not ids:
            return []
        sql = among("chunk", ids)
        with self._folder.reading():
            hashes = select(self._active, sql, ["chunk", "hash"])
            texts = select(self._folder[tables.CHUNKS], sql, ["chunk", "body", "length", "context"])
        known = dict(zip(hashes["chunk"].to_pylist(), hashes["hash"].to_pylist(), strict=True))
        return [
            StoredPassage(row["chunk"], known[row["chunk"]], _embedded_text(row))
            for row in texts.to_pylist()
            if row["chunk"] in known
        ]

    def vectors(self, ids: Sequence[ChunkId]) -> dict[ChunkId, tuple[str, Vector]]:
        if not ids:
            return {}
        with self._folder.reading():
            return _vectors(self._active, ids)

    def add(self, vectors: Mapping[ChunkId, tuple[str, Vector]]) -> None:
        with self._folder.writing:
            self._add(vectors)

    def drop(self) -> None:
        self._folder.drop(self._name)

    def _take_over(self, missing: pa.Table, held: pa.Table) -> Ids:
        """Give rows of ``missing`` the vectors that ``held`` has of the same text; their ids."""
        known = dict(zip(held["hash"].to_pylist(), held["chunk"].to_pylist(), strict=True))
        wanted = sorted(
            (chunk, text_hash)
            for chunk, text_hash in zip(
                missing["chunk"].to_pylist(), missing["hash"].to_pylist(), strict=True
            )
            if text_hash in known
        )
        taken: list[ChunkId] = []
        # Neighbours are of the same file, so an edit that moved its passages is taken over in one piece.
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            with self._folder.reading():
                found = _vectors(self._table, [known[text_hash] for _, text_hash in batch])
            rows = {
                chunk: (text_hash, found[known[text_hash]][1])
                for chunk, text_hash in batch
                # What an earlier batch replaced is not there any more.
                if found.get(known[text_hash], ("", None))[0] == text_hash
            }
            self._add(rows)
            taken += rows
        return np.array(taken, np.int64)

    def _add(self, vectors: Mapping[ChunkId, tuple[str, Vector]]) -> None:
        """For who holds ``writing``."""
        if not vectors:
            return
        sql = among("chunk", vectors)
        columns = [name for name in self._active.schema.names if name != VECTOR]
        with self._folder.reading():
            rows = select(self._active, sql, columns)
        chunks, hashes = rows["chunk"].to_pylist(), rows["hash"].to_pylist()
        right = [vectors[chunk][0] == text_hash for chunk, text_hash in zip(chunks, hashes, strict=True)]
        self._folder.remove(sql, [self._table])
        if not any(right):
            return
        rows = rows.filter(pa.array(right))
        matrix = tables.unit(
            np.stack([vectors[chunk][1] for chunk in rows["chunk"].to_pylist()]), self._dimensions
        )
        column = pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), self._dimensions)
        schema = tables.vector_schema(self._dimensions)
        self._folder.add(self._table, rows.append_column(VECTOR, column).select(schema.names).cast(schema))


def _keys(table: Any) -> pa.Table:
    return table.search().select(_SAME).to_arrow()


def _without(rows: pa.Table, others: pa.Table) -> pa.Table:
    """The chunk and hash of ``rows`` that are not among ``others``."""
    if not len(others):
        return rows.select(["chunk", "hash"])
    return rows.join(others, keys=_SAME, join_type="left anti").select(["chunk", "hash"])


def _twice(ids: Ids) -> Ids:
    found, counts = np.unique(ids, return_counts=True)
    return np.asarray(found[counts > 1])


def _batches(ids: Ids) -> list[Ids]:
    return [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]


def _vectors(table: Any, ids: Sequence[ChunkId]) -> dict[ChunkId, tuple[str, Vector]]:
    rows = select(table, among("chunk", ids), ["chunk", "hash", VECTOR])
    matrix = tables.matrix_of(rows[VECTOR], table.schema.field(VECTOR).type.list_size)
    pairs = zip(rows["hash"].to_pylist(), matrix, strict=True)
    return dict(zip(rows["chunk"].to_pylist(), pairs, strict=True))


def _embedded_text(row: Mapping[str, Any]) -> str:
    """As ``Chunk.embedded_text`` of the passage that was stored."""
    text: str = row["body"][: row["length"]]
    return f"{row['context']}\n{text}" if row["context"] else text
