"""Drains the catalog's pending files: read and chunk → embed → store, each stage in threads of its own.

Embedding is the slow stage, by far, and releases the GIL; reading and storing hide behind it. The stages
are joined by short bounded queues, so memory stays bounded whatever the files hold. Every file ends in an
``Outcome``; nothing is marked done before its rows are stored.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import Interrupted, ModelError
from qwen_finder.core.ports import Catalog, CatalogFile, EmbeddedChunk, Embedder, Journal, VectorStore
from qwen_finder.indexing.prepare import PreparedFile, give_up
from qwen_finder.indexing.readers import Readers
from qwen_finder.indexing.recent import RecentVectors

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector

FETCH = 64
QUEUED_FILES = 48

# A group is sorted by length before it is embedded, so that its batches hold texts of like length.
GROUP_CHUNKS = 256
GROUP_SECONDS = 1.0

# What one call to the embedder takes, and so how long a query or a stop may wait for it. The characters that
# make it up depend on model and machine and are measured; too few would leave the model's batches half empty.
SLICE_SECONDS = 0.15
LEAST_SLICE, MOST_SLICE = 400, 8_000

# Reading is paced like embedding, but not after every file of a millisecond.
READING_SECONDS = 0.05

# Any working model embeds this.
PLAIN_TEXT = "The quick brown fox jumps over the lazy dog."

# Few large commits: LanceDB writes 64 to 109 times as many rows a second this way (one file a commit
# against 400), and each commit leaves files behind. A flush every few seconds keeps new files findable.
FLUSH_ROWS = 1_500
FLUSH_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """A file that was read; ``characters`` of it are, or have been, embedded."""

    kind: Kind
    ext: str
    size: int
    characters: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A batch that was stored."""

    done: tuple[MeasuredFile, ...]

    @property
    def files(self) -> int:
        return len(self.done)

    @property
    def characters(self) -> int:
        return sum(file.characters for file in self.done)


class Pacing(Protocol):
    """Says when to rest. Thread-safe."""

    def rest(self, worked_s: float, halted: Callable[[], bool]) -> bool:
        """Wait as long as ``worked_s`` seconds of work ask for; False when work is to end for now."""
        ...

    def at_once(self, most: int) -> int:
        """How many of ``most`` readers may work now, at least one."""
        ...

    def has_room(self) -> bool:
        """Whether the disk has room for what is to be stored."""
        ...


