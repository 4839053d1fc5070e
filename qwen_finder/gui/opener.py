"""Handing files to other programs: their own, the file browser's, one that the user picks.

What the desktop offers differs; each way falls back to the next plainer one.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QProcess, QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection


class Opener(Protocol):
    """What the actions need; tests record instead."""

    def open(self, url: QUrl) -> bool:
        """Open with the program that the desktop has for it."""

    def reveal(self, url: QUrl) -> bool:
        """Show the file in its folder, selected where the file browser can do that."""

    def open_with(self, url: QUrl, program: str) -> bool:
        """Open with ``program``, an executable; "" asks the desktop which one where it has a way to."""


class DesktopOpener:
    """The real one."""

    def open(self, url: QUrl) -> bool:
        return QDesktopServices.openUrl(url)

    def reveal(self, url: QUrl) -> bool:
        if sys.platform == "win32":
            return _start("explorer.exe", ["/select,", os.path.normpath(url.toLocalFile())])
        if sys.platform == "darwin":
            return _start("open", ["-R", url.toLocalFile()])
        return _reveal_by_bus(url) or QDesktopServices.openUrl(url.resolved(QUrl(".")))

    def open_with(self, url: QUrl, program: str) -> bool:
        if sys.platform == "win32" and not program:
            return _start("rundll32.exe", ["shell32.dll,OpenAs_RunDLL", os.path.normpath(url.toLocalFile())])
        if sys.platform == "darwin":
            return _start("open", ["-a", program, url.toLocalFile()])
        return _start(program, [url.toLocalFile()])


def asks_itself() -> bool:
    """Whether the desktop shows its own list of programs to open a file with."""
    return sys.platform == "win32"


def _reveal_by_bus(url: QUrl) -> bool:
    """Ask the file browser over D-Bus; False where nobody listens for that."""
    try:
        from PySide6.QtDBus import QDBusConnection, QDBusMessage
    except ImportError:
        return False
    bus = QDBusConnection.sessionBus()
    name = "org.freedesktop.FileManager1"
    if not bus.isConnected():
        return False
    # One that is started on demand counts too, but not one that nobody has installed.
    if name not in _names(bus, "ListNames") and name not in _names(bus, "ListActivatableNames"):
        return False
    message = QDBusMessage.createMethodCall(name, "/org/freedesktop/FileManager1", name, "ShowItems")
    message.setArguments([[bytes(url.toEncoded().data()).decode("ascii")], ""])
    # Sent, not waited for: a file browser may take seconds to start.
    return bus.send(message)


def _names(bus: QDBusConnection, which: str) -> list[str]:
    from PySide6.QtDBus import QDBusMessage

    path = "/org/freedesktop/DBus"
    ask = QDBusMessage.createMethodCall("org.freedesktop.DBus", path, "org.freedesktop.DBus", which)
    answer = bus.call(ask, timeout=500)
    arguments = answer.arguments()
    return list(arguments[0]) if arguments and isinstance(arguments[0], list) else []


def _start(program: str, arguments: list[str]) -> bool:
    started, _process = QProcess.startDetached(program, arguments)
    return started
