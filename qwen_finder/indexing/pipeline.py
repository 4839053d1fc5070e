"""Drains the catalog's pending files: read and chunk → embed → store, each stage in threads of its own.

Embedding is the slow stage, by far, and releases the GIL; reading and storing hide behind it. The stages
are joined by bounded queues, so memory stays bounded whatever the files hold. Every file ends in an
``Outcome``; nothing is marked done before its rows are stored, and a long file is stored in parts.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import Interrupted
from qwen_finder.core.ports import Catalog, CatalogFile, EmbeddedChunk, Embedder, Journal, VectorStore
from qwen_finder.indexing.embedding import GroupEmbedding
from qwen_finder.indexing.parts import Part, Work
from qwen_finder.indexing.prepare import PreparedFile
from qwen_finder.indexing.readers import Readers
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.waiting import WaitingRoom

FETCH = 64

# How often reading looks for files saved meanwhile while it waits for embedding.
LOOK_SECONDS = 0.25

# A group is sorted by length before it is embedded, so that its batches hold texts of like length. It is
# worked off wholly before a file that was saved meanwhile has its turn.
GROUP_CHUNKS = 256
GROUP_SECONDS = 2.0
FILLING_SECONDS = 1.0

# Reading is paced like embedding, but not after every file of a millisecond.
READING_SECONDS = 0.05

# Few large commits: LanceDB writes 64 to 109 times as many rows a second this way (one file a commit
# against 400), and each commit leaves files behind. A flush every few seconds keeps new files findable.
FLUSH_ROWS = 1_500
FLUSH_SECONDS = 4.0

# Parts of files that wait to be stored; storing is quick, so there are many only while the disk hangs.
QUEUED_PARTS = 64


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
        self._prepare = prepare
        self._finished = finished
        self._stop = stop
        self._storing = storing
        self._journal = journal
        self._alone = alone
        self._readers = readers
        self._reading = threading.Lock()
        self._read_seconds = 0.0
        self._pace = pace
        self._embedding = GroupEmbedding(embedder, recent, journal, rest=self._rest, embedded=embedded)
        self._paused = threading.Event()
        self._full = False
        self._room = WaitingRoom()
        self._parts: queue.Queue[Part | None] = queue.Queue(QUEUED_PARTS)
        self._in_flight: dict[FileId, int] = {}
        self._failed = threading.Event()
        self._error: BaseException | None = None

    def run(self) -> None:
        """Returns when nothing is pending any more, at ``stop`` and at a pause; raises what a stage raised.

        Files in flight at a stop or pause stay pending; the next run goes on with what is not stored of them.
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
            for file in self._admitted(readers):
                self._in_flight[file.id] = file.generation
                if not readers.begin(file):
                    break
        self._room.end()

    def _admitted(self, readers: Readers) -> Iterator[CatalogFile]:
        """Pending files in their order, each when there is room for it; ends when all are embedded."""
        settled = False
        while not self._halted():
            # Files in flight are still pending in the catalog, so more than those are asked for. The copy
            # is made first: a file finished between the two lines must not be taken for a new one.
            in_flight = dict(self._in_flight)
            listed = self._pending(FETCH + len(in_flight))
            fresh = [file for file in listed if in_flight.get(file.id) != file.generation]
            if not fresh:
                if settled:
                    return
                # Another look follows: what waited may have given way to a newer version of it.
                settled = readers.settle(LOOK_SECONDS) and self._room.wait_for_end(LOOK_SECONDS)
                continue
            settled = False
            for file in fresh:
                if self._halted():
                    return
                if not self._room.admits(file):
                    self._room.wait_for_room(file, LOOK_SECONDS)
                    # What was saved meanwhile comes first.
                    break
                yield file

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
        self._room.enter(Work(prepared))
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
        while not (self._room.ended or self._halted()):
            group = self._collect()
            self._embedding.fill(group)
            halted = self._halted()
            for work in [work for work, _ in group] + (self._room.leave() if halted else []):
                for part in work.hand_on(halted=halted):
                    self._put(part)
        self._put(None)

    def _collect(self) -> list[tuple[Work, Sequence[int]]]:
        """Passages worth embedding together; waits for the first ones only."""
        group: list[tuple[Work, Sequence[int]]] = []
        chunks, characters = GROUP_CHUNKS, self._embedding.characters_in(GROUP_SECONDS)
        deadline = 0.0
        while chunks > 0 and characters > 0:
            patience = deadline - time.monotonic() if group else LOOK_SECONDS
            taken = self._room.take(chunks, characters, max(0.0, patience))
            if taken is None:
                if group or self._room.ended or self._halted():
                    break
                continue
            if not group:
                deadline = time.monotonic() + FILLING_SECONDS
            group.append(taken)
            work, ordinals = taken
            chunks -= len(ordinals)
            characters -= sum(len(work.file.chunks[ordinal].embedded_text) for ordinal in ordinals)
        return group

    # Stage 3: store.

    def _store_files(self) -> None:
        batch: list[Part] = []
        rows = 0
        due = 0.0
        while True:
            try:
                part = self._parts.get(timeout=max(0.05, due - time.monotonic()) if batch else 0.5)
            except queue.Empty:
                if self._failed.is_set():
                    break
            else:
                if part is None:
                    break
                if not batch:
                    due = time.monotonic() + FLUSH_SECONDS
                batch.append(part)
                rows += len(part.rows)
            if batch and (rows >= FLUSH_ROWS or time.monotonic() >= due):
                self._flush(batch)
                batch, rows = [], 0
        if batch and not self._failed.is_set():
            self._flush(batch)

    def _flush(self, batch: Sequence[Part]) -> None:
        # Once a batch was left out, later parts of the same files cannot be stored either.
        self._full = self._full or not self._pace.has_room()
        if self._full:
            self._paused.set()
            return
        with self._storing:
            current = self._catalog.files([part.file.file.id for part in batch])
            # Parts of forgotten files are dropped, and so are those of the older version of a file that
            # changed meanwhile: it may be in the batch twice, and is pending anyway.
            kept: list[Part] = []
            dropped: list[Part] = []
            for part in batch:
                now = current.get(part.file.file.id)
                fits = now is not None and now.generation == part.file.file.generation
                (kept if fits else dropped).append(part)
            replaced: dict[FileId, list[EmbeddedChunk]] = {}
            added: list[EmbeddedChunk] = []
            for part in kept:
                if part.first:
                    replaced[part.file.file.id] = []
                replaced.get(part.file.file.id, added).extend(part.rows)
            # A file that never had rows and has none now costs the index nothing.
            touched = [id for id, rows in replaced.items() if rows or current[id].chunks]
            if touched:
                self._store.replace(touched, [row for rows in replaced.values() for row in rows])
            if added:
                self._store.add(added)
            # The last one counts, when several parts of a file are in the batch.
            self._catalog.finish(list({part.file.file.id: part.outcome for part in kept}.values()))
        for part in dropped:
            self._room.dismiss(part.file.file.id, part.file.file.generation)
        done = [part.file for part in batch if part.last or part in dropped]
        for file in done:
            if self._in_flight.get(file.file.id) == file.file.generation:
                del self._in_flight[file.file.id]
        self._finished(Finished(tuple(measured(file) for file in done)))

    # Shared by the stages.

    def _halted(self) -> bool:
        return self._stop.is_set() or self._failed.is_set() or self._paused.is_set()

    def _rest(self, worked_s: float) -> bool:
        """Rest as the pace asks; False when the run has to end."""
        if not self._pace.rest(worked_s, self._halted):
            self._paused.set()
        return not self._halted()

    def _put(self, part: Part | None) -> None:
        """Hand ``part`` to the store; gives up when that has failed and will never take it."""
        while not self._failed.is_set():
            try:
                return self._parts.put(part, timeout=0.2)
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
