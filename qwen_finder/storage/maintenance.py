"""When the index is compacted and indexed anew, and how.

Rows written since the last time are found by scanning them, so searches slow down with every batch; every
commit leaves a version with its files, so the disk fills. Both are cured by ``optimize``, which costs
seconds: hence a policy. Knows tables and indices, nothing of what is stored in them.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lancedb.index import FTS, Bitmap, BTree, IvfFlat, IvfRq

from qwen_finder.storage.lance import folder_bytes, is_conflict, release_memory, retried

if TYPE_CHECKING:
    from qwen_finder.storage.gate import Gate

FULL_TEXT = "body"
VECTOR = "vector"
_SCALARS: dict[str, Callable[[], Any]] = {
    "chunk": BTree,
    "view": BTree,
    "file": BTree,
    "mtime": BTree,
    "kind": Bitmap,
    "ext": Bitmap,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds, in rows unless said otherwise. The defaults are measured; tests lower them.

    ``tail``: unindexed rows that make compaction due, at least; ``max_tail``: at most; between them a tenth
    of the table. ``keep_versions``: how long a search may go on with an old version, which is seconds;
    ``versions`` older than that make compaction due, or ``dead_bytes`` if they are also more than the
    living ones. ``vector_index_from``: below it vectors are scanned; the index is trained anew when the
    table has ``regrow`` times the rows it was trained on, or when more than ``segments`` additions to it
    must each be searched.
    """

    tail: int = 2_000
    max_tail: int = 5_000
    versions: int = 100
    dead_bytes: int = 64 << 20
    scalar_index_from: int = 2_000
    vector_index_from: int = 20_000
    regrow: float = 1.5
    segments: int = 16
    keep_versions: timedelta = timedelta(minutes=2)


def full_text_index() -> FTS:
    """The tokenizer that finds words of every script with nothing to download."""
    return FTS(
        base_tokenizer="icu/split",
        stem=True,
        remove_stop_words=False,
        with_position=True,
        max_token_length=64,
    )


def create_full_text(table: Any, folder: Path) -> None:
    """Give an empty table its full-text index, so that rows are found from the first one on."""
    if FULL_TEXT not in indexed_columns(table):
        retried(folder, table.create_index, FULL_TEXT, config=full_text_index())


def indexed_columns(table: Any) -> dict[str, Any]:
    """Column → its index, as LanceDB describes it."""
    return {index.columns[0]: index for index in table.list_indices()}


def unindexed_rows(table: Any, policy: Policy) -> int:
    """Rows that a search of this table must scan although the table is large enough for an index."""
    column = VECTOR if VECTOR in table.schema.names else FULL_TEXT
    index = indexed_columns(table).get(column)
    if index is not None:
        return int(index.num_unindexed_rows)
    rows = int(table.count_rows())
    return rows if rows >= policy.vector_index_from else 0


def index_folders(folder: Path) -> set[str]:
    """The folders of all indices of all tables in ``folder``: a changed index has a new one."""
    return {str(path) for path in folder.glob("*.lance/_indices/*")}


def maintain(table: Any, folder: Path, policy: Policy, *, writing: AbstractContextManager[Any]) -> bool:
    """Do what is due to ``table`` in ``folder``; True if anything was. ``writing`` keeps writers out."""
    done = False
    if _compaction_due(table, folder, policy):
        _compact(table, folder, policy, writing)
        release_memory()
        done = True
    return _create_indices(table, folder, policy) or done


def wipe(
    table: Any, folder: Path, policy: Policy, *, writing: AbstractContextManager[Any], gate: Gate
) -> bool:
    """Leave nothing on the disk but the living rows of ``table`` and its indices; True if anything was done.

    Compaction keeps deleted rows while they are few, and an index keeps their words. So rows that share a
    data file with deleted ones are written anew, and then the indices are. ``writing`` is held while rows
    move, so that none is written twice.
    """
    with writing:
        moved = _move_from_deleted(table, folder)
    tail = max((index.num_unindexed_rows for index in table.list_indices()), default=0)
    if not moved and not tail and len(_version_times(table, folder)) <= 1:
        return _create_indices(table, folder, policy)
    if moved:
        # Before the compaction, which would add all that moved to the old indices first: minutes of a million
        # passages, for indices that are thrown away.
        _renew_indices(table, folder)
    _compact(table, folder, policy, writing)
    _create_indices(table, folder, policy)
    with writing, gate.alone():
        _optimize(table, folder, timedelta(0), delete_unverified=True)
    release_memory()
    return True


