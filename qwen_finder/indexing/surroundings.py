"""What the machine and its user are doing now, measured cheaply and only when asked.

It knows no pace: it says what is, and does not judge. Nothing it cannot find out is an error.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

# Load over a shorter time is noise, over a longer one history.
_SHORTEST_LOAD_SECONDS = 1.0
_LONGEST_LOAD_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """``idle_s`` since the last input, None if unknown; ``battery_percent`` None without a battery;
    ``others_share`` of all processor time that other programs took lately, 0 to 1.
    """

    idle_s: float | None
    plugged: bool
    battery_percent: float | None
    others_share: float
    free_bytes: int


class Machine:
    """Looks at this machine. ``folder`` is on the disk whose room counts; ``idle_s`` as in Surroundings."""

    def __init__(self, folder: Path, idle_s: Callable[[], float | None]) -> None:
        self._folder = folder
        self._idle_s = idle_s
        self._load = OthersLoad()

    def look(self) -> Surroundings:
        plugged, percent = _power()
        return Surroundings(
            idle_s=self._idle_s(),
            plugged=plugged,
            battery_percent=percent,
            others_share=self._load.share(),
            free_bytes=shutil.disk_usage(self._folder).free,
        )


class OthersLoad:
    """The share of processor time that went to other programs between two looks. Not thread-safe."""

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._share = 0.0
        self._last = self._times()

    def share(self) -> float:
        """0 to 1; 0 for as long as there is nothing to compare with."""
        now = self._times()
        elapsed = now[0] - self._last[0]
        if elapsed < _SHORTEST_LOAD_SECONDS:
            return self._share
        spent = elapsed * (psutil.cpu_count() or 1)
        others = (now[1] - self._last[1]) - (now[2] - self._last[2])
        self._share = min(max(others / spent, 0.0), 1.0) if elapsed < _LONGEST_LOAD_SECONDS else 0.0
        self._last = now
        return self._share

    def _times(self) -> tuple[float, float, float]:
        """Now, and the seconds of processor time that all programs and that we alone have used."""
        machine, own = psutil.cpu_times(), self._process.cpu_times()
        # Guests are counted in user time already; what waits for a disk does not compute.
        busy = machine.user + machine.system + getattr(machine, "nice", 0.0)
        return time.monotonic(), busy, own.user + own.system


def _power() -> tuple[bool, float | None]:
    """Whether the mains feed the machine, and how full its battery is (None if it has none)."""
    # Some systems have no such function, and some virtual machines no such file.
    sensor: Callable[[], object] | None = getattr(psutil, "sensors_battery", None)
    try:
        battery = sensor() if sensor is not None else None
    except (OSError, RuntimeError, ValueError):
        battery = None
    if battery is None:
        return True, None
    plugged = getattr(battery, "power_plugged", None)
    return plugged is not False, float(getattr(battery, "percent", 100.0))
