"""Sets a damaged catalog aside and begins a new one with the same folders.

Everything the catalog knows can be found again in the folders; which folders they are cannot, so they are
also kept in a small file of plain JSON.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from qwen_finder.core.errors import StorageError
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.database import reason_file

log = logging.getLogger(__name__)

_BROKEN = ".broken-"


def open_catalog(path: Path, backup: Path, *stores: Path) -> tuple[SqliteCatalog, str]:
    """The catalog at ``path`` and "", or a new one with the folders of ``backup`` and what was done, in one
    sentence, when it is damaged. The old file is kept beside it, the last one only; the
    ``stores``, which go by the old one's numbers, are deleted. StorageError as SqliteCatalog, but never
    "storage.broken".
    """
    try:
        return SqliteCatalog(path), ""
    except StorageError as error:
        if error.code != "storage.broken":
            raise
        log.error("the catalog is damaged: %s", error.message)
    try:
        _set_aside(path, stores)
    except OSError as error:
        raise StorageError(
            "storage.unreadable",
            f"The damaged catalog {path} cannot be set aside: {error.strerror or error}.",
            "Check the permissions of its folder, or move the file away.",
        ) from error
    catalog = SqliteCatalog(path)
    folders = read_folders(backup)
    for folder in folders:
        catalog.add_folder(folder)
    done = f"The catalog was damaged and is being rebuilt from {len(folders)} folders."
    if not folders:
        done = "The catalog was damaged and its folders are not known any more: add them again."
    return catalog, done


def _set_aside(path: Path, stores: Iterable[Path]) -> None:
    # First, so that no kill in between leaves rows of old numbers beside new files.
    for store in stores:
        shutil.rmtree(store, ignore_errors=True)
    for former in set_aside(path.parent):
        former.unlink(missing_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for suffix in ("", "-wal", "-shm"):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.rename(path.with_name(f"{path.name}{_BROKEN}{stamp}{suffix}"))
    reason_file(path).unlink(missing_ok=True)


def set_aside(folder: Path) -> list[Path]:
    """Damaged catalogs that were kept."""
    return sorted(folder.glob(f"*{_BROKEN}*"))


def write_folders(backup: Path, folders: Iterable[str]) -> None:
    """Replace ``backup`` (0600) whole or not at all. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=backup.parent, prefix=backup.name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            # Escapes keep names that are not Unicode.
            json.dump({"folders": list(folders)}, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(backup)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_folders(backup: Path) -> list[str]:
    """The folders of ``backup``; [] when it is missing or cannot be read."""
    try:
        folders = json.loads(backup.read_text(encoding="ascii"))["folders"]
        return [folder for folder in folders if isinstance(folder, str) and os.path.isabs(folder)]
    except (OSError, ValueError, KeyError, TypeError):
        return []
