"""One SQLite file used from many threads: a writing connection behind a lock, a pool of reading ones.

Turns SQLite's errors into StorageErrors. Knows nothing of what the tables mean.
"""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qwen_finder.core.errors import StorageError
from qwen_finder.storage import schema

log = logging.getLogger(__name__)

_BUSY_SECONDS = 10.0

# Looking through a catalog costs 0.7 s for 540 MB (a million files) in memory, 4 s from the disk. So a larger
# one than this is looked through only when there is a reason.
_ALWAYS_CHECKED_BYTES = 64 << 20

_REASON = ".damaged"

# Trouble of the disk or of permissions, which says nothing of the file.
_UNREADABLE = (
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
)


class Database:
    """The catalog's file, opened, migrated and owner-only (0600, as the files SQLite puts beside it)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Two, since a long change keeps no reader out: it sees what was before.
        self._lock, self._changing = threading.Lock(), threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._all: list[sqlite3.Connection] = []
        self._closed = False
        with self._translated():
            if reason_file(path).exists():
                raise _broken(path, "damage was met while it was in use")
            # SQLite removes its journal at an orderly end.
            interrupted = path.with_name(path.name + "-wal").exists()
            _create_private(path)
            self._writer = self._connect()
        try:
            with self._translated():
                if interrupted or path.stat().st_size <= _ALWAYS_CHECKED_BYTES:
                    _check(self._writer)
                self._writer.execute("PRAGMA journal_mode = WAL")
                self._writer.execute("PRAGMA secure_delete = ON")
                schema.migrate(self._writer)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for SELECTs, for this block alone; all of them see what was committed at the first."""
        with self._lock:
            self._check_open()
            connection = self._idle.pop() if self._idle else None
        with self._translated():
            connection = connection or self._connect()
            try:
                # One transaction: writers go on meanwhile, and what belongs together is of one moment.
                connection.execute("BEGIN")
                yield connection
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                with self._lock:
                    self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The writing connection in one transaction: committed at the end, undone if the block raises."""
        with self._changing, self._translated():
            self._check_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                # A commit that failed leaves the transaction open, and no other could begin.
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def empty_journal(self) -> None:
        """Fold the journal into the file, so that what was deleted is in neither; readers may put it off."""
        with self._changing, self._translated():
            self._check_open()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._changing, self._lock:
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
            if _is_damage(error):
                self._note_damage()
            raise _storage_error(self._path, error) from error

    def _note_damage(self) -> None:
        """For the next start, which might not look where this was met."""
        try:
            reason_file(self._path).touch(0o600)
        except OSError as error:
            log.warning("the damage of the catalog could not be noted: %s", error)


def reason_file(path: Path) -> Path:
    """There when the catalog at ``path`` was found damaged while it was in use."""
    return path.with_name(path.name + _REASON)


def _check(connection: sqlite3.Connection) -> None:
    """Find damage now, when it can be set aside: later it would be met by whatever reads that page."""
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        damage = sqlite3.DatabaseError(str(verdict).strip().splitlines()[-1])
        damage.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damage


def _create_private(path: Path) -> None:
    """Make the file before SQLite does: its journal files then take over the mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def _is_damage(error: sqlite3.Error | OSError) -> bool:
    return _result(error) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _result(error: sqlite3.Error | OSError) -> int:
    """SQLite's primary result code; SQLITE_OK when the error is not from SQLite itself."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)) & 0xFF


def _storage_error(path: Path, error: sqlite3.Error | OSError) -> StorageError:
    text, result = str(error), _result(error)
    if result == sqlite3.SQLITE_FULL or getattr(error, "errno", None) == errno.ENOSPC:
        return StorageError(
            "storage.full",
            f"No space is left on the disk of {path}.",
            "Free some space; indexing then goes on where it stopped.",
        )
    if result in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StorageError(
            "storage.busy",
            f"Another program holds the catalog {path}.",
            "Close it, or stop the other service with: qwen-finder service stop",
        )
    if isinstance(error, OSError) or result in _UNREADABLE:
        return StorageError(
            "storage.unreadable",
            f"The catalog {path} cannot be read or written: {text}.",
            "Check the permissions of the file and its folder, and the disk.",
        )
    if _is_damage(error) or result == sqlite3.SQLITE_ERROR:
        return _broken(path, text)
    if "closed database" in text:
        return StorageError("storage.closed", f"The catalog {path} was closed meanwhile.")
    return StorageError("storage.refused", f"The catalog {path} refused a change: {text}.")


def _broken(path: Path, text: str) -> StorageError:
    return StorageError(
        "storage.broken",
        f"The catalog {path} is damaged: {text}.",
        "Run `qwen-finder service stop`: the next start sets the file aside and rebuilds it.",
    )
