"""Draining pending files: everything ends as an outcome, whatever fails, stops or changes meanwhile."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.errors import ModelError, StorageError
from qwen_finder.core.ports import EmbeddedChunk, SeenFile
from qwen_finder.indexing import embedding
from qwen_finder.indexing import pipeline as pipeline_module
from qwen_finder.indexing.pace import Wish
from qwen_finder.indexing.waiting import QUEUED_FILES


def paragraphs(count: int, topic: str = "gardens") -> str:
    return "\n\n".join(
        f"# Section {number}\n\nThis paragraph, number {number}, is about {topic} and ends here."
        for number in range(count)
    )


class EmbedderThat:
    """The room's embedder, with ``before(call, texts)`` run ahead of each call (counted from 1)."""

    def __init__(self, embedder: Any, before: Callable[[int, Sequence[str]], object]) -> None:
        self._embedder = embedder
        self._before = before
        self.calls = 0

    @property
    def spec(self) -> Any:
        return self._embedder.spec

    @property
    def embedded(self) -> int:
        return int(self._embedder.embedded)

    def embed_documents(self, inputs: Sequence[str]) -> Any:
        self.calls += 1
        self._before(self.calls, inputs)
        return self._embedder.embed_documents(inputs)


def test_every_file_ends_as_an_outcome(room: Any) -> None:
    room.write("good.md", paragraphs(3))
    room.write("empty.txt", "")
    room.write("backup.rar", b"Rar!\x1a\x07\x01\x00")
    room.write("blob.bin", bytes(range(256)) * 20)
    room.write("sub/code.py", "def harvest(orchard):\n    return orchard.apples\n")
    room.index()
    assert room.states() == {
        "good.md": "indexed",
        "empty.txt": "skipped",
        "backup.rar": "skipped",
        "blob.bin": "skipped",
        "sub/code.py": "indexed",
    }
    assert set(room.failures()) == {"empty.txt", "backup.rar", "blob.bin"}
    assert room.found("apples") == {"sub/code.py"}
    room.check_agreement()
    assert sum(batch.files for batch in room.finished) == 5


def test_nothing_pending_is_nothing_done(room: Any) -> None:
    room.pipeline().run()
    assert room.finished == []


def test_a_second_run_embeds_nothing(room: Any) -> None:
    room.write("a.md", paragraphs(4))
    room.index()
    embedded = room.embedder.embedded
    room.index()
    assert room.embedder.embedded == embedded


def test_an_edit_embeds_only_what_changed(room: Any) -> None:
    room.write("a.md", paragraphs(12))
    room.index()
    before = room.embedder.embedded
    assert before == room.file("a.md").chunks >= 6

    room.write("a.md", paragraphs(12).replace("number 7,", "the seventh,"))
    room.index()
    assert room.embedder.embedded == before + 1
    assert room.found("seventh") == {"a.md"}
    room.check_agreement()


def test_a_copy_reuses_vectors(room: Any) -> None:
    room.write("one/a.md", paragraphs(6))
    room.index()
    before = room.embedder.embedded
    room.write("two/a.md", paragraphs(6))
    room.index()
    assert room.embedder.embedded == before
    assert room.file("two/a.md").chunks == room.file("one/a.md").chunks
    assert room.found("gardens") == {"one/a.md", "two/a.md"}


def test_a_shorter_version_leaves_no_rows_of_the_longer(room: Any) -> None:
    room.write("a.md", paragraphs(8, "volcanoes"))
    room.index()
    room.write("a.md", "Nothing of the kind any more.")
    room.index()
    assert room.found("volcanoes") == set()
    room.check_agreement()
    room.write("a.md", "")
    room.index()
    assert room.store.size().chunks == 0
    assert room.file("a.md").chunks == 0


def test_many_tiny_files(room: Any) -> None:
    for number in range(400):
        room.write(f"{number % 20}/{number}.txt", f"note number {number} about tulips")
    room.index()
    assert set(room.states().values()) == {"indexed"}
    assert len(room.found("tulips")) == 400
    room.check_agreement()


