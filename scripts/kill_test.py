#!/usr/bin/env python3
"""Kills the service (−9) at random moments while a tree is indexed and changed; nothing may be lost by it.

    python scripts/kill_test.py [--kills 60] [--files 2000] [--seed 1]

A real service over real files. After the last kill it is started once more and left to finish; its index is
then compared with a clean one of the final tree. Prints one JSON object; exit 1 when they differ.
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
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from churn import Churn
from churn import _open as open_engine
from churn import settle as settle_engine
from index_contents import clean_index, difference, index_contents

if TYPE_CHECKING:
    from qwen_finder.api.client import Client
    from qwen_finder.engine import Engine

ROOT = Path(__file__).resolve().parents[1]

# From the start of the process: some die while they still import, most at work.
EARLIEST_S, LATEST_S = 0.5, 14.0
STEPS_A_LIFE = 25


def kill_test(
    open_clean: Callable[[Path], Engine], work: Path, *, kills: int, files: int, seed: int
) -> dict[str, object]:
    """Run it in the folder ``work``; "differences" is empty when all is well."""
    drawn = random.Random(seed)
    home, root = work / "home", work / "files"
    (home / "config").mkdir(parents=True, mode=0o700)
    (home / "config" / "settings.toml").write_text('[pace]\nmode = "full"\n')
    root.mkdir()
    tree = Churn(root, work / "outside", seed, most_files=files)
    tree.fill(files)
    environ = {**os.environ, "QWEN_FINDER_HOME": str(home)}
    started = time.monotonic()

    service, client = _start(environ)
    client.add_folder(str(root))
    done: list[int] = []
    for _ in range(kills):
        moment = time.monotonic() + drawn.uniform(EARLIEST_S, LATEST_S)
        for _ in range(drawn.randint(0, STEPS_A_LIFE)):
            tree.step()
            time.sleep(max(0.0, min(0.1, moment - time.monotonic())))
        # Whole folders are deleted among the rest; the tree is to stay as large as it was.
        tree.fill(files * 9 // 10)
        time.sleep(max(0.0, moment - time.monotonic()))
        done.append(_indexed(home))
        service.kill()
        service.wait()
        service = _spawn(environ)
    service.kill()
    service.wait()

    service, client = _start(environ)
    settled = _settle(client)
    failures = [failure.code for failure in client.failures() if failure.code != "file.no_text"]
    service.terminate()
    service.wait(30)
    seconds = time.monotonic() - started

    engine = open_clean(home)
    settle_engine(engine)
    found = index_contents(engine)
    engine.close()
    wanted = clean_index(open_clean(work / "clean"), root, settle_engine)
    return {
        "kills": kills,
        "seed": seed,
        "seconds": round(seconds, 1),
        "settled_after_s": round(settled, 1),
        "indexed_at_kills": done,
        "operations": sum(tree.done.values()),
        "files": len(wanted),
        "chunks": sum(len(passages) for _, passages in wanted.values()),
        "failures": failures,
        "differences": difference(found, wanted),
    }


def _spawn(
    environ: dict[str, str], program: str = "", within: tuple[str, ...] = ()
) -> subprocess.Popen[bytes]:
    command = ["-c", program] if program else ["-m", "qwen_finder", "service", "run"]
    return subprocess.Popen(
        [*within, sys.executable, *command],
        env={"QWEN_FINDER_MODELS": str(ROOT / ".models"), **environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _start(
    environ: dict[str, str], program: str = "", within: tuple[str, ...] = ()
) -> tuple[subprocess.Popen[bytes], Client]:
    """A service that answers, and a client of it; ``program`` is Python to run in its place, ``within`` a
    command that becomes it."""
    from qwen_finder.api import endpoint
    from qwen_finder.api.client import Client
    from qwen_finder.api.launcher import Launcher
    from qwen_finder.settings.paths import find_paths

    paths = find_paths(environ)
    process = _spawn(environ, program, within)
    deadline = time.monotonic() + 120
    while (found := endpoint.read(paths.endpoint_file)) is None or found.pid != process.pid:
        assert process.poll() is None, f"the service ended with {process.returncode}"
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.05)
    return process, Client(Launcher(paths, start=False))


def _settle(client: Client, seconds: float = 1200) -> float:
    started = time.monotonic()
    client.index()
    while not client.status().idle:
        assert time.monotonic() - started < seconds, client.status()
        time.sleep(0.2)
    return time.monotonic() - started


def _indexed(home: Path) -> int:
    """How many files are indexed, read beside the service."""
    import sqlite3

    with sqlite3.connect(f"file:{home / 'data' / 'catalog.sqlite'}?mode=ro", uri=True, timeout=10) as catalog:
        (number,) = catalog.execute("SELECT count(*) FROM files WHERE state = 'indexed'").fetchone()
    catalog.close()
    return int(number)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("QWEN_FINDER_MODELS", str(ROOT / ".models"))
    with tempfile.TemporaryDirectory() as work:
        result = kill_test(
            open_engine, Path(work).resolve(), kills=options.kills, files=options.files, seed=options.seed
        )
    print(json.dumps(result, ensure_ascii=False))
    return 1 if result["differences"] else 0


if __name__ == "__main__":
    sys.exit(main())
