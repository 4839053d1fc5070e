"""Engines with the real starter model and the real stores, each in a home of its own."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.query import SearchRequest
from qwen_finder.engine import Engine
from qwen_finder.settings.paths import find_paths
from qwen_finder.settings.store import load

MODELS = os.environ.get("QWEN_FINDER_MODELS") or str(Path(__file__).parents[2] / ".models")


class Home:
    """A home for engines, one at a time, and a folder of files to index."""

    def __init__(self, tmp_path: Path, models: str) -> None:
        self.files = tmp_path / "files"
        self.files.mkdir(parents=True)
        self.paths = find_paths({"QWEN_FINDER_HOME": str(tmp_path / "home"), "QWEN_FINDER_MODELS": models})
        self.paths.create()
        self.engine: Any = None

    def start(self) -> Any:
        self.engine = Engine(self.paths, load(self.paths.settings_file))
        self.engine.start()
        return self.engine

    def close(self) -> None:
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def write(self, name: str, text: str) -> Path:
        path = self.files / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def settle(self) -> None:
        deadline = time.monotonic() + 60
        while not self.engine.idle():
            assert time.monotonic() < deadline, self.engine.status()
            time.sleep(0.02)

    def index(self) -> None:
        self.engine.index()
        self.settle()

    def names(self, text: str, **fields: Any) -> list[str]:
        """The names of the files that answer, best first."""
        hits = self.engine.search(SearchRequest(text, **fields)).hits
        return [os.path.basename(hit.path) for hit in hits]


@pytest.fixture(scope="session")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the model was measured already, so that each test need not wait for that."""
    folder = tmp_path_factory.mktemp("used")
    home = Home(folder, MODELS)
    home.start()
    home.settle()
    home.close()
    return folder / "home"


@pytest.fixture(scope="session")
def home_in() -> Callable[[Path], Home]:
    """Makes a home in a folder of the caller's, who closes it."""
    return lambda folder: Home(folder, MODELS)


@pytest.fixture
def make_home(tmp_path: Path, used_home: Path) -> Iterator[Callable[..., Home]]:
    made: list[Home] = []

    def make(models: str = MODELS) -> Home:
        if models == MODELS:
            shutil.copytree(used_home, tmp_path / "home")
        made.append(Home(tmp_path, models))
        return made[-1]

    yield make
    for home in made:
        home.close()


@pytest.fixture
def fresh_home(make_home: Callable[..., Home]) -> Home:
    """A home in which nothing was ever opened."""
    return make_home(os.path.join(MODELS, ""))


@pytest.fixture
def home(make_home: Callable[..., Home]) -> Home:
    return make_home()
