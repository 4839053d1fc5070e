"""When the service crashed lately, so that clients do not start it over and over only to see it die.

Every client is a process of its own, and most live for a second: what they see is kept in a small file.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

WINDOW_S = 60.0
MOST = 3

# A service that dies sooner than this after it came up has died of its start.
YOUNG_S = 10.0


def note(file: Path) -> None:
    """The service crashed now. On a disk without room that is not remembered."""
    times = [*_recent(file), time.time()]
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(times), encoding="utf-8")
        temporary.replace(file)
    except OSError:
        temporary.unlink(missing_ok=True)


def forget(file: Path) -> None:
    """Begin anew: somebody says that the cause is mended."""
    file.unlink(missing_ok=True)


def wait_s(file: Path) -> float:
    """Seconds until the service may be started again; 0 unless it crashed several times within a minute."""
    times = sorted(_recent(file))
    return times[-MOST] + WINDOW_S - time.time() if len(times) >= MOST else 0.0


def died_young(endpoint_file: Path) -> bool:
    """Whether the service that published ``endpoint_file``, and is dead, had only just come up."""
    try:
        return 0 <= time.time() - endpoint_file.stat().st_mtime < YOUNG_S
    except FileNotFoundError:
        # It withdrew the file, as one does that ends well.
        return False


def _recent(file: Path) -> Iterator[float]:
    try:
        times = json.loads(file.read_text(encoding="utf-8"))
        now = time.time()
        # Times from the future are of a clock that was put back.
        yield from (seen for seen in map(float, times) if 0 <= now - seen < WINDOW_S)
    except (OSError, ValueError, TypeError):
        return
