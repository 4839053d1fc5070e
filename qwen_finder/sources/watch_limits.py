"""Whether the system granted a watch for every directory: where it did not, it says nothing.

Linux gives each user a number of inotify watches and watchdog passes over directories that got none, so
they are counted. Elsewhere one watch serves a whole tree and there is nothing to count.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

COUNTED = sys.platform == "linux"


def granted_watches() -> int:
    """How many inotify watches this process holds."""
    found = 0
    for name in os.listdir("/proc/self/fdinfo"):
        try:
            with open(f"/proc/self/fdinfo/{name}", "rb") as info:
                found += sum(line.startswith(b"inotify ") for line in info)
        except OSError:
            # Closed since it was listed.
            continue
    return found


def directories_below(root: str) -> int:
    """How many directories are at and below ``root``, symlinks not followed; unreadable ones count not."""
    return sum(1 for _ in _directories(root))


def _directories(root: str) -> Iterator[str]:
    pending = [root]
    while pending:
        directory = pending.pop()
        try:
            with os.scandir(directory) as entries:
                pending.extend(entry.path for entry in entries if entry.is_dir(follow_symlinks=False))
        except OSError:
            continue
        yield directory
