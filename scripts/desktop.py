"""What a window needs of a bare Linux: Qt's system libraries, and for tests a display and fonts.

Each is asked for at its place, so that nothing is installed, and no package tool even started, on a machine
that has them; a desktop has nearly all. Elsewhere Qt brings everything itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""Library → the package of Debian and Ubuntu that holds it."""

PROGRAMS = {"Xvfb": "xvfb"}

FONTS = {"NotoSans-Regular.ttf": "fonts-noto-core", "NotoSansCJK-Regular.ttc": "fonts-noto-cjk"}
"""One file of each → its package. Pictures of the window show every script."""

_FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
_DISPLAY_SECONDS = 20


def prepare(install: Callable[[Sequence[str], str], None], *, tests: bool) -> None:
    """Have ``install`` bring what is missing, given packages and why; ``tests`` bring their own display."""
    if sys.platform != "linux":
        return
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    if tests:
        missing += [package for program, package in PROGRAMS.items() if shutil.which(program) is None]
        missing += [package for font, package in FONTS.items() if not _has_font(font)]
    if missing:
        install(missing, "The window is missing system libraries, its tests' display or fonts")


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font(name: str) -> bool:
    return any(next(Path(folder).rglob(name), None) is not None for folder in _FONT_FOLDERS)


@contextlib.contextmanager
def virtual_display(width: int = 1600, height: int = 1000) -> Iterator[str]:
    """A display in memory for as long as the block lasts; its name, for DISPLAY. RuntimeError if none starts.

    The server chooses the number itself, so that any number of them run side by side.
    """
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as answer:
            # The pipe closes without a number when the server ends instead.
            number = answer.readline().strip().decode("ascii")
        if not number:
            raise RuntimeError(f"Xvfb did not start (exit status {server.wait(_DISPLAY_SECONDS)}).")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(_DISPLAY_SECONDS)
