"""What the service is doing, in one honest line: the words of the window's foot and of the tray."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication, QLocale

from qwen_finder.core.errors import FinderError
from qwen_finder.gui.marks import displayable

if TYPE_CHECKING:
    from qwen_finder.api.wire.status import ServiceStatus

translate = QCoreApplication.translate


class Line(NamedTuple):
    """``icon`` and ``colour`` are names of the theme; ``more`` is what a tooltip adds; ``share`` of the work
    that is done, None when there is none.
    """

    text: str
    icon: str
    colour: str
    more: str = ""
    share: float | None = None


def describe(status: ServiceStatus | None, state: str, error: FinderError | None) -> Line:
    """``state`` is that of the session's connection."""
    if state == "lost":
        said = error.message if error is not None else ""
        hint = error.hint if error is not None else ""
        return Line(
            translate("status", "The service is not running"), "error", "danger", f"{said}\n{hint}".strip()
        )
    if state == "connecting" or status is None:
        return Line(translate("status", "Starting the service…"), "clock", "muted")
    engine = status.engine
    files, locale = engine.files, QLocale()
    if not engine.folders:
        return Line(translate("status", "No folders yet"), "folder", "muted")
    left = files.pending
    notices = "\n".join(engine.notices)
    if engine.pace == "paused" and not status.idle:
        text = translate("status", "Paused · {0} files left").format(locale.toString(left))
        return Line(text, "pause", "warning", engine.pace_reason or notices, _share(status))
    if engine.text_model.state in ("missing", "broken"):
        return Line(
            translate("status", "The text model cannot be used"),
            "warning",
            "warning",
            engine.text_model.detail,
        )
    if any(folder.mode == "offline" for folder in engine.folders):
        gone = ", ".join(displayable(f.path) for f in engine.folders if f.mode == "offline")
        return Line(
            translate("status", "A folder is not there: {0}").format(gone), "warning", "warning", notices
        )
    if not status.idle:
        return _working(status, left, notices)
    text = translate("status", "Up to date · {0} files").format(locale.toString(files.indexed))
    more = notices
    if files.failed:
        failed = translate("status", "Not readable: {0}").format(locale.toString(files.failed))
        return Line(f"{text} · {failed}", "check", "ok", more)
    return Line(text, "check", "ok", more)


def remaining(seconds: float) -> str:
    """How long something still takes, as exactly as it can be known."""
    if seconds < 60:
        return translate("status", "less than a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return translate("status", "about {0} min").format(minutes)
    return translate("status", "about {0} h").format(round(minutes / 60))


def _working(status: ServiceStatus, left: int, notices: str) -> Line:
    progress, locale = status.engine.progress, QLocale()
    if progress is None:
        return Line(translate("status", "Looking at your folders…"), "refresh", "accent", notices)
    text = translate("status", "Indexing · {0} files left").format(locale.toString(left))
    if progress.eta_s is not None:
        text += " · " + remaining(progress.eta_s)
    current = displayable(os.path.basename(progress.current)) if progress.current else ""
    return Line(text, "refresh", "accent", "\n".join(filter(None, (current, notices))), _share(status))


def _share(status: ServiceStatus) -> float | None:
    progress = status.engine.progress
    return None if progress is None else progress.share
