"""The demo folder, indexed once by the real engine with the real starter model."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwen_finder.engine import Engine
from qwen_finder.settings.paths import find_paths
from qwen_finder.settings.store import Settings

ROOT = Path(__file__).resolve().parents[2]


def settle(engine: Engine, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while not engine.idle():
        assert time.monotonic() < deadline, engine.status()
        time.sleep(0.05)


def open_engine(home: Path) -> Engine:
    models = os.environ.get("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    paths = find_paths({"QWEN_FINDER_HOME": str(home), "QWEN_FINDER_MODELS": models})
    paths.create()
    engine = Engine(paths, Settings())
    engine.start()
    return engine


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return ROOT / "resources" / "demo"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, demo_folder: Path) -> Iterator[Engine]:
    engine = open_engine(tmp_path_factory.mktemp("demo"))
    engine.add_folder(str(demo_folder))
    settle(engine)
    yield engine
    engine.close()
