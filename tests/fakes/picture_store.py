"""The PictureStore port in memory: exact cosine, and as strict as the real one about vectors and filters."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from fakes.filters import passes
from qwen_finder.core.document import FileId
from qwen_finder.core.errors import StorageError
from qwen_finder.core.picture import EmbeddedPicture, PictureCandidate, StoredPicture
from qwen_finder.core.query import Filter
from qwen_finder.core.status import IndexSize

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors


class MemoryPictureStore:
    """A PictureStore without a disk. Thread-safe."""

    def __init__(self, *, dimensions: int) -> None:
        self._dimensions = dimensions
        self._rows: dict[tuple[FileId, int], EmbeddedPicture] = {}
        self._lock = threading.RLock()

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedPicture]) -> None:
        added = {(row.fields.file, row.view): replace(row, vector=self._unit(row.vector)) for row in rows}
        with self._lock:
            self.delete(files)
            self._rows.update(added)

    def delete(self, files: Sequence[FileId]) -> None:
        gone = set(files)
        with self._lock:
            self._rows = {key: row for key, row in self._rows.items() if key[0] not in gone}

    def nearest(self, query: Vector, k: int, where: Filter) -> list[PictureCandidate]:
        asked = self._unit(query)
        best: dict[FileId, PictureCandidate] = {}
        with self._lock:
            for (file, view), row in sorted(self._rows.items()):
                score = float(row.vector @ asked)
                if passes(row.fields, where) and (file not in best or score > best[file].score):
                    best[file] = PictureCandidate(file, view, score)
        ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.file))
        return ranked[: max(k, 0)]

    def pictures(self, files: Sequence[FileId]) -> dict[FileId, StoredPicture]:
        with self._lock:
            rows = [self._rows[file, 0] for file in files if (file, 0) in self._rows]
        return {
            row.fields.file: StoredPicture(row.fields.file, row.width, row.height, row.taken, row.colours)
            for row in rows
        }

    def vectors(self, file: FileId) -> Vectors:
        with self._lock:
            views = [row.vector for key, row in sorted(self._rows.items()) if key[0] == file]
        return np.stack(views) if views else np.empty((0, self._dimensions), np.float32)

    def sample(self, n: int) -> Vectors:
        with self._lock:
            whole = [row.vector for (_, view), row in self._rows.items() if view == 0]
        drawn = np.random.default_rng(0).permutation(len(whole))[: max(n, 0)]
        if not len(drawn):
            return np.empty((0, self._dimensions), np.float32)
        return np.stack([whole[number] for number in drawn])

    def size(self) -> IndexSize:
        with self._lock:
            pictures = len({file for file, _ in self._rows})
            return IndexSize(chunks=pictures, bytes=4 * self._dimensions * len(self._rows))

    def counts(self) -> dict[FileId, int]:
        with self._lock:
            return dict(Counter(file for file, _ in self._rows))

    def check(self) -> None:
        """Memory can always be read."""

    def recall(self, k: int) -> float | None:
        return None

    def maintain(self, *, exclusive: bool = False) -> bool:
        """There is never anything to do in memory."""
        return False

    def close(self) -> None:
        with self._lock:
            self._rows.clear()

    def _unit(self, vector: Vector) -> Vector:
        length = float(np.linalg.norm(vector.astype(np.float64)))
        if vector.shape != (self._dimensions,) or not math.isfinite(length) or length == 0:
            raise StorageError("storage.vector", f"A vector of {self._dimensions} dimensions is needed.")
        return np.asarray(vector / length, dtype=np.float32)
