"""How far indexing is and how long it will take, in numbers that people can believe.

Files are no measure of time, and bytes are none: a photo library is read in a moment, a novel is not. Work is
counted in characters to embed, which are estimated from the bytes that wait by what files like them held so
far. It knows no files, only what is said to it; the estimate it shows moves slowly, whatever is said.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping

from qwen_finder.core.document import Kind
from qwen_finder.core.ports import Backlog
from qwen_finder.core.status import Progress
from qwen_finder.indexing.pipeline import Finished, MeasuredFile

# What a file costs beside its text, as characters: opening, reading, its name, its rows.
FILE_CHARACTERS = 100

# What a byte is thought to hold until files have been seen: no picture is read, and of most documents a part
# is text. The guess weighs as much as this many bytes do.
GUESSES = {Kind.TEXT: 1.0, Kind.CODE: 1.0, Kind.DOCUMENT: 0.2}
GUESS_BYTES = 100_000

SPEED_SECONDS = 60.0
EARLIEST_SECONDS = 3.0
CARRIED_SECONDS = 10.0

# How fast the shown estimate follows the computed one. It stands still rather than goes up, unless what is
# computed is this many times as long (work was added, the pace was lowered), and then by so much in a second.
FOLLOW_SECONDS = 8.0
CLEARLY_LONGER = 1.25
RISE = 1.08

LOOK_SECONDS = 5.0


Sort = tuple[Kind, str]
"""Kind and extension: files alike enough to hold as much text in as many bytes."""


class Meter:
    """Progress of one indexer, from run to run. Thread-safe.

    ``backlog`` tells what is pending by kind and extension; it is asked every few seconds at most.
    ``readable`` says of how many bytes of a file the text is taken, at most.
    """

    def __init__(
        self,
        backlog: Callable[[], Mapping[Sort, Backlog]],
        readable: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._backlog = backlog
        self._readable = readable
        self._clock = clock
        self._lock = threading.Lock()
        self._read: dict[Kind | Sort, _Read] = {}
        self._work = Decaying(clock, SPEED_SECONDS)
        self._done_files = Decaying(clock, SPEED_SECONDS)
        self._waiting: dict[Sort, Backlog] = {}
        self._looked: float | None = None
        self.begin()

    def begin(self) -> None:
        """A run begins. What was learned of files and speed stays."""
        with self._lock:
            self._files = self._bytes = 0
            self._units = self._ahead = 0.0
            self._current = ""
            self._looked = None
            self._estimate = Estimate(self._clock)
            self._work.begin()
            self._done_files.begin()

    def reading(self, path: str) -> None:
        self._current = path

    def read(self, file: MeasuredFile) -> None:
        """A file was read, long before it is stored: what it holds tells of others like it."""
        size = min(file.size, self._readable())
        with self._lock:
            for key in (file.kind, (file.kind, file.ext)):
                self._read.setdefault(key, _Read()).add(size, file.characters)

    def embedded(self, characters: int) -> None:
        """So many characters went through the model; their files are not stored yet."""
        with self._lock:
            self._ahead += characters
            self._work.add(characters)

    def finished(self, batch: Finished) -> None:
        readable = self._readable()
        with self._lock:
            for file in batch.done:
                sort, read = (file.kind, file.ext), min(file.size, readable)
                self._files += 1
                self._bytes += file.size
                waiting = self._waiting.get(sort, Backlog(0, 0, 0))
                self._waiting[sort] = Backlog(
                    max(waiting.files - 1, 0),
                    max(waiting.bytes - file.size, 0),
                    max(waiting.readable - read, 0),
                )
                self._units += file.characters + FILE_CHARACTERS
            # What was not embedded had its vectors already; it counts as done all the same.
            ahead = min(self._ahead, batch.characters)
            self._ahead -= ahead
            self._work.add(batch.characters - ahead + FILE_CHARACTERS * batch.files)
            self._done_files.add(batch.files)

    def progress(self) -> Progress:
        """Asks for the backlog, and so may raise what that raises."""
        self._look()
        with self._lock:
            waiting = self._waiting
            files = sum(backlog.files for backlog in waiting.values())
            left = sum(
                backlog.readable * self._density(sort) + FILE_CHARACTERS * backlog.files
                for sort, backlog in waiting.items()
            )
            done = self._units + self._ahead
            left = max(left - self._ahead, 0.0)
            speed = self._work.rate(EARLIEST_SECONDS)
            return Progress(
                done=self._files,
                total=self._files + files,
                rate=round(self._done_files.rate() or 0.0, 2),
                eta_s=self._estimate.show(left / speed if speed else None),
                current=self._current,
                bytes_done=self._bytes,
                bytes_total=self._bytes + sum(backlog.bytes for backlog in waiting.values()),
                share=round(done / (done + left), 4) if done + left else 1.0,
            )

    def _look(self) -> None:
        now = self._clock()
        if self._looked is None or now - self._looked >= LOOK_SECONDS:
            waiting = dict(self._backlog())
            with self._lock:
                self._waiting, self._looked = waiting, now

    def _density(self, sort: Sort) -> float:
        """Characters a readable byte of files like these: as others of their kind until some were seen."""
        kind = sort[0]
        guess = self._read.get(kind, _Read()).density(GUESSES.get(kind, 0.0))
        return self._read.get(sort, _Read()).density(guess)


class _Read:
    """Bytes that were read and the characters found in them."""

    def __init__(self) -> None:
        self._bytes = self._characters = 0

    def add(self, size: int, characters: int) -> None:
        self._bytes += size
        self._characters += characters

    def density(self, guess: float) -> float:
        """Characters a byte; ``guess`` counts as much as some bytes that were read."""
        return (self._characters + guess * GUESS_BYTES) / (self._bytes + GUESS_BYTES)


class Decaying:
    """An amount a second, in which the last ``seconds`` weigh most. Not thread-safe."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        self._clock = clock
        self._span = seconds
        self._amount = self._time = 0.0
        self._last = clock()

    def begin(self) -> None:
        """The time until now does not count, and what was measured before it soon weighs little."""
        self._last = self._clock()
        kept = min(CARRIED_SECONDS / self._time, 1.0) if self._time else 0.0
        self._amount, self._time = self._amount * kept, self._time * kept

    def add(self, amount: float) -> None:
        now = self._clock()
        elapsed = now - self._last
        fading = math.exp(-elapsed / self._span)
        self._amount = self._amount * fading + amount
        self._time = self._time * fading + elapsed
        self._last = now

    def rate(self, least_s: float = 1e-3) -> float | None:
        """None until something has been measured for ``least_s`` seconds."""
        return self._amount / self._time if self._time >= least_s and self._amount else None


class Estimate:
    """The time left as it is shown: it follows what is computed slowly, and grows only for a good reason."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shown: float | None = None
        self._growing = False
        self._at = 0.0

    def show(self, computed: float | None) -> float | None:
        now = self._clock()
        if computed is None:
            return self._shown
        if self._shown is None:
            self._shown, self._at = computed, now
            return round(computed, 1)
        elapsed = now - self._at
        aged = max(self._shown - elapsed, 0.0)
        follow = 1.0 - math.exp(-elapsed / FOLLOW_SECONDS)
        # Once it has to grow it does so until it is right.
        enough = self._shown if self._growing else CLEARLY_LONGER * self._shown + 1.0
        self._growing = computed > enough
        most = (self._shown + 1.0) * RISE ** max(elapsed, 0.0) if self._growing else self._shown
        self._shown, self._at = min(aged + (computed - aged) * follow, most), now
        return round(self._shown, 1)
