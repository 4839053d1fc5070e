"""The doctor's checks of pictures: the model that sees them, and what the index holds of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Check, CheckState, FileCounts
from qwen_finder.engine.sight import OpenedPictures
from qwen_finder.indexing.picture_recovery import picture_disagreement

REPAIR = "Run `qwen-finder doctor --repair`."


@dataclass(frozen=True, slots=True)
class PictureState:
    """``stamp`` is by what pictures are indexed now, None while none can be; ``error`` the last of indexing
    them. ``missing`` says what a model would add, or what else there is to know."""

    opened: OpenedPictures
    stamp: str | None
    error: FinderError | None
    counts: FileCounts
    missing: str


def run_picture_checks(catalog: Catalog, state: PictureState) -> Iterator[Check]:
    """Each check in turn; the first loads the model if need be, which takes seconds."""
    yield _model(state)
    if state.opened.store is not None and state.stamp is not None:
        yield _agreement(catalog, state, state.stamp)


def _model(state: PictureState) -> Check:
    opened = state.opened
    if opened.error is not None:
        return Check("picture model", CheckState.FAILED, opened.error.message, opened.error.hint)
    if opened.embedder is None:
        # Nothing is wrong: whoever has pictures is told what there is to gain, in the notices too.
        return Check("picture model", CheckState.OK, state.missing or "none is used")
    try:
        opened.embedder.embed_queries(["a red car"])
    except FinderError as error:
        return Check("picture model", CheckState.FAILED, error.message, error.hint)
    if state.error is not None:
        return Check("picture model", CheckState.FAILED, state.error.message, state.error.hint)
    spec = opened.embedder.spec
    detail = f"{spec.name}, {spec.dimensions} dimensions; its self-test passed"
    if opened.embedder.notice:
        return Check("picture model", CheckState.WARNING, f"{detail}. {opened.embedder.notice}")
    return Check("picture model", CheckState.OK, detail)


def _agreement(catalog: Catalog, state: PictureState, stamp: str) -> Check:
    store = state.opened.store
    assert store is not None
    try:
        store.check()
        found = picture_disagreement(catalog, store, stamp)
    except StorageError as error:
        return Check("pictures", CheckState.FAILED, error.message, REPAIR)
    counts = state.counts
    if wrong := len(found.orphans) + len(found.incomplete):
        return Check(
            "pictures",
            CheckState.WARNING,
            f"What is stored of {wrong:,} pictures is not what the catalog counts.",
            f"This is normal for a moment while indexing; if it stays so: {REPAIR}",
        )
    detail = f"{counts.indexed:,} pictures looked at, {counts.pending:,} pending, {counts.skipped:,} left out"
    if counts.failed:
        detail += f", {counts.failed:,} failed (`qwen-finder failures` says why)"
    return Check("pictures", CheckState.OK, f"{detail}; catalog and index agree")
