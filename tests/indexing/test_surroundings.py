"""What can be said of machine and user on any machine, and what the systems' answers mean."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from qwen_finder.indexing import activity, surroundings
from qwen_finder.indexing.activity import UserActivity, desktop_idle_s, has_display, terminal_idle_s
from qwen_finder.indexing.surroundings import Machine, OthersLoad


def test_this_machine_can_be_looked_at(tmp_path: Path) -> None:
    seen = Machine(tmp_path, UserActivity().idle_s).look()
    assert seen.free_bytes > 0
    assert 0 <= seen.others_share <= 1
    assert seen.idle_s is None or seen.idle_s >= 0
    assert seen.battery_percent is None or 0 <= seen.battery_percent <= 100


@pytest.mark.parametrize(
    ("battery", "plugged", "percent"),
    [
        (None, True, None),
        (SimpleNamespace(percent=55, power_plugged=False), False, 55.0),
        (SimpleNamespace(percent=55, power_plugged=None), True, 55.0),
    ],
)
def test_power(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, battery: object, plugged: bool, percent: float | None
) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: battery, raising=False)
    seen = Machine(tmp_path, lambda: 1.0).look()
    assert (seen.plugged, seen.battery_percent, seen.idle_s) == (plugged, percent, 1.0)


def test_a_battery_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fail() -> None:
        raise FileNotFoundError

    monkeypatch.setattr(psutil, "sensors_battery", fail, raising=False)
    assert Machine(tmp_path, lambda: None).look().plugged


def test_only_the_others_load_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "cpu_count", lambda: 2)
    times = iter([(0.0, 100.0, 10.0), (0.5, 101.0, 10.0), (10.0, 116.0, 14.0), (100.0, 200.0, 14.0)])
    monkeypatch.setattr(surroundings.OthersLoad, "_times", lambda self: next(times))
    load = OthersLoad()
    assert load.share() == 0.0, "half a second says nothing"
    assert load.share() == pytest.approx((16 - 4) / 20)
    assert load.share() == 0.0, "what was long ago is no hint"


def test_typing_in_a_terminal_is_seen(tmp_path: Path) -> None:
    assert terminal_idle_s([], 1_000.0) == float("inf")
    for name, typed in (("1", 400), ("2", 900)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (typed, 950))
    terminals = [tmp_path / "1", tmp_path / "2", tmp_path / "closed meanwhile"]
    assert terminal_idle_s(terminals, 1_000.0) == 100.0


@pytest.mark.parametrize(
    ("answer", "idle_s"),
    [
        ("IdleHint=no\nIdleSinceHint=0\n", 0.0),
        ("IdleSinceHint=700000000\nIdleHint=yes\n", 300.0),
        ("", None),
        ("IdleHint=yes\n", None),
        ("Failed to connect to bus", None),
    ],
)
def test_what_the_desktop_says(answer: str, idle_s: float | None) -> None:
    assert desktop_idle_s(answer, 1_000.0) == idle_s


def test_a_desktop_is_known_by_its_display(tmp_path: Path) -> None:
    sockets = tmp_path / "sockets"
    assert not has_display({}, sockets)
    assert has_display({"DISPLAY": ":0"}, sockets)
    assert not has_display({"XDG_RUNTIME_DIR": str(tmp_path)}, sockets)
    (tmp_path / "wayland-0").touch()
    assert has_display({"XDG_RUNTIME_DIR": str(tmp_path)}, sockets)
    sockets.mkdir()
    (sockets / "X0").touch()
    assert has_display({}, sockets)


def test_the_system_is_asked_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [50.0]
    monkeypatch.setattr(activity, "_ask", answers.pop)
    user = UserActivity()
    first = user.idle_s()
    again = user.idle_s()
    assert first is not None
    assert again is not None
    assert 50.0 <= first <= again