def test_a_file_of_thousands_of_chunks(room: Any) -> None:
    room.write("long.md", paragraphs(3_000))
    room.write("short.md", "A short one beside it.")
    room.index()
    assert room.file("long.md").chunks >= 1_500
    assert room.found("short") == {"short.md"}
    room.check_agreement()


def test_calls_to_the_embedder_stay_small(room: Any) -> None:
    sizes: list[int] = []
    room.embedder = EmbedderThat(
        room.embedder, lambda _, texts: sizes.append(sum(len(text) for text in texts))
    )
    room.write("long.md", paragraphs(600))
    room.index()
    assert len(sizes) > 1
    assert max(sizes) <= 2 * embedding.MOST_SLICE


def test_rows_are_written_in_few_large_batches(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_module, "FLUSH_ROWS", 100)
    monkeypatch.setattr(pipeline_module, "FLUSH_SECONDS", 1_000.0)
    written: list[int] = []
    replace = room.store.replace

    def counting(files: Sequence[int], rows: Sequence[EmbeddedChunk]) -> None:
        written.append(len(rows))
        replace(files, rows)

    room.store.replace = counting
    for number in range(250):
        room.write(f"{number}.txt", f"note {number}")
    room.index()
    assert written == [100, 100, 50]


def test_files_without_rows_do_not_touch_the_store(room: Any) -> None:
    def replace(_files: object, _rows: object) -> None:
        raise AssertionError("a commit for nothing")

    room.store.replace = replace
    room.write("empty.txt", "")
    room.write("backup.rar", b"Rar!\x1a\x07\x01\x00")
    room.index()
    assert set(room.states().values()) == {"skipped"}


# Stopping.


def test_a_stop_leaves_files_pending_and_the_next_run_completes(room: Any) -> None:
    for number in range(40):
        room.write(f"{number}.md", paragraphs(6, f"topic{number}"))
    embedder = room.embedder
    room.embedder = EmbedderThat(embedder, lambda call, _: room.stop.set() if call == 2 else None)
    room.index()
    states = list(room.states().values())
    assert "pending" in states
    room.check_agreement()

    room.stop.clear()
    room.embedder = embedder
    room.pipeline().run()
    assert set(room.states().values()) == {"indexed"}
    assert len(room.found("paragraph")) == 40
    room.check_agreement()


def test_a_stop_while_reading_is_far_ahead_ends_the_run(room: Any) -> None:
    """The reader must not wait for ever at a full queue that nobody empties any more."""
    read = threading.Semaphore(0)
    extract = room.extract

    def counting(path: str) -> Any:
        read.release()
        return extract(path)

    def wait_until_the_queue_is_full(_call: int, _texts: Sequence[str]) -> None:
        for _ in range(QUEUED_FILES):
            assert read.acquire(timeout=30)
        room.stop.set()

    room.extract = counting
    for number in range(4 * QUEUED_FILES):
        room.write(f"{number:03}.md", paragraphs(300 if number == 0 else 1))
    # The big file is read first and fills a group by itself.
    os.utime(room.root / "000.md", (2e9, 2e9))
    room.embedder = EmbedderThat(room.embedder, wait_until_the_queue_is_full)
    room.reconcile()
    run = threading.Thread(target=room.pipeline().run, daemon=True)
    run.start()
    run.join(60)
    assert not run.is_alive()


def test_a_stop_before_the_start_does_nothing(room: Any) -> None:
    room.write("a.txt", "words")
    room.stop.set()
    room.index()
    assert room.states() == {"a.txt": "pending"}


# Failing.


def test_a_passage_that_cannot_be_embedded_costs_only_its_own_file(room: Any) -> None:
    def fail(_call: int, texts: Sequence[str]) -> None:
        if any("unspeakable" in text for text in texts):
            raise ModelError("model.broken", "The model gave a vector that is not a number.")

    for number in range(20):
        room.write(f"{number}.md", paragraphs(3, f"rivers {number}"))
    room.write("bad.md", paragraphs(2) + "\n\n" + "an unspeakable word " * 80)
    room.embedder = EmbedderThat(room.embedder, fail)
    room.index()
    states = room.states()
    assert states.pop("bad.md") == "failed"
    assert set(states.values()) == {"indexed"}
    assert room.failures()["bad.md"] == "file.not_embedded"
    room.check_agreement()


