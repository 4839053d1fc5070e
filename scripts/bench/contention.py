"""How long queries take while the service indexes, against the same queries while it rests.

    python scripts/bench/contention.py [--files 3000] [--queries 50] [--rounds 4] [--pace full]

Writes notes into a temporary folder and indexes half of them through the real service process. Then, while
it indexes the other half, rounds of queries are asked in turns with indexing and with indexing paused, so
that the index is the same for both and whatever else the machine does weighs on both. Prints one JSON object:
milliseconds within the service (took) and as a client waits for them (whole), before the second half was
there (resting), paused and indexing, and the ratios of the 95th percentiles. Exit code 1 when that of
indexing to paused is above 3, or any query above 500 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from qwen_finder.api.client import Client  # noqa: E402
from qwen_finder.api.launcher import Launcher  # noqa: E402
from qwen_finder.core.query import SearchRequest  # noqa: E402
from qwen_finder.settings.paths import find_paths  # noqa: E402

MOST_RATIO, MOST_MS = 3.0, 500.0
QUESTIONS = (
    "who owes money for the garden",
    "meeting with the doctor in winter",
    "server error in the database project",
    "family picture from the river",
    "contract budget engine train",
)
VOCABULARY = (
    "invoice garden letter meeting recipe travel school doctor music river winter budget contract kitchen "
    "teacher number market engine window family report picture server error train paper project database"
)
WORDS = VOCABULARY.split()


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--queries", type=int, default=50, help="a round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--pace", default="full", choices=("full", "balanced", "quiet", "auto"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        os.environ["QWEN_FINDER_HOME"] = str(home / "home")
        os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
        for half in ("old", "new"):
            write_notes(home / half, options.files // 2)
        launcher = Launcher(find_paths())
        try:
            result = measure(Client(launcher), home, options)
        finally:
            launcher.stop()
    print(json.dumps(result))
    return 0 if result["ratio_took"] <= MOST_RATIO and result["most_ms"] <= MOST_MS else 1


def write_notes(folder: Path, files: int) -> None:
    """Notes of about four passages, no two alike, a hundred in each folder."""
    words = random.Random(folder.name)
    for number in range(files):
        file = folder / f"{number // 100:03}" / f"note {number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        sentences = (" ".join(words.choices(WORDS, k=12)).capitalize() for _ in range(60))
        file.write_text(". ".join(sentences))


def measure(client: Client, home: Path, options: argparse.Namespace) -> dict[str, Any]:
    client.change_settings({"pace.mode": options.pace})
    client.add_folder(str(home / "old"))
    # The command waits at full pace, whatever the setting says.
    subprocess.run([sys.executable, "-m", "qwen_finder", "index", "--wait"], cwd=ROOT, check=True)
    ask(client, options.queries)
    times = {"resting": ask(client, 2 * options.queries), "paused": Times(), "indexing": Times()}
    client.add_folder(str(home / "new"))
    rounds = 0
    while rounds < options.rounds and embedding(client):
        times["indexing"] += ask(client, options.queries)
        still = client.status().engine.progress
        client.set_pace("paused")
        times["paused"] += ask(client, options.queries)
        client.set_pace("auto")
        rounds += still is not None
    assert rounds, "indexing was over before it could be measured; give it more --files"
    summary: dict[str, Any] = {name: values.summary() for name, values in times.items()}
    paused, indexing = times["paused"], times["indexing"]
    return {
        "rounds": rounds,
        "passages": client.status().engine.index.chunks,
        **summary,
        "ratio_took": round(p95(indexing.took) / p95(paused.took), 2),
        "ratio_whole": round(p95(indexing.whole) / p95(paused.whole), 2),
        "ratio_took_to_resting": round(p95(indexing.took) / p95(times["resting"].took), 2),
        "most_ms": round(max(indexing.whole), 1),
    }


class Times:
    """Milliseconds of queries: within the service, and as their client waited."""

    def __init__(self) -> None:
        self.took: list[float] = []
        self.whole: list[float] = []

    def __iadd__(self, other: Times) -> Times:
        self.took += other.took
        self.whole += other.whole
        return self

    def summary(self) -> dict[str, float]:
        return {
            f"{name}_{label}": round(value, 1)
            for name, values in (("took", self.took), ("whole", self.whole))
            for label, value in (
                ("p50", statistics.median(values)),
                ("p95", p95(values)),
                ("max", max(values)),
            )
        }


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def ask(client: Client, queries: int) -> Times:
    times = Times()
    for number in range(queries):
        question = f"{QUESTIONS[number % len(QUESTIONS)]} {WORDS[number % len(WORDS)]}"
        began = time.perf_counter()
        answer = client.search(SearchRequest(question, limit=20))
        times.whole.append((time.perf_counter() - began) * 1000)
        times.took.append(answer.took_ms)
        # People read what they find.
        time.sleep(0.05)
    return times


def embedding(client: Client) -> bool:
    """Waits until files are being embedded; False when all is done."""
    while not (status := client.status()).idle:
        progress = status.engine.progress
        if progress is not None and progress.share > 0:
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    sys.exit(main())
