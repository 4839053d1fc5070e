"""What it costs to look through a folder in which nothing changed.

    python scripts/bench/rescan.py [--files 100000] [--rounds 5]

Makes a tree of that many files, enters it into a catalog, and then reconciles it again and again, in turns
with a plain walk of the same tree by ``os.scandir`` and ``stat``. Prints one JSON object; ``ratio`` is the
median time of a reconcile over that of a walk.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

FILES_A_FOLDER = 40
LINES_OF_GITIGNORE = "*.log\nbuild/\n!keep.log\n/generated/*.txt\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        print(json.dumps(measure(Path(work).resolve(), options.files, options.rounds)))
    return 0


def make_tree(root: Path, files: int) -> None:
    """Folders of 40 files, ten folders a project, each project with an ignore file of its own."""
    for number in range(0, files, FILES_A_FOLDER):
        folder = number // FILES_A_FOLDER
        path = root / f"area {folder // 100}" / f"project {folder // 10}" / f"part {folder}"
        path.mkdir(parents=True)
        if folder % 10 == 0:
            (path.parent / ".gitignore").write_text(LINES_OF_GITIGNORE, "utf-8")
        for name in range(number, min(files, number + FILES_A_FOLDER)):
            (path / f"note number {name}.txt").touch()


def walk(root: str) -> int:
    """Files found by nothing but scandir and stat."""
    found = 0
    pending = [root]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    found += 1
    return found


def measure(work: Path, files: int, rounds: int) -> dict[str, object]:
    from qwen_finder.engine.reading import open_scan
    from qwen_finder.extraction.kind import kind_of
    from qwen_finder.indexing.reconcile import Changes, reconcile
    from qwen_finder.settings.store import Settings
    from qwen_finder.storage.catalog import SqliteCatalog

    root = work / "files"
    make_tree(root, files)
    catalog = SqliteCatalog(work / "catalog.sqlite")
    folder = catalog.add_folder(str(root))

    def once() -> Changes:
        return reconcile(
            folder,
            open_scan(folder.path, Settings()),
            catalog,
            kind_of=kind_of,
            forget=lambda gone: None,
            stamps=frozenset(),
            stop=lambda: False,
        )

    entered = once().new
    walks: list[float] = []
    looks: list[float] = []
    for _ in range(rounds):
        started = time.perf_counter()
        walk(str(root))
        walks.append(time.perf_counter() - started)
        started = time.perf_counter()
        changes = once()
        looks.append(time.perf_counter() - started)
        assert (changes.unchanged, changes.to_index, changes.vanished) == (entered, 0, 0)
    catalog.close()
    return {
        "files": entered,
        "walk_s": round(statistics.median(walks), 3),
        "reconcile_s": round(statistics.median(looks), 3),
        "ratio": round(statistics.median(looks) / statistics.median(walks), 2),
    }


if __name__ == "__main__":
    sys.exit(main())
