"""Giving files to the workers and writing down what came of each: outcome, time and the worker's memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.sandbox.pool import Pool

INDEXED = "indexed"
_LOOK_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file. ``code`` is "indexed" or the reason recorded, ``text`` all that was read of it
    with the names of members, ``message`` the sentence recorded, ``seconds`` by the clock, ``peak_bytes``
    the most that a worker held meanwhile.
    """

    code: str
    text: str
    message: str
    seconds: float
    peak_bytes: int


class Peak:
    """The most memory that a child of this process has held since ``reset``."""

    def __init__(self) -> None:
        self._bytes = 0
        self._ended = threading.Event()

    @property
    def bytes(self) -> int:
        self._look()
        return self._bytes

    def reset(self) -> None:
        for child in psutil.Process().children():
            _forget_peak(child.pid)
        self._bytes = 0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look again and again: the memory of a process that was killed cannot be asked for afterwards."""
        thread = threading.Thread(target=self._watch, name="peak", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        for child in psutil.Process().children():
            self._bytes = max(self._bytes, _peak_bytes(child))


def read(pool: Pool, path: Path, limits: Limits, peak: Peak) -> Outcome:
    """Have the file read. Raises whatever is no fault of a file."""
    peak.reset()
    began = time.monotonic()
    try:
        document = pool.extract(str(path), limits)
    except FileError as error:
        return Outcome(error.code, "", error.message, time.monotonic() - began, peak.bytes)
    seconds = time.monotonic() - began
    members = dict.fromkeys(segment.member for segment in document.segments)
    text = "".join(segment.text for segment in document.segments) + "\n".join(members)
    return Outcome(INDEXED, text, document.partial, seconds, peak.bytes)


def _peak_bytes(process: psutil.Process) -> int:
    try:
        with open(f"/proc/{process.pid}/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmHWM:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _forget_peak(pid: int) -> None:
    try:
        Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        # Not on this system: then peaks are those of all files so far.
        return
