"""The implementations each contract suite runs against, the fakes beside the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakes.vector_store import MemoryVectorStore
from qwen_finder.core.ports import VectorStore
from qwen_finder.storage.vectors import LanceVectorStore

DIMENSIONS = 16


def _lance(folder: Path) -> VectorStore:
    return LanceVectorStore(folder / "index", dimensions=DIMENSIONS, fingerprint="0123456789abcdef")


def _memory(_folder: Path) -> VectorStore:
    return MemoryVectorStore(dimensions=DIMENSIONS)


@pytest.fixture(params=[_memory, _lance], ids=["fake", "lance"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorStore]:
    """An empty VectorStore for vectors of 16 dimensions."""
    make: Callable[[Path], VectorStore] = request.param
    opened = make(tmp_path)
    yield opened
    opened.close()
