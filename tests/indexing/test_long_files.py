"""Files of thousands of passages: nothing that was embedded is lost, and nobody waits for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.patience import wait_for
from qwen_finder.core.document import FileRecord, FileState, Kind
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import EmbeddedChunk, SeenFile
from qwen_finder.indexing import parts
from qwen_finder.indexing import pipeline as pipeline_module
from qwen_finder.indexing.recovery import reconcile_index
from qwen_finder.indexing.waiting import WaitingRoom
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.vectors import LanceVectorStore


def sections(count: int, topic: str = "gardens") -> str:
    return "\n\n".join(
        f"# Section {number}\n\nThis paragraph, number {number}, is about {topic} and ends here."
        for number in range(count)
    )


class Gated:
    """The room's embedder; ``before(texts embedded so far, texts)`` runs ahead of each call."""

    def __init__(self, embedder: Any, before: Callable[[int, Sequence[str]], object]) -> None:
        self._embedder = embedder
        self._before = before
        self.texts: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._embedder, name)

    def embed_documents(self, inputs: Sequence[str]) -> Any:
        self._before(len(self.texts), inputs)
        self.texts += inputs
        return self._embedder.embed_documents(inputs)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a group embeds is stored at once, so that tests need no long texts."""
    monkeypatch.setattr(parts, "PART_SECONDS", 0.0)
    monkeypatch.setattr(pipeline_module, "FLUSH_SECONDS", 0.0)
    monkeypatch.setattr(pipeline_module, "GROUP_CHUNKS", 20)


@pytest.fixture
def interrupted(room: Any) -> tuple[Any, int]:
    """A room with a long file of which about a half is stored, and how many passages that is."""
    room.write("long.md", sections(150))
    plain = room.embedder
    room.embedder = Gated(plain, lambda done, _: room.stop.set() if done >= 70 else None)
    room.index()
    room.embedder = plain
    room.stop.clear()
    stored = room.store.size().chunks
    assert room.states() == {"long.md": "pending"}
    assert 70 <= stored < len(room.prepare(room.file("long.md")).chunks)
    room.check_agreement()
    return room, stored


def test_after_a_stop_only_the_rest_is_embedded(interrupted: tuple[Any, int]) -> None:
    room, stored = interrupted
    assert room.embedder.embedded == stored
    room.pipeline().run()
    assert room.states() == {"long.md": "indexed"}
    assert room.embedder.embedded == room.file("long.md").chunks == room.store.size().chunks
    room.check_agreement()


def test_what_is_stored_of_a_long_file_is_found(interrupted: tuple[Any, int]) -> None:
    room, _ = interrupted
    assert room.found("gardens") == {"long.md"}


def test_recovery_leaves_a_part_alone(interrupted: tuple[Any, int]) -> None:
    room, stored = interrupted
    assert not reconcile_index(room.catalog, room.store)
    assert room.store.size().chunks == stored


def test_an_edit_after_a_stop_replaces_the_part_and_reuses_it(interrupted: tuple[Any, int]) -> None:
    room, _ = interrupted
    room.write("long.md", "# Preface\n\nWords that were not there before.\n\n" + sections(150))
    room.index()
    assert room.states() == {"long.md": "indexed"}
    assert room.embedder.embedded <= room.file("long.md").chunks + 3
    assert room.found("preface") == {"long.md"}
    assert room.store.chunk_counts() == {room.file("long.md").id: room.file("long.md").chunks}
    room.check_agreement()


def test_a_change_that_nobody_noted_yet_is_not_mixed_with_the_part(interrupted: tuple[Any, int]) -> None:
    """The catalog still holds the version before, with its generation, when the next run reads the file."""
    room, _ = interrupted
    room.write("long.md", sections(40, "volcanoes"))
    room.pipeline().run()
    assert room.found("gardens") == set()
    assert room.found("volcanoes") == {"long.md"}
    room.check_agreement()


def test_another_model_begins_anew(interrupted: tuple[Any, int]) -> None:
    room, stored = interrupted
    room.stamps = type(room.stamps)("x1", "x1/c1/another")
    room.store.delete([room.file("long.md").id])  # as in the table of another model
    room.pipeline().run()
    assert room.embedder.embedded == stored + room.file("long.md").chunks
    room.check_agreement()


def test_a_forgotten_part_leaves_nothing(interrupted: tuple[Any, int]) -> None:
    room, _ = interrupted
    os.remove(room.root / "long.md")
    room.reconcile()
    assert room.store.size().chunks == 0
    assert room.states() == {}


def test_a_part_that_was_written_but_not_noted_is_no_harm(room: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room.write("long.md", sections(150))
    finish, times = room.catalog.finish, []

    def dies(outcomes: Any) -> None:
        times.append(1)
        if len(times) == 3:
            raise RuntimeError("the end")
        finish(outcomes)

    with monkeypatch.context() as patch:
        patch.setattr(room.catalog, "finish", dies)
        with pytest.raises(RuntimeError, match="the end"):
            room.index()
    stored = room.store.size().chunks
    assert stored > room.file("long.md").chunks > 0
    before = room.embedder.embedded
    room.pipeline().run()
    assert room.states() == {"long.md": "indexed"}
    assert room.embedder.embedded - before == room.file("long.md").chunks - stored
    room.check_agreement()


def test_a_passage_late_in_a_long_file_that_cannot_be_embedded_undoes_its_parts(room: Any) -> None:
    def refuse(_done: int, texts: Sequence[str]) -> None:
        if any("number 120," in text for text in texts):
            raise ModelError("model.broken", "The model gave a vector that is not a number.")

    room.write("long.md", sections(150))
    room.embedder = Gated(room.embedder, refuse)
    room.index()
    assert room.failures() == {"long.md": "file.not_embedded"}
    assert room.store.size().chunks == 0
    room.check_agreement()


def test_the_text_of_an_earlier_version_is_gone_with_the_first_part(room: Any) -> None:
    room.write("long.md", sections(60, "volcanoes"))
    room.index()
    room.write("long.md", sections(150))
    plain = room.embedder
    room.embedder = Gated(plain, lambda done, _: room.stop.set() if done >= 70 else None)
    room.index()
    assert room.states() == {"long.md": "pending"}
    assert room.found("volcanoes") == set()
    assert room.found("gardens") == {"long.md"}
    room.check_agreement()


def test_a_long_file_that_changed_is_not_embedded_to_its_end(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = room.write("long.md", sections(400))
    dismissed, dismiss = threading.Event(), WaitingRoom.dismiss

    def told(waiting: WaitingRoom, file: int, generation: int) -> None:
        dismiss(waiting, file, generation)
        dismissed.set()

    def change(done: int, _texts: Sequence[str]) -> None:
        if 40 <= done < 60 and room.file("long.md").generation == 1:
            room.write("long.md", sections(10, "volcanoes"))
            room.catalog.enter(room.folder.id, [SeenFile(FileRecord(path, 9, 9), Kind.DOCUMENT)])
        elif done >= 60:
            # A model takes longer than the store, which finds out; this embedder takes no time at all.
            dismissed.wait(30)

    monkeypatch.setattr(WaitingRoom, "dismiss", told)
    room.embedder = Gated(room.embedder, change)
    room.index()
    assert room.states() == {"long.md": "indexed"}
    assert room.found("gardens") == set()
    assert len(room.embedder.texts) < 120
    room.check_agreement()


def test_a_small_file_saved_meanwhile_overtakes(room: Any) -> None:
    """It is stored, and so found, long before the long one is done."""
    path = room.write("long.md", sections(400))
    os.utime(path, (1e9, 1e9))
    was_read, prepare = threading.Event(), room.prepare

    def noting(file: Any) -> Any:
        done = prepare(file)
        if file.path.endswith("small.txt"):
            was_read.set()
        return done

    def look(done: int, _texts: Sequence[str]) -> None:
        if 40 <= done < 120 and not was_read.is_set():
            room.write("small.txt", "a note about volcanoes")
            room.reconcile()
            assert was_read.wait(30)
        if done >= 120:
            wait_for(lambda: room.found("volcanoes") == {"small.txt"})

    room.prepare = noting
    room.embedder = Gated(room.embedder, look)
    room.index()
    assert set(room.states().values()) == {"indexed"}
    place = next(place for place, text in enumerate(room.embedder.texts) if "volcanoes" in text)
    assert place < 120
    room.check_agreement()


def test_vectors_of_a_long_file_are_not_held_once_stored(room: Any) -> None:
    most = 0
    files: list[Any] = []
    prepare, replace, add = room.prepare, room.store.replace, room.store.add

    def keeping(file: Any) -> Any:
        files.append(prepare(file))
        return files[-1]

    def look() -> None:
        nonlocal most
        most = max([most, *(sum(vector is not None for vector in file.vectors) for file in files)])

    def replacing(ids: Sequence[int], rows: Sequence[EmbeddedChunk]) -> None:
        look()
        replace(ids, rows)

    def adding(rows: Sequence[EmbeddedChunk]) -> None:
        look()
        add(rows)

    room.prepare, room.store.replace, room.store.add = keeping, replacing, adding
    room.write("long.md", sections(300))
    room.index()
    assert room.file("long.md").chunks >= 150
    assert most <= 2 * pipeline_module.GROUP_CHUNKS


_DYING = """
import os, pathlib, signal, sys, threading, time

