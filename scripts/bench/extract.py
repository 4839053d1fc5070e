"""How fast files are read by the workers, and what keeping them apart costs.

    python scripts/bench/extract.py [--rounds 3] [--files 1000] [--only pdf,small,mixed] [--markitdown VENV]

pdf: pages a second through the pool over bare pypdfium2 in one process, on the same reports. small: a file of
a few lines through the pool and in this process. mixed: a folder of office files and PDFs through the pool
and through markitdown, which is installed into a virtual environment of its own (VENV to keep it). All
processes run at the low priority of the workers. Prints one JSON object; ``cores`` is what this process
may use: ``ratio_per_core`` is the ratio divided by it, and ``ratio_of_cpu`` that of pages in a second of
processor time, which says what a wall clock on a busy machine cannot.
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
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

import psutil  # noqa: E402
from plain_documents import write_docx, write_pdf, write_pptx, write_xlsx  # noqa: E402

if TYPE_CHECKING:
    from qwen_finder.extraction.reading import Limits
    from qwen_finder.extraction.sandbox.pool import Pool

REPORTS, PAGES = 4, 300
SMALL_FILES = 200
SHARES = {"docx": 0.35, "pdf": 0.35, "xlsx": 0.15, "pptx": 0.15}

_BARE = """
import json, sys, time
import pypdfium2
pages = 0
began, spent = time.perf_counter(), time.process_time()
for path in sys.argv[1:]:
    pdf = pypdfium2.PdfDocument(path)
    for page in pdf:
        text = page.get_textpage()
        assert text.get_text_range()
        text.close()
        page.close()
        pages += 1
    pdf.close()
print(json.dumps([pages / (time.perf_counter() - began), pages / (time.process_time() - spent)]))
"""

_MARKITDOWN = """
import json, sys, time
from markitdown import MarkItDown
reader = MarkItDown()
paths = sys.stdin.read().splitlines()
reader.convert(paths[0])
began = time.perf_counter()
read = sum(bool(reader.convert(path).text_content) for path in paths)
print(json.dumps([read, time.perf_counter() - began]))
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--only", default="pdf,small,mixed")
    parser.add_argument("--markitdown", type=Path, metavar="VENV")
    options = parser.parse_args()
    chosen = options.only.split(",")
    if hasattr(os, "nice"):
        os.nice(max(0, 10 - os.nice(0)))
    from qwen_finder.extraction.sandbox.pool import Allowance, Pool

    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        allowance = Allowance()
        pool = Pool(work / "workers", allowance)
        found: dict[str, object] = {"cores": allowance.count}
        try:
            if "pdf" in chosen:
                found["pdf"] = measure_pdf(pool, work, allowance.count, options.rounds)
            if "small" in chosen:
                found["small"] = measure_small(pool, work, options.rounds)
            if "mixed" in chosen:
                venv = options.markitdown or work / "markitdown"
                found["mixed"] = measure_mixed(
                    pool, work, allowance.count, options.files, options.rounds, venv
                )
        finally:
            pool.close()
    print(json.dumps(found))
    return 0


def measure_pdf(pool: Pool, work: Path, cores: int, rounds: int) -> dict[str, object]:
    # As many for each core, so that none has nothing to do at the end.
    paths = [str(work / f"report {number}.pdf") for number in range(REPORTS * cores)]
    for number, path in enumerate(paths):
        write_pdf(Path(path), PAGES, random.Random(number))
    read(pool, paths[: 2 * cores], cores)
    pages = len(paths) * PAGES
    bare: list[tuple[float, float]] = []
    pooled: list[tuple[float, float]] = []
    for _ in range(rounds):
        done = subprocess.run([sys.executable, "-c", _BARE, *paths], capture_output=True, check=True)
        bare.append(tuple(json.loads(done.stdout)))
        before = workers_seconds()
        seconds = read(pool, paths, cores)
        pooled.append((pages / seconds, pages / (workers_seconds() - before)))
    (bare_wall, bare_cpu), (pool_wall, pool_cpu) = (
        map(statistics.median, zip(*rates, strict=True)) for rates in (bare, pooled)
    )
    return {
        "pages": pages,
        "bare_pages_per_s": round(bare_wall),
        "pool_pages_per_s": round(pool_wall),
        "ratio_per_core": round(pool_wall / bare_wall / cores, 2),
        "ratio_of_cpu": round(pool_cpu / bare_cpu, 2),
    }


