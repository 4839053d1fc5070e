"""The demo folder, indexed once by the real engine with the real starter model."""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qwen_finder.engine import Engine
from qwen_finder.settings.paths import find_paths
from qwen_finder.settings.schema import Value
from qwen_finder.settings.store import Settings

ROOT = Path(__file__).resolve().parents[2]


def load_script(name: str) -> ModuleType:
    """A module of ``scripts``, which is no package."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def index_contents(engine: Engine) -> dict[str, Any]:
    """Path → state and passages of every file; AssertionError when catalog and index do not agree."""
    contents: dict[str, Any] = load_script("index_contents").index_contents(engine)
    return contents


def settle(engine: Engine, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not engine.idle():
        assert time.monotonic() < deadline, engine.status()
        time.sleep(0.05)


def open_engine(home: Path, **settings: Value) -> Engine:
    models = os.environ.get("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    paths = find_paths({"QWEN_FINDER_HOME": str(home), "QWEN_FINDER_MODELS": models})
    paths.create()
    # Tests wait for the index, and the machine they run on is busy.
    engine = Engine(paths, Settings({"pace.mode": "full", **settings}))
    engine.start()
    return engine


@pytest.fixture(scope="session")
def scripts() -> Callable[[str], ModuleType]:
    return load_script


@pytest.fixture(scope="session")
def engine_opener() -> Callable[..., Engine]:
    return open_engine


@pytest.fixture(scope="session")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, dict[str, Path]]]:
    """An engine that has indexed every nasty file, and the files by name."""
    spec = importlib.util.spec_from_file_location("nasty_files", ROOT / "scripts" / "nasty_files.py")
    assert spec is not None
    assert spec.loader is not None
    nasty_files = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(nasty_files)
    folder = tmp_path_factory.mktemp("files") / "nasty"
    made = nasty_files.create(folder)
    # The limit keeps megabytes without a line break from being minutes of embedding.
    engine = open_engine(tmp_path_factory.mktemp("nasty-home"), **{"index.max_characters": 20_000})
    engine.add_folder(str(folder))
    settle(engine)
    yield engine, made
    engine.close()
    nasty_files.remove(folder)


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return ROOT / "resources" / "demo"


@pytest.fixture(scope="session")
def demo_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="session")
def demo(demo_home: Path, demo_folder: Path) -> Iterator[Engine]:
    engine = open_engine(demo_home)
    engine.add_folder(str(demo_folder))
    settle(engine)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def copy_of_demo(demo: Engine, demo_home: Path) -> Callable[[Path], dict[str, str]]:
    """Copies the home in which the demo folder is indexed; gives the environment of programs that use it."""

    def copy(home: Path) -> dict[str, str]:
        # What belongs to the engine that runs over the other one stays behind.
        shutil.copytree(demo_home, home, ignore=shutil.ignore_patterns("workers", "viewers", "run"))
        models = os.environ.get("QWEN_FINDER_MODELS") or str(ROOT / ".models")
        return {
            **os.environ,
            "QWEN_FINDER_HOME": str(home),
            "QWEN_FINDER_MODELS": models,
            "PYTHONUTF8": "1",
        }

    return copy
