"""An hour of churn in minutes: does anything grow that should not?

    python scripts/bench/soak.py [--minutes 4] [--seed 1]

Changes a tree under the eyes of the real engine, with a query after each dozen of changes. Prints one JSON
object: the slope of the resident memory over the second half in MB for 1,000 changes, open files and
threads at the middle and at the end, and the bytes of the index, after its upkeep, over those of a clean
one. Exit 1 when the index is more than 1.5 times the clean one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

FILES = 400
CHANGES_A_QUERY = 12
PAUSE_S = 0.02
MOST_GROWTH = 1.5

# The times of upkeep, compressed like everything else here.
QUIET_S, STEP_S = 2.0, 2.0


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
    return 0 if result["index_over_clean"] <= MOST_GROWTH else 1


def measure(work: Path, seconds: float, seed: int) -> dict[str, float]:
    from churn import Churn, _open, settle

    from qwen_finder.core.query import SearchRequest
    from qwen_finder.indexing import upkeep

    upkeep.QUIET_SECONDS, upkeep.STEP_SECONDS = QUIET_S, STEP_S
    root = work / "files"
    root.mkdir()
    tree = Churn(root, work / "outside", seed, most_files=FILES)
    tree.fill(FILES * 3 // 4)
    engine = _open(work / "home")
    engine.add_folder(str(root))
    settle(engine)
    process = psutil.Process()
    started = time.monotonic()
    changes = 0
    # (changes, resident MB, open files, threads)
    seen: list[tuple[int, float, int, int]] = []
    most_bytes = 0
    while time.monotonic() - started < seconds:
        for _ in range(CHANGES_A_QUERY):
            tree.step()
            time.sleep(PAUSE_S)
        changes += CHANGES_A_QUERY
        engine.search(SearchRequest("a letter about the harbour at night"))
        if not seen or changes - seen[-1][0] >= 5 * CHANGES_A_QUERY:
            resident = process.memory_info().rss / 1e6
            seen.append((changes, resident, process.num_fds(), threading.active_count()))
            most_bytes = max(most_bytes, engine.status().index.bytes)
    settle(engine)
    size = wiped(engine)
    engine.close()
    clean = _open(work / "clean")
    clean.add_folder(str(root))
    settle(clean)
    clean_size = wiped(clean)
    clean.close()
    middle = seen[len(seen) // 2]
    return {
        "minutes": round(seconds / 60, 1),
        "changes": changes,
        "files": sum(1 for path in root.rglob("*") if path.is_file()),
        "resident_mb_middle": round(middle[1], 1),
        "resident_mb_end": round(seen[-1][1], 1),
        "resident_mb_slope_per_1000_changes": round(slope(seen[len(seen) // 2 :]), 2),
        "open_files_middle": middle[2],
        "open_files_end": seen[-1][2],
        "threads_middle": middle[3],
        "threads_end": seen[-1][3],
        "index_bytes_most": most_bytes,
        "index_bytes": size,
        "clean_index_bytes": clean_size,
        "index_over_clean": round(size / clean_size, 3),
    }


def wiped(engine: Engine) -> int:
    """The bytes of the index when its upkeep has nothing more to do."""
    smallest, since = engine.status().index.bytes, time.monotonic()
    # A wipe that took long is not repeated for a while; the next one is what is waited for.
    while time.monotonic() - since < 20:
        size = engine.status().index.bytes
        if size != smallest:
            smallest, since = size, time.monotonic()
        time.sleep(0.5)
    return smallest


def slope(seen: list[tuple[int, float, int, int]]) -> float:
    """MB for 1,000 changes, by least squares."""
    mean_x = sum(at for at, *_ in seen) / len(seen)
    mean_y = sum(mb for _, mb, *_ in seen) / len(seen)
    spread = sum((at - mean_x) ** 2 for at, *_ in seen)
    return 1000 * sum((at - mean_x) * (mb - mean_y) for at, mb, *_ in seen) / max(spread, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
