"""Has damaged files read by the workers, thousands of them, and prints what came of each format.

    python scripts/fuzz_extractors.py [--count 20000] [--seed 1] [--only docx,pdf] [--keep FOLDER]

The files are samples of real programs, the demo and the smaller nasty files of the tests, damaged by
``mutations``. Input number N of a seed is always the same. Whatever a reader or a worker stumbled over is
left in FOLDER. Exit status 1 when a reader raised what it may not raise, when what it returned is no
document, or when sound files were not read any more.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import mutations

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox.pool import Allowance, Pool

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "extraction"))

from nasty import CORPUS, PLAIN

ROOT = Path(__file__).resolve().parents[1]

LIMITS = Limits(max_bytes=20_000_000, max_characters=200_000, max_pages=200, max_members=500, max_seconds=4)
ALLOWANCE = Allowance(memory_bytes=800_000_000, seconds=6, seconds_per_mb=1)
MOST_SEED_BYTES = 200_000
SOUND_EVERY = 100
WRONG_NAME = 0.05

BUG = "file.reader_bug"
NO_DOCUMENT = "no document"
KEPT = (BUG, NO_DOCUMENT, "file.crashed", "file.timeout", "file.memory")


@dataclass(slots=True)
class Findings:
    """What came of all inputs: outcomes by extension, the slowest, the places of bugs, and what is wrong."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    slowest: list[tuple[float, str]] = field(default_factory=list)
    bugs: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, code: str, seconds: float) -> None:
        with self.lock:
            self.outcomes[Path(name).suffix][code] += 1
            self.slowest = sorted([*self.slowest, (seconds, name)], reverse=True)[:10]
            if code in (BUG, NO_DOCUMENT):
                self.wrong.append(f"{name}: {code}")


class _Bugs(logging.Handler):
    """Takes from the log where readers raised."""

    def __init__(self, found: Counter[str]) -> None:
        super().__init__(logging.ERROR)
        self._found = found

    def emit(self, record: logging.LogRecord) -> None:
        self._found[" < ".join(record.getMessage().split(" < ")[:3])] += 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Has damaged files read by the workers.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first input (0)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="extensions, with commas between them")
    parser.add_argument("--keep", type=Path, help="where to leave inputs that something stumbled over")
    arguments = parser.parse_args()
    only = {f".{extension}" for extension in arguments.only.split(",") if extension}
    seeds = {name: content for name, content in gather() if not only or Path(name).suffix in only}
    print(f"{len(seeds)} files to damage", flush=True)
    began = time.monotonic()
    numbers = range(arguments.first, arguments.first + arguments.count)
    findings = fuzz(seeds, arguments.seed, numbers, arguments.keep)
    report(findings, time.monotonic() - began)
    return 1 if findings.wrong else 0


