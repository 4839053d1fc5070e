"""How often a file is found that is in another language than the question, on ``resources/demo``.

Asks every query of ``tests/known_items/crosslingual.toml`` of the whole program (words and names take part
as they do for a user) and prints one JSON object: the share of right files among the first three, for
questions in English or files in English, for all other pairs of languages, and by language. ``--misses``
lists what failed.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
ITEMS = ROOT / "tests" / "known_items" / "crosslingual.toml"
ENGLISH = "en"
TOP = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="list what was not found, on stderr")
    parser.add_argument("--home", type=Path, help="keep the index here and use it again")
    parser.add_argument("--model", default="starter")
    parser.add_argument("--mode", default="hybrid", help="semantic: by vectors alone")
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["QWEN_FINDER_HOME"] = str(options.home or temporary)
        print(
            json.dumps(
                measure(options.model, options.mode, misses=options.misses), ensure_ascii=False, indent=1
            )
        )
    return 0


def measure(model: str, mode: str, *, misses: bool) -> dict[str, Any]:
    from qwen_finder.core.query import Mode, SearchRequest
    from qwen_finder.engine import Engine
    from qwen_finder.settings.paths import find_paths
    from qwen_finder.settings.store import Settings

    paths = find_paths()
    paths.create()
    engine = Engine(paths, Settings({"pace.mode": "full", "models.text": model}))
    engine.start()
    if not engine.folders():
        engine.add_folder(str(DEMO))
    while not engine.idle():
        time.sleep(0.1)
    found: dict[str, list[bool]] = defaultdict(list)
    for item in tomllib.loads(ITEMS.read_text("utf-8"))["items"]:
        for language, query in item["queries"].items():
            hits = [
                os.path.relpath(hit.path, DEMO)
                for hit in engine.search(SearchRequest(query, limit=TOP, mode=Mode(mode))).hits
            ]
            right = item["file"] in hits
            if misses and not right:
                print(f"{language} {query!r} wants {item['file']}, got {hits}", file=sys.stderr)
            for name in groups(language, item["language"]):
                found[name].append(right)
    engine.close()
    return {name: round(sum(places) / len(places), 3) for name, places in sorted(found.items())}


def groups(asked: str, file: str) -> list[str]:
    """What a question in language ``asked`` for a file in language ``file`` counts for."""
    # Traditional and Simplified Chinese are one language here.
    one, other = ("zh" if language == "zht" else language for language in (asked, file))
    if one == other:
        return ["same language"]
    kind = "with English" if ENGLISH in (one, other) else "without English"
    return [kind, f"asked in {asked}", f"file in {file}"]


if __name__ == "__main__":
    sys.exit(main())
