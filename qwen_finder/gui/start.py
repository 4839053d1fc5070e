"""Starts the window, or says why there can be none.

Qt ends the whole process when it finds no display or misses a library, with a line that tells a user nothing.
So both are looked for before Qt is loaded.
"""

from __future__ import annotations

import ctypes
import os
import sys

from qwen_finder.core.errors import UnusableError

_ALWAYS = (
    ("libGL.so.1", "libgl1"),
    ("libEGL.so.1", "libegl1"),
    ("libfontconfig.so.1", "libfontconfig1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libdbus-1.so.3", "libdbus-1-3"),
)
_ON_X11 = (
    ("libxcb-cursor.so.0", "libxcb-cursor0"),
    ("libxcb-icccm.so.4", "libxcb-icccm4"),
    ("libxcb-image.so.0", "libxcb-image0"),
    ("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    ("libxcb-randr.so.0", "libxcb-randr0"),
    ("libxcb-render-util.so.0", "libxcb-render-util0"),
    ("libxcb-shape.so.0", "libxcb-shape0"),
    ("libxcb-xkb.so.1", "libxcb-xkb1"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
"""What the wheels of Qt do not bring along: library → the package of Debian and Ubuntu that holds it."""


def start(*, hidden: bool, toggle: bool) -> int:
    """Be the window until it is quit; returns the exit code. UnusableError when there can be no window."""
    if sys.platform == "linux":
        check_display(dict(os.environ))
    try:
        from qwen_finder.gui.app import run
    except ImportError as error:
        raise UnusableError(
            "window.library",
            f"Qt cannot be loaded: {error}.",
            "`pip install pyside6-essentials` installs it; on Debian and Ubuntu it also needs "
            f"{', '.join(package for _, package in _ALWAYS)}.",
        ) from error
    return run(hidden=hidden, toggle=toggle)


def check_display(environment: dict[str, str]) -> None:
    """UnusableError "window.display" when a window could not be shown, "window.library" when Qt could not."""
    platform = environment.get("QT_QPA_PLATFORM", "").partition(":")[0].partition(";")[0]
    wayland = bool(environment.get("WAYLAND_DISPLAY")) or environment.get("XDG_SESSION_TYPE") == "wayland"
    on_x11 = platform == "xcb" or (not platform and not wayland)
    if on_x11 and not environment.get("DISPLAY"):
        raise UnusableError(
            "window.display",
            "There is no display to show a window on.",
            "Run it on a desktop (over ssh: `ssh -X`), or use `qwen-finder query` on the command line.",
        )
    _check_libraries(_ALWAYS + (_ON_X11 if on_x11 else ()))
    if on_x11:
        _check_connection(environment["DISPLAY"])


def _check_libraries(wanted: tuple[tuple[str, str], ...]) -> None:
    missing = [(library, package) for library, package in wanted if not _loads(library)]
    if missing:
        libraries = ", ".join(library for library, _ in missing)
        packages = " ".join(package for _, package in missing)
        raise UnusableError(
            "window.library",
            f"The window needs system libraries that are not installed: {libraries}.",
            f"On Debian and Ubuntu: `sudo apt-get install {packages}`.",
        )


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _check_connection(display: str) -> None:
    """UnusableError when nobody answers at ``display``, or does not let us in."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = (ctypes.c_char_p, ctypes.c_void_p)
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = (ctypes.c_void_p,)
    connection = xcb.xcb_connect(os.fsencode(display), None)
    refused = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if refused:
        raise UnusableError(
            "window.display",
            f"The display {display!r} cannot be used: nobody answers there, or this user is not let in.",
            "Start the window from the desktop itself; over ssh, connect with `ssh -X`.",
        )
