"""What has to be put right after a process that died: suspected files, and an index that disagrees.

Runs at the start, before anything is indexed. The catalog is the truth: what the index holds beyond it is
deleted, what it lacks is indexed again. Knows nothing of damaged databases; that is the engine's business.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qwen_finder.core.document import FileId, FileState
from qwen_finder.core.ports import Catalog, Outcome, VectorStore

log = logging.getLogger(__name__)

QUARANTINED = "file.quarantined"

# A death that left a trace (a segmentation fault, an abort) came from within: two of them, with the file
# alone in the second, and it is the file. One without a trace may have been a power cut, an impatient user
# or the kernel short of memory, so it takes one more.
TRACED = 3
UNTRACED = 2
ENOUGH = 6


@dataclass(frozen=True, slots=True)
class Repairs:
    """What ``reconcile_index`` did, in files: rows of unknown ones deleted, incomplete ones queued."""

    orphans: int = 0
    requeued: int = 0

    def __bool__(self) -> bool:
        return bool(self.orphans or self.requeued)


def blame(catalog: Catalog, in_flight: Sequence[FileId], *, traced: bool) -> None:
    """Hold the last crash against the files that were ``in_flight`` at it.

    ``traced`` says that the process died of a fatal signal of its own. They are indexed one at a time from
    now on, so that the next crash has a single culprit.
    """
    if in_flight:
        log.warning("the service died while %d files were being read", len(in_flight))
        catalog.suspect(in_flight, TRACED if traced else UNTRACED)


def quarantine(catalog: Catalog, stamps: Collection[str]) -> list[FileId]:
    """Make failed ones of the files that had enough crashes; they stay so until they or a stamp change."""
    guilty = [file for file in catalog.suspects() if file.suspicion >= ENOUGH]
    outcomes = [
        Outcome(
            file.id,
            file.generation,
            FileState.FAILED,
            # The longer stamp names the model too: whatever changes gives the file another chance.
            stamp=max(stamps, key=len),
            code=QUARANTINED,
            message="The service died again and again while it was reading this file.",
            hint="It is left alone until it changes, and found by name. Please report it with a sample.",
        )
        for file in guilty
    ]
    if outcomes:
        log.error("set %d files aside that were being read when the service died", len(outcomes))
        catalog.finish(outcomes)
    return [file.id for file in guilty]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Files whose rows the catalog knows nothing of, and files whose rows are missing or too many."""

    orphans: list[FileId]
    incomplete: list[FileId]


def disagreement(catalog: Catalog, store: VectorStore) -> Disagreement:
    """What index and catalog do not agree on; pending files, which are done again anyway, do not count."""
    stored = store.chunk_counts()
    known = catalog.chunk_counts()
    orphans = [file for file in stored if known.get(file, (None, 0))[1] == 0]
    incomplete = [
        file
        for file, (state, noted) in known.items()
        if noted and state is not FileState.PENDING and stored.get(file) != noted
    ]
    return Disagreement(orphans, incomplete)


def reconcile_index(catalog: Catalog, store: VectorStore) -> Repairs:
    """Make the index hold what the catalog says and nothing else; nothing may be indexed meanwhile."""
    found = disagreement(catalog, store)
    if found.orphans:
        store.delete(found.orphans)
    if found.incomplete:
        catalog.requeue(found.incomplete)
    repairs = Repairs(len(found.orphans), len(found.incomplete))
    if repairs:
        log.warning("the index disagreed with the catalog: %s", repairs)
    return repairs
