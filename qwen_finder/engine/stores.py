"""Opens the store of a model, or of the last one when there is none, and begins damaged ones anew."""

from __future__ import annotations

import json
import logging
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import Catalog, ModelSpec, PictureStore, VectorStore
from qwen_finder.core.status import IndexSize

log = logging.getLogger(__name__)

DAMAGED = "The index was damaged"
OUTGROWN = "The index was made by another version of Qwen Finder"

IMPORTING = threading.Lock()
"""Held while the database is imported: two threads that begin with different parts of it each get half."""

_Store = TypeVar("_Store")


def open_store(
    catalog: Catalog,
    remembered: str,
    folder: Path,
    spec: ModelSpec | None,
    make: Callable[[int, str], _Store],
) -> tuple[_Store | None, str]:
    """The store in ``folder`` for the model of ``spec``, or of the last one, which is ``remembered`` under
    that name; None if there never was one. ``make`` opens it for so many dimensions and that fingerprint.

    A store that cannot be read is deleted and begun anew: the second value says so, in one sentence.
    """
    if spec is not None:
        catalog.set(remembered, table_entry(spec.fingerprint, spec.dimensions))
    active: Mapping[str, object] = json.loads(catalog.get(remembered) or "{}")
    if not active:
        return None, ""
    dimensions, fingerprint = int(str(active["dimensions"])), str(active["fingerprint"])
    try:
        return make(dimensions, fingerprint), ""
    except StorageError as error:
        if error.code not in ("storage.broken", "storage.foreign"):
            raise
        log.error("the index has to be begun anew: %s", error.message)
        reason = DAMAGED if error.code == "storage.broken" else OUTGROWN
    said = discard(folder, reason)
    return make(dimensions, fingerprint), said


def table_entry(fingerprint: str, dimensions: int) -> str:
    """How the catalog remembers the table of a model."""
    return json.dumps({"fingerprint": fingerprint, "dimensions": dimensions})


def discard(folder: Path, reason: str) -> str:
    """Delete what is in ``folder``; the sentence that says so."""
    # Not set aside: it holds what was read of files, also of those that are removed from now on.
    shutil.rmtree(folder, ignore_errors=True)
    return f"{reason} and is being rebuilt from your files."


def size_of(texts: VectorStore | None, pictures: PictureStore | None) -> IndexSize:
    """Passages, with the bytes and rows of the pictures beside them."""
    sizes = [store.size() for store in (texts, pictures) if store is not None]
    return IndexSize(
        sizes[0].chunks if texts is not None else 0,
        sum(size.bytes for size in sizes),
        sum(size.dead_bytes for size in sizes),
        sum(size.unindexed_rows for size in sizes),
    )
