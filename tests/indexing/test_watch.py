"""The indexer under a real watcher: changes on the disk reach the index, and nothing is embedded twice."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.patience import wait_for
from qwen_finder.core.events import EventLog
from qwen_finder.core.status import Folder
from qwen_finder.indexing.indexer import Indexer, Workshop
from qwen_finder.sources.watch import Watcher


class Live:
    """An indexer that watches a room, and counts the texts it embeds."""

    def __init__(self, room: Any) -> None:
        self.room = room
        self.embedded: list[str] = []
        self.gate = threading.Event()
        self.gate.set()
        self.workshop: Workshop | None = Workshop(
            room.store, self._counting(room.embedder), room.prepare, room.stamps.current
        )
        self.watcher = Watcher(
            lambda folder, paths: self.indexer.hint(folder, paths), lambda _: lambda _: False
        )
        self.events = EventLog()
        self.indexer: Indexer = room.indexer(
            self.events,
            workshop=lambda: self.workshop,
            watch=self.watcher.watch,
            unwatch=self.watcher.unwatch,
        )

    def start(self) -> None:
        self.indexer.start()
        wait_for(self.indexer.idle)
        self.embedded.clear()

    def settle(self) -> None:
        """Half of a move is held back nowhere, so what happened is in the watcher after a moment."""
        time.sleep(0.1)
        wait_for(lambda: not self.watcher.unsettled and self.indexer.idle())

    def _counting(self, embedder: Any) -> Any:
        outer = self

        class Counting:
            spec = embedder.spec

            def embed_documents(self, inputs: Sequence[str]) -> Any:
                outer.embedded += inputs
                assert outer.gate.wait(30)
                return embedder.embed_documents(inputs)

        return Counting()


@pytest.fixture
def live(room: Any) -> Iterator[Live]:
    made = Live(room)
    yield made
    made.gate.set()
    made.watcher.close()
    made.indexer.close()


def test_what_is_saved_edited_and_deleted(room: Any, live: Live) -> None:
    room.write("a.txt", "apples")
    live.start()
    assert live.indexer.mode(room.folder.id) == ("live", "")
    room.write("b.txt", "pears")
    room.write("new/deep/c.txt", "plums")
    live.settle()
    assert room.found("pears plums") == {"b.txt", "new/deep/c.txt"}
    room.write("a.txt", "cherries")
    os.unlink(room.root / "b.txt")
    shutil.rmtree(room.root / "new")
    live.settle()
    assert room.states() == {"a.txt": "indexed"}
    assert room.found("apples pears plums cherries") == {"a.txt"}
    room.check_agreement()


def test_moves_renames_copies_and_touches_embed_nothing(room: Any, live: Live, tmp_path: Path) -> None:
    for number in range(30):
        room.write(f"old/{number}.txt", f"note {number} about apples")
    live.start()
    (room.root / "old").rename(room.root / "new")
    live.settle()
    assert set(room.states()) == {f"new/{number}.txt" for number in range(30)}
    (room.root / "new" / "1.txt").rename(room.root / "one.txt")
    shutil.copy(room.root / "one.txt", room.root / "copy.txt")
    os.utime(room.root / "new" / "2.txt")
    (room.root / "new" / "3.txt").chmod(0o600)
    live.settle()
    assert len(room.found("apples")) == 31
    assert set(room.states().values()) == {"indexed"}
    assert live.embedded == []
    room.check_agreement()


def test_a_file_that_moved_is_kept_until_its_vectors_were_taken_over(room: Any, live: Live) -> None:
    room.write("a.txt", "apples")
    live.start()
    live.gate.clear()
    room.write("busy.txt", "this one holds the model up")
    wait_for(lambda: live.embedded)
    (room.root / "a.txt").rename(room.root / "b.txt")
    wait_for(lambda: "b.txt" in room.states())
    wait_for(lambda: not live.indexer._lookout.pending)
    assert room.states()["a.txt"] == "indexed"
    assert not live.indexer.idle()
    live.gate.set()
    live.settle()
    assert set(room.states()) == {"b.txt", "busy.txt"}
    assert len(live.embedded) == 1
    room.check_agreement()


def test_without_a_model_what_is_gone_is_forgotten_at_once(room: Any, live: Live) -> None:
    room.write("a.txt", "apples")
    live.start()
    live.workshop = None
    (room.root / "a.txt").rename(room.root / "b.txt")
    wait_for(lambda: set(room.states()) == {"b.txt"})


def test_ignore_files_take_effect_when_they_change(room: Any, live: Live) -> None:
    room.write("a.log", "apples")
    room.write("sub/b.log", "pears")
    live.start()
    room.write("sub/.gitignore", "*.log\n")
    wait_for(lambda: set(room.states()) == {"a.log"})
    room.write(".qwenfinderignore", "a.*\n")
    wait_for(lambda: room.states() == {})
    os.unlink(room.root / "sub" / ".gitignore")
    os.unlink(room.root / ".qwenfinderignore")
    live.settle()
    assert room.found("apples pears") == {"a.log", "sub/b.log"}


def test_a_directory_in_the_place_of_a_file_and_back(room: Any, live: Live) -> None:
    room.write("thing", "apples")
    live.start()
    os.unlink(room.root / "thing")
    room.write("thing/inside.txt", "pears")
    live.settle()
    assert set(room.states()) == {"thing/inside.txt"}
    shutil.rmtree(room.root / "thing")
    room.write("thing", "plums")
    live.settle()
    assert set(room.states()) == {"thing"}
    room.check_agreement()


def test_between_two_folders(room: Any, live: Live, tmp_path: Path) -> None:
    room.write("a.txt", "apples")
    (tmp_path / "second").mkdir()
    second = room.catalog.add_folder(str(tmp_path / "second"))
    live.start()
    (room.root / "a.txt").rename(tmp_path / "second" / "b.txt")
    live.settle()
    assert room.states() == {}
    assert set(room.catalog.known_files(second.id)) == {str(tmp_path / "second" / "b.txt")}
    assert live.embedded == []
    room.check_agreement()


def test_a_folder_that_was_forgotten_is_watched_no_more(room: Any, live: Live) -> None:
    room.write("a.txt", "apples")
    live.start()
    live.indexer.forget_folder(room.folder.id)
    wait_for(lambda: live.watcher._watched == {})


def test_a_root_that_vanishes_is_offline_and_comes_back(room: Any, live: Live) -> None:
    room.write("a.txt", "apples")
    live.start()
    moved = room.root.rename(room.root.with_name("unplugged"))
    live.indexer.hint(room.folder.id, [str(room.root / "a.txt")])
    wait_for(lambda: live.indexer.mode(room.folder.id)[0] == "offline")
    assert room.states() == {"a.txt": "indexed"}
    (moved / "b.txt").write_text("pears")
    moved.rename(room.root)
    # The first look that finds it there again looks at everything.
    live.indexer.hint(room.folder.id, [str(room.root / "a.txt")])
    wait_for(lambda: room.states() == {"a.txt": "indexed", "b.txt": "indexed"})
    assert live.indexer.mode(room.folder.id) == ("live", "")


def test_a_folder_that_is_not_watched_says_why(room: Any, live: Live) -> None:
    live.indexer._lookout._watch = lambda folder: "It lies on a network share."
    room.write("a.txt", "apples")
    live.start()
    assert live.indexer.mode(room.folder.id) == ("timed", "It lies on a network share.")
    told = [event.data for event in live.events.since(0) if event.kind == "folder"]
    assert told[-1]["mode"] == "timed"
    assert told[-1]["reason"] == "It lies on a network share."


def test_a_folder_that_is_not_watched_is_looked_at_more_often(
    room: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwen_finder.indexing.lookout.TIMED_SECONDS", 0.05)
    live.indexer._lookout._watch = lambda folder: "It lies on a network share."
    live.start()
    room.write("a.txt", "apples")
    wait_for(lambda: room.states() == {"a.txt": "indexed"})


def test_only_the_folder_that_is_not_watched_is_looked_at_more_often(
    room: Any, live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a stick that was pulled out makes all the others be looked through every ten minutes."""
    monkeypatch.setattr("qwen_finder.indexing.lookout.TIMED_SECONDS", 0.02)
    (tmp_path / "share").mkdir()
    share = room.catalog.add_folder(str(tmp_path / "share"))
    watch, scan = live.indexer._lookout._watch, live.indexer._lookout._scan
    scanned: list[int] = []

    def note(folder: Folder, only: Collection[str] | None) -> Any:
        scanned.append(folder.id)
        return scan(folder, only)

    live.indexer._lookout._scan = note
    live.indexer._lookout._watch = lambda folder: "It is a share." if folder == share else watch(folder)
    live.start()
    wait_for(lambda: scanned.count(share.id) > 5)
    assert scanned.count(room.folder.id) == 1


def test_a_folder_that_came_back_unseen_is_found_again(
    room: Any, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Away and back between two checks of the watcher, to which it is the same as before."""
    room.write("a.txt", "apples")
    live.start()
    room.root.rename(room.root.with_name("unplugged"))
    live.indexer.hint(room.folder.id, [str(room.root / "a.txt")])
    wait_for(lambda: live.indexer.mode(room.folder.id)[0] == "offline")
    room.root.with_name("unplugged").rename(room.root)
    monkeypatch.setattr("qwen_finder.indexing.lookout.TIMED_SECONDS", 0.02)
    live.indexer.request([])
    live.indexer.hint(999, [])
    wait_for(lambda: live.indexer.mode(room.folder.id) == ("live", ""))
