"""Whether the time left can be believed, over simulated folders: no time passes, a clock is moved."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pytest

from qwen_finder.core.document import Kind
from qwen_finder.core.ports import Backlog
from qwen_finder.core.status import Progress
from qwen_finder.indexing.pipeline import Finished, MeasuredFile
from qwen_finder.indexing.progress import Meter

READABLE = 1_000_000
FLUSH_S, SLICE_S, FILE_S = 4.0, 0.15, 0.004
READ_AHEAD = 48


@dataclass
class File:
    kind: Kind
    ext: str
    size: int
    characters: int

    @property
    def measured(self) -> MeasuredFile:
        return MeasuredFile(self.kind, self.ext, self.size, self.characters)


class Simulation:
    """Indexes ``files`` in the catalog's order at ``speed`` characters a second, slice by slice."""

    def __init__(self, files: Sequence[File], speed: float, seed: int = 1) -> None:
        self.now = 1_000.0
        self.speed = speed
        self._random = random.Random(seed)
        bounds = (256_000, 4_000_000, 64_000_000)
        self.pending = sorted(files, key=lambda file: sum(file.size >= bound for bound in bounds))
        self.meter = Meter(self._backlog, lambda: READABLE, lambda: self.now)

    def run(self) -> Iterator[float]:
        """Yields the time about once a simulated second, until all is done."""
        batch: list[File] = []
        due, shown = self.now + FLUSH_S, self.now
        # Popped from the catalog only when they are stored, as the program does.
        files = list(self.pending)
        read = 0
        for number, file in enumerate(files):
            self.now += FILE_S
            for ahead in files[read : number + READ_AHEAD]:
                self.meter.read(ahead.measured)
            read = number + READ_AHEAD
            left = file.characters
            while left > 0:
                size = min(left, int(self.speed * SLICE_S))
                self.now += size / (self.speed * self._random.uniform(0.8, 1.2))
                self.meter.embedded(size)
                left -= size
                if self.now - shown >= 1.0:
                    shown = self.now
                    yield self.now
            batch.append(file)
            if self.now >= due:
                self._store(batch)
                batch, due = [], self.now + FLUSH_S
            if self.now - shown >= 1.0:
                shown = self.now
                yield self.now
        self._store(batch)

    def _store(self, batch: Sequence[File]) -> None:
        del self.pending[: len(batch)]
        self.meter.finished(Finished(tuple(file.measured for file in batch)))

    def _backlog(self) -> dict[tuple[Kind, str], Backlog]:
        waiting: dict[tuple[Kind, str], list[int]] = {}
        for file in self.pending:
            waiting.setdefault((file.kind, file.ext), []).append(file.size)
        return {
            sort: Backlog(len(sizes), sum(sizes), sum(min(size, READABLE) for size in sizes))
            for sort, sizes in waiting.items()
        }


# Kind, extension, how many, median and spread of the size (log), characters a byte.
SORTS = (
    (Kind.TEXT, "txt", 30, 8.0, 1.6, 1.1),
    (Kind.DOCUMENT, "md", 15, 8.5, 1.0, 1.2),
    (Kind.CODE, "py", 30, 8.2, 1.2, 1.05),
    (Kind.DOCUMENT, "pdf", 12, 12.5, 1.2, 0.04),
    (Kind.IMAGE, "jpg", 13, 14.0, 0.8, 0.0),
)


def documents(count: int, seed: int = 1) -> list[File]:
    """A home folder: many small texts and programs, PDFs with little text in many bytes, unread pictures."""
    draw = random.Random(seed)
    files = []
    for kind, ext, _, middle, spread, density in draw.choices(
        SORTS, weights=[sort[2] for sort in SORTS], k=count
    ):
        size = int(draw.lognormvariate(middle, spread)) + 1
        characters = int(min(size, READABLE) * density * draw.uniform(0.7, 1.3))
        files.append(File(kind, ext, size, characters))
    return files


