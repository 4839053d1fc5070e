"""Upkeep does what is due and nothing more."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest

from qwen_finder.indexing import upkeep as upkeep_module
from qwen_finder.indexing.upkeep import Upkeep


class CountingStore:
    """Notes what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.done: list[str] = []
        self.error: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def maintain(self, *, exclusive: bool = False) -> bool:
        self.asked.append("wipe" if exclusive else "step")
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        self.done.append(self.asked[-1])
        return True


class Bench:
    def __init__(self) -> None:
        self.store: CountingStore | None = CountingStore()
        self.busy = False
        self.paused = False
        self.upkeep = Upkeep(
            lambda: [] if self.store is None else [self.store],
            SimpleNamespace(wipe=lambda: None),  # type: ignore[arg-type]
            busy=lambda: self.busy,
            paused=lambda: self.paused,
        )
        self.upkeep.start()

    @property
    def asked(self) -> list[str]:
        assert self.store is not None
        return self.store.asked

    @property
    def done(self) -> list[str]:
        assert self.store is not None
        return self.store.done

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not true():
            assert time.monotonic() < deadline, self.asked
            time.sleep(0.005)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    for name in ("STEP_SECONDS", "QUIET_SECONDS", "RECHECK_SECONDS"):
        monkeypatch.setattr(upkeep_module, name, 0.02)
    made = Bench()
    yield made
    assert made.store is not None
    made.store.gate.set()
    made.upkeep.close()


def test_nothing_is_done_without_a_change(bench: Bench) -> None:
    time.sleep(0.1)
    assert bench.asked == []


def test_a_change_is_followed_by_steps_and_in_quiet_by_a_wipe(bench: Bench) -> None:
    bench.upkeep.changed()
    bench.until(lambda: "wipe" in bench.asked)
    assert bench.asked[0] == "step"
    done = len(bench.asked)
    time.sleep(0.1)
    assert len(bench.asked) == done


def test_a_busy_index_gets_steps_only(bench: Bench) -> None:
    bench.busy = True
    bench.upkeep.changed()
    bench.until(lambda: bench.asked == ["step"])
    bench.upkeep.changed()
    bench.until(lambda: len(bench.asked) > 1)
    assert set(bench.asked) == {"step"}


def test_a_wipe_is_done_at_once_even_while_busy(bench: Bench) -> None:
    bench.busy = True
    bench.upkeep.wipe()
    bench.until(lambda: bench.done == ["wipe"])


def test_a_wipe_asked_for_during_another_is_done_too(bench: Bench) -> None:
    assert bench.store is not None
    bench.store.gate.clear()
    bench.upkeep.wipe()
    bench.until(lambda: bench.asked == ["wipe"])
    bench.upkeep.wipe()
    bench.store.gate.set()
    bench.until(lambda: bench.done == ["wipe", "wipe"])


def test_a_paused_machine_is_left_alone(bench: Bench) -> None:
    bench.paused = True
    bench.upkeep.wipe()
    time.sleep(0.1)
    assert bench.asked == []
    bench.paused = False
    bench.until(lambda: bench.asked == ["wipe"])


def test_an_error_is_tried_again(bench: Bench) -> None:
    assert bench.store is not None
    bench.store.error = RuntimeError("no space")
    bench.upkeep.wipe()
    bench.until(lambda: len(bench.asked) > 1)
    bench.store.error = None
    bench.until(lambda: bench.done == ["wipe"])


def test_wipes_that_take_long_are_rare(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep_module, "WIPE_REST", 1e9)
    bench.upkeep.changed()
    bench.until(lambda: "wipe" in bench.asked)
    bench.upkeep.changed()
    bench.until(lambda: bench.asked[-1] == "step")
    time.sleep(0.1)
    assert bench.asked.count("wipe") == 1


def test_a_long_maintenance_does_not_hold_up_the_end(bench: Bench) -> None:
    assert bench.store is not None
    bench.store.gate.clear()
    bench.upkeep.wipe()
    bench.until(lambda: bench.asked == ["wipe"])
    bench.upkeep.close()
    assert bench.upkeep._thread.is_alive()
