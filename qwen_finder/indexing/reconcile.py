"""Compares a scan of a folder with the catalog and enters the differences as pending work.

The scan is the truth and the catalog follows it. This module reads no file contents and decides nothing
about order or time; it only says which files must be indexed, again or for the first time, or forgotten.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qwen_finder.core.document import FileId, FileRecord, FileState, Kind
from qwen_finder.core.ports import Catalog, KnownFile, SeenFile
from qwen_finder.core.status import Folder

# Big enough for few transactions, small enough that names become searchable while a scan goes on.
ENTER_BATCH = 2_000


class Scanner(Protocol):
    """One pass over a folder, or over what is at and below ``covers``; ``unreadable`` is complete when the
    pass has ended."""

    covers: tuple[str, ...] | None
    unreadable: list[tuple[str, str]]

    def __iter__(self) -> Iterator[FileRecord]: ...


@dataclass(slots=True)
class Changes:
    """What a reconcile found, in files. ``departed`` are the paths of files that are gone but were kept."""

    new: int = 0
    changed: int = 0
    outdated: int = 0
    unchanged: int = 0
    vanished: int = 0
    departed: list[str] = field(default_factory=list)

    @property
    def to_index(self) -> int:
        return self.new + self.changed + self.outdated

    @property
    def counted(self) -> str:
        """The numbers, without any path."""
        return (
            f"{self.new} new, {self.changed} changed, {self.outdated} outdated, {self.vanished} vanished,"
            f" {self.unchanged} unchanged"
        )


def needs_indexing(known: KnownFile | None, record: FileRecord, stamps: Collection[str] | None) -> str:
    """Why a file must be indexed: "new", "changed", "outdated" (by another version of us) or "" if not.

    ``stamps`` are the outcome stamps that still count as done; None counts every stamp.
    """
    if known is None:
        return "new"
    if (known.size, known.mtime_ns) != (record.size, record.mtime_ns):
        return "changed"
    if stamps is not None and known.state is not FileState.PENDING and known.stamp not in stamps:
        return "outdated"
    return ""


def reconcile(
    folder: Folder,
    scan: Scanner,
    catalog: Catalog,
    *,
    kind_of: Callable[[str], Kind],
    forget: Callable[[Sequence[FileId]], None],
    stamps: Collection[str] | None,
    stop: Callable[[], bool],
    keep_departed: bool = False,
    picture_stamp: str | None = None,
) -> Changes:
    """Bring the catalog's list of files below ``folder`` up to date with ``scan``.

    Files that are gone are handed to ``forget``, except below directories that could not be read
    this time. ``stamps`` as in ``needs_indexing``. Stops early, without forgetting anything, when ``stop()``
    turns true. ``keep_departed``: a file that is gone while one of its very size and time is pending has
    most likely moved there, and is kept until that one has taken over its vectors; so is a picture that
    another one may take over, which waits to be indexed by ``picture_stamp``.
    """
    changes = Changes()
    known = catalog.known_files(folder.id, scan.covers)
    entering: list[SeenFile] = []
    for record in scan:
        if stop():
            return changes
        before = known.pop(record.path, None)
        reason = needs_indexing(before, record, stamps)
        if not reason:
            changes.unchanged += 1
            continue
        setattr(changes, reason, getattr(changes, reason) + 1)
        entering.append(SeenFile(record, kind_of(record.path)))
        if len(entering) >= ENTER_BATCH:
            catalog.enter(folder.id, entering)
            entering.clear()
    if entering:
        catalog.enter(folder.id, entering)
    unreadable = {path for path, _ in scan.unreadable}
    unseen = tuple(os.path.join(path, "") for path in unreadable)
    gone = {p: file for p, file in known.items() if p not in unreadable and not p.startswith(unseen)}
    if gone and keep_departed:
        pending = catalog.pending_versions(picture_stamp)
        changes.departed = [
            path
            for path, file in gone.items()
            if (file.state is FileState.INDEXED or (file.views and picture_stamp is not None))
            and (file.size, file.mtime_ns) in pending
        ]
    kept = set(changes.departed)
    vanished = [file.id for path, file in gone.items() if path not in kept]
    changes.vanished = len(vanished)
    forget(vanished)
    return changes
