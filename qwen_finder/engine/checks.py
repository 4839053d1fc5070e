"""The doctor's checks of catalog, index, model and folders: what was found, and the cure."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from qwen_finder.core.errors import FinderError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Check, CheckState, FileCounts, FolderStatus
from qwen_finder.engine.backend import Opened

LEAST_FREE_BYTES = 1_000_000_000
MOST_DEAD_SHARE = 0.5


def run_checks(
    catalog: Catalog,
    opened: Opened,
    folders: Sequence[FolderStatus],
    data: Path,
    indexing_error: FinderError | None,
) -> Iterator[Check]:
    """Each check in turn; none of them changes anything."""
    yield _model(opened)
    yield _folders(folders)
    yield _indexing(sum((folder.files for folder in folders), FileCounts()), indexing_error)
    yield _agreement(catalog, opened)
    yield _dead_bytes(opened)
    yield _free_space(data)


def _model(opened: Opened) -> Check:
    if opened.embedder is None:
        error = opened.error
        return Check(
            "text model",
            CheckState.FAILED,
            error.message if error else "No text model is open.",
            error.hint if error else "Look into the log.",
        )
    spec = opened.embedder.spec
    detail = f"{spec.name}, {spec.dimensions} dimensions, {spec.languages}; its self-test passed"
    return Check("text model", CheckState.OK, detail)


def _folders(folders: Sequence[FolderStatus]) -> Check:
    if not folders:
        return Check(
            "folders", CheckState.WARNING, "No folder is indexed.", "Run `qwen-finder folders add DIR`."
        )
    offline = [folder.path for folder in folders if folder.mode == "offline"]
    if offline:
        return Check(
            "folders",
            CheckState.WARNING,
            f"Not there or not readable now: {', '.join(offline)}.",
            "Plug the disk in or mount the share; or `qwen-finder folders remove` it. Its entries are kept.",
        )
    return Check("folders", CheckState.OK, f"{len(folders)} indexed, all readable")


def _indexing(files: FileCounts, error: FinderError | None) -> Check:
    if error is not None:
        return Check("indexing", CheckState.FAILED, error.message, error.hint)
    detail = f"{files.indexed:,} files indexed, {files.pending:,} pending, {files.skipped:,} by name only"
    if files.failed:
        detail += f", {files.failed:,} failed (`qwen-finder failures` says why)"
    return Check("indexing", CheckState.OK, detail)


def _agreement(catalog: Catalog, opened: Opened) -> Check:
    if opened.store is None:
        return Check("index", CheckState.WARNING, "There is no index yet.", "The first folder makes it.")
    stored, noted = opened.store.size().chunks, catalog.chunk_count()
    if stored != noted:
        return Check(
            "index",
            CheckState.WARNING,
            f"The catalog counts {noted:,} passages and the index holds {stored:,}.",
            "This is normal while indexing; if it stays so, run `qwen-finder index --wait`.",
        )
    return Check("index", CheckState.OK, f"{stored:,} passages, catalog and index agree")


def _dead_bytes(opened: Opened) -> Check:
    size = opened.store.size() if opened.store is not None else None
    if size is None or size.bytes == 0:
        return Check("index size", CheckState.OK, "nothing stored")
    detail = (
        f"{size.bytes / 1e6:,.1f} MB, {size.dead_bytes / 1e6:,.1f} MB of it no longer used, "
        f"{size.unindexed_rows:,} rows not yet in the search index"
    )
    if size.dead_bytes > 100_000_000 and size.dead_bytes > MOST_DEAD_SHARE * size.bytes:
        return Check("index size", CheckState.WARNING, detail, "It is reclaimed when the service is idle.")
    return Check("index size", CheckState.OK, detail)


def _free_space(data: Path) -> Check:
    free = shutil.disk_usage(data).free
    detail = f"{free / 1e9:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Check("disk space", CheckState.FAILED, detail, f"Make room on the disk that holds {data}.")
    return Check("disk space", CheckState.OK, detail)
