"""How long ago somebody last touched keyboard, mouse or terminal. Knows nothing of what follows from it.

There is no portable way to ask. Each system is asked in its own; where none answers the result is None.
"""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

_ASK_SECONDS = 15.0
_ANSWER_SECONDS = 2.0
_SESSION = re.compile(r"^(\w+)=(.*)$", re.MULTILINE)


class UserActivity:
    """Asks the system at most every few seconds. Not thread-safe."""

    def __init__(self) -> None:
        self._asked: float | None = None
        self._input: float | None = None

    def idle_s(self) -> float | None:
        """Seconds since the last input; infinite where nobody can give any, None where that is unknown."""
        now = time.monotonic()
        if self._asked is None or now - self._asked > _ASK_SECONDS:
            idle = _ask()
            self._asked, self._input = now, None if idle is None else now - idle
        return None if self._input is None else now - self._input


if sys.platform == "win32":

    class _LastInput(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("ticks", ctypes.c_uint))

    def _ask() -> float | None:
        last = _LastInput(ctypes.sizeof(_LastInput), 0)
        if not ctypes.windll.user32.GetLastInputInfo(ctypes.byref(last)):
            return None
        # Both count milliseconds in 32 bits and start again at zero.
        return float((ctypes.windll.kernel32.GetTickCount() - last.ticks) % (1 << 32)) / 1000

elif sys.platform == "darwin":

    def _ask() -> float | None:
        try:
            services = ctypes.CDLL(
                "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
            )
        except OSError:
            return None
        seconds = services.CGEventSourceSecondsSinceLastEventType
        seconds.restype, seconds.argtypes = ctypes.c_double, (ctypes.c_int32, ctypes.c_uint32)
        # The state of the hardware, and any kind of input.
        return float(seconds(1, 0xFFFFFFFF))

else:

    def _ask() -> float | None:
        terminal = terminal_idle_s(_terminals(), time.time())
        if not has_display(os.environ, Path("/tmp/.X11-unix")):
            return terminal
        desktop = desktop_idle_s(_session(), time.time())
        return None if desktop is None else min(desktop, terminal)


def terminal_idle_s(terminals: Iterable[Path], now: float) -> float:
    """Seconds since something was typed in one of ``terminals``, which reading notes; infinite if none is."""
    latest = 0.0
    for terminal in terminals:
        try:
            latest = max(latest, terminal.stat().st_atime)
        except OSError:
            # It was closed meanwhile.
            continue
    return max(now - latest, 0.0) if latest else float("inf")


def has_display(environ: Mapping[str, str], sockets: Path) -> bool:
    """Whether there is a desktop at which somebody may sit. The service may be older than the desktop."""
    if environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"):
        return True
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if runtime and any(Path(runtime).glob("wayland-*")):
        return True
    return sockets.is_dir() and any(sockets.iterdir())


def desktop_idle_s(session: str, now: float) -> float | None:
    """Idle seconds by what logind says of the user (``IdleHint=``, ``IdleSinceHint=``); None if it does not.

    0 while they are not idle: desktops tell logind when a few minutes have passed without input.
    """
    values = dict(_SESSION.findall(session))
    if values.get("IdleHint") == "no":
        return 0.0
    if values.get("IdleHint") != "yes" or not values.get("IdleSinceHint", "").isdigit():
        return None
    return max(now - int(values["IdleSinceHint"]) / 1e6, 0.0)


def _terminals() -> list[Path]:
    try:
        return [entry for entry in Path("/dev/pts").iterdir() if entry.name.isdigit()]
    except OSError:
        return []


def _session() -> str:
    command = ["loginctl", "show-user", str(os.getuid()), "--property=IdleHint,IdleSinceHint"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_ANSWER_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
