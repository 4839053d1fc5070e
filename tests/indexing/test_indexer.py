"""The background loops: when they are idle, what wakes them, and that no error ends them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from fakes.patience import wait_for
from qwen_finder.core.document import FileRecord
from qwen_finder.core.errors import FolderError, ModelError, StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.status import Folder
from qwen_finder.indexing import indexer as indexer_module
from qwen_finder.indexing import lookout as lookout_module
from qwen_finder.indexing.indexer import Indexer, Workshop
from qwen_finder.indexing.pace import Mode, Wish
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.scan import Scan


class Background:
    """An Indexer over a room, with a gate in front of the embedder and one in front of the scan."""

    def __init__(self, room: Any) -> None:
        self.room = room
        self.events = EventLog()
        self.workshop: Workshop | None = Workshop(
            room.store, self._gated(room.embedder), room.prepare, room.stamps.current
        )
        self.embed_gate = threading.Event()
        self.embed_gate.set()
        self.at_embedder = threading.Event()
        self.scan_gate = threading.Event()
        self.scan_gate.set()
        self.at_scan = threading.Event()
        self.scan_error: Exception | None = None
        self.embed_error: BaseException | None = None
        self.scans = 0
        self.rescan_seconds = 1_000.0
        self.indexer: Indexer = room.indexer(
            self.events,
            workshop=lambda: self.workshop,
            scan=self._scan,
            rescan_seconds=lambda: self.rescan_seconds,
        )

    def start_and_settle(self) -> None:
        self.indexer.start()
        self.settle()

    def settle(self) -> None:
        wait_for(self.indexer.idle)

    def request(self) -> None:
        self.indexer.request([self.room.folder.id])

    def kinds(self) -> list[str]:
        return [event.kind for event in self.events.since(0)]

    def _scan(self, folder: Folder, only: Any = None) -> Any:
        self.scans += 1
        if self.scan_error is not None:
            raise self.scan_error
        outer = self

        class GatedScan(Scan):
            def __iter__(self) -> Iterator[FileRecord]:
                for record in super().__iter__():
                    outer.at_scan.set()
                    assert outer.scan_gate.wait(30)
                    yield record

        return GatedScan(folder.path, IgnoreRules(folder.path), only)

    def _gated(self, embedder: Any) -> Any:
        outer = self

        class Gated:
            spec = embedder.spec

            def embed_documents(self, inputs: Sequence[str]) -> Any:
                outer.at_embedder.set()
                assert outer.embed_gate.wait(30)
                if outer.embed_error is not None:
                    raise outer.embed_error
                return embedder.embed_documents(inputs)

        return Gated()


@pytest.fixture
def background(room: Any) -> Iterator[Background]:
    made = Background(room)
    yield made
    made.embed_gate.set()
    made.scan_gate.set()
    made.indexer.close()


def test_it_indexes_everything_at_its_start(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    room.write("b/c.txt", "pears")
    background.start_and_settle()
    assert room.states() == {"a.txt": "indexed", "b/c.txt": "indexed"}
    assert background.indexer.progress() is None
    assert background.indexer.error is None
    assert {"folder", "indexed"} <= set(background.kinds())


def test_a_request_finds_what_changed(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    background.start_and_settle()
    room.write("a.txt", "apples and pears")
    room.write("new.txt", "plums")
    background.request()
    assert not background.indexer.idle() or room.found("plums"), "a request is work to be done"
    background.settle()
    assert room.found("pears plums") == {"a.txt", "new.txt"}
    os.unlink(room.root / "a.txt")
    background.request()
    background.settle()
    assert room.found("pears plums") == {"new.txt"}
    room.check_agreement()


def test_it_looks_again_by_itself(room: Any, background: Background) -> None:
    background.rescan_seconds = 0.05
    background.start_and_settle()
    room.write("a.txt", "apples")
    wait_for(lambda: room.states() == {"a.txt": "indexed"})


def test_it_is_not_idle_while_it_works(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    background.embed_gate.clear()
    background.indexer.start()
    assert background.at_embedder.wait(30)
    assert not background.indexer.idle()
    progress = background.indexer.progress()
    assert progress is not None
    assert (progress.done, progress.total) == (0, 1)
    background.embed_gate.set()
    background.settle()


def test_names_are_entered_while_a_long_indexing_goes_on(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    background.embed_gate.clear()
    background.indexer.start()
    assert background.at_embedder.wait(30)
    room.write("later.txt", "plums")
    background.request()
    wait_for(lambda: "later.txt" in room.states())
    background.embed_gate.set()
    background.settle()
    assert room.found("plums") == {"later.txt"}


def test_without_a_model_names_are_entered_and_it_is_idle(room: Any, background: Background) -> None:
    workshop, background.workshop = background.workshop, None
    room.write("a.txt", "apples")
    background.start_and_settle()
    assert room.states() == {"a.txt": "pending"}
    background.workshop = workshop
    background.indexer.wake()
    background.settle()
    assert room.states() == {"a.txt": "indexed"}


def test_interrupt_stops_the_run_until_it_is_woken(room: Any, background: Background) -> None:
    for number in range(30):
        room.write(f"{number}.txt", f"note {number} of many words " * 60)
    background.embed_gate.clear()
    background.indexer.start()
    assert background.at_embedder.wait(30)
    waiting = threading.Thread(target=background.indexer.interrupt)
    waiting.start()
    background.embed_gate.set()
    waiting.join(30)
    assert not waiting.is_alive()
    assert "pending" in room.states().values()
    room.check_agreement()
    background.indexer.wake()
    background.settle()
    assert set(room.states().values()) == {"indexed"}


def test_a_pause_leaves_the_rest_pending_until_it_is_over(room: Any, background: Background) -> None:
    for number in range(5):
        room.write(f"{number}.txt", f"file {number}")
    room.pacer.order("paused")
    background.start_and_settle()
    assert set(room.states().values()) == {"pending"}, "their names are searchable, and it is idle"
    assert background.indexer.progress() is None
    room.pacer.order("auto")
    background.indexer.wake()
    wait_for(lambda: set(room.states().values()) == {"indexed"})


def test_a_pause_that_ends_by_itself_needs_nobody(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    room.pacer.order("paused", 0.3)
    background.start_and_settle()
    wait_for(lambda: room.states() == {"a.txt": "indexed"})


def test_an_urgent_request_is_done_at_full_pace_and_the_next_is_not(
    room: Any, background: Background
) -> None:
    room.wish = Wish("quiet")
    background.start_and_settle()
    background.embed_gate.clear()
    room.write("a.txt", "apples")
    background.indexer.request([room.folder.id], urgent=True)
    wait_for(background.at_embedder.is_set)
    assert room.pacer.current().mode is Mode.FULL
    background.embed_gate.set()
    wait_for(lambda: room.pacer.current().mode is Mode.QUIET)
    assert room.states() == {"a.txt": "indexed"}


def test_progress_is_told_while_it_goes_on(room: Any, background: Background) -> None:
    background.embed_gate.clear()
    path = room.write("a.txt", "apples")
    background.indexer.start()
    wait_for(background.at_embedder.is_set)
    progress = background.indexer.progress()
    assert progress is not None
    assert (progress.done, progress.total, progress.bytes_total) == (0, 1, 6)
    assert progress.current == path
    background.embed_gate.set()
    background.settle()
    told = [event.data for event in background.events.since(0) if event.kind == "progress"]
    assert told[-1]["done"] == told[-1]["total"] == 1
    assert told[-1]["share"] == 1.0


def test_close_in_the_middle_leaves_the_rest_pending(room: Any, background: Background) -> None:
    for number in range(200):
        room.write(f"{number}.txt", f"note {number} of many words " * 60)
    background.embed_gate.clear()
    background.indexer.start()
    assert background.at_embedder.wait(30)
    closing = threading.Thread(target=background.indexer.close)
    closing.start()
    background.embed_gate.set()
    closing.join(30)
    assert not closing.is_alive()
    assert "pending" in room.states().values()
    room.check_agreement()


def test_close_right_after_start(room: Any) -> None:
    for _ in range(50):
        background = Background(room)
        background.indexer.start()
        background.indexer.close()


def test_close_is_not_missed_by_a_loop_about_to_wait(room: Any, background: Background) -> None:
    """Asked for its waiting time at the very moment of closing, the loop must not begin to wait."""
    closing = threading.Event()

    background.start_and_settle()
    entered = threading.Event()

    def rescan_seconds() -> float:
        entered.set()
        assert closing.wait(30)
        return 1_000.0

    background.indexer._lookout._rescan_seconds = rescan_seconds
    background.request()
    assert entered.wait(30)
    thread = threading.Thread(target=background.indexer.close, daemon=True)
    thread.start()
    wait_for(background.indexer._stop.is_set)
    closing.set()
    thread.join(30)
    assert not thread.is_alive()


# Folders that are not there.


def test_an_offline_folder_keeps_its_files(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    background.start_and_settle()
    moved = room.root.rename(room.root.with_name("unplugged"))
    background.request()
    background.settle()
    mode, reason = background.indexer.mode(room.folder.id)
    assert mode == "offline"
    assert "does not exist" in reason
    assert room.states() == {"a.txt": "indexed"}
    assert room.found("apples") == {"a.txt"}
    assert background.indexer.error is None, "an unplugged disk is no error"

    moved.rename(room.root)
    background.request()
    background.settle()
    assert background.indexer.mode(room.folder.id) == ("live", "")


# Errors.


def test_an_error_while_indexing_is_remembered_shown_and_tried_again(
    room: Any, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexer_module, "RETRY_SECONDS", 0.05)
    background.embed_error = ModelError("model.broken", "The model gave up.", "Get another.")
    room.write("a.txt", "apples")
    background.indexer.start()
    wait_for(lambda: background.indexer.error is not None)
    assert background.indexer.error is background.embed_error
    assert "error" in background.kinds()
    assert room.states() == {"a.txt": "pending"}
    wait_for(background.indexer.idle)

    background.embed_error = None
    wait_for(lambda: room.states() == {"a.txt": "indexed"})
    wait_for(lambda: background.indexer.error is None)


class Panic(BaseException):
    """As libraries written in Rust raise it: no ``Exception``."""


@pytest.mark.parametrize("oops", [ZeroDivisionError("oops"), Panic("oops")], ids=["error", "panic"])
def test_an_unexpected_error_gets_a_sentence(room: Any, background: Background, oops: BaseException) -> None:
    background.embed_error = oops
    room.write("a.txt", "apples")
    background.indexer.start()
    wait_for(lambda: background.indexer.error is not None)
    error = background.indexer.error
    assert error is not None
    assert error.code == "internal"
    assert f"{type(oops).__name__}: oops" in error.message
    assert error.hint
    background.embed_error = None
    background.indexer.wake()
    background.settle()
    assert room.states() == {"a.txt": "indexed"}


def test_an_error_while_scanning_is_remembered_and_tried_again(
    room: Any, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It must not be forgotten as soon as the other loop finds nothing to do."""
    monkeypatch.setattr(lookout_module, "RETRY_SECONDS", 0.2)
    room.write("a.txt", "apples")
    background.scan_error = StorageError("storage.busy", "Another program holds the catalog.")
    background.indexer.start()
    wait_for(lambda: background.scans >= 2)
    wait_for(background.indexer.idle)
    assert background.indexer.error is background.scan_error

    background.scan_error = None
    wait_for(lambda: room.states() == {"a.txt": "indexed"})
    wait_for(lambda: background.indexer.error is None)


