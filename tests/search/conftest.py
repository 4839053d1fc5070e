"""A searchable room: a real catalog and files on disk, fakes for the stores and the models."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from fakes.picture_embedder import PALETTE, ColourEmbedder
from fakes.picture_store import MemoryPictureStore
from fakes.vector_store import MemoryVectorStore
from qwen_finder.core.document import Chunk, FileFields, FileId, FileRecord, FileState
from qwen_finder.core.picture import EmbeddedPicture
from qwen_finder.core.ports import EmbeddedChunk, Outcome, SeenFile
from qwen_finder.core.query import Hit, SearchRequest, SearchResponse
from qwen_finder.extraction.kind import extension_of, kind_of
from qwen_finder.search.looks import Looks
from qwen_finder.search.rerank import Judge
from qwen_finder.search.searcher import Searcher
from qwen_finder.storage.catalog import SqliteCatalog

DIMENSIONS = 64


class Room:
    """Files are indexed by ``add``, one chunk for each text given, and pictures by ``paint``."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "files"
        self.root.mkdir()
        self.catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
        self.folder = self.catalog.add_folder(str(self.root))
        self.store: Any = MemoryVectorStore(dimensions=DIMENSIONS)
        self.embedder: Any = HashingEmbedder(DIMENSIONS)
        self.pictures: Any = MemoryPictureStore(dimensions=DIMENSIONS)
        self.eye: Any = ColourEmbedder(DIMENSIONS)
        self.gone: list[FileId] = []
        self.reads = True

    def add(self, name: str, *texts: str, mtime: int = 1_700_000_000, size: int = 0) -> FileId:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(texts), encoding="utf-8")
        kind = kind_of(path.name)
        size = size or path.stat().st_size
        (file,) = self.catalog.enter(
            self.folder.id, [SeenFile(FileRecord(str(path), size, mtime * 10**9), kind)]
        )
        known = self.catalog.files([file])[file]
        fields = FileFields(
            file, known.directory, path.name.lower(), extension_of(path.name), kind, size, mtime, "en"
        )
        chunks = [
            Chunk(at, text, path.stem, 0, len(text), at + 1, at + 1, None, f"{file}-{at}")
            for at, text in enumerate(texts)
        ]
        vectors = self.embedder.embed_documents([chunk.embedded_text for chunk in chunks])
        self.store.replace(
            [file],
            [EmbeddedChunk(fields, chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)],
        )
        content = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest() if texts else ""
        done = Outcome(
            file,
            known.generation,
            FileState.INDEXED,
            "stamp",
            content_hash=content,
            language="en",
            chunks=len(chunks),
        )
        self.catalog.finish([done])
        return file

    def paint(
        self, name: str, *shares: str, taken: int | None = None, mtime: int = 1_700_000_000, size: int = 0
    ) -> FileId:
        """A picture in stripes of these colours ("red", "red", "grey"), which has no words but its name, and
        no other's ``size`` unless it is given."""
        file = self.add(name, mtime=mtime, size=size or 100_000 + self.pictures.size().chunks)
        known = self.catalog.files([file])[file]
        fields = FileFields(
            file, known.directory, os.path.basename(name), extension_of(name), known.kind, 0, mtime
        )
        side = self.eye.framing.size
        view = np.zeros((1, side, side, 3), np.uint8)
        for line in range(side):
            view[0, line] = PALETTE[shares[line * len(shares) // side]]
        (vector,) = self.eye.embed_pictures(view)
        row = EmbeddedPicture(fields, 0, vector, 4000, 3000, taken, tuple(dict.fromkeys(shares)))
        self.pictures.replace([file], [row])
        return file

    @property
    def looks(self) -> Looks:
        return Looks(self.pictures, self.eye)

    def search(self, text: str, judge: Judge | None = None, **fields: Any) -> SearchResponse:
        searcher = Searcher(
            self.catalog,
            self.store,
            self.embedder,
            reads=lambda _text: self.reads,
            gone=self._forget,
            looks=self.looks if self.eye is not None else None,
        )
        return searcher.search(SearchRequest(text, **fields), judge)

    def hits(self, text: str, **fields: Any) -> dict[str, Hit]:
        """Relative path → hit, best first."""
        return {os.path.relpath(hit.path, self.root): hit for hit in self.search(text, **fields).hits}

    def names(self, text: str, **fields: Any) -> list[str]:
        return list(self.hits(text, **fields))

    def _forget(self, files: Sequence[FileId]) -> None:
        self.gone.extend(files)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path)
    yield opened
    opened.catalog.close()
