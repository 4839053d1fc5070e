import sys
from pathlib import Path

import pytest

from qwen_finder.api.launcher import Launcher
from qwen_finder.settings.paths import find_paths

STAND_IN = Path(__file__).parents[1] / "server" / "stand_in_service.py"


@pytest.fixture
def paths(tmp_path, monkeypatch):
    monkeypatch.setenv("QWEN_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("QWEN_FINDER_MODELS", raising=False)
    return find_paths()


@pytest.fixture
def new_launcher(paths):
    """Makes launchers of the stand-in service, which is ended after the test."""

    def make(**options):
        return Launcher(paths, command=(sys.executable, str(STAND_IN)), **options)

    yield make
    make().stop()
