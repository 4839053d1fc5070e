"""The truth about folders and files, in SQLite.

Everything else (vectors, full text) can be rebuilt from here and the disk. Knows paths, states and names of
files, never their contents. Paths are kept as bytes, since a name need not be valid Unicode.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qwen_finder.core.document import FileId, FileState, Kind, size_class
from qwen_finder.core.ports import (
    Backlog,
    CatalogFile,
    KnownFile,
    NameMatch,
    Outcome,
    PictureOutcome,
    SeenFile,
)
from qwen_finder.core.query import Filter
from qwen_finder.core.status import Failure, FileCounts, Folder
from qwen_finder.storage import name_search, names, picture_side
from qwen_finder.storage.database import Database
from qwen_finder.storage.remembered import Remembered
from qwen_finder.storage.subtrees import files_below
from qwen_finder.storage.tokens import valid

_PAGE = 1_000

_ENCODING, _ERRORS = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

_FILE = """
    SELECT f.id, f.folder, f.directory, d.path, f.name, f.kind, f.size, f.mtime_ns, f.state, f.generation,
           f.content_hash, f.language, f.chunks, f.suspicion, f.stamp
    FROM files f JOIN directories d ON d.id = f.directory
"""

_FAILURES = """
    SELECT f.id, d.path, f.name, f.state, f.code, f.message, f.hint,
           f.kind = 'image' AND f.picture_generation = f.generation,
           f.picture_state, f.picture_code, f.picture_message, f.picture_hint
    FROM (
        SELECT id FROM files WHERE code != '' AND state != 'pending' AND id > ?
        UNION SELECT id FROM files WHERE picture_code != '' AND id > ? ORDER BY id LIMIT ?
    ) AS noted
    JOIN files f ON f.id = noted.id JOIN directories d ON d.id = f.directory ORDER BY f.id
