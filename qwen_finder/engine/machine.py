"""What this machine has for models: memory, disk, processor cores, and a graphics card that can be used."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

from qwen_finder.models.fit import Room

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def room_here(models: Path) -> Room:
    """What there is now; ``models`` is the folder that models go into."""
    try:
        free = shutil.disk_usage(models).free
    except OSError:
        free = 0
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    return Room(memory=min(psutil.virtual_memory().total, _allowed()), free_disk=free, cores=cores)


def _allowed() -> int:
    """Bytes of memory that a container leaves us; no limit is a very large number."""
    try:
        return int(_CGROUP.read_text("ascii"))
    except (OSError, ValueError):
        return 1 << 62
