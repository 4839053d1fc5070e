"""The files that were read and wait to be embedded: few enough for the memory, the most urgent first.

A file saved a moment ago overtakes whatever waits, and the rest of a file that is being embedded. Reading
goes on for small files when large ones have filled the room.
"""

from __future__ import annotations

import threading

from qwen_finder.core.document import FileId, size_class
from qwen_finder.core.ports import CatalogFile
from qwen_finder.indexing.parts import Work

# How far reading is ahead of embedding, for files of one size and smaller ones.
QUEUED_FILES = 48
QUEUED_CHUNKS = 4_096


class WaitingRoom:
    """Thread-safe. A file stays until the last of its passages was taken."""

    def __init__(self) -> None:
        self._works: list[Work] = []
        self._changed = threading.Condition()
        self._ended = False

    def admits(self, file: CatalogFile) -> bool:
        """Whether ``file`` may be read and enter now."""
        with self._changed:
            return self._has_room(file, 1.0)

    def wait_for_room(self, file: CatalogFile, seconds: float) -> None:
        """Wait until there is plenty of room for ``file``, so that nobody waits for each file anew."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_room(file, 0.5), seconds)

    def wait_for_end(self, seconds: float) -> bool:
        """Whether nobody waits here any more, at least after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._works, seconds)

    def enter(self, work: Work) -> None:
        with self._changed:
            self._works.append(work)
            self._changed.notify_all()

    def end(self) -> None:
        """Nobody will enter any more."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    @property
    def ended(self) -> bool:
        """Nobody waits, nor will."""
        with self._changed:
            return self._ended and not self._works

    def take(self, chunks: int, characters: int, seconds: float) -> tuple[Work, list[int]] | None:
        """The most urgent file and the ordinals of passages to embed of it (see ``Work.take``); None if there
        is none within ``seconds``, or will be none any more."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._works or self._ended, seconds) or not self._works:
                return None
            work = min(self._works, key=lambda work: work.urgency)
            taken = work.take(chunks, characters)
            if not work.missing:
                self._works.remove(work)
            self._changed.notify_all()
            return work, taken

    def dismiss(self, file: FileId, generation: int) -> None:
        """That version of a file is not wanted any more."""
        with self._changed:
            self._works = [
                work
                for work in self._works
                if (work.file.file.id, work.file.file.generation) != (file, generation)
            ]
            self._changed.notify_all()

    def leave(self) -> list[Work]:
        """Everybody who waits; nobody does afterwards."""
        with self._changed:
            left, self._works = self._works, []
            self._changed.notify_all()
            return left

    def _has_room(self, file: CatalogFile, share: float) -> bool:
        # A larger one that is being worked off does not count, or it would hold up all others.
        size = size_class(file.size)
        ahead = [work.missing for work in self._works if work.size_class <= size]
        return len(ahead) < QUEUED_FILES * share and sum(ahead) < QUEUED_CHUNKS * share
