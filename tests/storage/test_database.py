"""The catalog's file: transactions, what is looked through at the start, errors in our own words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwen_finder.core.errors import StorageError
from qwen_finder.storage import database as database_module
from qwen_finder.storage.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "catalog.sqlite"


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    opened = Database(path)
    yield opened
    opened.close()


def keys(database: Database) -> list[str]:
    with database.reading() as db:
        return [key for (key,) in db.execute("SELECT key FROM remembered ORDER BY key")]


def test_a_commit_that_fails_is_undone_and_the_next_one_works(database: Database) -> None:
    def refuse() -> None:
        with database.writing() as db:
            db.execute("PRAGMA defer_foreign_keys = ON")
            db.execute("INSERT INTO remembered VALUES ('lost', '')")
            db.execute(
                "INSERT INTO files (folder, directory, name, lowered, stem, searchable, ext, kind, size,"
                " size_class, mtime_ns) VALUES (99, 99, 'a', 'a', 'a', ' a ', '', 'text', 1, 0, 1)"
            )

    with pytest.raises(StorageError) as refused:
        refuse()
    assert refused.value.code == "storage.refused"
    with database.writing() as db:
        db.execute("INSERT INTO remembered VALUES ('kept', '')")
    assert keys(database) == ["kept"]


def test_a_long_change_keeps_no_reader_out(database: Database) -> None:
    seen: list[list[str]] = []
    with database.writing() as db:
        db.execute("INSERT INTO remembered VALUES ('new', '')")
        reader = threading.Thread(target=lambda: seen.append(keys(database)), daemon=True)
        reader.start()
        reader.join(10)
        assert seen == [[]]
    assert keys(database) == ["new"]


def test_a_large_catalog_is_looked_through_only_after_an_interruption(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(path)
    with database.writing() as db:
        db.executemany("INSERT INTO remembered VALUES (?, ?)", [(f"{at:04}", "x" * 99) for at in range(999)])
    database.close()
    with path.open("r+b") as file:
        file.seek(-2 * 4096, 2)
        file.write(bytes(4096))
    monkeypatch.setattr(database_module, "_ALWAYS_CHECKED_BYTES", 4096)
    Database(path).close()
    path.with_name(path.name + "-wal").touch()
    with pytest.raises(StorageError) as found:
        Database(path)
    assert found.value.code == "storage.broken"


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (sqlite3.SQLITE_FULL, "storage.full"),
        (sqlite3.SQLITE_BUSY, "storage.busy"),
        (sqlite3.SQLITE_IOERR_READ, "storage.unreadable"),
        (sqlite3.SQLITE_READONLY, "storage.unreadable"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "storage.broken"),
        (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, "storage.refused"),
    ],
)
def test_only_damage_is_called_damage(database: Database, result: int, code: str, path: Path) -> None:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = result
    with pytest.raises(StorageError) as told, database.reading():
        raise error
    assert told.value.code == code
    assert path.with_name(path.name + ".damaged").exists() == (code == "storage.broken")