"""


class SqliteCatalog(Remembered):
    """The Catalog port on one SQLite file (WAL, mode 0600). Safe to use from any thread.

    Raises StorageError: "storage.newer", "storage.full", "storage.busy", "storage.unreadable",
    "storage.broken".
    """

    def __init__(self, path: Path) -> None:
        super().__init__(Database(path))

    def folders(self) -> list[Folder]:
        with self._db.reading() as db:
            rows = db.execute("SELECT id, path FROM folders ORDER BY path").fetchall()
        return [Folder(number, os.fsdecode(path)) for number, path in rows]

    def add_folder(self, path: str) -> Folder:
        """Enter a folder, or return the one already entered under this path."""
        raw = os.fsencode(path)
        with self._db.writing() as db:
            db.execute("INSERT INTO folders (path) VALUES (?) ON CONFLICT DO NOTHING", (raw,))
            (number,) = db.execute("SELECT id FROM folders WHERE path = ?", (raw,)).fetchone()
        return Folder(number, path)

    def remove_folder(self, folder: int) -> list[FileId]:
        with self._db.writing() as db:
            held = [row[0] for row in db.execute("SELECT id FROM files WHERE folder = ?", (folder,))]
            db.execute("DELETE FROM files WHERE folder = ?", (folder,))
            db.execute("DELETE FROM folders WHERE id = ?", (folder,))
            db.execute("DELETE FROM directories WHERE id NOT IN (SELECT directory FROM files)")
        self.wipe()
        return held

    def known_files(self, folder: int, below: Sequence[str] | None = None) -> dict[str, KnownFile]:
        if below is not None:
            with self._db.reading() as db:
                return files_below(db, folder, below)
        states = {state.value: state for state in FileState}
        with self._db.reading() as db:
            directories = {
                number: os.path.join(os.fsdecode(path), "")
                for number, path in db.execute("SELECT id, path FROM directories")
            }
            rows = db.execute(
                "SELECT directory, name, id, size, mtime_ns, state, stamp, picture_views FROM files"
                " WHERE folder = ?",
                (folder,),
            )
            # A hundred thousand of them: so fsdecode is spelled out.
            return {
                directories[directory] + name.decode(_ENCODING, _ERRORS): KnownFile(
                    number, size, mtime_ns, states[state], stamp, views
                )
                for directory, name, number, size, mtime_ns, state, stamp, views in rows
            }

    def pending_versions(self, picture_stamp: str | None = None) -> set[tuple[int, int]]:
        with self._db.reading() as db:
            pending = set(db.execute("SELECT size, mtime_ns FROM files WHERE state = 'pending'"))
            if picture_stamp is not None:
                pending |= picture_side.waiting_versions(db, picture_stamp)
            return pending

    def enter(self, folder: int, files: Sequence[SeenFile]) -> list[FileId]:
        directories: dict[str, int] = {}
        ids: list[FileId] = []
        with self._db.writing() as db:
            for seen in files:
                directory, name = os.path.split(seen.record.path)
                if directory not in directories:
                    directories[directory] = _directory(db, directory)
                ids.append(_enter(db, folder, directories[directory], name, seen))
        return ids

    def forget(self, files: Sequence[FileId]) -> None:
        with self._db.writing() as db:
            gone = json.dumps(list(files))
            touched = json.dumps(_column(db, "SELECT DISTINCT directory FROM files WHERE id IN ", gone))
            db.execute("DELETE FROM files WHERE id IN (SELECT value FROM json_each(?))", (gone,))
            db.execute(
                "DELETE FROM directories WHERE id IN (SELECT value FROM json_each(?))"
                " AND NOT EXISTS (SELECT 1 FROM files WHERE directory = directories.id)",
                (touched,),
            )

    def requeue(self, files: Sequence[FileId]) -> None:
        with self._db.writing() as db:
            db.execute(
                "UPDATE files SET state = 'pending', generation = generation + 1, suspicion = 0, code = '',"
                " message = '', hint = '' WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(list(files)),),
            )

    def pending(self, limit: int) -> list[CatalogFile]:
        """Pending files by size class (256 kB, 4 MB, 64 MB, above), the most recent of each first."""
        with self._db.reading() as db:
            rows = db.execute(
                f"{_FILE} WHERE f.state = 'pending' AND f.suspicion = 0"
                " ORDER BY f.size_class, f.mtime_ns DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return [_file(row) for row in rows]

    def suspect(self, files: Sequence[FileId], weight: int) -> None:
        with self._db.writing() as db:
            db.execute(
                "UPDATE files SET suspicion = suspicion + ?"
                " WHERE (state = 'pending' OR kind = 'image') AND id IN (SELECT value FROM json_each(?))",
                (weight, json.dumps(list(files))),
            )

    def suspects(self) -> list[CatalogFile]:
        with self._db.reading() as db:
            rows = db.execute(
                f"{_FILE} WHERE f.state = 'pending' AND f.suspicion > 0 ORDER BY f.suspicion, f.size"
            ).fetchall()
        return [_file(row) for row in rows]

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        with self._db.writing() as db:
            db.executemany(
                "UPDATE files SET state = ?, stamp = ?, content_hash = ?, language = ?,"
                " kind = coalesce(?, kind), chunks = ?, code = ?, message = ?, hint = ?,"
                " suspicion = iif(? = 'pending', suspicion, 0) WHERE id = ? AND generation = ?",
                [
                    (
                        done.state.value, done.stamp, done.content_hash, done.language,
                        done.kind.value if done.kind else None, done.chunks,
                        done.code, valid(done.message), valid(done.hint), done.state.value,
                        done.file, done.generation,
                    )
                    for done in outcomes
                ],
            )  # fmt: skip

    def pictures_wanted(self, stamp: str, limit: int) -> list[CatalogFile]:
        with self._db.reading() as db:
            ids = picture_side.wanted(db, stamp, limit)
        return self._in_order(ids)

    def picture_suspects(self, stamp: str) -> list[CatalogFile]:
        with self._db.reading() as db:
            ids = picture_side.suspects(db, stamp)
        return self._in_order(ids)

    def pictures_waiting(self, stamp: str) -> int:
        with self._db.reading() as db:
            return picture_side.waiting(db, stamp)

    def finish_pictures(self, outcomes: Sequence[PictureOutcome]) -> None:
        with self._db.writing() as db:
            picture_side.finish(db, outcomes)

    def want_pictures(self, files: Sequence[FileId]) -> None:
        with self._db.writing() as db:
            picture_side.want(db, files)

    def same_pictures(self, stamp: str, content_hashes: Sequence[str]) -> dict[str, list[FileId]]:
        with self._db.reading() as db:
            return picture_side.same(db, stamp, content_hashes)

    def picture_counts(self, stamp: str) -> FileCounts:
        with self._db.reading() as db:
            return picture_side.counts(db, stamp)

    def pictures_of_size(self, stamp: str, size: int) -> bool:
        with self._db.reading() as db:
            return picture_side.any_of_size(db, stamp, size)

    def picture_views(self, stamp: str | None = None) -> dict[FileId, int]:
        with self._db.reading() as db:
            return picture_side.views(db, stamp)

    def files(self, ids: Sequence[FileId]) -> dict[FileId, CatalogFile]:
        with self._db.reading() as db:
            rows = db.execute(
                f"{_FILE} WHERE f.id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
            ).fetchall()
        return {row[0]: _file(row) for row in rows}

    def _in_order(self, ids: Sequence[FileId]) -> list[CatalogFile]:
        found = self.files(ids)
        return [found[number] for number in ids if number in found]

    def same_content(self, content_hashes: Sequence[str]) -> dict[str, list[FileId]]:
        found: dict[str, list[FileId]] = {}
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT content_hash, id FROM files WHERE content_hash != '' AND state = 'indexed'"
                " AND content_hash IN (SELECT value FROM json_each(?)) ORDER BY id",
                (json.dumps(list(content_hashes)),),
            )
            for content_hash, number in rows:
                found.setdefault(content_hash, []).append(number)
        return found

    def names(self, text: str, k: int, where: Filter) -> list[NameMatch]:
        with self._db.reading() as db:
            return name_search.search(db, text, k, where)

    def directories_below(self, path: str) -> tuple[int, ...]:
        """Absolute paths are taken exactly; a bare name or ``a/b`` matches whole components, in any case."""
        asked = os.path.normpath(path) if path.strip() else ""
        if not asked:
            return ()
        with self._db.reading() as db:
            if os.path.isabs(asked):
                inside = os.fsencode(os.path.join(asked, ""))
                rows = db.execute(
                    "SELECT id FROM directories WHERE path = ? OR substr(path, 1, ?) = ?",
                    (os.fsencode(asked), len(inside), inside),
                )
            else:
                rows = db.execute(
                    "SELECT id FROM directories WHERE instr(folded, ?) > 0", (_components(asked),)
                )
            return tuple(row[0] for row in rows)

    def counts(self) -> Mapping[int, FileCounts]:
        with self._db.reading() as db:
            states: dict[int, dict[str, int]] = {row[0]: {} for row in db.execute("SELECT id FROM folders")}
            rows = db.execute("SELECT folder, state, count(*) FROM files GROUP BY folder, state")
            for folder, state, number in rows:
                states.setdefault(folder, {})[state] = number
        return {folder: FileCounts(**numbers) for folder, numbers in states.items()}

    def pending_again(self) -> int:
        with self._db.reading() as db:
            (number,) = db.execute(
                "SELECT count(*) FROM files WHERE state = 'pending' AND chunks > 0"
            ).fetchone()
        return int(number)

    def backlog(self, readable: int) -> Mapping[tuple[Kind, str], Backlog]:
        with self._db.reading() as db:
            rows = db.execute(
                "SELECT kind, ext, count(*), sum(size), sum(min(size, ?)) FROM files WHERE state = 'pending'"
                " GROUP BY kind, ext",
                (readable,),
            ).fetchall()
        return {(Kind(kind), ext): Backlog(*numbers) for kind, ext, *numbers in rows}

    def chunk_count(self) -> int:
        with self._db.reading() as db:
            (total,) = db.execute("SELECT coalesce(sum(chunks), 0) FROM files").fetchone()
        return int(total)

    def chunk_counts(self) -> dict[FileId, tuple[FileState, int]]:
        states = {state.value: state for state in FileState}
        with self._db.reading() as db:
            rows = db.execute("SELECT id, state, chunks FROM files")
            return {number: (states[state], chunks) for number, state, chunks in rows}

    def failures(self) -> Iterator[Failure]:
        """Failed and skipped files and those indexed in part, in the order they were found.

        A file without words (a photo, a song) is as it should be, and not among them. What its looks add is
        told only where it is not the same again.
        """
        last = 0
        while True:
            with self._db.reading() as db:
                rows = db.execute(_FAILURES, (last, last, _PAGE)).fetchall()
            for number, directory, name, *reasons in rows:
                last = number
                yield from _failures(os.fsdecode(os.path.join(directory, name)), *reasons)
            if not rows:
                return

    def wipe(self) -> None:
        with self._db.writing() as db:
            # Entries of deleted names stay in the trigram index until its segments are merged.
            db.execute("INSERT INTO names (names) VALUES ('optimize')")
        self._db.empty_journal()

    def close(self) -> None:
        self._db.close()


def _enter(db: sqlite3.Connection, folder: int, directory: int, name: str, seen: SeenFile) -> FileId:
    record = seen.record
    row = db.execute(
        "INSERT INTO files"
        " (folder, directory, name, lowered, stem, searchable, ext, kind, size, size_class, mtime_ns)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (directory, name) DO UPDATE SET folder = excluded.folder, kind = excluded.kind,"
        " size = excluded.size, size_class = excluded.size_class, mtime_ns = excluded.mtime_ns,"
        " state = 'pending', generation = generation + 1, suspicion = 0, code = '', message = '', hint = ''"
        " RETURNING id",
        (
            folder, directory, os.fsencode(name), names.lowered(name), names.stem(name),
            names.searchable(name), valid(os.path.splitext(name)[1][1:].lower()), seen.kind.value,
            record.size, size_class(record.size), record.mtime_ns,
        ),
    ).fetchone()  # fmt: skip
    return int(row[0])


def _directory(db: sqlite3.Connection, path: str) -> int:
    raw = os.fsencode(path)
    row = db.execute("SELECT id FROM directories WHERE path = ?", (raw,)).fetchone()
    if row is None:
        row = db.execute(
            "INSERT INTO directories (path, folded) VALUES (?, ?) RETURNING id", (raw, _components(path))
        ).fetchone()
    return int(row[0])


def _components(path: str) -> str:
    """The path between slashes and without case, so that whole components can be looked for in it."""
    return f"/{names.lowered(path).replace(os.sep, '/').strip('/')}/"


def _column(db: sqlite3.Connection, select: str, ids: str) -> list[int]:
    return [row[0] for row in db.execute(f"{select}(SELECT value FROM json_each(?))", (ids,))]


def _failures(
    path: str, state: str, code: str, message: str, hint: str,
    looked_at: bool, picture_state: str, picture_code: str, picture_message: str, picture_hint: str,
) -> Iterator[Failure]:  # fmt: skip
    if code not in ("", "file.no_text") and state != FileState.PENDING:
        yield Failure(path, FileState(state), code, message, hint)
    if looked_at and picture_code not in ("", code):
        yield Failure(path, FileState(picture_state), picture_code, picture_message, picture_hint)


def _file(row: tuple[Any, ...]) -> CatalogFile:
    number, folder, directory, parent, name, kind, size, mtime_ns, state, generation, *rest = row
    path = os.fsdecode(os.path.join(parent, name))
    return CatalogFile(
        number, folder, directory, path, Kind(kind), size, mtime_ns, FileState(state), generation, *rest
    )