def _compact(table: Any, folder: Path, policy: Policy, writing: AbstractContextManager[Any]) -> None:
    """Compact beside the writers; once they have come between, with them kept out.

    What a compaction that was come between has written is left on the disk, as large as the table perhaps:
    the next one of many attempts would leave as much again.
    """
    try:
        _optimize(table, folder, policy.keep_versions)
    except (RuntimeError, OSError) as error:
        if not is_conflict(error):
            raise
        with writing:
            _optimize(table, folder, policy.keep_versions, delete_unverified=True)


def _optimize(table: Any, folder: Path, older_than: timedelta, *, delete_unverified: bool = False) -> None:
    with warnings.catch_warnings():
        # It warns of readers of the versions that go, whom the caller has seen to.
        warnings.filterwarnings("ignore", message="optimize", category=UserWarning)
        table.optimize(cleanup_older_than=older_than, delete_unverified=delete_unverified)


def _move_from_deleted(table: Any, folder: Path) -> bool:
    """Write the living rows of every fragment with deleted ones again and drop the fragment.

    Added before they are deleted: a crash in between leaves rows twice, which is found at the next start.
    """
    deletions = (folder / f"{table.name}.lance" / "_deletions").glob("*-*")
    fragments = sorted({int(file.name.partition("-")[0]) for file in deletions})
    columns = table.schema.names
    for fragment in fragments:
        # The upper half of a row's address is its fragment.
        here = f"_rowid >= {fragment << 32} AND _rowid < {(fragment + 1) << 32}"
        rows = table.search().where(here).select(columns).to_batches()
        retried(folder, table.add, rows)
        retried(folder, table.delete, here)
    return bool(fragments)


def _renew_indices(table: Any, folder: Path) -> None:
    present = indexed_columns(table)
    if FULL_TEXT in present:
        retried(folder, table.create_index, FULL_TEXT, config=full_text_index(), replace=True)
    if VECTOR in present:
        _train(table, folder, int(table.count_rows()))


def _compaction_due(table: Any, folder: Path, policy: Policy) -> bool:
    versions = _version_times(table, folder)
    tail = max((index.num_unindexed_rows for index in table.list_indices()), default=0)
    allowed = min(policy.max_tail, max(policy.tail, table.count_rows() // 10))
    if tail >= allowed:
        return True
    stale = sum(written < time.time() - policy.keep_versions.total_seconds() for written in versions[:-1])
    return stale >= policy.versions or (stale > 0 and _mostly_dead(table, folder, policy))


def _mostly_dead(table: Any, folder: Path, policy: Policy) -> bool:
    living = int(table.stats()["total_bytes"])
    return folder_bytes(folder / f"{table.name}.lance") - living > max(policy.dead_bytes, living)


def _create_indices(table: Any, folder: Path, policy: Policy) -> bool:
    rows = int(table.count_rows())
    present = indexed_columns(table)
    done = False
    if FULL_TEXT in table.schema.names and FULL_TEXT not in present:
        create_full_text(table, folder)
        done = True
    if rows >= policy.scalar_index_from:
        for column, kind in _SCALARS.items():
            if column in table.schema.names and column not in present:
                retried(folder, table.create_index, column, config=kind())
                done = True
    if VECTOR in table.schema.names and _training_due(present.get(VECTOR), rows, policy):
        _train(table, folder, rows)
        done = True
    return done


def _training_due(index: Any | None, rows: int, policy: Policy) -> bool:
    if index is None:
        return rows >= policy.vector_index_from
    trained = int(index.name.rpartition("_")[2])
    return rows >= policy.regrow * trained or index.num_segments > policy.segments


def _train(table: Any, folder: Path, rows: int) -> None:
    """Train the vector index. Its name says for how many rows, which LanceDB itself does not keep."""
    dimensions = table.schema.field(VECTOR).type.list_size
    config = (IvfRq if dimensions % 8 == 0 else IvfFlat)(distance_type="cosine")
    old = [index.name for index in table.list_indices() if index.columns == [VECTOR]]
    name = f"{VECTOR}_{rows}"
    retried(folder, table.create_index, VECTOR, config=config, name=name)
    for stale in old:
        if stale != name:
            retried(folder, table.drop_index, stale)


def _version_times(table: Any, folder: Path) -> list[float]:
    """When each version on the disk was written, oldest first; cheaper than reading every manifest."""
    manifests = (folder / f"{table.name}.lance" / "_versions").glob("*.manifest")
    return sorted(manifest.stat().st_mtime for manifest in manifests)
