"""When a path that changes is due: after a moment of quiet, and at last even without one."""

from __future__ import annotations

from itertools import pairwise

import pytest

from qwen_finder.sources import settling as module
from qwen_finder.sources.settling import LONGEST_SECONDS, SETTLE_SECONDS, Settling


def test_a_path_is_due_once_it_is_quiet() -> None:
    settling = Settling()
    settling.add("/a", 100.0)
    settling.add("/a", 100.3)
    assert settling.due(100.3 + SETTLE_SECONDS - 0.01) == set()
    assert settling.next_due() == pytest.approx(100.3 + SETTLE_SECONDS)
    assert settling.due(100.3 + SETTLE_SECONDS) == {"/a"}
    assert settling.due(200.0) == set()
    assert settling.next_due() is None


def test_a_path_that_is_never_quiet_is_due_at_last() -> None:
    settling = Settling()
    now = 100.0
    while not settling.due(now):
        settling.add("/log", now)
        now += 0.1
    assert now == pytest.approx(100.0 + LONGEST_SECONDS, abs=0.11)


def test_one_busy_path_does_not_hold_up_the_others() -> None:
    settling = Settling()
    settling.add("/quiet", 0.0)
    settling.add("/busy", 0.0)
    settling.add("/busy", 0.4)
    assert settling.due(SETTLE_SECONDS) == {"/quiet"}


def test_a_file_written_to_all_day_is_due_less_and_less_often() -> None:
    settling = Settling()
    due = []
    for tick in range(36_000):
        now = tick / 10
        settling.add("/log", now)
        if settling.due(now):
            due.append(now)
    waits = [later - earlier for earlier, later in pairwise(due)]
    assert len(due) < 20, "an hour of writing"
    assert waits[0] > LONGEST_SECONDS
    assert waits[-1] >= 300


def test_a_file_saved_every_second_is_due_when_the_saving_ends() -> None:
    settling = Settling()
    due = [now for now in range(600) if settling.add("/a", float(now)) is None and settling.due(now + 0.9)]
    assert len(due) < 20
    settling.add("/a", 600.0)
    assert settling.due(600.0 + 8.0) == {"/a"}, "not half an hour later"


def test_a_file_that_has_been_left_alone_is_due_quickly_again() -> None:
    settling = Settling()
    for now in range(20):
        settling.add("/a", now * 2.0)
        settling.due(now * 2.0 + 1.9)
    settling.due(100.0)
    settling.add("/a", 1_000.0)
    assert settling.due(1_000.0 + SETTLE_SECONDS) == {"/a"}


def test_too_many_paths_are_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 10)
    settling = Settling()
    for number in range(11):
        settling.add(f"/{number}", 0.0)
    assert settling.overflowed
    settling.add("/more", 0.0)
    assert len(settling) == 0
    settling.clear()
    settling.add("/more", 1.0)
    assert settling.due(2.0) == {"/more"}


def test_what_was_due_long_ago_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PATHS", 10)
    settling = Settling()
    for number in range(100):
        settling.add(f"/{number}", number * 100.0)
        settling.due(number * 100.0 + 50)
    assert len(settling._busy) <= 11
