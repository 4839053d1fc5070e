"""Every nasty file through the workers: what must come of it comes in time, and harms no other file.

The dearest are left to ``scripts/nasty_corpus.py``.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox.pool import Allowance, Pool

from .nasty import CORPUS, PLAIN, trial

LIMITS = Limits(max_bytes=100_000_000, max_characters=2_000_000, max_seconds=4)
ALLOWANCE = Allowance(workers=1, memory_bytes=700_000_000, seconds=5, seconds_per_mb=1)

# A worker that waits for its turn has three times its deadline; a file may be tried in a second worker.
PATIENCE = 3
SPARE_SECONDS = 10

# What a worker holds before it reads anything, and pages it maps without being able to write to them.
UNCOUNTED_BYTES = 250_000_000

CHEAP = sorted(name for name, case in CORPUS.items() if not case.dear)


@dataclass(frozen=True, slots=True)
class Desk:
    """A pool of one worker, somebody who watches its memory, and sound files to try it with."""

    pool: Pool
    peak: trial.Peak
    sound: Iterator[tuple[Path, str]]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("sound")
    sound = []
    for name, (make, phrase) in PLAIN.items():
        (folder / name).write_bytes(make())
        sound.append((folder / name, phrase))
    pool, peak = Pool(tmp_path_factory.mktemp("workers"), ALLOWANCE), trial.Peak()
    with peak.watching():
        yield Desk(pool, peak, itertools.cycle(sound))
    pool.close()


@pytest.mark.parametrize("name", CHEAP)
def test_what_must_come_of_it_comes_and_the_next_file_is_read(name: str, desk: Desk, tmp_path: Path) -> None:
    case = CORPUS[name]
    file = case.write(tmp_path)
    outcome = trial.read(desk.pool, file, LIMITS, desk.peak)
    assert case.verdict(outcome.code, outcome.text) == "", outcome.message
    assert str(file) in outcome.message or outcome.code == trial.INDEXED
    assert outcome.seconds < PATIENCE * ALLOWANCE.seconds_for(file.stat().st_size) + SPARE_SECONDS
    assert outcome.peak_bytes < ALLOWANCE.memory_bytes + UNCOUNTED_BYTES
    assert sorted(path.name for path in tmp_path.iterdir()) == [case.name]
    file.unlink()
    path, phrase = next(desk.sound)
    after = trial.read(desk.pool, path, LIMITS, desk.peak)
    assert phrase in after.text, after.message


def test_the_memory_of_a_worker_is_seen(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    file.write_bytes(b"herring and gulls\n" * 1_500_000)
    limits = Limits(max_bytes=100_000_000, max_characters=50_000_000)
    outcome = trial.read(desk.pool, file, limits, desk.peak)
    assert outcome.peak_bytes > 40_000_000


def test_no_member_was_unpacked_to_where_its_name_leads() -> None:
    assert not Path("/tmp/escaped.txt").exists()
    assert not Path("/etc/escaped.txt").exists()


def test_the_corpus_is_always_the_same() -> None:
    for name in CHEAP[::9]:
        first, second = CORPUS[name].make(), CORPUS[name].make()
        if isinstance(first, bytes):
            assert first == second, name


def test_there_are_many_of_every_kind() -> None:
    groups = Counter(name.partition("/")[0] for name in CORPUS if "/empty." not in name)
    assert min(groups.values()) >= 20
    assert groups.total() >= 250


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_what_took_the_place_of_a_file_is_not_waited_for(
    make: Callable[[Path], None], desk: Desk, tmp_path: Path
) -> None:
    make(tmp_path / "pipe.txt")
    outcome = trial.read(desk.pool, tmp_path / "pipe.txt", LIMITS, desk.peak)
    assert outcome.code == "file.unreadable"