class Pipeline:
    """One run over everything that is pending.

    ``prepare`` reads a file into chunks, in ``readers`` threads at once, and raises Interrupted when it is
    told to halt; ``finished`` is told each batch that was stored. ``storing`` is
    held while a batch is written: who forgets files holds it too, so that no rows of theirs come back.
    ``recent`` belongs to one model and may outlive the run. ``journal`` is told what is being read and
    embedded, for the next process to know should this one die of it; ``alone`` is the only file to do.
    ``embedded`` is told the characters of each call to the embedder.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: VectorStore,
        embedder: Embedder,
        *,
        prepare: Callable[[CatalogFile, Callable[[], bool]], PreparedFile],
        finished: Callable[[Finished], None],
        stop: threading.Event,
        storing: threading.Lock,
        recent: RecentVectors,
        journal: Journal,
        pace: Pacing,
        embedded: Callable[[int], None],
        alone: FileId | None = None,
        readers: int = 1,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._embedder = embedder
        self._prepare = prepare
        self._finished = finished
        self._stop = stop
        self._storing = storing
        self._recent = recent
        self._journal = journal
        self._alone = alone
        self._readers = readers
        self._reading = threading.Lock()
        self._read_seconds = 0.0
        self._pace = pace
        self._heard = embedded
        self._slice_characters = 2_000
        self._paused = threading.Event()
        self._read: queue.Queue[PreparedFile | None] = queue.Queue(QUEUED_FILES)
        self._embedded: queue.Queue[PreparedFile | None] = queue.Queue(QUEUED_FILES * 8)
        self._in_flight: dict[FileId, int] = {}
        self._failed = threading.Event()
        self._error: BaseException | None = None

    def run(self) -> None:
        """Returns when nothing is pending any more, at ``stop`` and at a pause; raises what a stage raised.

        Files in flight at a stop or pause stay pending and are done again by the next run.
        """
        stages = [
            threading.Thread(target=self._guard, args=(stage,), name=f"indexing-{stage.__name__}")
            for stage in (self._read_files, self._store_files)
        ]
        for thread in stages:
            thread.start()
        self._guard(self._embed_files)
        for thread in stages:
            thread.join()
        if self._error is not None:
            raise self._error

    # Stage 1: read and chunk.

    def _read_files(self) -> None:
        with Readers(
            lambda file: self._guard(lambda: self._read_file(file)),
            most=self._readers,
            width=self._pace.at_once,
            noted=lambda files: self._journal.note("reading", files),
            halted=self._halted,
        ) as readers:
            while not self._halted():
                # Files in flight are still pending in the catalog, so more than those are asked for. The copy
                # is made first: a file finished between the two lines must not be taken for a new one.
                done, in_flight = readers.done, dict(self._in_flight)
                listed = self._pending(FETCH + len(in_flight))
                fresh = [file for file in listed if in_flight.get(file.id) != file.generation]
                # While the last ones are read some may change, and are fresh again.
                if not fresh and not readers.settle(done):
                    break
                for file in fresh:
                    self._in_flight[file.id] = file.generation
                    if not readers.begin(file):
                        break
        self._put(self._read, None, unless=self._halted)

    def _read_file(self, file: CatalogFile) -> None:
        began = time.monotonic()
        try:
            prepared = self._prepare(file, self._halted)
        except Interrupted:
            # The run is ending and the file stays pending; nothing else may interrupt it.
            if not self._halted():
                raise
            return
        finally:
            with self._reading:
                self._read_seconds += time.monotonic() - began
        self._put(self._read, prepared, unless=self._halted)
        with self._reading:
            worked = self._read_seconds if self._read_seconds >= READING_SECONDS else 0.0
            self._read_seconds -= worked
        if worked:
            self._rest(worked)

    def _pending(self, limit: int) -> list[CatalogFile]:
        if self._alone is None:
            return self._catalog.pending(limit)
        return [file for file in self._catalog.suspects() if file.id == self._alone]

    # Stage 2: embed.

    def _embed_files(self) -> None:
        while True:
            group, ended = self._collect()
            for file in self._embed(group):
                self._put(self._embedded, file, unless=self._failed.is_set)
            if ended or self._halted():
                break
        self._put(self._embedded, None, unless=self._failed.is_set)

    def _collect(self) -> tuple[list[PreparedFile], bool]:
        """Files whose chunks are worth embedding together; waits for the first one only."""
        group: list[PreparedFile] = []
        wanting = 0
        deadline = 0.0
        while wanting < GROUP_CHUNKS:
            try:
                file = self._read.get(timeout=0.2 if not group else max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                if group or self._halted():
                    return group, False
                continue
            if file is None:
                return group, True
            if not group:
                deadline = time.monotonic() + GROUP_SECONDS
            group.append(file)
            wanting += sum(vector is None for vector in file.vectors)
        return group, False

    def _embed(self, group: Sequence[PreparedFile]) -> Sequence[PreparedFile]:
        """Fill in the missing vectors of ``group``; what a stop left without them is dropped."""
        wanting: dict[str, str] = {}
        owners: dict[str, FileId] = {}
        for file in group:
            for chunk, vector in zip(file.chunks, file.vectors, strict=True):
                if vector is None and self._recent.get(chunk.hash) is None:
                    wanting.setdefault(chunk.hash, chunk.embedded_text)
                    owners.setdefault(chunk.hash, file.file.id)
        # Longest first: the short ones at the end fill batches up.
        hashes = sorted(wanting, key=lambda item: -len(wanting[item]))
        fresh: dict[str, Vector] = {}
        refused: dict[str, ModelError] = {}
        start, spent = 0, 0.0
        while start < len(hashes) and self._rest(spent):
            end, characters = start, 0
            while end < len(hashes) and (end == start or characters < self._slice_characters):
                characters += len(wanting[hashes[end]])
                end += 1
            began = time.monotonic()
            self._journal.note("embedding", list({owners[item] for item in hashes[start:end]}))
            answers = self._vectors([wanting[item] for item in hashes[start:end]])
            for item, answer in zip(hashes[start:end], answers, strict=True):
                if isinstance(answer, ModelError):
                    refused[item] = answer
                else:
                    fresh[item] = answer
            start, spent = end, time.monotonic() - began
            self._slice_characters = fitting_slice(characters, spent)
            self._heard(characters)
        self._journal.note("embedding", ())
        for file in group:
            error = next((refused[chunk.hash] for chunk in file.chunks if chunk.hash in refused), None)
            if error is not None:
                give_up(file, error)
            for index, chunk in enumerate(file.chunks):
                if file.vectors[index] is None:
                    file.vectors[index] = fresh.get(chunk.hash, self._recent.get(chunk.hash))
        for item, vector in fresh.items():
            self._recent.add(item, vector)
        return [file for file in group if all(vector is not None for vector in file.vectors)]

    def _vectors(self, texts: Sequence[str]) -> Sequence[Vector | ModelError]:
        """The vectors of ``texts``, or the error for those the model cannot embed, so that one bad text costs
        only its own file. Raises the ModelError when the model itself does not work any more.
        """
        try:
            return list(self._embedder.embed_documents(texts))
        except ModelError as error:
            self._embedder.embed_documents([PLAIN_TEXT])
            if len(texts) == 1:
                return [error]
            return [answer for text in texts for answer in self._vectors([text])]

    # Stage 3: store.

    def _store_files(self) -> None:
        batch: list[PreparedFile] = []
        rows = 0
        due = 0.0
        while True:
            try:
                file = self._embedded.get(timeout=max(0.05, due - time.monotonic()) if batch else 0.5)
            except queue.Empty:
                if self._failed.is_set():
                    break
            else:
                if file is None:
                    break
                if not batch:
                    due = time.monotonic() + FLUSH_SECONDS
                batch.append(file)
                rows += len(file.chunks)
            if batch and (rows >= FLUSH_ROWS or time.monotonic() >= due):
                self._flush(batch)
                batch, rows = [], 0
        if batch and not self._failed.is_set():
            self._flush(batch)

    def _flush(self, batch: Sequence[PreparedFile]) -> None:
        if not self._pace.has_room():
            self._paused.set()
            return
        with self._storing:
            current = self._catalog.files([file.file.id for file in batch])
            # Forgotten files are dropped, and so is the older version of one that changed meanwhile: it may
            # be in the batch twice, and is pending anyway.
            kept = [
                file
                for file in batch
                if file.file.id in current and current[file.file.id].generation == file.file.generation
            ]
            rows = [
                EmbeddedChunk(file.fields, chunk, _known(vector))
                for file in kept
                for chunk, vector in zip(file.chunks, file.vectors, strict=True)
            ]
            # A file that never had rows and has none now costs the index nothing.
            touched = [file.file.id for file in kept if file.chunks or file.file.chunks]
            if touched:
                self._store.replace(touched, rows)
            self._catalog.finish([file.outcome for file in kept])
        for file in batch:
            if self._in_flight.get(file.file.id) == file.file.generation:
                del self._in_flight[file.file.id]
        self._finished(Finished(tuple(measured(file) for file in batch)))

    # Shared by the stages.

    def _halted(self) -> bool:
        return self._stop.is_set() or self._failed.is_set() or self._paused.is_set()

    def _rest(self, worked_s: float) -> bool:
        """Rest as the pace asks; False when the run has to end."""
        if not self._pace.rest(worked_s, self._halted):
            self._paused.set()
        return not self._halted()

    def _put(
        self,
        target: queue.Queue[PreparedFile | None],
        item: PreparedFile | None,
        *,
        unless: Callable[[], bool],
    ) -> None:
        """Like ``Queue.put``, but gives up when ``unless`` says that the next stage will never take it."""
        while not unless():
            try:
                return target.put(item, timeout=0.2)
            except queue.Full:
                continue
        return None

    def _guard(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that called run()
            self._error = self._error or error
            self._failed.set()


def measured(file: PreparedFile) -> MeasuredFile:
    characters = sum(len(chunk.embedded_text) for chunk in file.chunks)
    return MeasuredFile(file.file.kind, file.fields.ext, file.file.size, characters)


def fitting_slice(characters: int, seconds: float) -> int:
    """How many characters the next call takes, when the last took ``seconds`` for its ``characters``."""
    fitting = int(characters * SLICE_SECONDS / max(seconds, 1e-3))
    return min(max(fitting, LEAST_SLICE), MOST_SLICE)


def _known(vector: Vector | None) -> Vector:
    assert vector is not None, "a file is stored only when all of its chunks are embedded"
    return vector
