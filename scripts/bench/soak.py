"""An hour of churn in minutes: does anything grow that should not?

    python scripts/bench/soak.py [--minutes 4] [--seed 1]

Changes a tree under the eyes of the real service, with a query after each dozen of changes. Prints one JSON
object: the service's resident memory (mean), open files and threads (most) of each quarter of the time and at
rest, the slope of the memory over the second half in MB for 1,000 changes, and the bytes of the index, after
its upkeep, over those of a clean one. Exit 1 when the index is more than 1.5 times the clean one.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qwen_finder.api.client import Client

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

FILES = 400
CHANGES_A_QUERY = 12
PAUSE_S = 0.02
MOST_GROWTH = 1.5

# The times of upkeep, compressed like everything else here.
SERVICE = """
import sys
from qwen_finder.indexing import upkeep
from qwen_finder.server import run
upkeep.QUIET_SECONDS = upkeep.STEP_SECONDS = 2.0
sys.exit(run.main())
"""


@dataclass(frozen=True, slots=True)
class Sample:
    changes: int
    resident_mb: float
    open_files: int
    threads: int
    index_bytes: int


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as work:
        result = measure(Path(work).resolve(), options.minutes * 60, options.seed)
    print(json.dumps(result))
    return 0 if result["index_bytes"] <= MOST_GROWTH * result["clean_index_bytes"] else 1


def measure(work: Path, seconds: float, seed: int) -> dict[str, Any]:
    from churn import Churn

    from qwen_finder.core.query import SearchRequest

    root = work / "files"
    root.mkdir()
    tree = Churn(root, work / "outside", seed, most_files=FILES)
    tree.fill(FILES)
    service, client = start(work / "home")
    try:
        client.add_folder(str(root))
        settled_bytes(client)
        first = sample(service, client, 0)
        started = time.monotonic()
        seen: list[Sample] = []
        changes = 0
        while time.monotonic() - started < seconds:
            for _ in range(CHANGES_A_QUERY):
                tree.step()
                time.sleep(PAUSE_S)
            # Whole folders are deleted among the rest; the tree is to stay as large as it was.
            tree.fill(FILES * 3 // 4)
            changes += CHANGES_A_QUERY
            client.search(SearchRequest("a letter about the harbour at night"))
            seen.append(sample(service, client, changes))
        size = settled_bytes(client)
        last = sample(service, client, changes)
    finally:
        stop(service)
    service, client = start(work / "clean")
    try:
        client.add_folder(str(root))
        clean_size = settled_bytes(client)
    finally:
        stop(service)
    quarters = [seen[len(seen) * at // 4 : len(seen) * (at + 1) // 4] for at in range(4)]
    return {
        "minutes": round(seconds / 60, 1),
        "changes": changes,
        "files": sum(1 for path in root.rglob("*") if path.is_file()),
        "resident_mb_at_first": round(first.resident_mb, 1),
        "resident_mb_quarters": [
            round(statistics.mean(one.resident_mb for one in part), 1) for part in quarters
        ],
        "resident_mb_slope_per_1000_changes": round(slope(seen[len(seen) // 2 :]), 2),
        "resident_mb_at_rest": round(last.resident_mb, 1),
        "open_files_at_first": first.open_files,
        "open_files_most_quarters": [max(one.open_files for one in part) for part in quarters],
        "open_files_at_rest": last.open_files,
        "threads_most_quarters": [max(one.threads for one in part) for part in quarters],
        "threads_at_rest": last.threads,
        "index_bytes_most": max(one.index_bytes for one in seen),
        "index_bytes": size,
        "clean_index_bytes": clean_size,
        "index_over_clean": round(size / clean_size, 3),
    }


def start(home: Path) -> tuple[subprocess.Popen[bytes], Client]:
    """A service of its own, with the memory settings of one that the launcher starts."""
    from kill_test import _start

    (home / "config").mkdir(parents=True, mode=0o700)
    (home / "config" / "settings.toml").write_text('[pace]\nmode = "full"\n')
    return _start({**os.environ, "QWEN_FINDER_HOME": str(home), "MALLOC_ARENA_MAX": "2"}, SERVICE)


def stop(service: subprocess.Popen[bytes]) -> None:
    service.terminate()
    service.wait(30)


def sample(service: subprocess.Popen[bytes], client: Client, changes: int) -> Sample:
    process = psutil.Process(service.pid)
    with process.oneshot():
        resident, files, threads = process.memory_info().rss, process.num_fds(), process.num_threads()
    return Sample(changes, resident / 1e6, files, threads, client.status().engine.index.bytes)


def settled_bytes(client: Client) -> int:
    """The bytes of the index when everything is indexed and its upkeep has nothing more to do."""
    smallest, since = client.status().engine.index.bytes, time.monotonic()
    # A wipe that took long is not repeated for a while; the next one is what is waited for.
    while time.monotonic() - since < 20:
        status = client.status()
        if not status.idle or status.engine.index.bytes != smallest:
            smallest, since = status.engine.index.bytes, time.monotonic()
        time.sleep(0.5)
    return smallest


def slope(seen: Sequence[Sample]) -> float:
    """MB for 1,000 changes, by least squares."""
    mean_x = statistics.mean(one.changes for one in seen)
    mean_y = statistics.mean(one.resident_mb for one in seen)
    spread = sum((one.changes - mean_x) ** 2 for one in seen)
    return 1000 * sum((one.changes - mean_x) * (one.resident_mb - mean_y) for one in seen) / max(spread, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
