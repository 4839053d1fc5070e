"""Which pace fits, what the user's word is worth and how long, and who waits for whom."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from qwen_finder.core.errors import UsageError
from qwen_finder.indexing import pace as pace_module
from qwen_finder.indexing.pace import Mode, Pacer, Wish, choose, rest_after, span
from qwen_finder.indexing.surroundings import Surroundings

AWAY = Surroundings(idle_s=3_600.0, plugged=True, battery_percent=None, others_share=0.0, free_bytes=10**12)
IDLE_S = 300.0


def seen(**fields: Any) -> Surroundings:
    return dataclasses.replace(AWAY, **fields)


@pytest.mark.parametrize(
    ("surroundings", "mode"),
    [
        (AWAY, Mode.FULL),
        (seen(battery_percent=5.0), Mode.FULL),
        (seen(idle_s=float("inf")), Mode.FULL),
        (seen(idle_s=10.0), Mode.BALANCED),
        (seen(idle_s=None), Mode.BALANCED),
        (seen(others_share=0.8), Mode.BALANCED),
        (seen(battery_percent=80.0, plugged=False), Mode.QUIET),
        (seen(battery_percent=80.0, plugged=False, idle_s=10.0), Mode.QUIET),
        (seen(battery_percent=19.0, plugged=False), Mode.PAUSED),
    ],
)
def test_the_pace_fits_what_the_machine_does(surroundings: Surroundings, mode: Mode) -> None:
    assert choose(surroundings, IDLE_S).mode is mode


def test_who_searches_is_active() -> None:
    assert choose(AWAY, IDLE_S, since_query_s=20.0).mode is Mode.BALANCED
    assert choose(AWAY, IDLE_S, since_query_s=2 * IDLE_S).mode is Mode.FULL


@pytest.mark.parametrize(("mode", "share"), [(Mode.FULL, 1.0), (Mode.BALANCED, 0.55), (Mode.QUIET, 0.2)])
def test_a_rest_makes_the_share(mode: Mode, share: float) -> None:
    assert 3.0 / (3.0 + rest_after(mode, 3.0)) == pytest.approx(share)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "1 min"),
        (60, "1 min"),
        (61, "2 min"),
        (2_520, "42 min"),
        (3_900, "1 h 5 min"),
        (90_000, "1 d 1 h"),
    ],
)
def test_a_time_to_go_is_rounded_up(seconds: float, text: str) -> None:
    assert span(seconds) == text


class Desk:
    """A Pacer over a machine, settings and a clock that a test changes."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.wish = Wish(least_free_bytes=10**9)
        self.seen = AWAY
        self.looks = 0
        self.remembered: dict[str, str] = {}
        self.pacer = self.start()

    def start(self) -> Pacer:
        """A new life of the service."""
        return Pacer(
            wish=lambda: self.wish,
            look=self._look,
            recall=self.remembered.get,
            remember=self.remembered.__setitem__,
            clock=lambda: self.now,
        )

    def _look(self) -> Surroundings:
        self.looks += 1
        return self.seen

    @property
    def mode(self) -> Mode:
        return self.pacer.current().mode


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_machine_is_looked_at_seldom(desk: Desk) -> None:
    for _ in range(100):
        desk.pacer.current()
    assert desk.looks == 1


def test_a_pause_ends_by_itself(desk: Desk) -> None:
    desk.pacer.order("paused", 3_600)
    assert desk.pacer.current().reason == "for 1 h 0 min"
    desk.now += 1_080
    pace = desk.pacer.current()
    assert (pace.mode, pace.reason, pace.recheck_s, pace.asked) == (Mode.PAUSED, "for 42 min", 2_520.0, True)
    desk.now += 2_520
    assert desk.mode is Mode.FULL


def test_a_pause_without_end_lasts_until_it_is_taken_back(desk: Desk) -> None:
    desk.pacer.order("paused")
    desk.now += 10**8
    assert desk.pacer.current().recheck_s is None
    assert desk.mode is Mode.PAUSED
    desk.pacer.order("auto")
    assert desk.mode is Mode.FULL


def test_a_pause_outlives_the_service(desk: Desk) -> None:
    desk.pacer.order("paused", 3_600)
    desk.now += 600
    desk.pacer = desk.start()
    assert desk.pacer.current().reason == "for 50 min"
    desk.now += 3_600
    desk.pacer = desk.start()
    assert desk.mode is Mode.FULL
    desk.pacer.order("paused")
    desk.pacer.order("auto")
    desk.pacer = desk.start()
    assert desk.mode is Mode.FULL


def test_a_clock_that_is_put_back_makes_no_pause_longer_than_it_was(desk: Desk) -> None:
    desk.pacer.order("paused", 3_600)
    desk.now -= 10**7
    assert desk.pacer.current().recheck_s == 3_600


def test_an_unknown_pace_is_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="'fast'"):
        desk.pacer.order("fast")
    assert desk.mode is Mode.FULL


