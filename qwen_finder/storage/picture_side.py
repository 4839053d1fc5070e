"""The picture side of the catalog: which files' looks are wanted, and what became of them.

A file has two products, its text and its looks, which are decided on by different programs at different
times. Neither waits for the other, and each has an outcome of its own; what they share is the file's
generation, and the crashes that are held against it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from qwen_finder.core.document import FileId, FileState
from qwen_finder.core.errors import PASSING
from qwen_finder.core.ports import PictureOutcome
from qwen_finder.core.status import FileCounts
from qwen_finder.storage.tokens import valid

# Worded as the index files_pictures is, which holds all that is asked for.
_LOOKED_BY = "substr(picture_stamp, 1, length(:made)) = :made"

_STALE = "kind = 'image' AND (picture_stamp != :stamp OR picture_generation != generation)"


def wanted(db: sqlite3.Connection, stamp: str, limit: int) -> list[FileId]:
    rows = db.execute(
        f"SELECT id FROM files WHERE {_STALE} AND suspicion = 0 ORDER BY mtime_ns DESC LIMIT :limit",
        {"stamp": stamp, "limit": limit},
    )
    return [row[0] for row in rows]


def suspects(db: sqlite3.Connection, stamp: str) -> list[FileId]:
    # What is suspected while its text is pending is tried with its text first.
    rows = db.execute(
        f"SELECT id FROM files WHERE {_STALE} AND suspicion > 0 AND state != 'pending'"
        " ORDER BY suspicion, size",
        {"stamp": stamp},
    )
    return [row[0] for row in rows]


def waiting(db: sqlite3.Connection, stamp: str) -> int:
    (number,) = db.execute(
        f"SELECT count(*) FROM files WHERE {_STALE} AND (suspicion = 0 OR state != 'pending')",
        {"stamp": stamp},
    ).fetchone()
    return int(number)


def waiting_versions(db: sqlite3.Connection, stamp: str) -> set[tuple[int, int]]:
    return set(db.execute(f"SELECT size, mtime_ns FROM files WHERE {_STALE}", {"stamp": stamp}))


def finish(db: sqlite3.Connection, outcomes: Sequence[PictureOutcome]) -> None:
    db.executemany(
        "UPDATE files SET picture_state = ?, picture_stamp = ?, picture_generation = ?, picture_hash = ?,"
        " picture_views = ?, picture_code = ?, picture_message = ?, picture_hint = ?,"
        " suspicion = iif(state = 'pending', suspicion, 0), stamp = iif(?, '', stamp)"
        " WHERE id = ? AND generation = ?",
        [
            (
                done.state.value, done.stamp, done.generation, done.content_hash, done.views, done.code,
                valid(done.message), valid(done.hint), done.code in PASSING, done.file, done.generation,
            )
            for done in outcomes
        ],
    )  # fmt: skip


def want(db: sqlite3.Connection, files: Sequence[FileId]) -> None:
    db.execute(
        "UPDATE files SET picture_stamp = '' WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(files)),),
    )


def same(db: sqlite3.Connection, stamp: str, content_hashes: Sequence[str]) -> dict[str, list[FileId]]:
    found: dict[str, list[FileId]] = {}
    rows = db.execute(
        "SELECT picture_hash, id FROM files WHERE picture_hash != '' AND picture_views > 0"
        f" AND {_LOOKED_BY} AND picture_hash IN (SELECT value FROM json_each(:hashes)) ORDER BY id",
        {"made": _maker(stamp), "hashes": json.dumps(list(content_hashes))},
    )
    for content_hash, number in rows:
        found.setdefault(content_hash, []).append(number)
    return found


def counts(db: sqlite3.Connection, stamp: str) -> FileCounts:
    """Of what is stale, also what an earlier outcome said counts as pending."""
    rows = db.execute(
        f"SELECT iif({_STALE}, 'pending', picture_state), count(*) FROM files WHERE kind = 'image'"
        " GROUP BY 1",
        {"stamp": stamp},
    )
    return FileCounts(**{FileState(state).value: number for state, number in rows})


def any_of_size(db: sqlite3.Connection, stamp: str, size: int) -> bool:
    row = db.execute(
        f"SELECT 1 FROM files WHERE picture_views > 0 AND size = :size AND {_LOOKED_BY} LIMIT 1",
        {"size": size, "made": _maker(stamp)},
    ).fetchone()
    return row is not None


def views(db: sqlite3.Connection, stamp: str | None) -> dict[FileId, int]:
    return dict(
        db.execute(
            "SELECT id, picture_views FROM files WHERE picture_views > 0"
            " AND (:stamp IS NULL OR picture_stamp = :stamp)",
            {"stamp": stamp},
        )
    )


def _maker(stamp: str) -> str:
    """The part of ``stamp`` that vectors depend on; what follows it decides which files have any."""
    return stamp.partition("#")[0] + ("#" if "#" in stamp else "")
