"""Whether damage is found by looking, and how well the vector index finds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.storage.maintenance import Policy
from qwen_finder.storage.tables import chunk_rows
from qwen_finder.storage.vectors import LanceVectorStore

MakeRows = Callable[..., list[EmbeddedChunk]]
OpenStore = Callable[..., LanceVectorStore]


def filled(open_store: OpenStore, make_rows: MakeRows, files: int, **options: object) -> LanceVectorStore:
    store = open_store(**options)
    rows = [row for file in range(1, files + 1) for row in make_rows(file, f"text of file {file}", "more")]
    store.replace(range(1, files + 1), rows)
    return store


def test_a_healthy_store_passes(open_store: OpenStore, make_rows: MakeRows) -> None:
    open_store().check()
    filled(open_store, make_rows, 5).check()


@pytest.mark.parametrize("part", ["data", "_indices"])
def test_damaged_files_are_found(open_store: OpenStore, make_rows: MakeRows, folder: Path, part: str) -> None:
    store = filled(open_store, make_rows, 60, policy=Policy(tail=10, max_tail=10))
    store.maintain()
    store.close()
    for file in folder.rglob("*"):
        if file.is_file() and part in file.relative_to(folder).parts:
            file.write_bytes(b"rust")
    with pytest.raises(StorageError) as caught:
        open_store(policy=Policy()).check()
    assert caught.value.code == "storage.broken"


def test_a_scan_is_exact_and_needs_no_measuring(open_store: OpenStore, make_rows: MakeRows) -> None:
    assert filled(open_store, make_rows, 5).recall(10) is None


def test_recall_is_measured_on_the_stored_vectors(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = filled(open_store, make_rows, 300, policy=Policy(vector_index_from=300))
    store.maintain()
    share = store.recall(10)
    assert share is not None
    assert 0.8 < share <= 1.0


def test_rows_without_a_partner_or_twice_are_no_count(open_store: OpenStore, make_rows: MakeRows) -> None:
    """What a kill leaves behind: in a write between the tables, in a wipe between adding and deleting."""
    store = filled(open_store, make_rows, 3)
    store._vectors.delete("file = 1")
    store._chunks.add(chunk_rows(make_rows(2, "text of file 2", "more")))
    assert store.chunk_counts() == {1: -1, 2: -1, 3: 2}
    store.replace([1, 2], [*make_rows(1, "a", "b"), *make_rows(2, "c", "d")])
    assert store.chunk_counts() == {1: 2, 2: 2, 3: 2}


def test_a_former_models_table_that_is_damaged_is_dropped(
    open_store: OpenStore, make_rows: MakeRows, folder: Path
) -> None:
    filled(open_store, make_rows, 3, fingerprint="model-old-fingerprint").close()
    for manifest in (folder / "vectors_model-old-finger.lance").rglob("*.manifest"):
        manifest.write_bytes(b"rust")
    store = filled(open_store, make_rows, 3, fingerprint="model-new-fingerprint")
    store.check()
    assert not (folder / "vectors_model-old-finger.lance").exists()
