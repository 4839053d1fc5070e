"""The implementations each contract suite runs against, the fakes beside the real ones."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qwen_finder.core.ports import VectorStore
from qwen_finder.storage.vectors import LanceVectorStore

_FAKES = Path(__file__).parents[1] / "fakes"
DIMENSIONS = 16


def _fake(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fakes_{name}", _FAKES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lance(folder: Path) -> VectorStore:
    return LanceVectorStore(folder / "index", dimensions=DIMENSIONS, fingerprint="0123456789abcdef")


def _memory(_folder: Path) -> VectorStore:
    store: VectorStore = _fake("vector_store").MemoryVectorStore(dimensions=DIMENSIONS)
    return store


@pytest.fixture(params=[_memory, _lance], ids=["fake", "lance"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    """An empty VectorStore for vectors of 16 dimensions."""
    make: Callable[[Path], VectorStore] = request.param
    opened = make(tmp_path)
    yield opened
    opened.close()
