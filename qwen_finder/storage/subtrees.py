"""Looks files of the catalog up by the directory they are in or below, without reading all the others."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

from qwen_finder.core.document import FileState
from qwen_finder.core.ports import KnownFile

# The plus sign keeps SQLite from going through all files of the folder, which may be a million.
_KNOWN = """
    SELECT d.path, f.name, f.id, f.size, f.mtime_ns, f.state, f.stamp, f.picture_views
    FROM directories d JOIN files f ON f.directory = d.id
    WHERE +f.folder = ?
"""


def files_below(db: sqlite3.Connection, folder: int, paths: Sequence[str]) -> dict[str, KnownFile]:
    """Path → what is known of each file of ``folder`` at one of ``paths`` or below it."""
    found: dict[str, KnownFile] = {}
    for path in paths:
        raw = os.fsencode(path)
        parent, name = os.path.split(raw)
        inside = os.path.join(raw, b"")
        # What begins with ``inside`` sorts before the same with its last byte, the separator, raised.
        beyond = inside[:-1] + bytes([inside[-1] + 1])
        for condition, values in (
            ("AND d.path = ? AND f.name = ?", (parent, name)),
            ("AND d.path = ?", (raw,)),
            ("AND d.path >= ? AND d.path < ?", (inside, beyond)),
        ):
            for directory, called, number, size, mtime_ns, state, stamp, views in db.execute(
                _KNOWN + condition, (folder, *values)
            ):
                known = KnownFile(number, size, mtime_ns, FileState(state), stamp, views)
                found[os.fsdecode(os.path.join(directory, called))] = known
    return found
