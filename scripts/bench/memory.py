"""How much memory the service holds after it has indexed many files and has nothing more to do.

    python scripts/bench/memory.py [--files 10000]

Writes that many short notes into a temporary folder, indexes them through the real service process and
prints one JSON object: megabytes that the service holds before indexing, at its highest, when it is idle and
after a hundred queries.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
VOCABULARY = (
    "invoice garden letter meeting recipe travel school doctor music river winter budget contract kitchen "
    "teacher number market engine window family report picture server error train paper project database"
)
WORDS = VOCABULARY.split()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        os.environ["QWEN_FINDER_HOME"] = str(home / "home")
        os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
        write_notes(home / "notes", options.files)
        try:
            print(json.dumps(measure(home / "notes")))
        finally:
            finder("service", "stop")
    return 0


def write_notes(folder: Path, files: int) -> None:
    """Short notes, no two alike, a hundred in each folder."""
    words = random.Random(1)
    for number in range(files):
        file = folder / f"{number // 100:03}" / f"note {number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Note {number}: {' '.join(words.choices(WORDS, k=25))}.\n")


def measure(folder: Path) -> dict[str, Any]:
    finder("config", "set", "pace.mode", "full")
    finder("service", "start")
    before = status()["service"]["memory_bytes"]
    started = time.monotonic()
    finder("folders", "add", str(folder))
    highest = before
    while not (now := status())["idle"]:
        highest = max(highest, now["service"]["memory_bytes"])
        time.sleep(1)
    seconds = time.monotonic() - started
    idle = status()["service"]["memory_bytes"]
    for number in range(100):
        finder("query", f"{WORDS[number % len(WORDS)]} {number}")
    return {
        "files": now["files"]["indexed"],
        "seconds": round(seconds),
        "before_mb": round(before / 1e6),
        "highest_mb": round(highest / 1e6),
        "idle_mb": round(idle / 1e6),
        "after_queries_mb": round(status()["service"]["memory_bytes"] / 1e6),
        "index_bytes_per_chunk": round(now["index"]["bytes"] / max(1, now["index"]["chunks"])),
    }


def status() -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(finder("status", "--json"))
    return answer


def finder(*arguments: str) -> bytes:
    command = [sys.executable, "-m", "qwen_finder", *arguments]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout


if __name__ == "__main__":
    sys.exit(main())
