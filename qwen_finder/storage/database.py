"""One SQLite file used from many threads: a writing connection behind a lock, a pool of reading ones.

Turns SQLite's errors into StorageErrors. Knows nothing of what the tables mean.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qwen_finder.core.errors import StorageError
from qwen_finder.storage import schema

_BUSY_SECONDS = 10.0


class Database:
    """The catalog's file, opened, migrated and owner-only (0600, as the files SQLite puts beside it)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._idle: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self._closed = False
        with self._translated():
            _create_private(path)
            self._writer = self._connect()
        try:
            with self._translated():
                _check(self._writer)
                self._writer.execute("PRAGMA journal_mode = WAL")
                self._writer.execute("PRAGMA secure_delete = ON")
                schema.migrate(self._writer)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for SELECTs, for this block alone; it sees everything committed before."""
        with self._lock:
            self._check_open()
            connection = self._idle.pop() if self._idle else None
        with self._translated():
            connection = connection or self._connect()
            try:
                yield connection
            finally:
                with self._lock:
                    self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection in one transaction: committed at the end, undone if the block raises."""
        with self._lock, self._translated():
            self._check_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise
            self._writer.execute("COMMIT")

    def empty_journal(self) -> None:
        """Fold the journal into the file, so that what was deleted is in neither; readers may put it off."""
        with self._lock, self._translated():
            self._check_open()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._idle.clear()
            for connection in self._all:
                connection.close()
            self._all.clear()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        with self._lock:
            self._all.append(connection)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError("storage.closed", f"The catalog {self._path} is closed already.")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise _storage_error(self._path, error) from error


def _check(connection: sqlite3.Connection) -> None:
    """Find damage now, when it can be set aside: later it would be met by whatever reads that page."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(str(verdict).strip().splitlines()[-1])


def _create_private(path: Path) -> None:
    """Make the file before SQLite does: its journal files then take over the mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _storage_error(path: Path, error: sqlite3.Error | OSError) -> StorageError:
    text = str(error)
    if "disk is full" in text or getattr(error, "errno", None) == errno.ENOSPC:
        return StorageError(
            "storage.full",
            f"No space is left on the disk of {path}.",
            "Free some space; indexing then goes on where it stopped.",
        )
    if "closed database" in text:
        return StorageError("storage.closed", f"The catalog {path} was closed meanwhile.")
    if "locked" in text:
        return StorageError(
            "storage.busy",
            f"Another program holds the catalog {path}.",
            "Close it, or stop the other service with: qwen-finder service stop",
        )
    if isinstance(error, OSError) or "unable to open" in text or "readonly" in text:
        return StorageError(
            "storage.unreadable",
            f"The catalog {path} cannot be opened for writing: {text}.",
            "Check the permissions of the file and its folder.",
        )
    return StorageError(
        "storage.broken",
        f"The catalog {path} is damaged: {text}.",
        "Run `qwen-finder service stop`: the next start sets the file aside and rebuilds it.",
    )
