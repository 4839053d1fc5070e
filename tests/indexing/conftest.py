"""A small indexing room: a real catalog, real reading and chunking, and fakes for model and store."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes.embedder import HashingEmbedder
from fakes.vector_store import MemoryVectorStore
from qwen_finder.chunking.chunker import Chunker
from qwen_finder.core.document import Document
from qwen_finder.core.events import EventLog
from qwen_finder.core.ports import CatalogFile
from qwen_finder.core.query import Filter, TextQuery
from qwen_finder.core.status import Folder
from qwen_finder.engine.reading import vectors_known_to
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.registry import Limits, extract
from qwen_finder.indexing.indexer import Indexer
from qwen_finder.indexing.pace import Pacer, Wish
from qwen_finder.indexing.pipeline import Finished, Pipeline
from qwen_finder.indexing.prepare import PreparedFile, Stamps, prepare
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.reconcile import Changes, reconcile
from qwen_finder.indexing.surroundings import Surroundings
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.scan import Scan
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.journal import CrashJournal

DIMENSIONS = 16
LIMITS = Limits(max_bytes=10_000_000, max_characters=1_000_000)


class Room:
    """One indexed folder. Everything in it may be replaced by a test before it runs."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "files"
        self.root.mkdir()
        self.catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
        self.folder: Folder = self.catalog.add_folder(str(self.root))
        self.store: Any = MemoryVectorStore(dimensions=DIMENSIONS)
        self.embedder: Any = HashingEmbedder(DIMENSIONS)
        self.stamps = Stamps("x1", "x1/c1/model")
        self.stop = threading.Event()
        self.storing = threading.Lock()
        self.finished: list[Finished] = []
        self.extract: Callable[[str], Document] = lambda path: extract(path, LIMITS)
        self.journal = CrashJournal(tmp_path / "in-flight")
        self.wish = Wish("full")
        self.surroundings = Surroundings(None, True, None, 0.0, 10**12)
        self.remembered: dict[str, str] = {}
        self.pacer = Pacer(
            wish=lambda: self.wish,
            look=lambda: self.surroundings,
            recall=self.remembered.get,
            remember=self.remembered.__setitem__,
        )
        self.chunker = Chunker(self.embedder.count_tokens, max_tokens=60, min_tokens=5, overlap_tokens=5)

    def write(self, name: str, text: str | bytes) -> str:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def scan(self) -> Scan:
        return Scan(str(self.root), IgnoreRules(str(self.root)))

    def reconcile(self, *, stamps: object = "current", stop: Callable[[], bool] = lambda: False) -> Changes:
        def forget(files: Sequence[int]) -> None:
            self.store.delete(files)
            self.catalog.forget(files)

        return reconcile(
            self.folder,
            self.scan(),
            self.catalog,
            kind_of=lambda path: kind_of(os.path.basename(path)),
            forget=forget,
            stamps=self.stamps.current if stamps == "current" else stamps,  # type: ignore[arg-type]
            stop=stop,
        )

    def prepare(self, file: CatalogFile, halted: Callable[[], bool] = lambda: False) -> PreparedFile:
        return prepare(
            file,
            extract=self.extract,
            cut=self.chunker.chunk,
            stamps=self.stamps,
            known_vectors=vectors_known_to(self.catalog, self.store),
            stored=self.store.ordinals,
        )

    def pipeline(self, alone: int | None = None) -> Pipeline:
        return Pipeline(
            self.catalog,
            self.store,
            self.embedder,
            prepare=lambda file, halted: self.prepare(file),
            finished=self.finished.append,
            stop=self.stop,
            storing=self.storing,
            recent=RecentVectors(),
            journal=self.journal,
            alone=alone,
            pace=self.pacer,
            embedded=lambda characters: None,
        )

    def indexer(self, events: EventLog, **replaced: Any) -> Indexer:
        """An indexer of this room that watches nothing; any argument of its own may be ``replaced``."""
        arguments: dict[str, Any] = {
            "gallery": lambda: None,
            "stores": lambda: [self.store],
            "forgot": lambda files: None,
            "scan": lambda folder, only: Scan(folder.path, IgnoreRules(folder.path), only),
            "watch": lambda folder: "",
            "unwatch": lambda folder: None,
            "kind_of": lambda path: kind_of(os.path.basename(path)),
            "rescan_seconds": lambda: 1_000.0,
            "readable": lambda: 1_000_000,
            "pace": self.pacer,
            "journal": self.journal,
            "failed": lambda error: None,
        }
        return Indexer(self.catalog, events, **(arguments | replaced))

    def index(self) -> None:
        """Reconcile, then drain."""
        self.reconcile()
        self.pipeline().run()

    def file(self, name: str) -> CatalogFile:
        known = self.catalog.known_files(self.folder.id)[str(self.root / name)]
        return self.catalog.files([known.id])[known.id]

    def states(self) -> dict[str, str]:
        """Relative path → state of every file in the catalog."""
        known = self.catalog.known_files(self.folder.id)
        return {os.path.relpath(path, self.root): file.state.value for path, file in known.items()}

    def failures(self) -> dict[str, str]:
        return {os.path.relpath(item.path, self.root): item.code for item in self.catalog.failures()}

    def found(self, words: str) -> set[str]:
        """The names of the files whose stored text holds any of ``words``."""
        files = {item.file for item in self.store.matching(TextQuery(words=words), 1_000, Filter())}
        known = self.catalog.files(list(files))
        assert set(known) == files, "the store holds rows of files that the catalog does not know"
        return {os.path.relpath(file.path, self.root) for file in known.values()}

    def check_agreement(self) -> None:
        """Catalog and store count the same chunks."""
        assert self.store.size().chunks == self.catalog.chunk_count()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    opened = Room(tmp_path)
    threads = set(threading.enumerate())
    yield opened
    left = [thread for thread in threading.enumerate() if thread not in threads]
    opened.catalog.close()
    opened.journal.close()
    assert not left, f"threads left running: {left}"
