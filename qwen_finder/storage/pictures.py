"""Pictures by their looks, in LanceDB: a table for each picture model, a row for each view of a picture.

Rebuildable from the catalog and the disk at any time, and in a folder of its own, so that damage of one index
costs nothing of the other. Knows vectors and the facts beside them, neither models nor pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qwen_finder.core.document import CHUNK_BITS, FileId
from qwen_finder.core.picture import EmbeddedPicture, PictureCandidate, StoredPicture
from qwen_finder.core.query import Filter
from qwen_finder.core.status import IndexSize
from qwen_finder.storage import tables
from qwen_finder.storage.conditions import NOTHING, among, condition
from qwen_finder.storage.maintenance import VECTOR, Policy
from qwen_finder.storage.table_folder import TableFolder, select

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

# Most pictures have one view. So many times the pictures asked for are fetched as views; where that gives too
# few of them, because long ones fill the answer, more are.
_AHEAD = 2
_AT_MOST = 4_096

_VIEW = (1 << CHUNK_BITS) - 1


class LancePictureStore:
    """The PictureStore port on a folder of the local disk (mode 0700); arguments and errors as those of
    ``LanceVectorStore``.
    """

    def __init__(
        self, folder: Path, *, dimensions: int, fingerprint: str, policy: Policy | None = None
    ) -> None:
        self._dimensions = dimensions
        self._name = tables.pictures_name(fingerprint)
        self._tables = TableFolder(folder, {self._name: tables.picture_schema(dimensions)}, policy)

    @property
    def _table(self) -> Any:
        return self._tables[self._name]

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedPicture]) -> None:
        added = tables.picture_rows(rows, self._dimensions) if rows else None
        with self._tables.writing:
            if files:
                self._tables.remove(among("file", files), [self._table])
            if added is not None:
                self._tables.add(self._table, added)

    def delete(self, files: Sequence[FileId]) -> None:
        if files:
            with self._tables.writing:
                self._tables.remove(among("file", files), self._tables.all)

    def nearest(self, query: Vector, k: int, where: Filter) -> list[PictureCandidate]:
        asked = tables.unit(np.asarray(query, dtype=np.float32).reshape(1, -1), self._dimensions)[0]
        sql = condition(where)
        if k <= 0 or sql == NOTHING:
            return []
        wanted = _AHEAD * k
        with self._tables.reading():
            while True:
                found = self._tables.nearest(self._table, asked, wanted, sql, ["view"])
                best: dict[FileId, PictureCandidate] = {}
                for view, distance in zip(found["view"], found["_distance"], strict=True):
                    file = view >> CHUNK_BITS
                    best.setdefault(file, PictureCandidate(file, view & _VIEW, 1.0 - distance))
                if len(best) >= k or len(found["view"]) < wanted or wanted >= max(_AT_MOST, _AHEAD * k):
                    return list(best.values())[:k]
                wanted *= 4

    def pictures(self, files: Sequence[FileId]) -> dict[FileId, StoredPicture]:
        if not files:
            return {}
        columns = ["file", "width", "height", "taken", "colours"]
        with self._tables.reading():
            rows = select(self._table, f"whole AND {among('file', files)}", columns).to_pylist()
        return {
            row["file"]: StoredPicture(
                row["file"], row["width"], row["height"], row["taken"], tuple(row["colours"])
            )
            for row in rows
        }

    def vectors(self, file: FileId) -> Vectors:
        with self._tables.reading():
            rows = select(self._table, among("file", [file]), ["view", VECTOR])
        return tables.matrix_of(rows.sort_by("view")[VECTOR], self._dimensions)

    def sample(self, n: int) -> Vectors:
        with self._tables.reading():
            return tables.matrix_of(self._tables.sample(self._table, n, "whole"), self._dimensions)

    def size(self) -> IndexSize:
        return self._tables.size(lambda: int(self._table.count_rows("whole")))

    def counts(self) -> dict[FileId, int]:
        with self._tables.reading():
            views = self._table.search().select(["view"]).to_arrow()["view"].to_numpy()
        files, numbers = np.unique(np.unique(views) >> CHUNK_BITS, return_counts=True)
        found = dict(zip(files.tolist(), numbers.tolist(), strict=True))
        if sum(found.values()) != len(views):
            ids, times = np.unique(views, return_counts=True)
            found |= dict.fromkeys((ids[times > 1] >> CHUNK_BITS).tolist(), -1)
        return found

    def check(self) -> None:
        self._tables.check()

    def recall(self, k: int) -> float | None:
        return self._tables.recall(self._table, k)

    def maintain(self, *, exclusive: bool = False) -> bool:
        return self._tables.maintain(exclusive=exclusive)

    def close(self) -> None:
        """Wait for a write that is under way."""
        self._tables.close()
