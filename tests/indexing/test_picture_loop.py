"""The background of pictures beside that of texts: neither waits for the other, and both stop at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.patience import wait_for
from fakes.picture_embedder import PALETTE, ColourEmbedder
from fakes.picture_store import MemoryPictureStore
from qwen_finder.core.errors import StorageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.picture import Picture
from qwen_finder.core.status import FileCounts
from qwen_finder.indexing import picture_loop as loop_module
from qwen_finder.indexing import turns as turns_module
from qwen_finder.indexing.indexer import Indexer, Workshop
from qwen_finder.indexing.picture_files import look_at
from qwen_finder.indexing.pictures import Gallery

STAMP = "d1/colours#limits"


class Background:
    """An indexer of a room for texts and pictures; ``gate`` holds the picture model up."""

    def __init__(self, room: Any) -> None:
        self.room = room
        self.events = EventLog()
        self.store = MemoryPictureStore(dimensions=16)
        self.embedder = ColourEmbedder()
        self.gate = threading.Event()
        self.gate.set()
        self.at_gate = threading.Event()
        embed = self.embedder.embed_pictures

        def gated(views: Any) -> Any:
            if len(views):
                self.at_gate.set()
                assert self.gate.wait(30)
            return embed(views)

        self.embedder.embed_pictures = gated  # type: ignore[method-assign]
        self.gallery: Gallery | None = Gallery(self.store, self.embedder, self._decode, STAMP)
        self.workshop: Workshop | None = Workshop(
            room.store, room.embedder, room.prepare, room.stamps.current
        )
        self.forgot: list[int] = []
        self.indexer: Indexer = room.indexer(
            self.events,
            workshop=lambda: self.workshop,
            gallery=lambda: self.gallery,
            stores=lambda: [room.store, self.store],
            forgot=self.forgot.extend,
        )

    def paint(self, name: str, colour: str = "red") -> str:
        return str(self.room.write(name, colour))

    def settle(self) -> None:
        wait_for(self.indexer.idle)

    def counts(self) -> FileCounts:
        return self.room.catalog.picture_counts(STAMP)  # type: ignore[no-any-return]

    def _decode(self, path: str, halted: Callable[[], bool]) -> Picture:
        views = np.full((1, 8, 8, 3), PALETTE[Path(path).read_text()], np.uint8)
        return Picture(views, 8, 8)


@pytest.fixture
def background(room: Any) -> Iterator[Background]:
    made = Background(room)
    yield made
    made.gate.set()
    made.indexer.close()


def test_it_is_not_idle_before_pictures_are_done_and_one_that_hangs_stops_no_text(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns_module, "LONGEST_CALL_SECONDS", 0.05)
    background.gate.clear()
    background.paint("a.jpg")
    background.room.write("notes.txt", "Plain words.")
    background.indexer.start()
    wait_for(lambda: background.room.states().get("notes.txt") == "indexed")
    assert background.at_gate.wait(10)
    assert not background.indexer.idle()
    assert background.indexer.progress() is not None
    background.gate.set()
    background.settle()
    assert background.counts() == FileCounts(indexed=1)
    kinds = [event.kind for event in background.events.since(0)]
    assert "looked" in kinds
    assert background.indexer.progress() is None


def test_without_a_picture_model_it_is_idle_and_one_that_comes_is_used(background: Background) -> None:
    gallery, background.gallery = background.gallery, None
    background.paint("a.jpg")
    background.indexer.start()
    background.settle()
    assert background.indexer.pictures_waiting == 0
    background.gallery = gallery
    background.indexer.wake()
    background.settle()
    assert background.counts() == FileCounts(indexed=1)


def test_a_stop_leaves_pictures_wanted(background: Background) -> None:
    for number in range(30):
        background.paint(f"{number}.jpg")
    background.gate.clear()
    background.indexer.start()
    assert background.at_gate.wait(10)
    closing = threading.Thread(target=background.indexer.close)
    closing.start()
    time.sleep(0.05)
    background.gate.set()
    closing.join(2)
    assert not closing.is_alive()
    assert background.counts().pending > 0
    assert background.store.counts() == background.room.catalog.picture_views()


def test_a_moved_picture_takes_its_vectors_along(background: Background) -> None:
    path = background.paint("a.jpg")
    background.indexer.start()
    background.settle()
    Path(path).rename(background.room.root / "b.jpg")
    background.indexer.request([background.room.folder.id])
    background.settle()
    assert background.embedder.embedded == 1
    assert list(background.store.counts()) == [background.room.file("b.jpg").id]
    assert len(background.forgot) == 1


def test_a_removed_folder_leaves_no_picture(background: Background) -> None:
    background.paint("a.jpg")
    background.indexer.start()
    background.settle()
    file = background.room.file("a.jpg").id
    background.indexer.forget_folder(background.room.folder.id)
    assert background.store.counts() == {}
    assert background.forgot == [file]


def test_an_error_is_remembered_and_tried_again(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_module, "RETRY_SECONDS", 0.05)
    replace = background.store.replace
    failures = [StorageError("storage.full", "No space."), OSError("disk"), KeyboardInterrupt()]

    def failing(files: Any, rows: Any) -> None:
        if failures:
            raise failures.pop()
        replace(files, rows)

    monkeypatch.setattr(background.store, "replace", failing)
    background.paint("a.jpg")
    background.room.write("notes.txt", "Plain words.")
    background.indexer.start()
    wait_for(lambda: background.counts() == FileCounts(indexed=1))
    wait_for(lambda: background.indexer.picture_error is None)
    assert background.indexer.error is None
    assert background.room.states()["notes.txt"] == "indexed"


def test_what_the_last_process_left_is_put_right_at_the_start(background: Background) -> None:
    background.paint("a.jpg")
    background.room.reconcile()
    file = background.room.file("a.jpg")
    looked = look_at(
        file,
        decode=background._decode,
        halted=lambda: False,
        stamp=STAMP,
        catalog=background.room.catalog,
        store=background.store,
    )
    looked.vectors = list(background.embedder.embed_pictures(np.stack(looked.pixels)))
    # Stored, not noted.
    background.store.replace([file.id], looked.rows())
    background.indexer.start()
    background.settle()
    assert background.store.counts() == background.room.catalog.picture_views() == {file.id: 1}
