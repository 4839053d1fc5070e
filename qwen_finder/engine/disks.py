"""Tells a disk that is not mounted now from a folder that was emptied: both look empty where it was.

The mount points that a folder lies on or holds are remembered from look to look. Where one of them is no
longer mounted, and nothing lies in its place, what is known of it is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Sequence

from qwen_finder.core.errors import FolderError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Folder
from qwen_finder.sources.mounts import Mount, mounts
from qwen_finder.sources.scan import Scan


class Disks:
    """Remembers in ``catalog`` what was mounted at and below each folder."""

    def __init__(self, catalog: Catalog, mounted: Callable[[], Sequence[Mount]] = mounts) -> None:
        self._catalog = catalog
        self._mounted = mounted

    def check(self, folder: Folder, scan: Scan) -> Scan:
        """``scan`` of ``folder``, with missing disks among what it cannot read.

        Raises FolderError ("folder.unmounted") when the folder itself lies on one.
        """
        key = f"mounts of folder {folder.id}"
        remembered: set[str] = set(json.loads(self._catalog.get(key) or "[]"))
        now = {mount.point for mount in self._mounted()}
        away = {point for point in remembered - now if _nothing_lies_at(point)}
        for point in sorted(away):
            if _holds(point, folder.path):
                raise FolderError(
                    "folder.unmounted",
                    f"The disk that holds {folder.path} is not mounted at {point} now.",
                    "Mount it again; what is known of it is kept.",
                )
            scan.unreadable.append((point, "its disk is not mounted"))
        current = _around(folder.path, now) | away
        if current != remembered:
            self._catalog.set(key, json.dumps(sorted(current)))
        return scan


def _around(folder: str, points: Collection[str]) -> set[str]:
    """The mount points at, above and below ``folder``; the root of everything cannot go away."""
    found = {point for point in points if _holds(point, folder) or _holds(folder, point)}
    return found - {os.path.abspath(os.sep)}


def _holds(outer: str, inner: str) -> bool:
    return inner == outer or inner.startswith(os.path.join(outer, ""))


def _nothing_lies_at(point: str) -> bool:
    try:
        with os.scandir(point) as entries:
            return next(entries, None) is None
    except OSError:
        return True
