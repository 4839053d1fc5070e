"""How often the right file is found: the known-item queries of ``tests/known_items`` on ``resources/demo``.

Prints one JSON object: recall@1 and recall@3 for each kind of query and language, the strengths given to
right answers, and those given to the best answer of questions that have none in the folder. ``--misses``
lists the queries that failed, on stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"

# Nothing in the demo folder answers these.
UNANSWERABLE = (
    "quantum chromodynamics lattice simulation",
    "submarine periscope maintenance schedule",
    "how to breed ostriches in Namibia",
    "penguin colony census Antarctica",
    "zero-knowledge proof of Merkle inclusion",
    "kimono dyeing workshop in the nineteenth century",
    "rocket engine turbopump cavitation",
    "medieval falconry licence",
    "opera libretto about a volcano",
    "fuel rods of a nuclear reactor",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what was not found, on stderr")
    parser.add_argument("--home", type=Path, help="keep the index here and use it again")
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["QWEN_FINDER_HOME"] = str(options.home or temporary)
        print(json.dumps(measure(misses=options.misses), ensure_ascii=False, indent=1))
    return 0


def known_items() -> list[dict[str, Any]]:
    """Every query with the files that answer it, relative to the demo folder."""
    tables = (
        tomllib.loads(file.read_text("utf-8")) for file in sorted((ROOT / "tests/known_items").glob("*.toml"))
    )
    return [query for table in tables for query in table.get("query", [])]


def measure(*, misses: bool) -> dict[str, Any]:
    from qwen_finder.core.query import SearchRequest
    from qwen_finder.engine import Engine
    from qwen_finder.settings.paths import find_paths
    from qwen_finder.settings.store import Settings

    paths = find_paths()
    paths.create()
    # As fast as it goes, whoever uses the machine meanwhile.
    engine = Engine(paths, Settings({"pace.mode": "full"}))
    engine.start()
    if not engine.folders():
        engine.add_folder(str(DEMO))
    while not engine.idle():
        time.sleep(0.1)
    ranks: dict[str, list[int]] = defaultdict(list)
    strengths: Counter[str] = Counter()
    took: list[float] = []
    for item in known_items():
        response = engine.search(SearchRequest(item["text"], limit=10))
        took.append(response.took_ms)
        found = [os.path.relpath(hit.path, DEMO) for hit in response.hits]
        places = [found.index(path) for path in item["expect"] if path in found]
        rank = min(places) + 1 if places else 0
        ranks[f"{item['kind']} {item['language']}"].append(rank)
        ranks[f"{item['kind']} all"].append(rank)
        if rank:
            strengths[f"{item['kind']} {response.hits[rank - 1].strength.value}"] += 1
        wanted = 3 if item["kind"] == "meaning" else 1
        if misses and not 0 < rank <= wanted:
            print(
                f"{rank or '-'}  {item['kind']}/{item['language']}  {item['text']!r}  wants {item['expect']}",
                file=sys.stderr,
            )
            for hit in response.hits[:4]:
                print(
                    f"      {hit.score} {hit.strength.value} {os.path.relpath(hit.path, DEMO)} {hit.why}",
                    file=sys.stderr,
                )
    nothing: Counter[str] = Counter()
    for text in UNANSWERABLE:
        response = engine.search(SearchRequest(text))
        nothing[response.strength.value] += 1
        if misses:
            print(f"nothing: {text!r} {response.strength.value} {response.hits[0].why}", file=sys.stderr)
    engine.close()
    return {
        "recall": {
            name: {
                "queries": len(places),
                "at_1": round(sum(place == 1 for place in places) / len(places), 3),
                "at_3": round(sum(0 < place <= 3 for place in places) / len(places), 3),
            }
            for name, places in sorted(ranks.items())
        },
        "strength_of_right_answers": dict(sorted(strengths.items())),
        "strength_when_nothing_is_relevant": dict(nothing),
        "median_ms": sorted(took)[len(took) // 2],
    }


if __name__ == "__main__":
    sys.exit(main())
