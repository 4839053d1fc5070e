"""Thumbnails of indexed pictures on disk: as many as fit under a cap, those nobody looked at go first.

A cache: what is missing can be made again from the picture. Names are numbers only, so that the folder does
not tell what the pictures are called; ``remove`` takes those of a file from the disk, whatever their version.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from qwen_finder.core.document import FileId

log = logging.getLogger(__name__)

_FOLDERS = 256
_SUFFIX = ".webp"
# Freed at a time, as a share of the cap: looking for the oldest means looking at all.
_FREED = 0.1
# Being looked at is noted this often at most: reading must not write each time.
_NOTED_SECONDS = 3600.0


class _Entry(NamedTuple):
    path: Path
    bytes: int
    used: float


class Thumbnails:
    """WebP files below ``folder``, at most ``max_bytes`` of them together. Thread-safe.

    Each belongs to one ``version`` of a file (the catalog's generation) and has one ``side``, the longer one
    in pixels. Disk errors cost thumbnails and are logged; they are never raised.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._bytes: int | None = None

    def allow(self, max_bytes: int) -> None:
        """Change the cap; what is beyond goes at once."""
        with self._lock:
            self._max_bytes = max_bytes
            self._make_room(0)

    def put(self, file: FileId, version: int, thumbnails: Sequence[tuple[int, bytes]]) -> None:
        """Keep these (longer side, WebP) of ``file``, in place of those of its other versions."""
        with self._lock:
            for entry in list(self._of(file)):
                if not entry.path.name.startswith(f"{file}-{version}-"):
                    self._drop(entry)
            for side, content in thumbnails:
                self._write(self._path(file, version, side), content)

    def get(self, file: FileId, version: int, side: int) -> bytes | None:
        """The WebP, or None when it has to be made."""
        path = self._path(file, version, side)
        try:
            content = path.read_bytes()
            if time.time() - path.stat().st_mtime > _NOTED_SECONDS:
                os.utime(path)
        except OSError:
            return None
        return content

    def remove(self, files: Collection[FileId]) -> None:
        """Take all thumbnails of ``files`` from the disk."""
        with self._lock:
            for file in files:
                for entry in list(self._of(file)):
                    self._drop(entry)

    def retain(self, files: Collection[FileId]) -> None:
        """Take from the disk what belongs to none of ``files``: what a crash may have left. Looks at all."""
        kept = set(files)
        with self._lock:
            for entry in list(self._all()):
                number = entry.path.name.partition("-")[0]
                if not number.isdigit() or int(number) not in kept:
                    self._drop(entry)

    def size(self) -> int:
        """Bytes on disk."""
        with self._lock:
            return self._total()

    # Inside, under the lock.

    def _path(self, file: FileId, version: int, side: int) -> Path:
        return self._home(file) / f"{file}-{version}-{side}{_SUFFIX}"

    def _home(self, file: FileId) -> Path:
        return self._folder / f"{file % _FOLDERS:02x}"

    def _write(self, path: Path, content: bytes) -> None:
        self._make_room(len(content))
        if self._total() + len(content) > self._max_bytes:
            return
        unfinished = path.with_suffix(".part")
        try:
            for folder in (self._folder, path.parent):
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            before = path.stat().st_size if path.exists() else 0
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(content)
            os.replace(unfinished, path)
        except OSError as error:
            log.warning("a thumbnail could not be kept: %s", error)
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            return
        self._bytes = self._total() + len(content) - before

    def _make_room(self, wanted: int) -> None:
        if self._total() + wanted <= self._max_bytes:
            return
        bound = self._max_bytes * (1 - _FREED) - wanted
        for entry in sorted(self._all(), key=lambda entry: entry.used):
            if self._total() <= bound:
                break
            self._drop(entry)

    def _drop(self, entry: _Entry) -> None:
        try:
            entry.path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a thumbnail could not be removed: %s", error)
            return
        self._bytes = max(0, self._total() - entry.bytes)

    def _total(self) -> int:
        if self._bytes is None:
            self._bytes = sum(entry.bytes for entry in self._all())
        return self._bytes

    def _of(self, file: FileId) -> Iterator[_Entry]:
        prefix = f"{file}-"
        return (entry for entry in _entries(self._home(file)) if entry.path.name.startswith(prefix))

    def _all(self) -> Iterator[_Entry]:
        for number in range(_FOLDERS):
            yield from _entries(self._folder / f"{number:02x}")


def _entries(folder: Path) -> Iterator[_Entry]:
    """What lies in ``folder``, unfinished files too; nothing when it is not there."""
    try:
        with os.scandir(folder) as found:
            for entry in found:
                with suppress(FileNotFoundError):
                    status = entry.stat(follow_symlinks=False)
                    yield _Entry(Path(entry.path), status.st_size, status.st_mtime)
    except FileNotFoundError:
        return
    except OSError as error:
        log.warning("the thumbnails in %s cannot be looked at: %s", folder.name, error)
