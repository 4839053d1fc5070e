"""Chunks with their vectors and their full text, in LanceDB.

Rebuildable from the catalog and the disk at any time. Knows chunks and vectors, neither where they come
from nor how results of several searches are put together. The text table is shared by all models, vectors
have a table for each fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qwen_finder.core.document import CHUNK_BITS, ChunkId, FileId, Unit
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Candidate, Filter, StoredChunk, TextQuery
from qwen_finder.core.status import IndexSize
from qwen_finder.storage import maintenance, tables, text_search
from qwen_finder.storage.beside import LanceVectorsBeside
from qwen_finder.storage.conditions import NOTHING, among, condition
from qwen_finder.storage.maintenance import VECTOR, Policy
from qwen_finder.storage.table_folder import TableFolder, select

if TYPE_CHECKING:
    import numpy.typing as npt

    from qwen_finder.core.ports import Vector, Vectors

_CHUNK_COLUMNS = [
    "chunk", "body", "length", "context", "start", "end", "line", "end_line", "page", "unit", "member",
]  # fmt: skip


class LanceVectorStore:
    """The VectorStore port on a folder of the local disk (mode 0700).

    ``dimensions`` is the length of every vector, ``fingerprint`` names the model that made them. One
    process writes; searches may run meanwhile from any thread and see every finished write.

    Raises StorageError as ``TableFolder`` does, and "storage.vector" (wrong length, not a number).
    """

    def __init__(
        self, folder: Path, *, dimensions: int, fingerprint: str, policy: Policy | None = None
    ) -> None:
        self._dimensions = dimensions
        self._vectors_name = tables.vectors_name(fingerprint)
        # Vectors first: they are removed before the text that they belong to.
        schemas = {self._vectors_name: tables.vector_schema(dimensions), tables.CHUNKS: tables.CHUNK_SCHEMA}
        self._tables = TableFolder(folder, schemas, policy)
        maintenance.create_full_text(self._chunks, self._tables.path)

    @property
    def _chunks(self) -> Any:
        return self._tables[tables.CHUNKS]

    @property
    def _vectors(self) -> Any:
        return self._tables[self._vectors_name]

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedChunk]) -> None:
        """Remove the chunks of ``files`` and add ``rows``; cheap for 500 to 2,000 rows, dear for few.

        A vector is removed before its text and added after it, so that what a search finds has a text. A
        crash in between leaves files without rows, which the catalog still holds as pending.
        """
        self._put(among("file", files) if files else "", rows)

    def add(self, rows: Sequence[EmbeddedChunk]) -> None:
        if rows:
            self._put(among("chunk", map(tables.chunk_of, rows)), rows)

    def delete(self, files: Sequence[FileId]) -> None:
        if files:
            with self._tables.writing:
                self._tables.remove(among("file", files), self._tables.all)

    def nearest(self, query: Vector, k: int, where: Filter) -> list[Candidate]:
        asked = tables.unit(np.asarray(query, dtype=np.float32).reshape(1, -1), self._dimensions)[0]
        sql = condition(where)
        if k <= 0 or sql == NOTHING:
            return []
        with self._tables.reading():
            found = self._tables.nearest(self._vectors, asked, k, sql, ["chunk"])
        return [
            Candidate(chunk, chunk >> CHUNK_BITS, 1.0 - distance)
            for chunk, distance in zip(found["chunk"], found["_distance"], strict=True)
        ]

    def matching(self, terms: TextQuery, k: int, where: Filter) -> list[Candidate]:
        sql = condition(where)
        if k <= 0 or sql == NOTHING:
            return []
        with self._tables.reading():
            return text_search.search(self._chunks, terms, k, sql)

    def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, StoredChunk]:
        if not ids:
            return {}
        with self._tables.reading():
            rows = select(self._chunks, among("chunk", ids), _CHUNK_COLUMNS).to_pylist()
        return {row["chunk"]: _stored(row) for row in rows}

    def ordinals(self, file: FileId) -> set[int]:
        with self._tables.reading():
            texts, vectors = (
                set(select(table, among("file", [file]), ["chunk"])["chunk"].to_pylist())
                for table in (self._chunks, self._vectors)
            )
        return {chunk & ((1 << CHUNK_BITS) - 1) for chunk in texts & vectors}

    def vectors_by_hash(self, files: Sequence[FileId]) -> dict[str, Vector]:
        if not files:
            return {}
        with self._tables.reading():
            rows = select(self._vectors, among("file", files), ["hash", VECTOR])
        matrix = tables.matrix_of(rows[VECTOR], self._dimensions)
        return dict(zip(rows["hash"].to_pylist(), matrix, strict=True))

    def sample(self, n: int) -> Vectors:
        with self._tables.reading():
            return tables.matrix_of(self._tables.sample(self._vectors, n), self._dimensions)

    def beside(self, dimensions: int, fingerprint: str) -> LanceVectorsBeside:
        return LanceVectorsBeside(
            self._tables, self._vectors_name, tables.vectors_name(fingerprint), dimensions
        )

    def keep_only(self, fingerprints: Collection[str]) -> int:
        kept = {tables.vectors_name(fingerprint) for fingerprint in fingerprints}
        dropped = [name for name in self._tables.others if name not in kept]
        for name in dropped:
            self._tables.drop(name)
        return len(dropped)

    def size(self) -> IndexSize:
        return self._tables.size(lambda: int(self._chunks.count_rows()))

    def chunk_counts(self) -> dict[FileId, int]:
        with self._tables.reading():
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
        self._tables.check()

    def recall(self, k: int) -> float | None:
        return self._tables.recall(self._vectors, k)

    def maintain(self, *, exclusive: bool = False) -> bool:
        return self._tables.maintain(exclusive=exclusive)

    def close(self) -> None:
        """Wait for a write that is under way."""
        self._tables.close()

    def _put(self, removed: str, rows: Sequence[EmbeddedChunk]) -> None:
        texts = tables.chunk_rows(rows) if rows else None
        vectors = tables.vector_rows(rows, self._dimensions) if rows else None
        with self._tables.writing:
            if removed:
                self._tables.remove(removed, (self._vectors, self._chunks))
            if texts is not None:
                self._tables.add(self._chunks, texts)
                self._tables.add(self._vectors, vectors)


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
