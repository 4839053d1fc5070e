"""Has every nasty file of the tests read by a worker, also the dearest, and prints what came of each.

    python scripts/nasty_corpus.py [NAME…] [--seconds 30] [--memory-mb 1500] [--ocr] [--keep FOLDER]

A table of outcome, seconds and the worker's peak memory; after each file a sound one has to be read as ever.
Exit status 1 when anything came that should not have.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox.pool import Allowance, Pool

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "extraction"))

from nasty import CORPUS, PLAIN, trial

LIMITS = Limits(max_bytes=100_000_000, max_characters=2_000_000)


def main() -> int:
    parser = argparse.ArgumentParser(description="Has every nasty file read by a worker.")
    parser.add_argument("names", nargs="*", help="only files whose name contains one of these")
    parser.add_argument("--seconds", type=float, default=30.0, help="deadline for a small file (30)")
    parser.add_argument("--memory-mb", type=int, default=1500, help="what a worker may hold (1500)")
    parser.add_argument("--ocr", action="store_true", help="recognise text in pictures and scans")
    parser.add_argument("--keep", type=Path, help="leave the files in this folder")
    arguments = parser.parse_args()
    names = [name for name in CORPUS if any(part in name for part in arguments.names or [""])]
    allowance = Allowance(workers=1, memory_bytes=arguments.memory_mb * 1_000_000, seconds=arguments.seconds)
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch) / "files"
        pool = Pool(Path(scratch) / "workers", allowance)
        limits = replace(LIMITS, ocr=arguments.ocr)
        wrong = run(names, folder, pool, limits, keep=bool(arguments.keep))
    print(f"{len(names)} files, {len(wrong)} wrong")
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


def run(names: list[str], folder: Path, pool: Pool, limits: Limits, *, keep: bool) -> list[str]:
    """Read the files of these names; what is wrong with their outcomes."""
    wrong = []
    plain = _plain_files(folder)
    peak = trial.Peak()
    print(f"{'file':36} {'outcome':18} {'seconds':>8} {'peak MB':>8}")
    with peak.watching():
        for name, (path, phrase) in zip(names, itertools.cycle(plain.items()), strict=False):
            case = CORPUS[name]
            file = case.write(folder / name.rpartition("/")[0])
            outcome = trial.read(pool, file, limits, peak)
            if not keep:
                file.unlink()
            complaint = case.verdict(outcome.code, outcome.text)
            line = f"{name:36} {outcome.code:18} {outcome.seconds:8.2f} {outcome.peak_bytes / 1e6:8.0f}"
            print(line + (f"  WRONG: {complaint}" if complaint else ""), flush=True)
            if complaint:
                wrong.append(f"{name} ({case.what}): {complaint}")
            after = trial.read(pool, path, limits, peak)
            if phrase not in after.text:
                wrong.append(f"{path.name} after {name}: {after.code} {after.message}")
    pool.close()
    return wrong


def _plain_files(folder: Path) -> dict[Path, str]:
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, (make, phrase) in PLAIN.items():
        (folder / name).write_bytes(make())
        files[folder / name] = phrase
    return files


if __name__ == "__main__":
    sys.exit(main())
