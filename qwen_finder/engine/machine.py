"""What this machine has for models: memory, disk, processor cores, and a graphics card that can be used."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import psutil

from qwen_finder.core.errors import ModelError
from qwen_finder.models.fit import Room

log = logging.getLogger(__name__)

_CGROUP = Path("/sys/fs/cgroup/memory.max")


def room_here(models: Path) -> Room:
    """What there is now; ``models`` is the folder that models go into."""
    try:
        free = shutil.disk_usage(models).free
    except OSError:
        free = 0
    cores = psutil.cpu_count(logical=False) or psutil.cpu_count() or 1
    memory = min(psutil.virtual_memory().total, _allowed())
    card, card_memory = _card()
    return Room(memory, free, cores, card, card_memory)


def _card() -> tuple[str, int]:
    """The graphics cards that llama.cpp can use, and their bytes in sum: layers are spread over them. An
    integrated one has no memory of its own."""
    # Imported here and not above: it loads a native library.
    from qwen_finder.models.devices import graphics_devices

    try:
        cards = [card for card in graphics_devices() if not card.integrated]
    except ModelError as error:
        log.warning("graphics cards cannot be looked for: %s", error.message)
        return "", 0
    return ", ".join(card.description for card in cards), sum(card.total for card in cards)


def _allowed() -> int:
    """Bytes of memory that a container leaves us; no limit is a very large number."""
    try:
        return int(_CGROUP.read_text("ascii"))
    except (OSError, ValueError):
        return 1 << 62