def gather() -> Iterator[tuple[str, bytes]]:
    """Files to begin with, by name: samples of real programs, the demo, sound and nasty ones of the tests."""
    for folder in (ROOT / "tests" / "data", ROOT / "resources" / "demo"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.stat().st_size <= MOST_SEED_BYTES:
                yield f"{folder.name}-{path.name}", path.read_bytes()
    for name, (make, _) in PLAIN.items():
        yield name, make()
    for name, case in CORPUS.items():
        content = b"" if case.dear else case.make()
        if isinstance(content, bytes) and 0 < len(content) <= MOST_SEED_BYTES // 4:
            yield name.replace("/", "-"), content


def fuzz(seeds: dict[str, bytes], seed: int, numbers: Iterable[int], keep: Path | None = None) -> Findings:
    """Read the inputs of these numbers, on all cores."""
    findings = Findings()
    families = families_of(seeds)
    queue = iter(list(numbers))
    bugs = _Bugs(findings.bugs)
    logger = logging.getLogger("qwen_finder.extraction.sandbox.pool")
    logger.addHandler(bugs)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            pool = Pool(Path(scratch) / "workers", ALLOWANCE)
            threads = [
                threading.Thread(
                    target=_work,
                    args=(seeds, families, seed, queue, pool, Path(scratch) / str(n), findings, keep),
                )
                for n in range(ALLOWANCE.count)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            pool.close()
    finally:
        logger.removeHandler(bugs)
    return findings


def families_of(seeds: dict[str, bytes]) -> dict[str, list[str]]:
    """Names by extension: each is drawn as often as any other, however many files there are of it."""
    families: dict[str, list[str]] = defaultdict(list)
    for name in sorted(seeds):
        families[Path(name).suffix].append(name)
    return families


def _work(
    seeds: dict[str, bytes],
    families: dict[str, list[str]],
    seed: int,
    queue: Iterator[int],
    pool: Pool,
    folder: Path,
    findings: Findings,
    keep: Path | None,
) -> None:
    folder.mkdir()
    try:
        while True:
            with findings.lock:
                number = next(queue, None)
            if number is None:
                return
            name, content = damaged(seeds, families, seed, number)
            path = folder / name
            path.write_bytes(content)
            began = time.monotonic()
            code = _read(pool, path)
            findings.add(name, code, time.monotonic() - began)
            if keep is not None and code in KEPT:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{code}-{name}").write_bytes(content)
            path.unlink()
            if number % SOUND_EVERY == 0:
                _try_sound(pool, folder, number // SOUND_EVERY, findings)
    except Exception as error:  # noqa: BLE001 - nothing may come out of a pool but what readers say
        with findings.lock:
            findings.wrong.append(f"the pool raised {type(error).__name__}: {error}")


def damaged(
    seeds: dict[str, bytes], families: dict[str, list[str]], seed: int, number: int
) -> tuple[str, bytes]:
    """The name and content of input ``number``."""
    random = Random(f"{seed}/{number}")
    family = families[random.choice(sorted(families))]
    name = random.choice(family)
    content = mutations.mutated(seeds[name], [seeds[other] for other in family if other != name], random)
    stem, extension = os.path.splitext(name)
    if random.random() < WRONG_NAME:
        extension = random.choice(sorted(families))
    return f"{number}-{stem}{extension}", content


def _read(pool: Pool, path: Path) -> str:
    try:
        document = pool.extract(str(path), LIMITS)
    except FileError as error:
        return error.code
    return "indexed" if _is_sound(document) else NO_DOCUMENT


def _is_sound(document: Document) -> bool:
    """Whether its segments touch, say where they are and hold text that can be written down."""
    position = 0
    for segment in document.segments:
        if segment.start != position or segment.line < 0 or (segment.page is not None and segment.page < 1):
            return False
        position += len(segment.text)
    text = "".join(segment.text for segment in document.segments)
    names = "".join(name for segment in document.segments for name in (*segment.path, segment.member))
    said = "".join((document.title, document.partial, *document.metadata, *document.metadata.values()))
    return not any(
        "\ud800" <= character <= "\udfff" or character == "\0" for character in text + names + said
    )


def _try_sound(pool: Pool, folder: Path, turn: int, findings: Findings) -> None:
    name = sorted(PLAIN)[turn % len(PLAIN)]
    make, phrase = PLAIN[name]
    path = folder / name
    path.write_bytes(make())
    try:
        read = phrase in "".join(segment.text for segment in pool.extract(str(path), LIMITS).segments)
    except FileError as error:
        read = False
        name = f"{name}: {error}"
    if not read:
        with findings.lock:
            findings.wrong.append(f"a sound file was not read: {name}")


def report(findings: Findings, seconds: float) -> None:
    codes = sorted({code for outcomes in findings.outcomes.values() for code in outcomes})
    total: Counter[str] = sum(findings.outcomes.values(), Counter())
    print(f"{total.total()} inputs in {seconds:.0f} s")
    print(f"{'':10}" + "".join(f"{code.removeprefix('file.'):>12}" for code in codes))
    for extension in sorted(findings.outcomes):
        counts = findings.outcomes[extension]
        print(f"{extension:10}" + "".join(f"{counts[code] or '':>12}" for code in codes))
    print(f"{'all':10}" + "".join(f"{total[code]:>12}" for code in codes))
    print("slowest:", ", ".join(f"{name} {slow:.1f} s" for slow, name in findings.slowest))
    for place, count in findings.bugs.most_common():
        print(f"{count} × {place}")
    print(f"{len(findings.wrong)} wrong")
    for line in findings.wrong[:40]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
