"""When compaction and indexing are due, and that removed text is gone from the disk."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from qwen_finder.core.document import CHUNK_BITS
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Filter, TextQuery
from qwen_finder.storage.maintenance import Policy
from qwen_finder.storage.vectors import LanceVectorStore

ANY = Filter()
MakeRows = Callable[..., list[EmbeddedChunk]]
OpenStore = Callable[..., LanceVectorStore]

SMALL = Policy(
    tail=200, max_tail=400, versions=12, scalar_index_from=300, vector_index_from=1000,
    keep_versions=timedelta(0), segments=3,
)  # fmt: skip


def write(store: LanceVectorStore, make_rows: MakeRows, first: int, files: int, chunks: int = 10) -> None:
    numbers = range(first, first + files)
    rows = [
        row for file in numbers for row in make_rows(file, *(f"text {file} {at}" for at in range(chunks)))
    ]
    store.replace(list(numbers), rows)


def indices(store: LanceVectorStore) -> dict[str, str]:
    return {index.columns[0]: index.name for index in store._vectors.list_indices()}


def test_a_small_fresh_index_needs_nothing(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store()
    store.replace([1], make_rows(1, "text"))
    assert store.maintain() is False


def test_a_long_tail_is_indexed(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store(policy=SMALL)
    write(store, make_rows, 1, 15)
    assert store.maintain() is False
    assert store.size().unindexed_rows == 150
    write(store, make_rows, 100, 15)
    assert store.maintain() is True
    assert store.size().unindexed_rows == 0
    assert store.maintain() is False


def test_many_versions_are_cleaned_up(open_store: OpenStore, make_rows: MakeRows, folder: Path) -> None:
    store = open_store(policy=SMALL)
    for file in range(1, 15):
        store.replace([file], make_rows(file, "text"))
    before = len(list(folder.glob("chunks.lance/_versions/*.manifest")))
    assert before >= SMALL.versions
    assert store.maintain() is True
    assert len(list(folder.glob("chunks.lance/_versions/*.manifest"))) < 4
    assert store.maintain() is False


def test_dead_bytes_are_capped(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store(policy=replace(SMALL, versions=1000, dead_bytes=10_000))
    for _ in range(20):
        store.replace([1], make_rows(1, "some text " * 300))
    before = store.size()
    assert before.dead_bytes > 10_000
    assert store.maintain() is True
    assert store.size().dead_bytes < 10_000 + store.size().bytes // 2


def test_versions_that_may_be_in_use_are_kept(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store(policy=replace(SMALL, keep_versions=timedelta(minutes=2), dead_bytes=0))
    for file in range(1, 15):
        store.replace([file], make_rows(file, "text"))
    assert store.size().dead_bytes > 0
    assert store.maintain() is False


def test_the_vector_index_comes_with_size_and_is_trained_anew_with_growth(
    open_store: OpenStore, make_rows: MakeRows
) -> None:
    store = open_store(policy=SMALL)
    write(store, make_rows, 1, 90)
    store.maintain()
    assert "vector" not in indices(store)
    assert {"chunk", "file", "mtime", "kind", "ext"} <= indices(store).keys()
    write(store, make_rows, 100, 20)
    assert store.size().unindexed_rows == 1100
    store.maintain()
    assert indices(store)["vector"] == "vector_1100"
    assert store.size().unindexed_rows == 0
    write(store, make_rows, 200, 30)
    store.maintain()
    assert indices(store)["vector"] == "vector_1100"
    write(store, make_rows, 300, 40)
    store.maintain()
    assert indices(store)["vector"] == "vector_1800"
    assert store.maintain() is False


@pytest.mark.parametrize("dimensions", [32, 20])
def test_an_indexed_search_finds_the_true_neighbours_and_the_newest(
    open_store: OpenStore, dimensions: int, make_rows: MakeRows
) -> None:
    store = open_store(policy=SMALL, dimensions=dimensions)

    def cut(row: EmbeddedChunk) -> EmbeddedChunk:
        vector = row.vector[:dimensions]
        return EmbeddedChunk(row.fields, row.chunk, vector / np.linalg.norm(vector))

    rows = [
        cut(row) for file in range(1, 150) for row in make_rows(file, *(f"text {at}" for at in range(10)))
    ]
    store.replace([], rows)
    store.maintain()
    assert "vector" in indices(store)
    late = [cut(row) for row in make_rows(900, "late text")]
    store.replace([900], late)
    assert store.nearest(late[0].vector, 1, ANY)[0].file == 900
    matrix = np.stack([row.vector for row in rows])
    for row in rows[::300]:
        exact = np.sort(matrix @ row.vector)[::-1][:5]
        answer = store.nearest(row.vector, 20, Filter(not_files=(900,)))[:5]
        assert [candidate.score for candidate in answer] == pytest.approx(exact.tolist(), abs=1e-4)
        assert answer[0].chunk >> CHUNK_BITS == row.fields.file


@pytest.mark.parametrize("others", [2, 200])
def test_deleted_text_is_gone_from_the_disk(
    open_store: OpenStore, make_rows: MakeRows, folder: Path, others: int
) -> None:
    secret = "planted-" + "zq" * 40
    store = open_store(policy=SMALL)
    write(store, make_rows, 10, others, chunks=5)
    (planted,) = make_rows(1, f"the {secret} phrase")
    store.replace([1], [planted])
    assert holds(folder, secret.encode())
    assert holds(folder, planted.vector.tobytes()[:32])
    store.delete([1])
    store.maintain(exclusive=True)
    assert not holds(folder, secret.encode())
    assert not holds(folder, secret.split("-")[1].encode())
    assert not holds(folder, planted.vector.tobytes()[:32])
    assert store.size().chunks == others * 5
    assert len(store.matching(TextQuery("text"), 1000, ANY)) == others * 5
    assert len(store.nearest(planted.vector, 10, ANY)) == 10


def test_exclusive_maintenance_ends_with_nothing_to_do(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store(policy=SMALL)
    write(store, make_rows, 1, 150)
    store.delete([3])
    assert store.maintain(exclusive=True) is True
    store.maintain(exclusive=True)
    assert store.maintain(exclusive=True) is False
    assert indices(store)["vector"] == "vector_1490"


def test_searches_go_on_while_everything_is_looked_over(
    open_store: OpenStore, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(policy=SMALL)
    write(store, make_rows, 1, 20)
    store.delete([3])
    looking, go_on = threading.Event(), threading.Event()

    def look(_table: object) -> None:
        looking.set()
        assert go_on.wait(10)

    monkeypatch.setattr("qwen_finder.storage.examination.read_all", look)
    checking = threading.Thread(target=store.check)
    wiping = threading.Thread(target=store.maintain, kwargs={"exclusive": True})
    checking.start()
    assert looking.wait(10)
    wiping.start()
    found: list[int] = []
    searching = threading.Thread(
        target=lambda: found.append(len(store.matching(TextQuery("text"), 5, ANY))), daemon=True
    )
    wiping.join(0.3)
    searching.start()
    searching.join(10)
    assert found == [5]
    assert wiping.is_alive()
    go_on.set()
    checking.join(10)
    wiping.join(10)


@pytest.mark.parametrize("exclusive", [False, True])
def test_deleted_indices_are_not_kept_open(
    open_store: OpenStore, make_rows: MakeRows, exclusive: bool
) -> None:
    store = open_store(policy=replace(SMALL, versions=2))
    write(store, make_rows, 1, 20)
    store.maintain()
    before = len(os.listdir("/dev/fd"))
    for file in range(30):
        store.replace([1], make_rows(1, f"another text {file}"))
        store.maintain(exclusive=exclusive)
        assert len(store.matching(TextQuery("text"), 5, ANY)) == 5
    assert len(os.listdir("/dev/fd")) - before <= (4 if exclusive else 20)


def test_a_compaction_that_was_come_between_is_done_again_with_writers_kept_out(
    open_store: OpenStore, make_rows: MakeRows, folder: Path
) -> None:
    """What the first attempt wrote would else stay on the disk, and what each further one does."""
    store = open_store(policy=SMALL)
    for file in range(1, 15):
        store.replace([file], make_rows(file, "text"))
    left_behind = folder / "chunks.lance" / "data" / "left-behind.lance"
    kept_out: list[bool] = []
    optimize = store._chunks.optimize

    def come_between(**options: object) -> None:
        kept_out.append(store._tables.writing.locked())
        if len(kept_out) == 1:
            left_behind.write_bytes(b"rows written anew, in vain")
            raise RuntimeError("Retryable commit conflict for version 7: preempted by a Delete")
        optimize(**options)

    store._chunks.optimize = come_between
    assert store.maintain() is True
    assert kept_out == [False, True]
    assert not left_behind.exists()
    assert len(store.matching(TextQuery("text"), 20, ANY)) == 14


def holds(folder: Path, needle: bytes) -> bool:
    return any(needle in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_searches_go_on_while_deleted_text_is_wiped(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store(policy=replace(SMALL, keep_versions=timedelta(minutes=2)))
    write(store, make_rows, 1, 150)
    store.delete(range(1, 40))
    answers: list[int] = []
    done = threading.Event()

    def search() -> None:
        while not done.is_set():
            answers.append(len(store.matching(TextQuery("text"), 5, ANY)))
            answers.append(len(store.nearest(make_rows(100, "x")[0].vector, 5, ANY)))

    searching = threading.Thread(target=search)
    searching.start()
    for file in (50, 51, 52):
        store.delete([file])
        store.maintain(exclusive=True)
    done.set()
    searching.join()
    assert set(answers) == {5}
