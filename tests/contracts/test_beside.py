"""What the vectors beside a store's do, the fake's and the real one's alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from qwen_finder.core.document import Chunk, FileFields, Kind, chunk_id
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import EmbeddedChunk, VectorStore

DIMENSIONS, NARROW = 16, 6
NEXT = "fedcba9876543210"


def vector(seed: int, dimensions: int = DIMENSIONS) -> npt.NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=dimensions)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)


def row(file: int, text: str, ordinal: int = 0, *, context: str = "", mtime: int = 1) -> EmbeddedChunk:
    fields = FileFields(file, directory=1, name=f"{file}.txt", ext="txt", kind=Kind.TEXT, size=9, mtime=mtime)
    chunk = Chunk(ordinal, text, context, 0, len(text), 1, 1, None, hash=f"hash of {text}")
    return EmbeddedChunk(fields, chunk, vector(chunk_id(file, ordinal)))


def made(store: VectorStore, ids: list[int]) -> dict[int, tuple[str, npt.NDArray[np.float32]]]:
    """A vector for each of these, told apart by its text."""
    return {
        passage.chunk: (passage.hash, vector(len(passage.text), NARROW))
        for passage in store.beside(NARROW, NEXT).passages(ids)
    }


def test_everything_is_missing_at_first_and_nothing_at_the_end(store: VectorStore) -> None:
    rows = [row(file, f"text of {file}", context="notes" if file == 2 else "") for file in (1, 2, 3)]
    store.replace([1, 2, 3], rows)
    beside = store.beside(NARROW, NEXT)
    ids = [chunk_id(file, 0) for file in (1, 2, 3)]
    total, missing = beside.align()
    assert (total, sorted(missing)) == (3, ids)
    passages = {passage.chunk: passage for passage in beside.passages(ids)}
    assert passages[ids[1]].text == "notes\ntext of 2"
    assert passages[ids[0]].text == "text of 1"
    assert passages[ids[0]].hash == "hash of text of 1"
    kept = beside.vectors(ids)
    assert all(kept[one][1] == pytest.approx(vector(one), abs=1e-6) for one in ids)

    beside.add(made(store, ids[:2]))
    assert beside.align() == (3, ids[2:])
    beside.add(made(store, ids[2:]))
    beside.add(made(store, ids))
    assert store.beside(NARROW, NEXT).align() == (3, [])


def test_what_was_edited_is_missing_again_and_what_was_deleted_gone(store: VectorStore) -> None:
    store.replace([1, 2], [row(1, "one"), row(1, "two", 1), row(2, "three")])
    beside = store.beside(NARROW, NEXT)
    ids = [chunk_id(1, 0), chunk_id(1, 1), chunk_id(2, 0)]
    beside.add(made(store, ids))
    store.replace([1], [row(1, "one"), row(1, "another", 1)])
    store.delete([2])
    assert beside.align() == (2, [chunk_id(1, 1)])
    beside.add(made(store, [chunk_id(1, 1)]))
    assert beside.align() == (2, [])


def test_a_text_that_moved_within_its_file_or_to_another_keeps_its_vector(store: VectorStore) -> None:
    store.replace([1, 2], [row(1, "one"), row(1, "two", 1), row(2, "three")])
    store.beside(NARROW, NEXT).add(made(store, [chunk_id(1, 0), chunk_id(1, 1), chunk_id(2, 0)]))
    shifted = [row(1, "new"), row(1, "one", 1), row(1, "two", 2)]
    store.replace([1, 3], [*shifted, row(3, "three")])
    assert store.beside(NARROW, NEXT).align() == (5, [chunk_id(1, 0)])


def test_a_touched_file_keeps_its_vectors_and_gets_its_new_facts(store: VectorStore) -> None:
    store.replace([1], [row(1, "one", mtime=1)])
    store.beside(NARROW, NEXT).add(made(store, [chunk_id(1, 0)]))
    store.replace([1], [row(1, "one", mtime=2)])
    assert store.beside(NARROW, NEXT).align() == (1, [])


def test_a_vector_for_a_text_that_changed_meanwhile_is_not_added(store: VectorStore) -> None:
    store.replace([1, 2], [row(1, "one"), row(2, "two")])
    beside = store.beside(NARROW, NEXT)
    late = made(store, [chunk_id(1, 0), chunk_id(2, 0)])
    store.replace([1], [row(1, "changed")])
    store.delete([2])
    beside.add(late)
    assert beside.align() == (1, [chunk_id(1, 0)])


def test_vectors_of_another_length_or_without_a_direction_are_refused(store: VectorStore) -> None:
    store.replace([1], [row(1, "one")])
    beside = store.beside(NARROW, NEXT)
    for wrong in (vector(1), np.zeros(NARROW, np.float32), np.full(NARROW, np.nan, np.float32)):
        with pytest.raises(StorageError):
            beside.add({chunk_id(1, 0): ("hash of one", wrong)})
    assert beside.align() == (1, [chunk_id(1, 0)])


def test_only_what_is_to_be_kept_stays(store: VectorStore) -> None:
    store.replace([1], [row(1, "one")])
    for name in (NEXT, "0" * 16):
        store.beside(NARROW, name).add(made(store, [chunk_id(1, 0)]))
    assert store.keep_only([NEXT]) == 1
    assert store.beside(NARROW, NEXT).align() == (1, [])
    assert store.beside(NARROW, "0" * 16).align() == (1, [chunk_id(1, 0)])
    store.beside(NARROW, NEXT).drop()
    assert store.beside(NARROW, NEXT).align() == (1, [chunk_id(1, 0)])


def test_nothing_asked_nothing_answered(store: VectorStore) -> None:
    beside = store.beside(NARROW, NEXT)
    assert beside.align() == (0, [])
    assert beside.passages([]) == []
    assert beside.vectors([]) == {}
    beside.add({})
    store.replace([1], [replace(row(1, "one"))])
    assert beside.passages([chunk_id(9, 0)]) == []
