"""Drains the pictures whose looks are wanted: decode → encode → store.

Encoding is the slow stage, by far; decoding, which happens in other processes, is a little ahead of it. What
waits in between is bounded in bytes and in time. Nothing is noted before its rows are stored.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field

from qwen_finder.core.document import FileId
from qwen_finder.core.errors import Interrupted
from qwen_finder.core.ports import Catalog, CatalogFile, Journal, PictureEmbedder, PictureStore
from qwen_finder.indexing.encoding import Encoding
from qwen_finder.indexing.picture_files import Decode, LookedAt, look_at
from qwen_finder.indexing.pipeline import Pacing
from qwen_finder.indexing.readers import Readers
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.indexing.turns import Turns

FETCH = 64

# How often it is looked for pictures saved meanwhile, while others wait to be encoded.
LOOK_SECONDS = 0.25

# How far decoding is ahead: by a second or so, whatever the model runs on. What was saved meanwhile waits for
# no more than that.
AHEAD_CALLS = 8
LEAST_AHEAD = 4
AHEAD_BYTES = 64_000_000

# Pictures are few rows, so a flush is due by time: a new picture is found within seconds.
FLUSH_PICTURES = 256
FLUSH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Gallery:
    """What pictures are indexed with; it is opened in the background and replaced when the model changes.

    ``stamp`` names model and decoder, ``keep`` is given the thumbnails of each picture that was stored.
    """

    store: PictureStore
    embedder: PictureEmbedder
    decode: Decode
    stamp: str
    keep: Callable[[CatalogFile, Sequence[tuple[int, bytes]]], None] = lambda file, thumbnails: None
    readers: int = 1
    recent: RecentVectors = field(default_factory=RecentVectors)


@dataclass(frozen=True, slots=True)
class Watched:
    """Who is told how it goes: ``looking`` the path that is decoded now, ``stored`` the pictures done."""

    looking: Callable[[str], None] = lambda path: None
    stored: Callable[[Collection[LookedAt]], None] = lambda done: None


class PicturePipeline:
    """One run over everything that is wanted; ``alone`` is the only file to do.

    ``stop`` ends the run within a call to the model; ``storing`` is held while a batch is written: who
    forgets files holds it too, so that no rows of theirs come back. ``journal`` is told what is being worked
    on, for the next process to know should this one die of it.
    """

    def __init__(
        self,
        catalog: Catalog,
        gallery: Gallery,
        *,
        stop: threading.Event,
        storing: threading.Lock,
        journal: Journal,
        pace: Pacing,
        turns: Turns,
        watched: Watched,
        alone: FileId | None = None,
    ) -> None:
        self._catalog = catalog
        self._gallery = gallery
        self._stop = stop
        self._storing = storing
        self._journal = journal
        self._pace = pace
        self._watched = watched
        self._alone = alone
        self._encoding = Encoding(
            gallery.embedder, gallery.recent, journal, turns, rest=self._rest, halted=self._halted
        )
        self._waiting: queue.SimpleQueue[LookedAt | None] = queue.SimpleQueue()
        self._ahead = _Ahead()
        self._in_flight: dict[FileId, int] = {}
        self._paused = threading.Event()
        self._failed = threading.Event()
        self._error: BaseException | None = None

    def run(self) -> None:
        """Returns when nothing is wanted any more, at ``stop`` and at a pause; raises what went wrong.

        Pictures in flight at a stop or pause are still wanted.
        """
        decoding = threading.Thread(target=self._guard, args=(self._decode_files,), name="pictures-decode")
        decoding.start()
        self._guard(self._encode_and_store)
        decoding.join()
        if self._error is not None:
            raise self._error

    # Stage 1: decode.

    def _decode_files(self) -> None:
        try:
            with Readers(
                lambda file: self._guard(lambda: self._decode(file)),
                most=self._gallery.readers,
                width=self._pace.at_once,
                noted=lambda files: self._journal.note("decoding", files),
                halted=self._halted,
            ) as readers:
                for file in self._admitted():
                    self._in_flight[file.id] = file.generation
                    if not readers.begin(file):
                        break
        finally:
            self._waiting.put(None)

    def _admitted(self) -> Iterator[CatalogFile]:
        """Wanted files in their order, each when there is room for it; ends when all are stored."""
        while not self._halted():
            # The copy is made first: a file finished between the two lines must not be taken for a new one.
            in_flight = dict(self._in_flight)
            listed = self._wanted(FETCH + len(in_flight))
            fresh = [file for file in listed if in_flight.get(file.id) != file.generation]
            if not fresh:
                if not in_flight:
                    return
                time.sleep(LOOK_SECONDS if len(in_flight) > 1 else 0.05)
                continue
            for file in fresh:
                if self._halted():
                    return
                if not self._ahead.has_room(self._most_ahead()):
                    # Until there is plenty, so that not each picture is looked for anew. What was saved
                    # meanwhile then comes first.
                    self._ahead.wait_for_room(self._most_ahead() // 2, LOOK_SECONDS)
                    break
                yield file

    def _decode(self, file: CatalogFile) -> None:
        self._watched.looking(file.path)
        began = time.monotonic()
        try:
            looked = look_at(
                file,
                decode=self._gallery.decode,
                halted=self._halted,
                stamp=self._gallery.stamp,
                catalog=self._catalog,
                store=self._gallery.store,
            )
        except Interrupted:
            # The run is ending; nothing else may interrupt it.
            if not self._halted():
                raise
            return
        self._ahead.enter(looked.bytes)
        self._waiting.put(looked)
        if not looked.missing:
            # The model will not rest for this one: fifty thousand icons are work too.
            self._rest(time.monotonic() - began)

    def _most_ahead(self) -> int:
        return max(LEAST_AHEAD, AHEAD_CALLS * self._encoding.views)

    def _wanted(self, limit: int) -> list[CatalogFile]:
        if self._alone is None:
            return self._catalog.pictures_wanted(self._gallery.stamp, limit)
        suspects = self._catalog.picture_suspects(self._gallery.stamp)
        return [file for file in suspects if file.id == self._alone]

    # Stage 2: encode and store.

    def _encode_and_store(self) -> None:
        batch: list[LookedAt] = []
        due, ended = 0.0, False
        while not (ended or self._halted()):
            group, ended = self._collect(max(0.0, due - time.monotonic()) if batch else LOOK_SECONDS)
            sizes = [looked.bytes for looked in group]
            self._encoding.fill(group)
            for size in sizes:
                self._ahead.leave(size)
            done = [looked for looked in group if not looked.missing]
            if done and not batch:
                due = time.monotonic() + FLUSH_SECONDS
            batch += done
            settled = not self._ahead.pictures and len(batch) >= len(self._in_flight)
            if batch and (len(batch) >= FLUSH_PICTURES or time.monotonic() >= due or settled):
                self._flush(batch)
                batch = []
        if batch and not self._failed.is_set():
            self._flush(batch)

    def _collect(self, patience_s: float) -> tuple[list[LookedAt], bool]:
        """Pictures for one call to the model, fewer when no more are decoded, and whether all are."""
        group: list[LookedAt] = []
        views = 0
        while views < self._encoding.views and len(group) < FLUSH_PICTURES:
            try:
                looked = (
                    self._waiting.get(timeout=min(patience_s, LOOK_SECONDS))
                    if not group
                    else (self._waiting.get_nowait())
                )
            except queue.Empty:
                break
            if looked is None:
                return group, True
            group.append(looked)
            views += len(looked.missing)
        return group, False

    def _flush(self, batch: Sequence[LookedAt]) -> None:
        if not self._pace.has_room():
            self._paused.set()
            return
        with self._storing:
            current = self._catalog.files([looked.file.id for looked in batch])
            # Of forgotten files nothing is kept, nor of those that changed meanwhile: they are wanted anyway.
            kept = {
                looked.file.id: looked
                for looked in batch
                if (now := current.get(looked.file.id)) and now.generation == looked.file.generation
            }
            if kept:
                self._gallery.store.replace(
                    list(kept), [row for looked in kept.values() for row in looked.rows()]
                )
                self._catalog.finish_pictures([looked.outcome for looked in kept.values()])
            for looked in kept.values():
                if looked.thumbnails:
                    self._gallery.keep(looked.file, looked.thumbnails)
        for looked in batch:
            if self._in_flight.get(looked.file.id) == looked.file.generation:
                del self._in_flight[looked.file.id]
        self._watched.stored(batch)

    # Shared by the stages.

    def _halted(self) -> bool:
        return self._stop.is_set() or self._failed.is_set() or self._paused.is_set()

    def _rest(self, worked_s: float) -> bool:
        if not self._pace.rest(worked_s, self._halted):
            self._paused.set()
        return not self._halted()

    def _guard(self, stage: Callable[[], None]) -> None:
        try:
            stage()
        except BaseException as error:  # noqa: BLE001 - carried to the thread that called run()
            self._error = self._error or error
            self._failed.set()


class _Ahead:
    """How much was decoded and waits for the model. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._bytes = 0
        self.pictures = 0

    def has_room(self, most: int) -> bool:
        """Whether one more than those that wait is within ``most``, or within ``LEAST_AHEAD``."""
        with self._changed:
            return self._fits(most)

    def wait_for_room(self, most: int, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._fits(most), seconds)

    def enter(self, size: int) -> None:
        with self._changed:
            self._bytes += size
            self.pictures += 1

    def leave(self, size: int) -> None:
        with self._changed:
            self._bytes -= size
            self.pictures -= 1
            self._changed.notify_all()

    def _fits(self, most: int) -> bool:
        if self.pictures < LEAST_AHEAD:
            return True
        return self._bytes < AHEAD_BYTES and self.pictures < most
