"""How long after a file is saved a query finds it, by the running service.

    python scripts/bench/watch.py [--rounds 20] [--burst 1000]

Starts a service of its own with a home of its own, adds a folder, and then again and again saves a file and
asks for a passage of it until it is found. Once with nothing else to do, and once while a burst of other
files is being saved at 50 a second. Prints one JSON object; times in seconds from close() to found.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qwen_finder.api.client import Client

ROOT = Path(__file__).resolve().parents[2]
BURST_A_SECOND = 50
ASK_EVERY_SECONDS = 0.02


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--burst", type=int, default=1_000, help="files saved beside those that are timed")
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as work:
        os.environ["QWEN_FINDER_HOME"] = str(Path(work, "home"))
        service = [sys.executable, "-m", "qwen_finder", "service"]
        subprocess.run([*service, "start"], check=True, stdout=subprocess.DEVNULL)
        try:
            print(json.dumps(measure(Path(work).resolve() / "files", options.rounds, options.burst)))
        finally:
            subprocess.run([*service, "stop"], check=True, stdout=subprocess.DEVNULL)
    return 0


def measure(folder: Path, rounds: int, burst: int) -> dict[str, object]:
    from qwen_finder.api.client import Client
    from qwen_finder.api.launcher import Launcher
    from qwen_finder.settings.paths import find_paths

    folder.mkdir()
    (folder / "first.txt").write_text("The first of many notes.", "utf-8")
    client = Client(Launcher(find_paths(), say=lambda sentence: None))
    client.add_folder(str(folder))
    while not client.status().idle:
        time.sleep(0.1)
    idle = [found_after(client, folder, f"idle{number}") for number in range(rounds)]
    ended = threading.Event()
    saved = [0]

    def save_many() -> None:
        while saved[0] < burst and not ended.is_set():
            path = folder / f"burst {saved[0] // 100}" / f"{saved[0]}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"One of a burst, number {saved[0]}, about nothing in particular.", "utf-8")
            saved[0] += 1
            ended.wait(1 / BURST_A_SECOND)

    saver = threading.Thread(target=save_many)
    saver.start()
    time.sleep(1)
    busy: list[float] = []
    while len(busy) < rounds and saver.is_alive():
        busy.append(found_after(client, folder, f"busy{len(busy)}"))
    ended.set()
    saver.join()
    return {
        "mode": [item.mode for item in client.status().engine.folders],
        "idle": summary(idle),
        "burst": {"files": saved[0], **summary(busy)},
    }


def found_after(client: Client, folder: Path, word: str) -> float:
    """Seconds until the text of a file saved now is found by its words, not by its name."""
    from qwen_finder.core.query import SearchRequest

    path = folder / f"{len(word)}-{time.monotonic_ns()}.txt"
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f"The word of this note is {word}, and giraffes eat acacia leaves.")
    started = time.monotonic()
    while True:
        hits = client.search(SearchRequest(f'"{word}"')).hits
        if any(hit.path == str(path) for hit in hits):
            return time.monotonic() - started
        if time.monotonic() - started > 60:
            raise SystemExit(f"{path} was not found within a minute")
        time.sleep(ASK_EVERY_SECONDS)


def summary(times: list[float]) -> dict[str, object]:
    ordered = sorted(times)
    return {
        "rounds": len(ordered),
        "p50": round(statistics.median(ordered), 3),
        "p95": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 3),
        "most": round(ordered[-1], 3),
    }


if __name__ == "__main__":
    sys.exit(main())
