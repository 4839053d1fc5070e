"""The catalog's tables, as numbered migrations: the n-th script takes a database from version n-1 to n.

Scripts that were released are never edited; a change is a new script at the end.
"""

from __future__ import annotations

import sqlite3

from qwen_finder.core.errors import StorageError

MIGRATIONS = (
    """
    CREATE TABLE folders (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL UNIQUE
    );
    CREATE TABLE directories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path BLOB NOT NULL UNIQUE,
        folded TEXT NOT NULL
    );
    CREATE TABLE files (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        folder INTEGER NOT NULL REFERENCES folders (id) ON DELETE CASCADE,
        directory INTEGER NOT NULL REFERENCES directories (id),
        name BLOB NOT NULL,
        lowered TEXT NOT NULL,
        stem TEXT NOT NULL,
        searchable TEXT NOT NULL,
        ext TEXT NOT NULL,
        kind TEXT NOT NULL,
        size INTEGER NOT NULL,
        size_class INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending',
        generation INTEGER NOT NULL DEFAULT 1,
        stamp TEXT NOT NULL DEFAULT '',
        content_hash TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        chunks INTEGER NOT NULL DEFAULT 0,
        code TEXT NOT NULL DEFAULT '',
        message TEXT NOT NULL DEFAULT '',
        hint TEXT NOT NULL DEFAULT '',
        UNIQUE (directory, name)
    );
    CREATE INDEX files_by_state ON files (folder, state);
    CREATE INDEX files_pending ON files (size_class, mtime_ns DESC) WHERE state = 'pending';
    CREATE INDEX files_by_content ON files (content_hash) WHERE content_hash != '' AND state = 'indexed';
    CREATE INDEX files_by_stem ON files (stem);
    CREATE INDEX files_with_reason ON files (id) WHERE code != '' AND state != 'pending';

    CREATE VIRTUAL TABLE names USING fts5 (
        searchable, content = 'files', content_rowid = 'id', tokenize = 'trigram'
    );
    CREATE TRIGGER files_named AFTER INSERT ON files BEGIN
        INSERT INTO names (rowid, searchable) VALUES (new.id, new.searchable);
    END;
    CREATE TRIGGER files_unnamed AFTER DELETE ON files BEGIN
        INSERT INTO names (names, rowid, searchable) VALUES ('delete', old.id, old.searchable);
    END;

    CREATE TABLE remembered (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE files ADD COLUMN suspicion INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX files_suspected ON files (suspicion) WHERE suspicion > 0;
    """,
    """
    CREATE INDEX files_pending_again ON files (id) WHERE state = 'pending' AND chunks > 0;
    """,
    """
    ALTER TABLE files ADD COLUMN picture_state TEXT NOT NULL DEFAULT '';
    ALTER TABLE files ADD COLUMN picture_stamp TEXT NOT NULL DEFAULT '';
    ALTER TABLE files ADD COLUMN picture_generation INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE files ADD COLUMN picture_hash TEXT NOT NULL DEFAULT '';
    ALTER TABLE files ADD COLUMN picture_views INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE files ADD COLUMN picture_code TEXT NOT NULL DEFAULT '';
    ALTER TABLE files ADD COLUMN picture_message TEXT NOT NULL DEFAULT '';
    ALTER TABLE files ADD COLUMN picture_hint TEXT NOT NULL DEFAULT '';
    CREATE INDEX files_pictures ON files (
        mtime_ns DESC, picture_stamp, picture_generation, generation, suspicion, state, size, picture_state,
        kind
    ) WHERE kind = 'image';
    CREATE INDEX files_by_picture ON files (picture_hash) WHERE picture_hash != '' AND picture_views > 0;
    CREATE INDEX files_with_views ON files (size, picture_stamp) WHERE picture_views > 0;
    CREATE INDEX files_with_picture_reason ON files (id) WHERE picture_code != '';
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database to the newest version, each step whole or not at all.

    Raises StorageError ("storage.newer") for a database that a later program wrote.
    """
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StorageError(
            "storage.newer",
            f"A newer Qwen Finder wrote the catalog (schema {version}; this one knows {len(MIGRATIONS)}).",
            "Update Qwen Finder, or point QWEN_FINDER_HOME at another folder to start a new index.",
        )
    for number, script in enumerate(MIGRATIONS[version:], version + 1):
        connection.executescript(f"BEGIN IMMEDIATE;{script}PRAGMA user_version = {number};COMMIT;")
