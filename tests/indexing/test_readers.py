"""Several files read at once: in order, no more than the pace allows, and noted as long as they are read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from qwen_finder.core.document import FileState
from qwen_finder.core.errors import FileError, Interrupted, UnusableError
from qwen_finder.engine.reading import stamps_for
from qwen_finder.indexing.pace import Mode, Wish
from qwen_finder.indexing.pipeline import Pipeline
from qwen_finder.indexing.prepare import PreparedFile
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.settings.store import Settings

PATIENCE_S = 30


def run_of(room: Any, prepare: Callable[..., PreparedFile], readers: int) -> Pipeline:
    return Pipeline(
        room.catalog,
        room.store,
        room.embedder,
        prepare=prepare,
        finished=room.finished.append,
        stop=room.stop,
        storing=room.storing,
        recent=RecentVectors(),
        journal=room.journal,
        pace=room.pacer,
        embedded=lambda characters: None,
        readers=readers,
    )


def entered(room: Any, count: int) -> None:
    for number in range(count):
        room.write(f"{number:02}.txt", f"Note number {number} about tulips.")
    room.reconcile()


class Noted:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.reading: list[list[int]] = []

    def note(self, stage: str, files: Sequence[int]) -> None:
        if stage == "reading":
            self.reading.append(list(files))

    def close(self) -> None:
        """As the real one."""


def test_as_many_files_are_read_at_once_as_there_are_readers(room: Any) -> None:
    entered(room, 12)
    together = threading.Barrier(3, timeout=PATIENCE_S)

    def prepare(file: Any, _halted: object) -> PreparedFile:
        together.wait()
        return room.prepare(file)

    run_of(room, prepare, readers=3).run()
    assert set(room.states().values()) == {"indexed"}
    assert len(room.found("tulips")) == 12
    room.check_agreement()


def test_files_are_begun_in_the_order_of_the_catalog(room: Any) -> None:
    entered(room, 20)
    expected = [file.id for file in room.catalog.pending(20)]
    begun: list[int] = []

    def prepare(file: Any, _halted: object) -> PreparedFile:
        begun.append(file.id)
        time.sleep(0.002)
        return room.prepare(file)

    run_of(room, prepare, readers=4).run()
    places = [expected.index(file) for file in begun]
    # Two that begin together may note so in any order.
    assert all(abs(place - index) < 4 for index, place in enumerate(places))


def test_all_that_is_being_read_is_noted_for_the_next_process(room: Any) -> None:
    entered(room, 8)
    room.journal.close()
    room.journal = journal = Noted()
    together = threading.Barrier(4, timeout=PATIENCE_S)
    seen: list[bool] = []

    def prepare(file: Any, _halted: object) -> PreparedFile:
        together.wait()
        seen.append(file.id in journal.reading[-1])
        together.wait()
        return room.prepare(file)

    run_of(room, prepare, readers=4).run()
    assert seen == [True] * 8
    assert max(map(len, journal.reading)) == 4
    assert journal.reading[-1] == []


@pytest.mark.parametrize(("mode", "most"), [(Mode.FULL, 8), (Mode.BALANCED, 4), (Mode.QUIET, 2)])
def test_a_slower_pace_has_fewer_readers(room: Any, mode: Mode, most: int) -> None:
    entered(room, 30)
    room.wish = Wish(mode.value)
    assert room.pacer.at_once(8) == most
    assert room.pacer.at_once(1) == 1
    at_work = worst = 0
    lock = threading.Lock()

    def prepare(file: Any, _halted: object) -> PreparedFile:
        nonlocal at_work, worst
        with lock:
            at_work += 1
            worst = max(worst, at_work)
        time.sleep(0.002)
        prepared: PreparedFile = room.prepare(file)
        with lock:
            at_work -= 1
        return prepared

    run_of(room, prepare, readers=8).run()
    assert worst <= most
    assert set(room.states().values()) == {"indexed"}


def test_a_slow_file_does_not_hold_up_the_others(room: Any) -> None:
    entered(room, 10)
    first = room.catalog.pending(1)[0].id
    others = threading.Semaphore(0)

    def prepare(file: Any, _halted: object) -> PreparedFile:
        if file.id == first:
            for _ in range(9):
                assert others.acquire(timeout=PATIENCE_S)
        else:
            others.release()
        return room.prepare(file)

    run_of(room, prepare, readers=2).run()
    assert set(room.states().values()) == {"indexed"}


def test_a_stop_interrupts_what_is_being_read_and_leaves_it_pending(room: Any) -> None:
    entered(room, 4)
    together = threading.Barrier(2, timeout=PATIENCE_S)

    def prepare(_file: Any, halted: Callable[[], bool]) -> PreparedFile:
        together.wait()
        room.stop.set()
        assert halted()
        raise Interrupted

    run_of(room, prepare, readers=2).run()
    assert set(room.states().values()) == {"pending"}
    room.stop.clear()
    room.pipeline().run()
    assert set(room.states().values()) == {"indexed"}


@pytest.mark.parametrize(
    "error", [UnusableError("sandbox.unusable", "No worker can be started."), Interrupted()]
)
def test_what_is_no_fault_of_the_file_ends_the_run(room: Any, error: Exception) -> None:
    """An interruption too, when nobody asked for it: else the run would go round and round."""
    entered(room, 10)

    def prepare(_file: Any, _halted: object) -> PreparedFile:
        raise error

    with pytest.raises(type(error)):
        run_of(room, prepare, readers=3).run()
    assert set(room.states().values()) == {"pending"}


@pytest.mark.parametrize("error", [UnusableError("sandbox.unusable", "None starts."), Interrupted()])
def test_reading_that_could_not_be_tried_is_no_outcome(room: Any, error: Exception) -> None:
    def extract(_path: str) -> None:
        raise error

    entered(room, 1)
    room.extract = extract
    with pytest.raises(type(error)):
        room.prepare(room.file("00.txt"))


@pytest.mark.parametrize("code", ["file.timeout", "file.memory", "file.crashed"])
def test_more_time_and_memory_give_only_those_another_chance_that_lacked_them(room: Any, code: str) -> None:
    def chosen(**settings: int) -> Any:
        return stamps_for(room.embedder, Settings({f"index.{key}": value for key, value in settings.items()}))

    def gives(code: str) -> str:
        def extract(_path: str) -> None:
            raise FileError(code, "what happened", "the cure")

        room.extract = extract
        outcome = room.prepare(room.file("00.txt")).outcome
        assert outcome.state is FileState.FAILED
        stamp: str = outcome.stamp
        return stamp

    entered(room, 1)
    room.stamps = chosen()
    wanting, broken = gives(code), gives("file.broken")
    for more in (chosen(max_seconds=60), chosen(worker_memory_mb=4_000), chosen(max_seconds_per_mb=5)):
        assert wanting not in more.current
        assert {broken, room.stamps.indexing} <= more.current
    assert chosen(workers=7).current == room.stamps.current
    assert not chosen(max_pages=9).current & room.stamps.current
    # What names the model too has to be the longest: files set aside are marked with it.
    assert max(room.stamps.current, key=len) == room.stamps.indexing
