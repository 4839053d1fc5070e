"""Where no window can be shown the program says so in a sentence; Qt itself would end it with an abort."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qwen_finder.core.errors import UnusableError
from qwen_finder.gui import start

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there always is a display")


def run_gui(tmp_path, **environment):
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_SESSION_TYPE")
    }
    return subprocess.run(
        [sys.executable, "-m", "qwen_finder", "gui"],
        env={**kept, "QWEN_FINDER_HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "There is no display"),
        ({"DISPLAY": ":987"}, "nobody answers there"),
        ({"DISPLAY": "nonsense"}, "nobody answers there"),
        ({"QT_QPA_PLATFORM": "xcb"}, "There is no display"),
    ],
)
def test_without_a_display_there_is_a_sentence_and_a_hint(tmp_path, environment, said):
    done = run_gui(tmp_path, **environment)
    assert done.returncode == 3
    assert said in done.stderr
    assert "ssh -X" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_library_is_named_with_its_package(monkeypatch):
    loads = start._loads
    monkeypatch.setattr(start, "_loads", lambda name: "xcb-cursor" not in name and loads(name))
    with pytest.raises(UnusableError, match="libxcb-cursor") as raised:
        start.check_display({"DISPLAY": ":0"})
    assert raised.value.code == "window.library"
    assert "apt-get install libxcb-cursor0" in raised.value.hint


def test_a_display_that_answers_is_good(monkeypatch):
    # One of its own: the other tests of the window may do without any.
    monkeypatch.syspath_prepend(str(SCRIPTS))
    desktop = importlib.import_module("desktop")
    with desktop.virtual_display(640, 480) as name:
        start.check_display({"DISPLAY": name})


@pytest.mark.parametrize("environment", [{"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}])
def test_what_needs_no_x11_is_not_asked_for_it(environment):
    start.check_display(environment)


def test_qt_that_cannot_be_loaded_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "qwen_finder.gui.app", None)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    with pytest.raises(UnusableError) as raised:
        start.start(hidden=False, toggle=False)
    assert raised.value.code == "window.library"