def equal(count: int, size: int) -> list[File]:
    return [File(Kind.TEXT, "txt", size, size) for _ in range(count)]


MIXES = {
    "a home folder": (documents(2_500), 9_000.0),
    "a fast machine": (documents(4_000, 2), 40_000.0),
    "a slow model": (documents(200, 3), 700.0),
    "small files": (equal(12_000, 1_500), 30_000.0),
    "a few books": (equal(12, 900_000), 15_000.0),
}


@dataclass
class Look:
    """What was shown at a moment, and what would have been right."""

    passed_s: float
    left_s: float
    progress: Progress


@pytest.fixture(scope="module", params=MIXES)
def looks(request: pytest.FixtureRequest) -> list[Look]:
    """What is shown every second from the beginning of a run to its end."""
    simulation = Simulation(*MIXES[request.param])
    began = simulation.now
    shown = [(now, simulation.meter.progress()) for now in simulation.run()]
    end = simulation.now
    assert end - began > 180, "too short to say anything"
    assert simulation.meter.progress().share == 1.0
    return [Look(now - began, end - now, progress) for now, progress in shown]


def test_the_time_left_can_be_believed_after_a_minute(looks: list[Look]) -> None:
    # At the very end one file more or less is much of what is left.
    late = [look for look in looks if look.passed_s >= 60 and look.left_s > 0.05 * looks[-1].passed_s]
    for look in late:
        assert look.progress.eta_s == pytest.approx(look.left_s, rel=0.35), look


def test_the_time_left_never_jumps_up(looks: list[Look]) -> None:
    known = [look.progress.eta_s for look in looks if look.progress.eta_s is not None]
    for before, after in itertools.pairwise(known):
        assert after <= 1.1 * before + 1.0


def test_the_time_left_goes_down_once_it_has_settled(looks: list[Look]) -> None:
    known = [look.progress.eta_s for look in looks if look.passed_s >= 60 and look.progress.eta_s is not None]
    for before, after in itertools.pairwise(known):
        assert after <= before


def test_the_share_of_the_work_grows_with_time(looks: list[Look]) -> None:
    for look in looks:
        if look.passed_s >= 60:
            passed = look.passed_s / (look.passed_s + look.left_s)
            assert look.progress.share == pytest.approx(passed, abs=0.2), look


def test_files_and_bytes_are_counted() -> None:
    simulation = Simulation(equal(3_000, 1_000), 9_000.0)
    for _ in simulation.run():
        progress = simulation.meter.progress()
        assert progress.total == 3_000
        assert progress.bytes_total == 3_000_000
    progress = simulation.meter.progress()
    assert (progress.done, progress.bytes_done) == (3_000, 3_000_000)
    assert 5 < progress.rate < 15


def test_a_slower_pace_is_seen_within_the_minute() -> None:
    simulation = Simulation(equal(400, 9_000), 9_000.0)
    half = None
    for now in simulation.run():
        eta = simulation.meter.progress().eta_s
        if half is None and now > 1_100.0:
            half, simulation.speed = now, 3_000.0
        if half is not None and now > half + 90.0:
            break
    left = sum(file.characters for file in simulation.pending) / 3_000.0
    assert eta is not None
    assert eta == pytest.approx(left, rel=0.3)


def test_what_one_run_taught_the_next_one_knows() -> None:
    simulation = Simulation(equal(200, 9_000), 9_000.0)
    list(simulation.run())
    simulation.pending = equal(300, 9_000)
    simulation.now += 10_000.0
    simulation.meter.begin()
    progress = simulation.meter.progress()
    assert (progress.done, progress.total) == (0, 300)
    assert progress.eta_s == pytest.approx(300, rel=0.3)


def test_what_is_being_read_is_named() -> None:
    simulation = Simulation(equal(1, 10), 10.0)
    simulation.meter.reading("/home/me/letter.txt")
    assert simulation.meter.progress().current == "/home/me/letter.txt"
