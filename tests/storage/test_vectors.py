"""What only the real vector store can show: the disk, several stores, crashes, errors."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from qwen_finder.core.document import chunk_id
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Filter, TextQuery
from qwen_finder.storage import lance, tables
from qwen_finder.storage.vectors import LanceVectorStore

ANY = Filter()
MakeRows = Callable[..., list[EmbeddedChunk]]
OpenStore = Callable[..., LanceVectorStore]


def found(store: LanceVectorStore, words: str) -> list[int]:
    return sorted(candidate.file for candidate in store.matching(TextQuery(words), 20, ANY))


def test_the_folder_is_for_the_owner_alone(open_store: OpenStore, folder: Path) -> None:
    open_store()
    assert folder.stat().st_mode & 0o777 == 0o700


def test_everything_is_there_after_reopening(open_store: OpenStore, make_rows: MakeRows) -> None:
    rows = make_rows(1, "first text", "second text")
    store = open_store()
    store.replace([1], rows)
    store.close()
    again = open_store()
    assert found(again, "second") == [1]
    assert again.nearest(rows[1].vector, 1, ANY)[0].chunk == chunk_id(1, 1)


def test_models_share_the_text_and_not_the_vectors(open_store: OpenStore, make_rows: MakeRows) -> None:
    old, new = open_store("model-old-fingerprint"), open_store("model-new-fingerprint")
    old.replace([1], make_rows(1, "shared text"))
    assert found(new, "shared") == [1]
    assert new.nearest(make_rows(1, "x")[0].vector, 5, ANY) == []
    new.replace([1], make_rows(1, "shared text"))
    assert old.size().chunks == new.size().chunks == 1
    assert len(old.nearest(make_rows(1, "x")[0].vector, 5, ANY)) == 1


def test_removed_files_leave_the_vectors_of_former_models_too(
    open_store: OpenStore, make_rows: MakeRows
) -> None:
    (row,) = make_rows(1, "shared text")
    open_store("model-old-fingerprint").replace([1], [row])
    new = open_store("model-new-fingerprint")
    new.replace([1], [row])
    new.delete([1])
    assert open_store("model-old-fingerprint").nearest(row.vector, 5, ANY) == []
    new.maintain(exclusive=True)
    assert row.vector.tobytes()[:32] not in b"".join(
        file.read_bytes() for file in new._tables.path.rglob("*.lance") if file.is_file()
    )


@pytest.mark.parametrize(
    ("trouble", "kept"),
    [("Too many open files (os error 24)", True), ("Not found: _versions/3.manifest", False)],
)
def test_vectors_of_former_models_are_given_up_for_damage_alone(
    open_store: OpenStore, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch, trouble: str, kept: bool
) -> None:
    old = open_store("model-old-fingerprint")
    old.replace([1], make_rows(1, "text"))
    open_table = type(old._tables._db).open_table

    def refuse(db: object, name: str, **options: object) -> object:
        if name == old._vectors.name:
            raise RuntimeError(trouble)
        return open_table(db, name, **options)

    monkeypatch.setattr(type(old._tables._db), "open_table", refuse)
    with pytest.raises(StorageError, match="too many files") if kept else nullcontext():
        open_store("model-new-fingerprint")
    monkeypatch.undo()
    assert (old._vectors.name in lance.table_names(old._tables._db)) == kept


def test_another_store_sees_each_write(open_store: OpenStore, make_rows: MakeRows) -> None:
    writer, reader = open_store(), open_store()
    for file in range(1, 4):
        writer.replace([file], make_rows(file, f"word{file}"))
        assert found(reader, f"word{file}") == [file]


def test_a_replay_heals_a_crash_between_the_tables(
    open_store: OpenStore, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    store.replace([1], make_rows(1, "old text"))
    rows = make_rows(1, "new text", "more text")

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(store._vectors, "add", die)
        with pytest.raises(KeyboardInterrupt):
            store.replace([1], rows)
    again = open_store()
    assert again.nearest(rows[0].vector, 5, ANY) == []
    again.replace([1], rows)
    assert again.size().chunks == 2
    assert len(again.nearest(rows[0].vector, 5, ANY)) == 2
    assert [candidate.chunk for candidate in again.matching(TextQuery("new"), 5, ANY)] == [chunk_id(1, 0)]


def test_searches_go_on_while_another_thread_writes(open_store: OpenStore, make_rows: MakeRows) -> None:
    store = open_store()
    rows = make_rows(1, "anchor text")
    store.replace([1], rows)
    errors: list[BaseException] = []
    writing = threading.Event()

    def write() -> None:
        try:
            for round_ in range(8):
                store.replace([2, 3], make_rows(2, f"round{round_}") + make_rows(3, "other"))
                store.maintain()
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            errors.append(error)
        finally:
            writing.set()

    thread = threading.Thread(target=write)
    thread.start()
    while not writing.is_set():
        assert store.nearest(rows[0].vector, 1, ANY)[0].file == 1
        assert found(store, "anchor") == [1]
        assert len(store.chunks([chunk_id(1, 0)])) == 1
    thread.join()
    assert errors == []
    assert found(store, "round7") == [2]


def test_a_conflicting_commit_is_done_again(
    open_store: OpenStore, make_rows: MakeRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store()
    add, failures = store._chunks.add, [2]

    def conflicting(rows: object) -> None:
        if failures[0]:
            failures[0] -= 1
            raise RuntimeError("lance error: Retryable commit conflict for version 5")
        add(rows)

    monkeypatch.setattr(store._chunks, "add", conflicting)
    store.replace([1], make_rows(1, "written at last"))
    assert found(store, "written") == [1]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(28, "No space left on device"), "storage.full"),
        (
            RuntimeError("LanceError(IO): Generic LocalFileSystem error: No space left on device"),
            "storage.full",
        ),
        (RuntimeError("LanceError(IO): ... (os error 28)"), "storage.full"),
        (PermissionError(13, "Permission denied"), "storage.unreadable"),
        (OSError(5, "Input/output error (os error 5)"), "storage.unreadable"),
        (RuntimeError("Generic LocalFileSystem error: Read-only (os error 30)"), "storage.unreadable"),
        (OSError(24, "Too many open files (os error 24)"), "storage.busy"),
        (pa.ArrowMemoryError("malloc of size 1 failed"), "storage.memory"),
        (RuntimeError("Not found: data/x.lance"), "storage.broken"),
        (ValueError(""), "storage.broken"),
    ],
)
def test_errors_come_with_code_and_cure(error: Exception, code: str, folder: Path) -> None:
    with pytest.raises(StorageError) as raised, lance.translated(folder):
        raise error
    assert raised.value.code == code
    assert raised.value.hint
    assert str(folder) in raised.value.message


def test_a_damaged_index_says_how_to_rebuild(
    open_store: OpenStore, make_rows: MakeRows, folder: Path
) -> None:
    store = open_store()
    store.replace([1], make_rows(1, "text"))
    store.close()
    for data in folder.glob("*.lance/data/*.lance"):
        data.write_bytes(b"garbage")
    with pytest.raises(StorageError) as raised:
        open_store().chunks([chunk_id(1, 0)])
    assert raised.value.code == "storage.broken"
    assert "rebuilt" in raised.value.hint


def test_other_dimensions_under_the_same_name_are_foreign(open_store: OpenStore) -> None:
    open_store()
    with pytest.raises(StorageError) as raised:
        open_store(dimensions=64)
    assert raised.value.code == "storage.foreign"


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "index"
    path.write_text("not a folder")
    with pytest.raises(StorageError):
        LanceVectorStore(path, dimensions=8, fingerprint="x")


def test_names_with_case_and_composed_letters_pass_the_filter(
    open_store: OpenStore, make_rows: MakeRows
) -> None:
    store = open_store()
    (row,) = make_rows(1, "text")
    about = type(row.fields)(1, 1, "mu\u0308LLER.txt", "txt", row.fields.kind, 1, 1)
    store.replace([1], [EmbeddedChunk(about, row.chunk, row.vector)])
    assert len(store.nearest(row.vector, 3, Filter(names=("Müller",)))) == 1


def test_size_counts_what_the_disk_holds(open_store: OpenStore, make_rows: MakeRows, folder: Path) -> None:
    store = open_store()
    for file in range(1, 6):
        store.replace([file], make_rows(file, "some text " * 50))
    size = store.size()
    assert size.chunks == size.unindexed_rows == 5
    assert size.bytes == lance.folder_bytes(folder)
    assert 0 < size.dead_bytes < size.bytes
    store.maintain(exclusive=True)
    after = store.size()
    assert after.unindexed_rows == 0
    assert after.dead_bytes < size.dead_bytes


def test_the_size_can_be_asked_when_another_store_has_dropped_the_vectors(
    open_store: OpenStore, make_rows: MakeRows
) -> None:
    """``status`` failed in the middle of a change of models."""
    old, new = open_store("model-old-fingerprint"), open_store("model-new-fingerprint")
    old.replace([1], make_rows(1, "shared text"))
    assert new.keep_only({"model-new-fingerprint"}) == 1
    assert old.size().chunks == 1


def test_the_size_can_be_asked_while_the_files_of_a_table_are_being_deleted(
    open_store: OpenStore, make_rows: MakeRows, folder: Path
) -> None:
    open_store("model-old-fingerprint").replace([1], make_rows(1, "shared text"))
    new = open_store("model-new-fingerprint")
    dying = folder / f"{tables.vectors_name('model-old-fingerprint')}.lance"
    shutil.rmtree(dying / "_versions")
    rest = threading.Timer(0.05, shutil.rmtree, (dying,))
    rest.start()
    assert new.size().chunks == 1
    rest.join()


def test_the_size_of_a_damaged_index_is_an_error(
    open_store: OpenStore, make_rows: MakeRows, folder: Path
) -> None:
    store = open_store("model-old-fingerprint")
    store.replace([1], make_rows(1, "shared text"))
    shutil.rmtree(folder / f"{tables.vectors_name('model-old-fingerprint')}.lance" / "_versions")
    with pytest.raises(StorageError) as raised:
        store.size()
    assert raised.value.code == "storage.broken"


def test_unit_vectors_survive_storage(open_store: OpenStore, make_rows: MakeRows) -> None:
    rows = make_rows(1, *("text" for _ in range(20)))
    store = open_store()
    store.replace([1], rows)
    kept = store.vectors_by_hash([1])
    assert all(np.allclose(kept[row.chunk.hash], row.vector, atol=1e-6) for row in rows)
