"""What the catalog keeps beside folders and files: values by key, and by what files were indexed."""

from __future__ import annotations

from collections.abc import Mapping

from qwen_finder.storage.database import Database

_SET = "INSERT INTO remembered VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class Remembered:
    """The part of the Catalog port that knows no paths."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, key: str) -> str | None:
        with self._db.reading() as db:
            row = db.execute("SELECT value FROM remembered WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set(self, key: str, value: str) -> None:
        with self._db.writing() as db:
            db.execute(_SET, (key, value))

    def take_over(self, values: Mapping[str, str], stamps: Mapping[str, str]) -> None:
        with self._db.writing() as db:
            db.executemany(_SET, list(values.items()))
            db.executemany(
                "UPDATE files SET stamp = ? WHERE stamp = ? AND state = 'indexed'",
                [(new, old) for old, new in stamps.items()],
            )