sys.path.insert(0, {tests!r})
from fakes.embedder import HashingEmbedder
from qwen_finder.chunking.chunker import Chunker
from qwen_finder.engine.reading import vectors_known_to
from qwen_finder.extraction.registry import Limits, extract
from qwen_finder.indexing import parts, pipeline
from qwen_finder.indexing.pace import Pacer, Wish
from qwen_finder.indexing.prepare import Stamps, prepare
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.surroundings import Surroundings
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.journal import CrashJournal
from qwen_finder.storage.vectors import LanceVectorStore

home = pathlib.Path({home!r})
parts.PART_SECONDS = pipeline.FLUSH_SECONDS = 0.0
pipeline.GROUP_CHUNKS = 20
catalog = SqliteCatalog(home / "catalog.sqlite")
store = LanceVectorStore(home / "vectors", dimensions=16, fingerprint="0123456789abcdef")
model = HashingEmbedder(16)
chunker = Chunker(model.count_tokens, max_tokens=60, min_tokens=5, overlap_tokens=5)


class Counting:
    def embed_documents(self, texts):
        if model.embedded >= {after}:
            while catalog.chunk_count() < {after} // 2:
                time.sleep(0.01)
            os.kill(os.getpid(), signal.SIGKILL)
        vectors = model.embed_documents(texts)
        (home / "embedded").write_text(str(model.embedded))
        return vectors


