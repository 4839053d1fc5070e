"""The doctor's checks of catalog, index, model and folders: what was found, and the cure."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Check, CheckState, FileCounts, FolderStatus
from qwen_finder.engine.backend import Opened
from qwen_finder.engine.graphics_check import graphics_check
from qwen_finder.engine.picture_checks import REPAIR, PictureState, run_picture_checks
from qwen_finder.extraction import ocr, tesseract
from qwen_finder.indexing.recovery import disagreement
from qwen_finder.storage.rescue import set_aside

LEAST_FREE_BYTES = 1_000_000_000
MOST_DEAD_SHARE = 0.5
NEIGHBOURS = 10
LEAST_RECALL = 0.9


def run_checks(
    catalog: Catalog,
    opened: Opened,
    pictures: PictureState,
    folders: Sequence[FolderStatus],
    data: Path,
    indexing_error: FinderError | None,
) -> Iterator[Check]:
    """Each check in turn; none of them changes anything."""
    yield _model(opened)
    yield graphics_check()
    yield _folders(folders)
    yield _indexing(sum((folder.files for folder in folders), FileCounts()), indexing_error)
    yield _damage(opened, data)
    yield _agreement(catalog, opened)
    yield _recall(opened)
    yield from run_picture_checks(catalog, pictures)
    yield _dead_bytes(opened)
    yield _private(data)
    yield _free_space(data)
    yield _text_recognition()


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


def _text_recognition() -> Check:
    lacking = ocr.missing()
    others = ", ".join(tesseract.languages(foreign=bool(not lacking)))
    if lacking and not others:
        cure = (
            "pip install rapidocr onnxruntime; or set index.ocr to off. Pictures are found by name meanwhile."
        )
        return Check("text recognition", CheckState.WARNING, f"{lacking}.", cure)
    detail = "Latin letters, Chinese and Japanese" if not lacking else ""
    if others:
        detail = f"{detail}; with Tesseract: {others}".removeprefix("; ")
    return Check("text recognition", CheckState.OK, detail)


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


def _damage(opened: Opened, data: Path) -> Check:
    if opened.store is not None:
        try:
            opened.store.check()
        except StorageError as error:
            return Check("damage", CheckState.FAILED, error.message, REPAIR)
    kept = set_aside(data)
    if kept:
        detail = f"A damaged catalog was replaced and is kept as {kept[0]}."
        return Check("damage", CheckState.WARNING, detail, f"{REPAIR} That deletes it.")
    return Check("damage", CheckState.OK, "catalog and index can be read from end to end")


def _agreement(catalog: Catalog, opened: Opened) -> Check:
    if opened.store is None:
        return Check("index", CheckState.WARNING, "There is no index yet.", "The first folder makes it.")
    try:
        disagreeing = disagreement(catalog, opened.store)
    except StorageError as error:
        return Check("index", CheckState.FAILED, error.message, REPAIR)
    wrong = len(disagreeing.orphans) + len(disagreeing.incomplete)
    if wrong:
        return Check(
            "index",
            CheckState.WARNING,
            f"The passages of {wrong:,} files are not those the catalog counts.",
            f"This is normal for a moment while indexing; if it stays so: {REPAIR}",
        )
    return Check("index", CheckState.OK, f"{catalog.chunk_count():,} passages, catalog and index agree")


def _recall(opened: Opened) -> Check:
    try:
        share = opened.store.recall(NEIGHBOURS) if opened.store is not None else None
    except StorageError as error:
        return Check("search by meaning", CheckState.FAILED, error.message, REPAIR)
    if share is None:
        return Check("search by meaning", CheckState.OK, "exact: every passage is compared")
    detail = f"the search index finds {share:.1%} of the true {NEIGHBOURS} nearest passages"
    if share < LEAST_RECALL:
        return Check("search by meaning", CheckState.WARNING, detail, REPAIR)
    return Check("search by meaning", CheckState.OK, detail)


def _dead_bytes(opened: Opened) -> Check:
    size = opened.store.size() if opened.store is not None else None
    if size is None or size.bytes == 0:
        return Check("index size", CheckState.OK, "nothing stored")
    detail = (
        f"{size.bytes / 1e6:,.1f} MB, {size.dead_bytes / 1e6:,.1f} MB of it no longer used, "
        f"{size.unindexed_rows:,} rows not yet in the search index"
    )
    if size.dead_bytes > 100_000_000 and size.dead_bytes > MOST_DEAD_SHARE * size.bytes:
        cure = f"It is reclaimed when the service is idle; at once: {REPAIR}"
        return Check("index size", CheckState.WARNING, detail, cure)
    return Check("index size", CheckState.OK, detail)


def _private(data: Path) -> Check:
    if sys.platform == "win32":
        return Check("privacy", CheckState.OK, f"{data} is in your profile")
    open_to_others = [path for path in (data, *data.iterdir()) if path.stat().st_mode & 0o077]
    if open_to_others:
        names = " ".join(shlex.quote(str(path)) for path in open_to_others)
        return Check("privacy", CheckState.WARNING, f"Others may read {names}.", f"chmod go-rwx {names}")
    return Check("privacy", CheckState.OK, f"{data} is yours alone")


def _free_space(data: Path) -> Check:
    free = shutil.disk_usage(data).free
    detail = f"{free / 1e9:,.1f} GB free"
    if free < LEAST_FREE_BYTES:
        return Check("disk space", CheckState.FAILED, detail, f"Make room on the disk that holds {data}.")
    return Check("disk space", CheckState.OK, detail)
