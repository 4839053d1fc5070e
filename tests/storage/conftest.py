"""Chunks to store: texts with random directions for vectors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from qwen_finder.core.document import Chunk, FileFields, Kind
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.storage.vectors import LanceVectorStore

DIMENSIONS = 32

MakeRows = Callable[..., list[EmbeddedChunk]]
OpenStore = Callable[..., LanceVectorStore]


@pytest.fixture
def make_rows() -> MakeRows:
    """``make_rows(file, *texts)``: the chunks of one file."""

    def make(file: int, *texts: str) -> list[EmbeddedChunk]:
        about = FileFields(file, file % 7, f"file{file}.txt", "txt", Kind.TEXT, 100 * file, 1000 * file)
        drawn = np.random.default_rng(file).standard_normal((len(texts), DIMENSIONS), dtype=np.float32)
        drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
        return [
            EmbeddedChunk(about, Chunk(at, text, "", 0, len(text), 1, 1, None, f"{file}-{at}"), drawn[at])
            for at, text in enumerate(texts)
        ]

    return make


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "index"


@pytest.fixture
def open_store(folder: Path) -> Iterator[OpenStore]:
    """Opens stores on ``folder`` that are closed at the end of the test."""
    opened: list[LanceVectorStore] = []

    def open_one(fingerprint: str = "0123456789abcdef-and-more", **options: object) -> LanceVectorStore:
        store = LanceVectorStore(
            folder,
            fingerprint=fingerprint,
            **{"dimensions": DIMENSIONS, **options},  # type: ignore[arg-type]
        )
        opened.append(store)
        return store

    yield open_one
    for store in opened:
        store.close()