def test_a_catalog_that_cannot_list_its_folders_ends_no_loop(
    room: Any, background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    background.rescan_seconds = 0.02
    background.start_and_settle()
    failing = threading.Event()

    def folders() -> list[Folder]:
        failing.set()
        raise StorageError("storage.busy", "Another program holds the catalog.")

    with monkeypatch.context() as patch:
        patch.setattr(room.catalog, "folders", folders)
        assert failing.wait(30)
    room.write("a.txt", "apples")
    wait_for(lambda: room.states() == {"a.txt": "indexed"})


# Forgetting a folder.


def test_a_forgotten_folder_leaves_nothing(room: Any, background: Background) -> None:
    room.write("a.txt", "apples")
    background.start_and_settle()
    background.indexer.forget_folder(room.folder.id)
    background.settle()
    assert room.catalog.folders() == []
    assert room.store.size().chunks == 0


def test_a_folder_forgotten_while_it_is_indexed_leaves_nothing(room: Any, background: Background) -> None:
    for number in range(100):
        room.write(f"{number}.txt", f"note {number}")
    background.embed_gate.clear()
    background.indexer.start()
    assert background.at_embedder.wait(30)
    background.indexer.forget_folder(room.folder.id)
    background.embed_gate.set()
    background.settle()
    assert room.store.size().chunks == 0
    assert background.indexer.error is None


def test_a_folder_forgotten_while_it_is_scanned_leaves_nothing(room: Any, background: Background) -> None:
    """The catalog then refuses its files, which is no damage."""
    room.write("a.txt", "apples")
    background.scan_gate.clear()
    background.indexer.start()
    assert background.at_scan.wait(30)
    background.indexer.forget_folder(room.folder.id)
    background.scan_gate.set()
    background.settle()
    assert background.indexer.error is None
    assert "error" not in background.kinds()
    assert room.catalog.counts() == {}


def test_a_folder_is_kept_when_its_rows_cannot_be_removed(room: Any, background: Background) -> None:
    """Otherwise its text would stay in the index, known to nobody."""

    def full(_files: object) -> None:
        raise StorageError("storage.full", "No space is left.")

    room.write("a.txt", "apples")
    background.start_and_settle()
    delete, room.store.delete = room.store.delete, full
    with pytest.raises(StorageError):
        background.indexer.forget_folder(room.folder.id)
    assert room.states() == {"a.txt": "indexed"}
    room.store.delete = delete
    background.indexer.forget_folder(room.folder.id)
    assert room.store.size().chunks == 0


def test_an_unknown_folder_is_requested_in_vain(background: Background) -> None:
    background.start_and_settle()
    background.indexer.request([999])
    background.settle()
    assert background.indexer.error is None


def test_folder_errors_of_the_scan_name_the_folder(room: Any, background: Background) -> None:
    background.scan_error = FolderError("folder.unreadable", f"{room.root} cannot be read.")
    background.start_and_settle()
    offline = [event for event in background.events.since(0) if event.data.get("mode") == "offline"]
    assert offline[-1].data["path"] == str(room.root)
