"""What has to be put right among the pictures after a process that died; as ``recovery`` does for texts."""

from __future__ import annotations

import logging

from qwen_finder.core.document import FileId, FileState
from qwen_finder.core.ports import Catalog, PictureOutcome, PictureStore
from qwen_finder.indexing.recovery import ENOUGH, QUARANTINED, Disagreement, Repairs

log = logging.getLogger(__name__)


def quarantine_pictures(catalog: Catalog, stamp: str) -> list[FileId]:
    """Make failed ones of the pictures that had enough crashes, until they or ``stamp`` change."""
    guilty = [file for file in catalog.picture_suspects(stamp) if file.suspicion >= ENOUGH]
    if guilty:
        log.error("set %d pictures aside that were being encoded when the service died", len(guilty))
        catalog.finish_pictures(
            [
                PictureOutcome(
                    file.id,
                    file.generation,
                    FileState.FAILED,
                    stamp,
                    code=QUARANTINED,
                    message="The service died again and again while it was looking at this picture.",
                    hint="It is left alone until it changes. Please report it with a sample.",
                )
                for file in guilty
            ]
        )
    return [file.id for file in guilty]


def picture_disagreement(catalog: Catalog, store: PictureStore, stamp: str) -> Disagreement:
    """What pictures and catalog do not agree on. What another stamp noted is kept, and found by it, until the
    current one has come to it; it may be in another table."""
    stored = store.counts()
    noted, current = catalog.picture_views(), catalog.picture_views(stamp)
    orphans = [file for file in stored if file not in noted]
    incomplete = [file for file, views in current.items() if stored.get(file) != views]
    return Disagreement(orphans, incomplete)


def reconcile_pictures(catalog: Catalog, store: PictureStore, stamp: str) -> Repairs:
    """Make the store hold what the catalog says; nothing may be stored meanwhile."""
    found = picture_disagreement(catalog, store, stamp)
    if found.orphans:
        store.delete(found.orphans)
    if found.incomplete:
        catalog.want_pictures(found.incomplete)
    repairs = Repairs(len(found.orphans), len(found.incomplete))
    if repairs:
        log.warning("the pictures disagreed with the catalog: %s", repairs)
    return repairs
