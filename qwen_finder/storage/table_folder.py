"""A folder of LanceDB tables with one writer and many readers: what every store on LanceDB has in common.

Knows locks, maintenance, damage and the disk; nothing of what the rows of its tables mean.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qwen_finder.core.errors import StorageError
from qwen_finder.core.status import IndexSize
from qwen_finder.storage import examination, lance, maintenance
from qwen_finder.storage.gate import Gate
from qwen_finder.storage.maintenance import VECTOR, Policy

if TYPE_CHECKING:
    import pyarrow as pa

    from qwen_finder.core.ports import Vector

# Measured on a million vectors of 384 dimensions: recall@10 above 0.99. The index knows directions only
# roughly, so several times as many rows as are asked for, and never few, are compared exactly.
_PROBES = 50
_REFINE = 5
_MIN_REFINED = 500

# Each keeps one or two files open and some memory; opening costs the next search the reading of the others.
_MOST_DELETED_INDICES = 8

# Seconds before each look for a table that cannot be read: its files are deleted before its name is gone.
_WHILE_DROPPED = (0.0, 0.02, 0.08, 0.3)


class TableFolder:
    """The tables of ``schemas`` (name → columns) in a folder of the local disk (mode 0700), and whatever
    tables of other models it holds.

    One process writes; reads may go on meanwhile from any thread and see every finished write. Raises
    StorageError: "storage.full", "storage.unreadable", "storage.broken", "storage.foreign" (other columns).
    """

    def __init__(self, folder: Path, schemas: Mapping[str, pa.Schema], policy: Policy | None) -> None:
        self.path = folder.resolve()
        self._schemas = schemas
        self._policy = policy or Policy()
        self.writing = threading.Lock()
        self._maintaining = threading.Lock()
        self._gate = Gate()
        self._seen_indices: set[str] = set()
        self._open()

    def _open(self) -> None:
        self._db = lance.connect(self.path)
        self._own = {
            name: lance.open_table(self._db, self.path, name, schema)
            for name, schema in self._schemas.items()
        }
        # Of earlier models and of the next one: of removed files nothing may stay in them.
        self._others = lance.open_others(self._db, self.path, set(self._own))
        self._seen_indices = maintenance.index_folders(self.path)

    def __getitem__(self, name: str) -> Any:
        """The table of this name, as it is open now."""
        return self._own[name]

    @property
    def own(self) -> list[Any]:
        """In the order of the schemas."""
        return list(self._own.values())

    @property
    def all(self) -> list[Any]:
        """Those of other models first."""
        return [*self._others, *self._own.values()]

    def adopt(self, name: str, schema: pa.Schema) -> None:
        """Have one more table, of another model, made empty if it is not there.

        Raises StorageError ("storage.foreign") if its columns are others than those of ``schema``.
        """
        with self.writing:
            if all(table.name != name for table in self.all):
                self._others.append(lance.open_table(self._db, self.path, name, schema))

    def other(self, name: str) -> Any:
        """The table of another model by this name, as it is open now."""
        for table in self._others:
            if table.name == name:
                return table
        raise StorageError(
            "storage.dropped", f"The index {self.path} has no table {name} any more.", "Begin again."
        )

    @property
    def others(self) -> list[str]:
        return [table.name for table in self._others]

    def drop(self, name: str) -> None:
        """Delete the table of another model; it need not be there."""
        with self._maintaining, self.writing, self._gate.alone(), lance.translated(self.path):
            self._others = [table for table in self._others if table.name != name]
            if name in lance.table_names(self._db):
                self._db.drop_table(name)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Must not be entered twice by one thread."""
        with self._gate.shared(), lance.translated(self.path):
            yield

    def add(self, table: Any, rows: Any) -> None:
        """For who holds ``writing``."""
        lance.retried(self.path, table.add, rows)

    def remove(self, sql: str, tables: Sequence[Any]) -> None:
        """Delete the rows of ``tables`` in their order; for who holds ``writing``."""
        for table in tables:
            # A delete that removes nothing would still be a version with files of its own.
            if lance.retried(self.path, table.count_rows, sql):
                lance.retried(self.path, table.delete, sql)

    def nearest(self, table: Any, asked: Vector, k: int, sql: str, columns: Sequence[str]) -> dict[str, Any]:
        """``columns`` of the ``k`` rows nearest to ``asked`` among those of ``sql`` ("": all) and their
        "_distance" (1 − cosine), best first.
        """
        search = table.search(asked, vector_column_name=VECTOR, query_type="vector")
        search = search.distance_type("cosine").nprobes(_PROBES).refine_factor(_refine(k)).limit(k)
        if sql:
            search = search.where(sql, prefilter=True)
        found: dict[str, Any] = search.select([*columns, "_distance"]).to_arrow().to_pydict()
        return found

    def sample(self, table: Any, n: int, sql: str = "") -> Any:
        """The vector column of up to ``n`` rows drawn at random, of those of ``sql`` ("": all)."""
        drawing = np.random.default_rng()
        if sql:
            ids = table.search().where(sql).with_row_id(True).select(["file"]).to_arrow()["_rowid"]
            drawn = drawing.choice(ids.to_numpy(), min(max(n, 0), len(ids)), replace=False)
            taken = table.take_row_ids(np.sort(drawn).tolist())
        else:
            rows = int(table.count_rows())
            drawn = drawing.choice(rows, min(max(n, 0), rows), replace=False)
            taken = table.take_offsets(np.sort(drawn).tolist())
        return taken.select([VECTOR]).to_arrow()[VECTOR]

    def size(self, chunks: Callable[[], int]) -> IndexSize:
        """``dead_bytes`` are those that no current version refers to: what maintenance can free.

        A table that another store on this folder drops meanwhile, as when models change, counts for nothing.
        """
        with self.reading():
            living = sum(
                self._unless_dropped(name, partial(lance.living_bytes, self._db, name))
                for name in lance.table_names(self._db)
            )
            used = lance.folder_bytes(self.path)
            unindexed = max(
                self._unless_dropped(table.name, partial(maintenance.unindexed_rows, table, self._policy))
                for table in self.own
            )
            return IndexSize(chunks(), used, max(0, used - living), unindexed)

    def _unless_dropped(self, name: str, count: Callable[[], int]) -> int:
        """What ``count`` gives, or 0 if the table of this name vanishes."""
        try:
            return count()
        except (RuntimeError, ValueError, OSError):
            for pause in _WHILE_DROPPED:
                time.sleep(pause)
                if name not in lance.table_names(self._db):
                    return 0
            raise

    def check(self) -> None:
        """Read everything; StorageError if something cannot be."""
        # Not as one of the readers: deleting files would wait for it, and all searches for that.
        with self._maintaining, lance.translated(self.path):
            for table in self.own:
                examination.read_all(table)
        lance.release_memory()

    def recall(self, table: Any, k: int) -> float | None:
        with self._maintaining, lance.translated(self.path):
            return examination.recall(table, k, probes=_PROBES, refine=_refine(k))

    def maintain(self, *, exclusive: bool) -> bool:
        """See ``maintenance``. Searches and writes go on beside it; it waits for them, and they for it, only
        while the files of old versions are deleted at the end of an exclusive one, which takes milliseconds.
        """
        with self._maintaining, lance.translated(self.path):
            done = [self._maintain(table, exclusive) for table in self.all]
            self._forget_deleted_indices(1 if exclusive else _MOST_DELETED_INDICES)
        return any(done)

    def close(self) -> None:
        """Wait for a write that is under way, not for maintenance: it survives being cut off."""
        with self.writing:
            pass

    def _maintain(self, table: Any, exclusive: bool) -> bool:
        if exclusive:
            return maintenance.wipe(table, self.path, self._policy, writing=self.writing, gate=self._gate)
        return maintenance.maintain(table, self.path, self._policy, writing=self.writing)

    def _forget_deleted_indices(self, most: int) -> None:
        """Open the tables anew when ``most`` indices or more were deleted since they were opened.

        LanceDB's cache keeps what it read of an index, and its files open, until it is full: hundreds of
        files, and their text stays on the disk although they have no name any more.
        """
        present = maintenance.index_folders(self.path)
        self._seen_indices |= present
        if len(self._seen_indices - present) >= most:
            with self.writing, self._gate.alone():
                self._open()
            lance.release_memory()


def select(table: Any, sql: str, columns: list[str]) -> Any:
    """``columns`` of the rows of ``sql``, as an Arrow table."""
    return table.search().where(sql).select(columns).to_arrow()


def _refine(k: int) -> int:
    return max(_REFINE, _MIN_REFINED // k)
