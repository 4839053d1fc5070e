"""A warm `qwen-finder query` as a whole process against `python -c pass` of the same interpreter.

    python scripts/bench/cli.py [--rounds 30]

Makes a home and a small folder of its own in a temporary place, lets the service index it, then runs both
processes in turn, so that whatever else the machine does meets both. Prints one JSON object: medians in
milliseconds, their ratio (the aim is at most 8), what of it the service needed for the search, and which
heavy packages the command line loaded (none is the aim). Models come from QWEN_FINDER_MODELS, else from
the checkout's `.models`; without any the search goes by name.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AIM = 8.0
FORBIDDEN = ("numpy", "lancedb", "llama_cpp", "torch", "PySide6", "pyarrow", "starlette", "uvicorn")

# What the installed `qwen-finder` script does.
COMMAND = "import sys; from qwen_finder.__main__ import main; sys.exit(main())"
QUERY = ("query", "when is the garden shed delivered")

TEXTS = {
    "shed.txt": "The garden shed is delivered on the first of June between eight and ten.",
    "lisbon.md": "# Trip to Lisbon\n\nTram 28 leaves from Martim Moniz every eleven minutes.",
    "tax.py": "def compute_income_tax(salary):\n    return salary * 0.3\n",
    "recipe.txt": "Soak the chickpeas over night, then cook them with cumin and two lemons.",
    "minutes.txt": "Present: Ada, Grace, Edsger. We decided to move the release to the autumn.",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30, help="how often each process runs (at least 20)")
    rounds = max(parser.parse_args().rounds, 20)
    with tempfile.TemporaryDirectory(prefix="qwen-finder-bench-") as temporary:
        folder = Path(temporary, "texts")
        folder.mkdir()
        for name, text in TEXTS.items():
            (folder / name).write_text(text, encoding="utf-8")
        environ = {
            "QWEN_FINDER_MODELS": str(ROOT / ".models"),
            **os.environ,
            "QWEN_FINDER_HOME": str(Path(temporary, "home")),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
        }
        try:
            _run(environ, "folders", "add", str(folder))
            _run(environ, "index", "--wait")
            report = _measure(environ, rounds)
        finally:
            _run(environ, "service", "stop")
    print(json.dumps(report))
    return 0


def _measure(environ: Mapping[str, str], rounds: int) -> dict[str, object]:
    query, nothing, search = [], [], []
    for _ in range(3):
        _time(environ, COMMAND, *QUERY)
    for _ in range(rounds):
        nothing.append(_time(environ, "pass"))
        query.append(_time(environ, COMMAND, *QUERY))
        search.append(json.loads(_run(environ, *QUERY, "--json"))["took_ms"])
    return {
        "query_ms": round(statistics.median(query), 1),
        "pass_ms": round(statistics.median(nothing), 1),
        "ratio": round(statistics.median(query) / statistics.median(nothing), 2),
        "aim": AIM,
        "search_in_service_ms": round(statistics.median(search), 1),
        "forbidden_modules": _forbidden(environ),
        "rounds": rounds,
        "python": platform.python_version(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }


def _time(environ: Mapping[str, str], code: str, *args: str) -> float:
    """Milliseconds from starting the process to its end."""
    command = [sys.executable, "-c", code, *args]
    before = time.perf_counter()
    subprocess.run(command, env=dict(environ), stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - before) * 1000


def _run(environ: Mapping[str, str], *args: str) -> bytes:
    command = [sys.executable, "-m", "qwen_finder", *args]
    return subprocess.run(
        command, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True
    ).stdout


def _forbidden(environ: Mapping[str, str]) -> Sequence[str]:
    code = (
        "import sys; from qwen_finder.__main__ import main; main();"
        f"print(*[name for name in {FORBIDDEN!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *QUERY], env=dict(environ), capture_output=True, text=True, check=True
    )
    return done.stderr.split()


if __name__ == "__main__":
    sys.exit(main())
