"""One worker as the service sees it: a process that is asked, waited for, watched and ended.

Knows nothing of files and settings. A thread of its own takes the answers from the pipe, so that waiting for
one can end at any time on every system, whatever the worker hangs in.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import IO

import psutil

from qwen_finder.core.errors import Interrupted
from qwen_finder.extraction.sandbox.codec import Setup, encode_setup
from qwen_finder.extraction.sandbox.command import worker_environment
from qwen_finder.extraction.sandbox.frames import Frame, Malformed, receive, send, unpack

log = logging.getLogger(__name__)

# How often a wait looks whether it is to go on.
_TICK_SECONDS = 0.1

# A worker that hardly got the processor is not the file's fault: indexing has the lowest priority.
_STARVED_SHARE = 0.5
_STARVED_PATIENCE = 2.0

# How long the end of a killed process is waited for; one that hangs in a dead network share never comes.
_END_SECONDS = 1.0

_KEPT_LINES = 200
_LONGEST_LINE = 500

# What allocators say before they abort, in glibc's C++, Rust and CPython.
_MEMORY_WORDS = (
    "bad_alloc",
    "memory allocation of",
    "MemoryError",
    "out of memory",
    "Cannot allocate memory",
)


# Others abort without a word; with as much of its memory in use, that is most likely why.
_MUCH = 0.4


class Cause(Enum):
    """Why a worker is lost."""

    CRASH = auto()
    MEMORY = auto()
    TIME = auto()


class WorkerLost(Exception):
    """The worker is gone or of no use any more. ``detail`` says how it ended, in words for a log."""

    def __init__(self, cause: Cause, detail: str) -> None:
        super().__init__(detail)
        self.cause = cause
        self.detail = detail


class Worker:
    """A process started by ``command``, with its own temporary folder below ``folder``.

    ``memory_bytes`` is what it may hold beyond what it has at its start. Where the system ties the life of a
    process to the thread that started it, that thread has to live on. Raises OSError when nothing starts.
    """

    def __init__(self, command: Sequence[str], folder: Path, memory_bytes: int) -> None:
        self.files = 0
        self.last_used = time.monotonic()
        self.memory_bytes = memory_bytes
        self._first_bytes = self._now_bytes = self._most_bytes = 0
        self._garbled = False
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.mkdtemp(dir=folder)
        try:
            self._process = subprocess.Popen(
                command,
                cwd=self._folder,
                env=worker_environment(os.environ, self._folder),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
                creationflags=_creation_flags(),
            )
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._seen = _watched(self._process.pid)
        self._said: deque[str] = deque(maxlen=_KEPT_LINES)
        self._answers: queue.SimpleQueue[Frame | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=target, name=f"worker-{self._process.pid}-{name}", daemon=True)
            for name, target in (("answers", self._take_answers), ("stderr", self._take_stderr))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def grown_bytes(self) -> int:
        """By how much it has grown since its start, as far as it can tell."""
        return self._now_bytes - self._first_bytes

    @property
    def said(self) -> str:
        """What it wrote to stderr lately. Once it has read a file that may hold contents of it."""
        return "\n".join(self._said)

    def get_ready(self, seconds: float, halted: Callable[[], bool]) -> None:
        """Wait until it can be asked. Raises WorkerLost when it cannot start, Interrupted when ``halted``."""
        self._send(encode_setup(Setup(self.memory_bytes)))
        head, _ = unpack(self._wait(seconds, halted))
        memory = head.get("memory_bytes") if isinstance(head, dict) else None
        self.note_memory(memory if isinstance(memory, int) else 0)
        self._first_bytes = self._now_bytes

    def ask(self, question: Frame, seconds: float, halted: Callable[[], bool]) -> Frame:
        """The answer, within ``seconds`` (twice as long if the processor had no time for it).

        Raises WorkerLost, and Interrupted as soon as ``halted`` says so; the worker is ended by both.
        """
        self.files += 1
        self._send(question)
        return self._wait(seconds, halted)

    def note_memory(self, memory_bytes: int) -> None:
        """What the worker says that it holds; where it cannot tell, the system is asked."""
        self._now_bytes = memory_bytes or self._resident_bytes()

    def end(self) -> None:
        """Kill it, with what it has started, and remove its files. Nothing is lost: it keeps nothing."""
        self._process.kill()
        if sys.platform != "win32":
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("worker %d does not end; it hangs in the system", self.pid)
            return
        for thread in self._threads:
            thread.join(_END_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                _close(pipe)
        shutil.rmtree(self._folder, ignore_errors=True)

    # Waiting.

    def _send(self, frame: Frame) -> None:
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, frame)
        except OSError:
            raise self._lost() from None

    def _wait(self, seconds: float, halted: Callable[[], bool]) -> Frame:
        began = time.monotonic()
        processor = None
        self._most_bytes = 0
        while True:
            try:
                answer = self._answers.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                if halted():
                    self.end()
                    raise Interrupted from None
                elapsed = time.monotonic() - began
                if processor is None:
                    processor = self._processor_seconds()
                if elapsed >= seconds and not (
                    elapsed < seconds * _STARVED_PATIENCE
                    and self._processor_seconds() - processor < _STARVED_SHARE * elapsed
                ):
                    self.end()
                    raise WorkerLost(Cause.TIME, f"no answer within {elapsed:.0f} s") from None
                self._most_bytes = max(self._most_bytes, self._resident_bytes())
                # Where the system holds it to its limit this is never true; elsewhere it is the limit.
                if self._most_bytes - self._first_bytes > self.memory_bytes:
                    self.end()
                    raise WorkerLost(Cause.MEMORY, "it outgrew its memory") from None
                continue
            if answer is not None:
                self.last_used = time.monotonic()
                return answer
            if halted():
                self.end()
                raise Interrupted
            raise self._lost()

    def _lost(self) -> WorkerLost:
        """How a worker ended that closed its pipe, or said what no worker says."""
        try:
            status = None if self._garbled else self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        if status is None:
            self.end()
            return WorkerLost(Cause.CRASH, "it answered with something that is no answer")
        self.end()
        if sys.platform != "win32" and status == -signal.SIGKILL:
            # Nobody else kills so: the system was short of memory.
            return WorkerLost(Cause.MEMORY, "the system killed it")
        gave_up = status > 0 or _ending(status) in ("SIGABRT", "SIGILL", "SIGTRAP")
        held_much = self._most_bytes - self._first_bytes > _MUCH * self.memory_bytes
        if gave_up and (held_much or any(word in self.said for word in _MEMORY_WORDS)):
            return WorkerLost(Cause.MEMORY, "it had no more memory")
        return WorkerLost(Cause.CRASH, _ending(status))

    # What the system knows of it.

    def _processor_seconds(self) -> float:
        """Infinite when the system does not say, so that nobody waits longer for it."""
        try:
            times = self._seen.cpu_times() if self._seen is not None else None
        except psutil.Error:
            times = None
        return float("inf") if times is None else times.user + times.system

    def _resident_bytes(self) -> int:
        try:
            return 0 if self._seen is None else int(self._seen.memory_info().rss)
        except psutil.Error:
            return 0

    # Threads of the worker's own; both end with its pipes.

    def _take_answers(self) -> None:
        assert self._process.stdout is not None
        try:
            while (frame := receive(self._process.stdout)) is not None:
                self._answers.put(frame)
        except (Malformed, OSError, ValueError):
            self._garbled = self.alive
        self._answers.put(None)

    def _take_stderr(self) -> None:
        assert self._process.stderr is not None
        try:
            while line := self._process.stderr.readline(_LONGEST_LINE):
                self._said.append(line.decode("utf-8", "replace").rstrip())
        except (OSError, ValueError):
            return


def _watched(pid: int) -> psutil.Process | None:
    """The process for later questions, with the low priority of background work."""
    try:
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        elif process.nice() < 10:
            process.nice(10)
        if sys.platform == "linux":
            process.ionice(psutil.IOPRIO_CLASS_BE, 7)
    except psutil.NoSuchProcess:
        return None
    except (psutil.Error, OSError) as error:
        log.info("the priority of worker %d could not be lowered: %s", pid, error)
    return process


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:
        # What was written last reached nobody.
        return


def _ending(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"signal {-status}"