def measure_small(pool: Pool, work: Path, rounds: int) -> dict[str, object]:
    from qwen_finder.extraction.registry import extract

    limits = reading_limits()
    paths = [str(work / f"note {number}.txt") for number in range(SMALL_FILES)]
    for number, path in enumerate(paths):
        Path(path).write_text(f"Note {number}: the quinces by the river ripen late.\n" * 8, "utf-8")
    here: list[float] = []
    there: list[float] = []
    for _ in range(rounds + 1):
        for path in paths:
            began = time.perf_counter()
            extract(path, limits)
            here.append(time.perf_counter() - began)
            began = time.perf_counter()
            pool.extract(path, limits)
            there.append(time.perf_counter() - began)
    # The first round warms both up.
    in_process = statistics.median(here[SMALL_FILES:]) * 1e3
    in_pool = statistics.median(there[SMALL_FILES:]) * 1e3
    return {
        "in_process_ms": round(in_process, 3),
        "pool_ms": round(in_pool, 3),
        "overhead_ms": round(in_pool - in_process, 3),
    }


def measure_mixed(
    pool: Pool, work: Path, cores: int, files: int, rounds: int, venv: Path
) -> dict[str, object]:
    paths = make_mixed(work, files)
    read(pool, paths[: 10 * cores], cores)
    ours = [files / read(pool, paths, cores) for _ in range(rounds)]
    python = install_markitdown(venv)
    done = subprocess.run(
        [python, "-c", _MARKITDOWN], input="\n".join(paths), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"{done.stderr}\nmarkitdown failed on these files.")
    taken, seconds = json.loads(done.stdout.splitlines()[-1])
    return {
        "files": files,
        "files_per_s": round(statistics.median(ours), 1),
        "markitdown_read": taken,
        "markitdown_files_per_s": round(files / seconds, 2),
        "ratio": round(statistics.median(ours) * seconds / files, 1),
    }


def make_mixed(work: Path, files: int) -> list[str]:
    """Files as people have them: letters and reports of a few pages, small tables, short talks."""
    folder = work / "mixed"
    folder.mkdir()
    drawn = random.Random(1)
    paths = []
    for number, ending in enumerate(drawn.choices(list(SHARES), list(SHARES.values()), k=files)):
        path = folder / f"file {number}.{ending}"
        match ending:
            case "pdf":
                write_pdf(path, drawn.randint(1, 12), drawn)
            case "docx":
                write_docx(path, drawn.randint(10, 120), drawn)
            case "xlsx":
                write_xlsx(path, drawn.randint(1, 4), drawn.randint(10, 150), drawn)
            case _:
                write_pptx(path, drawn.randint(3, 25), drawn)
        paths.append(str(path))
    return paths


def read(pool: Pool, paths: Sequence[str], cores: int) -> float:
    """Seconds until the pool has read them all, asked by as many threads as there are cores."""
    limits = reading_limits()
    began = time.perf_counter()
    with ThreadPoolExecutor(cores) as threads:
        for document in threads.map(lambda path: pool.extract(path, limits), paths):
            assert document.segments
    return time.perf_counter() - began


def workers_seconds() -> float:
    """The processor time that all workers have used, which are the only children left."""
    times = [child.cpu_times() for child in psutil.Process().children()]
    return sum(used.user + used.system for used in times)


def reading_limits() -> Limits:
    from qwen_finder.engine.reading import limits_of
    from qwen_finder.settings.store import Settings

    return limits_of(Settings())


def install_markitdown(venv: Path) -> str:
    """The interpreter of ``venv``, in which markitdown is; nothing of it gets into ours."""
    python = venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    installed = subprocess.run([python, "-c", "import markitdown"], capture_output=True, check=False)
    if installed.returncode != 0:
        print("Installing markitdown…", file=sys.stderr)
        wanted = "markitdown[docx,pdf,pptx,xlsx]"
        subprocess.run([python, "-m", "pip", "install", "-q", wanted], check=True, stdout=sys.stderr)
    return str(python)


if __name__ == "__main__":
    sys.exit(main())
