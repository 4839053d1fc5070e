"""Which folders people keep things in, and how much is in them. For threads that may wait: disks are read."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStandardPaths

_LONGEST_SECONDS = 4.0
_CODE = ("Projects", "projects", "src", "code", "Code", "dev", "git", "workspace")
# Neither what programs keep for themselves nor what can be fetched again tells how large a folder is.
_UNCOUNTED = frozenset({"node_modules", "__pycache__", "site-packages", "target", "build", "venv", "Library"})


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``kind`` is the drawing of its icon; those that are ``chosen`` are ticked from the start."""

    path: str
    kind: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Extent:
    """Files and bytes; ``partly`` when counting was given up because it took too long."""

    files: int
    bytes: int
    partly: bool = False


def suggest() -> list[Suggestion]:
    """The folders of this user that are there, the likeliest first."""
    places = QStandardPaths.StandardLocation
    standard = (
        (places.DocumentsLocation, "document", True),
        (places.DesktopLocation, "desktop", True),
        (places.PicturesLocation, "picture", True),
        (places.DownloadLocation, "download", False),
        (places.MusicLocation, "audio", False),
    )
    home = Path.home()
    found = []
    for place, kind, chosen in standard:
        for path in QStandardPaths.standardLocations(place)[:1]:
            found.append(Suggestion(path, kind, chosen))
    found += [Suggestion(str(home / name), "code", True) for name in _CODE]
    return _real(found, home)


def _real(suggestions: Iterable[Suggestion], home: Path) -> list[Suggestion]:
    """Those that are folders, each once. Where a desktop has no such folder, it names the whole home."""
    kept: dict[str, Suggestion] = {}
    for one in suggestions:
        real = os.path.realpath(one.path)
        if real != os.path.realpath(home) and os.path.isdir(real):
            # Two names of one folder, as of a file system that takes a for A.
            kept.setdefault(os.path.normcase(real), one)
    if kept:
        return list(kept.values())
    return [Suggestion(str(home), "home", True)] if home.is_dir() else []


def measure(path: str, longest_s: float = _LONGEST_SECONDS) -> Extent:
    """What is below ``path``, without what is hidden. What cannot be read counts as nothing."""
    files = size = 0
    waiting, deadline = [path], time.monotonic() + longest_s
    while waiting:
        if time.monotonic() > deadline:
            return Extent(files, size, partly=True)
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.name.startswith("."):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        if entry.name not in _UNCOUNTED:
                            waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        files += 1
                        size += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return Extent(files, size)
