"""A display for the tests that show windows: one in memory for the whole run, unless one is asked for.

``QT_QPA_PLATFORM=offscreen`` (or any other) in the environment has them use that instead.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """The display that windows of this run, and of the programs it starts, are shown on."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        yield os.environ.get("DISPLAY", "")
        return
    # Not before the very end: Qt ends the process when its display goes away.
    until_the_end = contextlib.ExitStack()
    atexit.register(until_the_end.close)
    name = until_the_end.enter_context(_desktop().virtual_display())
    with pytest.MonkeyPatch.context() as environment:
        # The tests' windows never appear on the desktop of who runs them.
        environment.setenv("DISPLAY", name)
        environment.setenv("QT_QPA_PLATFORM", "xcb")
        environment.delenv("WAYLAND_DISPLAY", raising=False)
        yield name


@pytest.fixture(scope="session")
def qapp_args(display: str) -> list[str]:
    """For pytest-qt, whose application thereby starts on ``display``."""
    return ["qwen-finder"]


def _desktop() -> ModuleType:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module("desktop")
    finally:
        sys.path.remove(str(ROOT / "scripts"))