def test_an_embedder_that_raises_ends_the_run_with_its_error(room: Any) -> None:
    def fail(call: int, _texts: Sequence[str]) -> None:
        if call >= 3:
            raise ModelError("model.broken", "The model gave up.")

    for number in range(200):
        room.write(f"{number}.md", paragraphs(5, f"rivers {number}"))
    embedder = room.embedder
    room.embedder = EmbedderThat(embedder, fail)
    with pytest.raises(ModelError, match="gave up"):
        room.index()
    room.check_agreement()

    room.embedder = embedder
    room.pipeline().run()
    assert set(room.states().values()) == {"indexed"}
    room.check_agreement()


def test_an_embedder_that_gives_too_few_vectors_stores_nothing_wrong(room: Any) -> None:
    class Short(EmbedderThat):
        def embed_documents(self, inputs: Sequence[str]) -> Any:
            return super().embed_documents(inputs)[:-1]

    room.write("a.md", paragraphs(5))
    room.embedder = Short(room.embedder, lambda *_: None)
    with pytest.raises(ValueError, match="shorter"):
        room.index()
    assert room.store.size().chunks == 0
    assert room.states() == {"a.md": "pending"}


@pytest.mark.parametrize("files", [1, 500])
def test_a_store_that_raises_ends_the_run_with_its_error(
    room: Any, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    monkeypatch.setattr(pipeline_module, "FLUSH_ROWS", 20)
    replace = room.store.replace

    def full(_files: object, _rows: object) -> None:
        raise StorageError("storage.full", "No space is left.")

    room.store.replace = full
    for number in range(files):
        room.write(f"{number}.txt", f"words of note {number}")
    with pytest.raises(StorageError, match="No space"):
        room.index()
    assert set(room.states().values()) == {"pending"}

    room.store.replace = replace
    room.pipeline().run()
    assert set(room.states().values()) == {"indexed"}


def test_a_catalog_that_raises_while_reading_ends_the_run(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(_limit: int) -> None:
        raise StorageError("storage.busy", "Another program holds the catalog.")

    room.write("a.txt", "words")
    room.reconcile()
    monkeypatch.setattr(room.catalog, "pending", busy)
    with pytest.raises(StorageError, match="holds"):
        room.pipeline().run()


def test_rows_stored_but_not_noted_are_replaced_by_the_next_run(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a crash between the two databases leaves behind."""

    def lost(_outcomes: object) -> None:
        raise StorageError("storage.full", "No space is left.")

    room.write("a.md", paragraphs(4))
    with monkeypatch.context() as patch:
        patch.setattr(room.catalog, "finish", lost)
        with pytest.raises(StorageError):
            room.index()
    assert room.states() == {"a.md": "pending"}
    assert room.store.size().chunks > 0
    room.pipeline().run()
    room.check_agreement()


# Changing meanwhile.


def test_a_file_forgotten_in_flight_leaves_no_rows(room: Any) -> None:
    room.write("a.md", paragraphs(3, "secrets"))
    room.write("b.md", paragraphs(3, "flowers"))

    def forget(_call: int, _texts: Sequence[str]) -> None:
        known = room.catalog.known_files(room.folder.id).get(str(room.root / "a.md"))
        if known is not None:
            room.store.delete([known.id])
            room.catalog.forget([known.id])

    room.embedder = EmbedderThat(room.embedder, forget)
    room.index()
    assert room.states() == {"b.md": "indexed"}
    assert room.found("secrets") == set()
    room.check_agreement()


def test_a_file_changed_in_flight_stays_pending(room: Any) -> None:
    """A later generation than the one that was read is done again; the old text is never stored."""
    path = room.write("a.md", paragraphs(3, "yesterday"))
    room.reconcile()

    def change(call: int, _texts: Sequence[str]) -> None:
        if call == 1:
            room.catalog.enter(room.folder.id, [SeenFile(FileRecord(path, 1, 1), Kind.DOCUMENT)])
            room.stop.set()

    room.embedder = EmbedderThat(room.embedder, change)
    room.pipeline().run()
    assert room.states() == {"a.md": "pending"}
    assert room.found("yesterday") == set()


def test_two_versions_of_a_file_in_one_batch_do_not_mix(room: Any) -> None:
    """A file that is read again while its older version waits to be stored."""
    path = room.write("a.md", paragraphs(3, "yesterday"))
    for number in range(10):
        room.write(f"{number}.md", paragraphs(1, "filling"))
    room.reconcile()
    stored: list[tuple[int, int]] = []
    replace = room.store.replace
    prepare = room.prepare
    changed = False

    def recording(files: Sequence[int], rows: Sequence[EmbeddedChunk]) -> None:
        stored.extend((row.fields.file, row.chunk.ordinal) for row in rows)
        replace(files, rows)

    def change_after_reading(file: Any) -> Any:
        nonlocal changed
        done = prepare(file)
        if file.path == path and not changed:
            changed = True
            room.write("a.md", paragraphs(1, "tomorrow"))
            room.catalog.enter(room.folder.id, [SeenFile(FileRecord(path, 9, 9), Kind.DOCUMENT)])
        return done

    room.store.replace = recording
    room.prepare = change_after_reading
    room.pipeline().run()
    assert len(stored) == len(set(stored)), "a chunk is stored once"
    assert room.found("yesterday") == set()
    assert room.found("tomorrow") == {"a.md"}
    assert set(room.states().values()) == {"indexed"}
    room.check_agreement()


def test_batches_are_reported_with_what_they_held(room: Any) -> None:
    size = len(paragraphs(2))
    room.write("a.md", paragraphs(2))
    room.write("empty.txt", "")
    room.index()
    done = [file for batch in room.finished for file in batch.done]
    assert sorted(file.size for file in done) == [0, size]
    assert {file.kind for file in done} == {Kind.DOCUMENT, Kind.TEXT}
    # The passages are embedded with the name of their file.
    assert size // 2 < sum(batch.characters for batch in room.finished) < 1.5 * size


def test_calls_to_the_embedder_grow_and_shrink_with_its_speed() -> None:
    aimed = embedding.SLICE_SECONDS
    assert embedding.fitting_slice(2_000, aimed) == 2_000
    assert embedding.fitting_slice(2_000, 2 * aimed) == 1_000
    assert embedding.fitting_slice(2_000, 0.0) == embedding.MOST_SLICE
    assert embedding.fitting_slice(2_000, 60.0) == embedding.LEAST_SLICE


def test_a_pause_ends_the_run_and_keeps_what_was_done(room: Any) -> None:
    room.write("a.md", paragraphs(600))
    inner = room.embedder
    room.embedder = EmbedderThat(inner, lambda calls, texts: calls == 2 and room.pacer.order("paused"))
    room.index()
    assert room.states() == {"a.md": "pending"}
    embedded = inner.embedded
    room.pipeline().run()
    assert inner.embedded == embedded, "a run under a pause does nothing"
    room.pacer.order("auto")
    room.pipeline().run()
    assert room.states() == {"a.md": "indexed"}


def test_nothing_is_stored_on_a_full_disk(room: Any) -> None:
    room.write("a.md", paragraphs(2))
    room.reconcile()
    room.wish = Wish("full", least_free_bytes=10**9)
    full = dataclasses.replace(room.surroundings, free_bytes=10**8)
    inner, spacious = room.embedder, room.surroundings

    def fill(calls: int, texts: Sequence[str]) -> None:
        room.surroundings = full

    room.embedder = EmbedderThat(inner, fill)
    room.pipeline().run()
    assert room.states() == {"a.md": "pending"}
    assert room.store.size().chunks == 0
    room.surroundings = spacious
    assert room.pacer.has_room()
    room.embedder = inner
    room.pipeline().run()
    assert room.states() == {"a.md": "indexed"}
