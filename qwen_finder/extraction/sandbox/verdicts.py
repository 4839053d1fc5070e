"""The sentences for what happens to workers: of a file that one was lost over, and when none can be had."""

from __future__ import annotations

import re

from qwen_finder.core.errors import FileError, UnusableError
from qwen_finder.extraction.sandbox.codec import Bug
from qwen_finder.extraction.sandbox.process import Cause, WorkerLost

_BY_NAME = "It is found by its name only"

# What Python's fault handler writes; other lines may quote the file that was read.
_STACK_LINE = re.compile(r'Fatal Python error: [A-Z][\w ]+$|  File "[^"]*", line \d+ in [\w<>.]+$')
_THREAD_LINE = re.compile(r"(Current thread|Thread) 0x")
_MOST_STACK_LINES = 12


def failure(path: str, loss: WorkerLost, seconds: float, memory_bytes: int) -> FileError:
    match loss.cause:
        case Cause.TIME:
            return FileError(
                "file.timeout",
                f"{path} could not be read within {seconds:,.0f} seconds.",
                f"{_BY_NAME}; raise index.max_seconds in the settings to give it more time.",
            )
        case Cause.MEMORY:
            return FileError(
                "file.memory",
                f"{path} needs more than {memory_bytes / 1e6:,.0f} MB of memory to be read.",
                f"{_BY_NAME}; raise index.worker_memory_mb in the settings to give it more.",
            )
        case Cause.CRASH:
            return FileError(
                "file.crashed",
                f"Reading {path} crashed its reader ({loss.detail}).",
                f"{_BY_NAME}, and tried again when it changes. Please report it with a sample.",
            )


def bug(path: str, found: Bug) -> FileError:
    return FileError(
        "file.reader_bug",
        f"The reader for this kind of file failed at {path} ({found.type}).",
        f"{_BY_NAME}. Please report it with a sample.",
    )


def refusal(reason: str) -> UnusableError:
    return UnusableError(
        "sandbox.unusable",
        f"The processes that read files cannot be started: {reason.rstrip('.') or 'they end at once'}.",
        "`qwen-finder doctor` shows where the log is, which says more. It is tried again in a minute.",
    )


def stack(said: str) -> list[str]:
    """The lines of a worker's stderr that show where it died, and none that may hold what it read."""
    found = []
    current = True
    for line in said.splitlines():
        if thread := _THREAD_LINE.match(line):
            current = thread[1] == "Current thread"
        elif current and _STACK_LINE.match(line):
            found.append(line)
    return found[:_MOST_STACK_LINES]
