"""LanceDB at arm's length: opening tables, errors in our own words, retries, the size on disk.

Knows nothing of chunks, queries or policies.
"""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import lancedb
import pyarrow as pa

from qwen_finder.core.errors import StorageError

_INDEX_CACHE_BYTES = 256 << 20
_METADATA_CACHE_BYTES = 64 << 20
_CONFLICT = "commit conflict"

# Trouble of the disk or of permissions, which says nothing of the files: EIO and EROFS.
_UNREADABLE = ("permission denied", "(os error 5)", "(os error 30)")
_ATTEMPTS = 8

_log = logging.getLogger(__name__)
_T = TypeVar("_T")


def connect(folder: Path) -> Any:
    """The database in ``folder``, which is made for the owner alone (0700) if it is not there."""
    with translated(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        session = lancedb.Session(
            index_cache_size_bytes=_INDEX_CACHE_BYTES, metadata_cache_size_bytes=_METADATA_CACHE_BYTES
        )
        # Reads see every commit, also of another store on the same folder.
        return lancedb.connect(str(folder.resolve()), read_consistency_interval=timedelta(0), session=session)


def open_table(db: Any, folder: Path, name: str, schema: pa.Schema) -> Any:
    """The table, made empty if it is not there. StorageError ("storage.foreign") if its columns differ."""
    with translated(folder):
        if name in table_names(db):
            table = db.open_table(name)
        else:
            table = db.create_table(name, schema=schema, exist_ok=True)
        if table.schema.equals(schema):
            return table
    raise StorageError(
        "storage.foreign",
        f"The index table {name} in {folder} has other columns than this version of Qwen Finder writes.",
        "It is rebuilt from your files.",
    )


def open_others(db: Any, folder: Path, known: Collection[str]) -> list[Any]:
    """The tables that are not among ``known``; one that is damaged is dropped. StorageError for trouble that
    may pass.
    """
    tables = []
    for name in table_names(db):
        if name in known:
            continue
        try:
            with translated(folder):
                tables.append(db.open_table(name))
        except StorageError as error:
            if error.code != "storage.broken":
                raise
            _log.warning("dropped the table %s, which cannot be opened: %s", name, error)
            db.drop_table(name)
    return tables


def table_names(db: Any) -> list[str]:
    names: list[str] = []
    token = None
    while True:
        page = db.list_tables(page_token=token)
        names += page.tables
        token = page.page_token
        if not token:
            return names


def living_bytes(db: Any, name: str) -> int:
    """Bytes that the current version of the table refers to."""
    return int(db.open_table(name).stats()["total_bytes"])


def retried(folder: Path, action: Callable[..., _T], *args: Any, **options: Any) -> _T:
    """Call ``action``, again when another commit came between; errors as StorageError."""
    with translated(folder):
        for attempt in range(_ATTEMPTS):
            try:
                return action(*args, **options)
            except (RuntimeError, OSError) as error:
                if not is_conflict(error) or attempt == _ATTEMPTS - 1:
                    raise
                _log.info("a commit to %s met another and is done again", folder)
                time.sleep(0.02 * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def is_conflict(error: Exception) -> bool:
    """Another commit came between: the same again may go well."""
    return _CONFLICT in str(error).lower()


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """Turn what LanceDB and Arrow raise into StorageErrors."""
    try:
        yield
    except (RuntimeError, ValueError, OSError, pa.ArrowException) as error:
        raise _storage_error(folder, error) from error


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below ``folder``; files that vanish meanwhile do not count."""
    total = 0
    stack = [str(folder)]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except FileNotFoundError:
            continue
    return total


def release_memory() -> None:
    """Give freed memory back to the system: glibc and Arrow keep hundreds of megabytes of a compaction."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _storage_error(folder: Path, error: Exception) -> StorageError:
    text = str(error)
    if (
        getattr(error, "errno", None) == errno.ENOSPC
        or "no space left" in text.lower()
        or "os error 28" in text
    ):
        return StorageError(
            "storage.full",
            f"No space is left on the disk of the index {folder}.",
            "Free some space; indexing then goes on where it stopped.",
        )
    first = text.strip().splitlines()[0][:300] if text.strip() else type(error).__name__
    if isinstance(error, PermissionError) or any(sign in text.lower() for sign in _UNREADABLE):
        return StorageError(
            "storage.unreadable",
            f"The index {folder} cannot be read or written: {first}",
            "Check the permissions of the folder, and the disk.",
        )
    if "too many open files" in text.lower() or "os error 24" in text:
        return StorageError(
            "storage.busy",
            f"The index {folder} cannot be opened now: too many files are open.",
            "Raise the limit of open files (ulimit -n); it is tried again by itself.",
        )
    if isinstance(error, MemoryError):
        return StorageError(
            "storage.memory",
            f"There is not enough memory to use the index {folder}.",
            "Close other programs; it is tried again by itself.",
        )
    return StorageError(
        "storage.broken",
        f"The index {folder} cannot be used: {first}",
        "It is looked over now, and rebuilt from your files if it is damaged.",
    )
