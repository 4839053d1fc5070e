"""What a worker does to itself before it reads anything: it gives up what reading a file does not need.

Each measure is taken where the system offers it; the service watches over the rest from outside.
"""

from __future__ import annotations

import ctypes
import faulthandler
import os
import signal
import sys
from typing import BinaryIO, NamedTuple

_PR_SET_PDEATHSIG = 1
_HOMES = ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")


class Pipes(NamedTuple):
    """Where questions come from and answers go."""

    questions: BinaryIO
    answers: BinaryIO


def take_pipes() -> Pipes:
    """Keep stdin and stdout for messages alone: a library that prints must not write into them."""
    pipes = Pipes(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    sys.stdout = sys.stderr
    return pipes


def live_no_longer_than_parent() -> bool:
    """Whether the system ends this process with the thread that started it."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)


def leave_home() -> None:
    """Make the current folder the home, so that no library finds or leaves anything in the user's."""
    folder = os.getcwd()
    for name in _HOMES:
        if name in os.environ:
            os.environ[name] = folder
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        del os.environ[name]


def tell_of_crashes() -> None:
    """Leave a stack on stderr at a fatal signal, and no core dump: that would hold what was read."""
    faulthandler.enable(sys.__stderr__ or sys.stderr)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def limit_memory(more_bytes: int) -> bool:
    """Let this process have ``more_bytes`` beyond what it has; False where the system cannot hold it to that.

    What counts is memory it can write to, and not addresses: libraries reserve gigabytes of those for their
    threads and arenas without ever using them.
    """
    if sys.platform != "linux":
        return False
    import resource

    now = _writable_bytes()
    if now is None:
        return False
    limit = now + more_bytes
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    return True


def resident_bytes() -> int:
    """The memory this process holds now; 0 where it cannot cheaply tell."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            return int(file.read(128).split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError, AttributeError):
        return 0


def _writable_bytes() -> int | None:
    try:
        with open("/proc/self/status", "rb") as file:
            for line in file:
                if line.startswith(b"VmData:"):
                    return int(line.split()[1]) * 1024
    except (OSError, IndexError, ValueError):
        pass
    return None
