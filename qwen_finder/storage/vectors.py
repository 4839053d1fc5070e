"""Chunks with their vectors and their full text, in LanceDB.

Rebuildable from the catalog and the disk at any time. Knows chunks and vectors, neither where they come
from nor how results of several searches are put together. The text table is shared by all models, vectors
have a table for each fingerprint.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qwen_finder.core.document import CHUNK_BITS, ChunkId, FileId, Unit
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Candidate, Filter, StoredChunk, TextQuery
from qwen_finder.core.status import IndexSize
from qwen_finder.storage import examination, lance, maintenance, tables, text_search
from qwen_finder.storage.conditions import NOTHING, among, condition
from qwen_finder.storage.gate import Gate
from qwen_finder.storage.maintenance import VECTOR, Policy

if TYPE_CHECKING:
    import numpy.typing as npt

    from qwen_finder.core.ports import Vector, Vectors

# Measured on a million vectors of 384 dimensions: recall@10 above 0.99. The index knows directions only
# roughly, so several times as many rows as are asked for, and never few, are compared exactly.
_PROBES = 50
_REFINE = 5
_MIN_REFINED = 500

# Each keeps one or two files open and some memory; opening costs the next search the reading of the others.
_MOST_DELETED_INDICES = 8

_CHUNK_COLUMNS = [
    "chunk", "body", "length", "context", "start", "end", "line", "end_line", "page", "unit", "member",
]  # fmt: skip


class LanceVectorStore:
    """The VectorStore port on a folder of the local disk (mode 0700).

    ``dimensions`` is the length of every vector, ``fingerprint`` names the model that made them. One
    process writes; searches may run meanwhile from any thread and see every finished write.

    Raises StorageError: "storage.full", "storage.unreadable", "storage.broken", "storage.foreign" (other
    columns), "storage.vector" (wrong length, not a number).
    """

    def __init__(
        self, folder: Path, *, dimensions: int, fingerprint: str, policy: Policy | None = None
    ) -> None:
        self._folder = folder.resolve()
        self._dimensions = dimensions
        self._policy = policy or Policy()
        self._writing = threading.Lock()
        self._maintaining = threading.Lock()
        self._gate = Gate()
        self._fingerprint = fingerprint
        self._seen_indices: set[str] = set()
        self._open()
        maintenance.create_full_text(self._chunks, self._folder)

    def _open(self) -> None:
        self._db = lance.connect(self._folder)
        self._chunks = lance.open_table(self._db, self._folder, tables.CHUNKS, tables.CHUNK_SCHEMA)
        self._vectors = lance.open_table(
            self._db,
            self._folder,
            tables.vectors_name(self._fingerprint),
            tables.vector_schema(self._dimensions),
        )
        # Vectors of earlier models: kept for a way back, and of removed files nothing may stay in them.
        self._former = lance.open_others(self._db, self._folder, {self._chunks.name, self._vectors.name})
        self._seen_indices = maintenance.index_folders(self._folder)

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedChunk]) -> None:
        """Remove the chunks of ``files`` and add ``rows``; cheap for 500 to 2,000 rows, dear for few.

        A vector is removed before its text and added after it, so that what a search finds has a text. A
        crash in between leaves files without rows, which the catalog still holds as pending.
        """
        texts = tables.chunk_rows(rows) if rows else None
        vectors = tables.vector_rows(rows, self._dimensions) if rows else None
        with self._writing:
            self._remove(files, (self._vectors, self._chunks))
            if texts is not None:
                lance.retried(self._folder, self._chunks.add, texts)
                lance.retried(self._folder, self._vectors.add, vectors)

    def add(self, rows: Sequence[EmbeddedChunk]) -> None:
        if not rows:
            return
        texts, vectors = tables.chunk_rows(rows), tables.vector_rows(rows, self._dimensions)
        same = among("chunk", texts["chunk"].to_pylist())
        with self._writing:
            self._remove_where(same, (self._vectors, self._chunks))
            lance.retried(self._folder, self._chunks.add, texts)
            lance.retried(self._folder, self._vectors.add, vectors)

    def delete(self, files: Sequence[FileId]) -> None:
        with self._writing:
            self._remove(files, self._tables())

    def nearest(self, query: Vector, k: int, where: Filter) -> list[Candidate]:
        asked = tables.unit(np.asarray(query, dtype=np.float32).reshape(1, -1), self._dimensions)[0]
        sql = condition(where)
        if k <= 0 or sql == NOTHING:
            return []
        refine = max(_REFINE, _MIN_REFINED // k)
        with self._reading():
            search = self._vectors.search(asked, vector_column_name=VECTOR, query_type="vector")
            search = search.distance_type("cosine").nprobes(_PROBES).refine_factor(refine).limit(k)
            if sql:
                search = search.where(sql, prefilter=True)
            found = search.select(["chunk", "_distance"]).to_arrow().to_pydict()
        return [
            Candidate(chunk, chunk >> CHUNK_BITS, 1.0 - distance)
            for chunk, distance in zip(found["chunk"], found["_distance"], strict=True)
        ]

    def matching(self, terms: TextQuery, k: int, where: Filter) -> list[Candidate]:
        sql = condition(where)
        if k <= 0 or sql == NOTHING:
            return []
        with self._reading():
            return text_search.search(self._chunks, terms, k, sql)

    def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, StoredChunk]:
        if not ids:
            return {}
        with self._reading():
            rows = _select(self._chunks, among("chunk", ids), _CHUNK_COLUMNS).to_pylist()
        return {row["chunk"]: _stored(row) for row in rows}

    def ordinals(self, file: FileId) -> set[int]:
        with self._reading():
            texts, vectors = (
                set(_select(table, among("file", [file]), ["chunk"])["chunk"].to_pylist())
                for table in (self._chunks, self._vectors)
            )
        return {chunk & ((1 << CHUNK_BITS) - 1) for chunk in texts & vectors}

    def vectors_by_hash(self, files: Sequence[FileId]) -> dict[str, Vector]:
        if not files:
            return {}
        with self._reading():
            rows = _select(self._vectors, among("file", files), ["hash", VECTOR])
        matrix = tables.matrix_of(rows[VECTOR], self._dimensions)
        return dict(zip(rows["hash"].to_pylist(), matrix, strict=True))

    def sample(self, n: int) -> Vectors:
        with self._reading():
            rows = int(self._vectors.count_rows())
            drawn = np.sort(np.random.default_rng().choice(rows, min(n, rows), replace=False)).tolist()
            if not drawn:
                return np.empty((0, self._dimensions), dtype=np.float32)
            column = self._vectors.take_offsets(drawn).select([VECTOR]).to_arrow()[VECTOR]
        return tables.matrix_of(column, self._dimensions)

    def size(self) -> IndexSize:
        """``dead_bytes`` are those that no current version refers to: what maintenance can free."""
        with self._reading():
            living = sum(
                int(self._db.open_table(name).stats()["total_bytes"]) for name in lance.table_names(self._db)
            )
            used = lance.folder_bytes(self._folder)
            unindexed = max(
                maintenance.unindexed_rows(table, self._policy) for table in (self._chunks, self._vectors)
            )
            return IndexSize(int(self._chunks.count_rows()), used, max(0, used - living), unindexed)

    def chunk_counts(self) -> dict[FileId, int]:
        with self._reading():
            texts, vectors = (_ids(table) for table in (self._chunks, self._vectors))
        files, counts = np.unique(texts >> CHUNK_BITS, return_counts=True)
        found = dict(zip(files.tolist(), counts.tolist(), strict=True))
        if not np.array_equal(texts, vectors):
            # Also rows that are there twice: a set would hide them.
            ids, one_sided = np.unique(np.concatenate((texts, vectors)), return_counts=True)
            torn = set((ids[one_sided != 2] >> CHUNK_BITS).tolist())
            torn.update((texts[1:][texts[1:] == texts[:-1]] >> CHUNK_BITS).tolist())
            found |= dict.fromkeys(torn, -1)
        return found

    def check(self) -> None:
        # Not as one of the readers: deleting files would wait for it, and all searches for that.
        with self._maintaining, lance.translated(self._folder):
            for table in (self._chunks, self._vectors):
                examination.read_all(table)
        lance.release_memory()

    def recall(self, k: int) -> float | None:
        with self._maintaining, lance.translated(self._folder):
            return examination.recall(
                self._vectors, k, probes=_PROBES, refine=max(_REFINE, _MIN_REFINED // k)
            )

    def maintain(self, *, exclusive: bool = False) -> bool:
        """See ``maintenance``. Searches and writes go on beside it; it waits for them, and they for it, only
        while the files of old versions are deleted at the end of an exclusive one, which takes milliseconds.
        """
        with self._maintaining, lance.translated(self._folder):
            done = [self._maintain(table, exclusive) for table in self._tables()]
            self._forget_deleted_indices(1 if exclusive else _MOST_DELETED_INDICES)
        return any(done)

    def close(self) -> None:
        """Wait for a write that is under way, not for maintenance: it survives being cut off."""
        with self._writing:
            pass

    def _remove(self, files: Sequence[FileId], tables: Sequence[Any]) -> None:
        if files:
            self._remove_where(among("file", files), tables)

    def _remove_where(self, sql: str, tables: Sequence[Any]) -> None:
        for table in tables:
            # A delete that removes nothing would still be a version with files of its own.
            if lance.retried(self._folder, table.count_rows, sql):
                lance.retried(self._folder, table.delete, sql)

    def _maintain(self, table: Any, exclusive: bool) -> bool:
        if exclusive:
            return maintenance.wipe(table, self._folder, self._policy, writing=self._writing, gate=self._gate)
        return maintenance.maintain(table, self._folder, self._policy, writing=self._writing)

    def _forget_deleted_indices(self, most: int) -> None:
        """Open the tables anew when ``most`` indices or more were deleted since they were opened.

        LanceDB's cache keeps what it read of an index, and its files open, until it is full: hundreds of
        files, and their text stays on the disk although they have no name any more.
        """
        present = maintenance.index_folders(self._folder)
        self._seen_indices |= present
        if len(self._seen_indices - present) >= most:
            with self._writing, self._gate.alone():
                self._open()
            lance.release_memory()

    def _tables(self) -> list[Any]:
        """Vectors first: they are removed before the text that they belong to."""
        return [self._vectors, *self._former, self._chunks]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._gate.shared(), lance.translated(self._folder):
            yield


def _select(table: Any, sql: str, columns: list[str]) -> Any:
    return table.search().where(sql).select(columns).to_arrow()


def _ids(table: Any) -> npt.NDArray[np.int64]:
    """The ids of all chunks in ``table``, sorted."""
    return np.sort(table.search().select(["chunk"]).to_arrow()["chunk"].to_numpy())


def _stored(row: dict[str, Any]) -> StoredChunk:
    return StoredChunk(
        chunk=row["chunk"],
        file=row["chunk"] >> CHUNK_BITS,
        text=row["body"][: row["length"]],
        context=row["context"],
        start=row["start"],
        end=row["end"],
        line=row["line"],
        end_line=row["end_line"],
        page=row["page"],
        unit=Unit(row["unit"]),
        member=row["member"],
    )