def test_the_setting_decides_unless_the_user_says_otherwise(desk: Desk) -> None:
    desk.wish = Wish("quiet")
    assert desk.mode is Mode.QUIET
    desk.pacer.order("balanced", 60)
    assert desk.mode is Mode.BALANCED
    desk.now += 61
    assert desk.mode is Mode.QUIET


def test_who_waits_for_the_index_gets_all_of_the_machine(desk: Desk) -> None:
    desk.seen = seen(idle_s=1.0, plugged=False, battery_percent=10.0)
    assert desk.mode is Mode.PAUSED
    desk.pacer.hurry()
    assert desk.mode is Mode.FULL
    desk.pacer.order("paused")
    assert desk.mode is Mode.PAUSED
    desk.pacer.order("auto")
    desk.pacer.drained()
    assert desk.mode is Mode.PAUSED


def test_a_full_disk_stops_everything(desk: Desk) -> None:
    desk.seen = seen(free_bytes=4 * 10**8)
    desk.pacer.hurry()
    desk.pacer.order("full")
    pace = desk.pacer.current()
    assert (pace.mode, pace.asked) == (Mode.PAUSED, False)
    assert pace.recheck_s is not None
    assert "0.4 GB" in pace.reason
    assert not desk.pacer.has_room()
    desk.seen = AWAY
    assert desk.pacer.has_room()
    assert desk.mode is Mode.FULL
    desk.wish, desk.seen = Wish(least_free_bytes=0), seen(free_bytes=0)
    assert desk.pacer.has_room()


class Worker(threading.Thread):
    """Asks for a rest of so many seconds; ``went_on`` is set with the answer when it was granted."""

    def __init__(self, pacer: Pacer, worked_s: float, halted: Callable[[], bool] = lambda: False) -> None:
        super().__init__(daemon=True)
        self.answer: bool | None = None
        self._ask = lambda: pacer.rest(worked_s, halted)
        self.start()

    def run(self) -> None:
        self.answer = self._ask()


def test_full_pace_knows_no_rest(desk: Desk) -> None:
    assert desk.pacer.rest(1_000.0, lambda: False)


def test_a_rest_ends_at_a_halt(desk: Desk) -> None:
    desk.wish = Wish("quiet")
    assert desk.pacer.rest(1_000.0, lambda: True)


def test_a_pause_ends_a_rest_at_once_and_refuses_the_next(desk: Desk) -> None:
    desk.wish = Wish("quiet")
    worker = Worker(desk.pacer, 1_000.0)
    # An order that comes before the rest began is seen as well.
    desk.pacer.order("paused")
    worker.join(10)
    assert worker.answer is False
    assert desk.pacer.rest(0.0, lambda: False) is False


def test_a_long_rest_is_over_when_somebody_waits_for_the_index(desk: Desk) -> None:
    desk.wish = Wish("quiet")
    worker = Worker(desk.pacer, 1_000.0)
    desk.pacer.hurry()
    worker.join(10)
    assert worker.answer is True


def test_a_pause_that_is_over_does_not_undo_what_is_said_at_that_moment(desk: Desk) -> None:
    desk.pacer.order("paused", 60)

    def clock() -> float:
        # The pace is looked up, finds the pause over, and only then hears of the new one.
        desk.pacer._clock = lambda: desk.now
        desk.pacer.order("paused")
        return desk.now + 61

    desk.pacer._clock = clock
    assert desk.mode is Mode.PAUSED
    assert desk.mode is Mode.PAUSED


def test_work_waits_while_queries_run(desk: Desk) -> None:
    with desk.pacer.query():
        with desk.pacer.query():
            worker = Worker(desk.pacer, 0.0)
        worker.join(0.05)
        assert worker.is_alive()
    worker.join(10)
    assert worker.answer is True


def test_a_query_that_fails_holds_nothing_up(desk: Desk) -> None:
    with pytest.raises(RuntimeError), desk.pacer.query():
        raise RuntimeError
    assert desk.pacer.rest(0.0, lambda: False)


def test_a_query_that_hangs_does_not_stop_work_for_good(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace_module, "LONGEST_QUERY_SECONDS", 0.01)
    with desk.pacer.query():
        assert desk.pacer.rest(0.0, lambda: False)


def test_queries_are_not_kept_waiting_by_a_look_at_the_machine(desk: Desk) -> None:
    looking, go_on = threading.Event(), threading.Event()

    def look() -> Surroundings:
        looking.set()
        go_on.wait(30)
        return AWAY

    pacer = Pacer(wish=Wish, look=look, recall=lambda key: None, remember=lambda key, value: None)
    worker = Worker(pacer, 0.0)
    looking.wait(30)
    began = time.monotonic()
    with pacer.query():
        pass
    assert time.monotonic() - began < 10
    go_on.set()
    worker.join(10)
    assert worker.answer is True
