"""After a crash: suspects alone, culprits set aside, and an index that agrees with the catalog again."""

from __future__ import annotations

from typing import Any

import pytest

from qwen_finder.core.document import FileState
from qwen_finder.indexing.recovery import TRACED, UNTRACED, Repairs, blame, quarantine, reconcile_index


def entered(room: Any, *names: str) -> list[int]:
    for name in names:
        room.write(name, f"All about {name}.")
    room.reconcile()
    return [room.file(name).id for name in names]


def test_suspects_wait_apart_until_they_are_finished(room: Any) -> None:
    one, two = entered(room, "one.txt", "two.txt")
    blame(room.catalog, [one], traced=True)
    assert [file.id for file in room.catalog.pending(10)] == [two]
    assert [(file.id, file.suspicion) for file in room.catalog.suspects()] == [(one, TRACED)]
    room.pipeline(alone=one).run()
    assert room.states() == {"one.txt": "indexed", "two.txt": "pending"}
    assert room.file("one.txt").suspicion == 0


def test_a_file_alone_at_the_second_crash_is_set_aside(room: Any) -> None:
    one, two = entered(room, "one.txt", "two.txt")
    blame(room.catalog, [one, two], traced=True)
    assert quarantine(room.catalog, room.stamps.current) == []
    blame(room.catalog, [two], traced=True)
    assert quarantine(room.catalog, room.stamps.current) == [two]
    assert room.failures() == {"two.txt": "file.quarantined"}
    assert [file.id for file in room.catalog.suspects()] == [one]


def test_a_death_without_a_trace_weighs_less(room: Any) -> None:
    (one,) = entered(room, "one.txt")
    for _ in range(2):
        blame(room.catalog, [one], traced=False)
        assert quarantine(room.catalog, room.stamps.current) == []
    assert room.file("one.txt").suspicion == 2 * UNTRACED
    blame(room.catalog, [one], traced=False)
    assert quarantine(room.catalog, room.stamps.current) == [one]


def test_a_file_set_aside_is_left_alone_until_it_changes(room: Any) -> None:
    (one,) = entered(room, "one.txt")
    blame(room.catalog, [one], traced=True)
    blame(room.catalog, [one], traced=True)
    quarantine(room.catalog, room.stamps.current)
    assert room.reconcile().to_index == 0
    room.write("one.txt", "Another text altogether.")
    room.index()
    assert room.states() == {"one.txt": "indexed"}


def test_a_changed_suspect_is_none_any_more(room: Any) -> None:
    (one,) = entered(room, "one.txt")
    blame(room.catalog, [one], traced=True)
    room.write("one.txt", "Another text altogether.")
    room.reconcile()
    assert room.catalog.suspects() == []


def test_finished_and_forgotten_files_are_not_accused(room: Any) -> None:
    room.write("one.txt", "All about one.")
    room.index()
    blame(room.catalog, [room.file("one.txt").id, 4711], traced=True)
    assert room.catalog.suspects() == []


def test_the_journal_names_what_is_read_and_embedded(room: Any) -> None:
    ids = set(entered(room, *(f"{number}.txt" for number in range(5))))
    seen: dict[str, list[list[int]]] = {"reading": [], "embedding": []}

    class Noted:
        def note(self, stage: str, files: list[int]) -> None:
            seen[stage].append(list(files))

    room.journal.close()
    real, room.journal = room.journal, Noted()
    room.pipeline().run()
    room.journal = type(real)(room.root.parent / "in-flight")
    assert {id for files in seen["reading"] for id in files} == ids
    assert {id for files in seen["embedding"] for id in files} == ids
    assert max(map(len, seen["reading"])) == 1
    assert seen["reading"][-1] == seen["embedding"][-1] == []


@pytest.fixture
def indexed(room: Any) -> Any:
    for name in ("one.txt", "two.txt", "three.txt"):
        room.write(name, f"All about {name}.")
    room.write("empty.txt", "")
    room.index()
    return room


def test_nothing_is_done_to_an_index_that_agrees(indexed: Any) -> None:
    assert not reconcile_index(indexed.catalog, indexed.store)
    assert indexed.catalog.pending(10) == []


def test_rows_of_unknown_files_are_deleted(indexed: Any) -> None:
    gone = indexed.file("two.txt").id
    indexed.catalog.forget([gone])
    assert reconcile_index(indexed.catalog, indexed.store) == Repairs(orphans=1)
    assert gone not in indexed.store.chunk_counts()
    indexed.check_agreement()


def test_rows_of_a_file_without_text_are_deleted(indexed: Any) -> None:
    """A crash between storing and noting it, and the file was emptied meanwhile."""
    one = indexed.file("one.txt")
    indexed.catalog.requeue([one.id])
    outcome = indexed.prepare(indexed.file("empty.txt")).outcome
    indexed.catalog.finish(
        [type(outcome)(one.id, one.generation + 1, FileState.SKIPPED, "x1", code="file.no_text")]
    )
    assert reconcile_index(indexed.catalog, indexed.store) == Repairs(orphans=1)
    indexed.check_agreement()


def test_missing_rows_are_made_again(indexed: Any) -> None:
    indexed.store.delete([indexed.file("one.txt").id])
    assert reconcile_index(indexed.catalog, indexed.store) == Repairs(requeued=1)
    indexed.pipeline().run()
    assert indexed.found("one") == {"one.txt"}
    indexed.check_agreement()


def test_pending_files_keep_their_older_rows(indexed: Any) -> None:
    one = indexed.file("one.txt").id
    indexed.catalog.requeue([one])
    assert not reconcile_index(indexed.catalog, indexed.store)
    assert one in indexed.store.chunk_counts()