pipeline.Pipeline(
    catalog,
    store,
    Counting(),
    prepare=lambda file, halted: prepare(
        file,
        extract=lambda path: extract(path, Limits(max_bytes=10**7, max_characters=10**6)),
        cut=chunker.chunk,
        stamps=Stamps("x1", "x1/c1/model"),
        known_vectors=vectors_known_to(catalog, store),
        stored=store.ordinals,
    ),
    finished=lambda batch: None,
    stop=threading.Event(),
    storing=threading.Lock(),
    recent=RecentVectors(),
    journal=CrashJournal(home / "in-flight"),
    pace=Pacer(
        wish=lambda: Wish("full"),
        look=lambda: Surroundings(None, True, None, 0.0, 10**12),
        recall=lambda key: None,
        remember=lambda key, value: None,
    ),
    embedded=lambda characters: None,
).run()
"""


NEVER = 10**6


def index_and_die(home: Path, after: int) -> int:
    """Index what is pending in a process that is killed once ``after`` passages are embedded and half of them
    stored; how many it had embedded."""
    script = _DYING.format(tests=str(Path(__file__).parents[1]), home=str(home), after=after)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == (-signal.SIGKILL if after < NEVER else 0), done.stderr
    return int((home / "embedded").read_text())


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_kill_costs_a_few_passages(tmp_path: Path) -> None:
    """With the real databases, in a process of its own."""
    (tmp_path / "long.md").write_text(sections(240), "utf-8")
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    path = tmp_path / "long.md"
    seen = SeenFile(FileRecord(str(path), path.stat().st_size, path.stat().st_mtime_ns), Kind.DOCUMENT)
    (file,) = catalog.enter(catalog.add_folder(str(tmp_path)).id, [seen])
    embedded = [index_and_die(tmp_path, 80)]
    store = LanceVectorStore(tmp_path / "vectors", dimensions=16, fingerprint="0123456789abcdef")
    stored = len(store.ordinals(file))
    assert 40 <= stored < embedded[0] + 1
    assert not reconcile_index(catalog, store)
    embedded.append(index_and_die(tmp_path, NEVER))
    chunks = catalog.files([file])[file].chunks
    assert catalog.chunk_counts()[file] == (FileState.INDEXED, chunks)
    store = LanceVectorStore(tmp_path / "vectors", dimensions=16, fingerprint="0123456789abcdef")
    assert store.chunk_counts() == {file: chunks}
    assert store.ordinals(file) == set(range(chunks))
    assert embedded[1] == chunks - stored
    catalog.close()


def test_a_crash_held_against_a_file_outlives_its_parts(interrupted: tuple[Any, int]) -> None:
    """Or one that kills the process at its end would never be set aside."""
    room, stored = interrupted
    room.catalog.suspect([room.file("long.md").id], 2)
    plain = room.embedder
    room.embedder = Gated(plain, lambda done, _: room.stop.set() if done >= 20 else None)
    room.pipeline(alone=room.file("long.md").id).run()
    room.embedder = plain
    room.stop.clear()
    assert room.store.size().chunks > stored
    assert room.file("long.md").suspicion == 2
    room.pipeline(alone=room.file("long.md").id).run()
    assert room.states() == {"long.md": "indexed"}
    assert room.file("long.md").suspicion == 0
