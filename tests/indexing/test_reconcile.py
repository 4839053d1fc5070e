"""What a scan changes in the catalog, and what it must leave alone."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from qwen_finder.core.document import FileRecord, FileState, Kind
from qwen_finder.core.ports import KnownFile, Outcome, PictureOutcome
from qwen_finder.indexing.prepare import Stamps
from qwen_finder.indexing.reconcile import ENTER_BATCH, Changes, needs_indexing, reconcile


class ListedScan:
    """A scan of files that need not exist."""

    def __init__(self, records: list[FileRecord], unreadable: list[tuple[str, str]]) -> None:
        self.covers = None
        self.unreadable = unreadable
        self._records = records

    def __iter__(self) -> Iterator[FileRecord]:
        yield from self._records


def reconcile_with(room: Any, names: Collection[str], unreadable: Collection[str] = ()) -> Changes:
    def path(name: str) -> str:
        return str(room.root / name)

    return reconcile(
        room.folder,
        ListedScan(
            [FileRecord(path(name), 1, 1) for name in names],
            [(path(name), "permission denied") for name in unreadable],
        ),
        room.catalog,
        kind_of=lambda _: Kind.TEXT,
        forget=room.catalog.forget,
        stamps=None,
        stop=lambda: False,
    )


def test_new_changed_vanished_and_unchanged_are_told_apart(room: Any) -> None:
    room.write("stays.txt", "the same")
    room.write("changes.txt", "before")
    room.write("goes.txt", "soon gone")
    first = room.reconcile()
    assert (first.new, first.changed, first.vanished, first.unchanged) == (3, 0, 0, 0)
    room.pipeline().run()

    room.write("changes.txt", "after, and longer")
    os.unlink(room.root / "goes.txt")
    room.write("sub/comes.txt", "new here")
    second = room.reconcile()
    assert (second.new, second.changed, second.vanished, second.unchanged) == (1, 1, 1, 1)
    assert second.to_index == 2
    assert room.states() == {
        "stays.txt": "indexed",
        "changes.txt": "pending",
        "sub/comes.txt": "pending",
    }


def test_a_file_of_the_same_size_but_another_time_is_changed(room: Any) -> None:
    path = room.write("a.txt", "12345")
    room.index()
    os.utime(path, ns=(1, 1))
    assert room.reconcile().changed == 1


def test_a_pending_file_is_not_entered_again(room: Any) -> None:
    room.write("a.txt", "waiting")
    room.reconcile()
    generation = room.file("a.txt").generation
    changes = room.reconcile()
    assert (changes.to_index, changes.unchanged) == (0, 1)
    assert room.file("a.txt").generation == generation


def test_an_unreadable_subfolder_keeps_its_files(room: Any) -> None:
    reconcile_with(room, ["a.txt", "locked/b.txt", "locked/deep/c.txt", "locked2/d.txt"])
    changes = reconcile_with(room, ["a.txt"], unreadable=["locked"])
    assert changes.vanished == 1, "a folder whose name only begins alike is not the unreadable one"
    assert set(room.states()) == {"a.txt", "locked/b.txt", "locked/deep/c.txt"}


def test_an_empty_scan_forgets_everything(room: Any) -> None:
    reconcile_with(room, ["a.txt", "b/c.txt"])
    assert reconcile_with(room, []).vanished == 2
    assert room.states() == {}


def test_more_files_than_a_batch_are_all_entered(room: Any) -> None:
    names = [f"{number % 7}/{number}.txt" for number in range(ENTER_BATCH * 2 + 3)]
    assert reconcile_with(room, names).new == len(names)
    assert set(room.states()) == set(names)


def test_stop_ends_a_scan_without_forgetting(room: Any) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        room.write(name, name)
    room.reconcile()
    os.unlink(room.root / "a.txt")
    assert room.reconcile(stop=lambda: True).vanished == 0
    assert set(room.states()) == {"a.txt", "b.txt", "c.txt"}


def test_files_indexed_by_another_version_are_requeued(room: Any) -> None:
    room.write("text.txt", "some words")
    room.write("backup.rar", b"Rar!\x1a\x07\x01\x00")
    room.index()
    assert room.states() == {"text.txt": "indexed", "backup.rar": "skipped"}
    assert room.reconcile(stamps=None).to_index == 0, "None takes every stamp for current"

    # Another model or chunker matters to files with text only.
    room.stamps = Stamps("x1", "x1/c2/model")
    changes = room.reconcile()
    assert (changes.outdated, changes.unchanged) == (1, 1)
    assert room.states() == {"text.txt": "pending", "backup.rar": "skipped"}

    # Another extractor might read what the last one could not.
    room.pipeline().run()
    room.stamps = Stamps("x2", "x2/c2/model")
    assert room.reconcile().outdated == 2


def test_a_file_that_was_away_as_it_was_read_is_read_when_it_is_back(room: Any) -> None:
    path = room.write("a.txt", "some words")
    room.reconcile()
    away = path + ".away"
    os.rename(path, away)
    room.pipeline().run()
    assert room.states() == {"a.txt": "skipped"}
    os.rename(away, path)
    assert room.reconcile().outdated == 1
    room.pipeline().run()
    assert room.states() == {"a.txt": "indexed"}


def test_why_a_file_must_be_indexed() -> None:
    record = FileRecord("/a", 5, 7)
    done = KnownFile(1, 5, 7, FileState.INDEXED, "old")
    assert needs_indexing(None, record, None) == "new"
    assert needs_indexing(done, record, None) == ""
    assert needs_indexing(done, record, {"old"}) == ""
    assert needs_indexing(done, record, {"new"}) == "outdated"
    assert needs_indexing(done, FileRecord("/a", 6, 7), {"new"}) == "changed"
    assert needs_indexing(done, FileRecord("/a", 5, 8), {"old"}) == "changed"
    waiting = KnownFile(1, 5, 7, FileState.PENDING, "")
    assert needs_indexing(waiting, record, {"new"}) == "", "pending already"


def test_names_that_are_not_unicode_come_back_as_they_were(room: Any) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    room.write(name, "coffee")
    room.reconcile()
    assert room.states() == {name: "pending"}
    assert room.reconcile().unchanged == 1


def test_a_picture_that_is_gone_stays_until_the_one_like_it_has_taken_over(room: Any) -> None:
    path = Path(room.write("a.jpg", "pixels"))
    room.reconcile()
    file = room.file("a.jpg")
    room.catalog.finish([Outcome(file.id, file.generation, FileState.SKIPPED, "x1", code="file.no_text")])
    room.catalog.finish_pictures([PictureOutcome(file.id, file.generation, FileState.INDEXED, "d1", views=1)])
    path.rename(room.root / "b.jpg")

    def look(stamp: str | None) -> Changes:
        return reconcile(
            room.folder,
            room.scan(),
            room.catalog,
            kind_of=lambda path: Kind.IMAGE,
            forget=room.catalog.forget,
            stamps=["x1"],
            stop=lambda: False,
            keep_departed=True,
            picture_stamp=stamp,
        )

    # Its words are taken over already, its looks are not.
    assert look("d1").departed == [str(path)]
    moved = room.file("b.jpg")
    room.catalog.finish([Outcome(moved.id, moved.generation, FileState.SKIPPED, "x1", code="file.no_text")])
    assert look("d1").departed == [str(path)]
    room.catalog.finish_pictures(
        [PictureOutcome(moved.id, moved.generation, FileState.INDEXED, "d1", views=1)]
    )
    assert look("d1").vanished == 1
    assert set(room.states()) == {"b.jpg"}


def test_without_a_picture_model_no_picture_is_kept_for_its_looks(room: Any) -> None:
    path = Path(room.write("a.jpg", "pixels"))
    room.reconcile()
    file = room.file("a.jpg")
    room.catalog.finish([Outcome(file.id, file.generation, FileState.SKIPPED, "x1", code="file.no_text")])
    room.catalog.finish_pictures([PictureOutcome(file.id, file.generation, FileState.INDEXED, "d1", views=1)])
    path.rename(room.root / "b.jpg")
    room.reconcile()
    assert set(room.states()) == {"b.jpg"}
