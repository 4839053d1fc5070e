"""The window: how soon it can be typed into, how soon it answers, whether it ever stalls, what it holds.

    python scripts/bench/gui.py [--rounds 7]

Runs on a display in memory, or on the one that QT_QPA_PLATFORM names, over a home of its own in which the
sample folder is indexed, and prints one JSON object:

- ``start``: milliseconds from the start of the process until the search box can be typed into, by the clock
  and in processor time, with the service running, over those of an empty PySide6 window with a line to type
  into (the aim is at most 1.5), and the resident memory of both then (at most 1.6);
- ``answer``: milliseconds from the last key of a query until its results are painted, beside those that the
  service says it needed (the aim for the 95th percentile is at most 50 and 120 more);
- ``scroll`` and ``index``: the longest stall of the event loop in milliseconds, in its own processor time and
  by the clock, while 10,000 results are scrolled and while the sample folder is indexed (at most 50).

Medians of the rounds, which alternate, so that whatever else the machine does meets both sides. Models come
from QWEN_FINDER_MODELS, else from the checkout's ``.models``.
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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHILD = Path(__file__).with_name("gui_child.py")
DEMO = ROOT / "resources" / "demo"

sys.path.insert(0, str(ROOT / "scripts"))
from desktop import virtual_display  # noqa: E402 - from the folder above


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=7, help="how often each window is started")
    rounds = max(parser.parse_args().rounds, 3)
    with tempfile.TemporaryDirectory(prefix="qwen-finder-bench-") as temporary, display() as shown:
        environ = {
            "QWEN_FINDER_MODELS": str(ROOT / ".models"),
            # An installed program is compiled once; it is not the compiler that is measured.
            **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
            **shown,
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
        }
        indexed = {**environ, "QWEN_FINDER_HOME": str(Path(temporary, "indexed"))}
        fresh = {**environ, "QWEN_FINDER_HOME": str(Path(temporary, "fresh"))}
        try:
            finder(indexed, "folders", "add", str(DEMO))
            finder(indexed, "index", "--wait")
            finder(indexed, "query", "a first one, which loads the model")
            result = {"start": starts(indexed, rounds), "answer": child(indexed, "answer")}
            result["start"]["memory_ratio_after_answers"] = round(
                result["answer"].pop("memory_mb") / result["start"]["empty"]["memory_mb"], 2
            )
            result["scroll"] = child(indexed, "scroll")
            finder(indexed, "service", "stop")
            result["index"] = child(fresh, "index", str(DEMO))
        finally:
            for home in (indexed, fresh):
                finder(home, "service", "stop")
    print(json.dumps(result, indent=2))
    return 0


@contextmanager
def display() -> Iterator[Mapping[str, str]]:
    """What the environment of a program needs to show a window."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        yield {}
        return
    with virtual_display() as name:
        yield {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": ""}


def starts(environ: Mapping[str, str], rounds: int) -> dict[str, Any]:
    sides: dict[str, list[dict[str, float]]] = {"empty": [], "window": []}
    for _ in range(rounds + 1):
        for side, seen in sides.items():
            began = time.monotonic()
            one = child(environ, side)
            one["clock_ms"] = (one.pop("typable_at") - began) * 1000
            seen.append(one)
    medians = {
        # The first of each read its files from the disk.
        side: {key: round(statistics.median(one[key] for one in seen[1:]), 1) for key in seen[0]}
        for side, seen in sides.items()
    }
    empty, window = medians["empty"], medians["window"]
    ratios = {key: round(window[key] / empty[key], 2) for key in window}
    return {**medians, "ratios": ratios}


def child(environ: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """What one process with a window says of itself."""
    command = [sys.executable, str(CHILD), *arguments]
    done = subprocess.run(command, env=dict(environ), cwd=ROOT, stdout=subprocess.PIPE, timeout=900)
    if done.returncode != 0:
        raise SystemExit(f"The window for {arguments[0]!r} ended with exit status {done.returncode}.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def finder(environ: Mapping[str, str], *arguments: str) -> None:
    command = [sys.executable, "-m", "qwen_finder", *arguments]
    subprocess.run(command, env=dict(environ), cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
