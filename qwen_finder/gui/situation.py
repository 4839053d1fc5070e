"""What is going on, in one word, one number and one sentence: for the tray, the main window and its views.

Everything shown is what the service said last; nothing is guessed between.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from qwen_finder.api.wire.status import ServiceStatus
from qwen_finder.core.errors import FinderError
from qwen_finder.core.status import Progress
from qwen_finder.gui import words
from qwen_finder.gui.plurals import plurals

translate = QCoreApplication.translate

# How the service begins its reason for a pause that somebody asked for.
_ASKED = ("for ", "until ")


class State(StrEnum):
    """What the tray's icon tells."""

    IDLE = "idle"
    WORKING = "working"
    PAUSED = "paused"
    ATTENTION = "attention"


@dataclass(frozen=True, slots=True)
class Situation:
    """``share`` is the part that is done, None when nothing is; ``headline`` is a sentence without a full
    stop, ``detail`` what there is to add, "" if nothing."""

    state: State
    headline: str
    detail: str = ""
    share: float | None = None

    @property
    def line(self) -> str:
        """Both in one line."""
        return " · ".join(filter(None, (self.headline, self.detail)))


def situation(
    status: ServiceStatus | None, connection: str = "connected", error: FinderError | None = None
) -> Situation:
    """What ``status`` amounts to; ``connection`` and ``error`` are what the session told last."""
    if connection == "lost":
        said = error.message if error is not None else ""
        return Situation(State.ATTENTION, translate("Situation", "The service is not running"), said)
    if status is None or connection == "connecting":
        return Situation(State.WORKING, translate("Situation", "The service is starting"))
    engine = status.engine
    if not engine.folders:
        return Situation(State.IDLE, translate("Situation", "No folders yet"))
    if engine.text_model.state in ("missing", "broken"):
        return Situation(
            State.ATTENTION, translate("Situation", "The text model cannot be used"), engine.text_model.detail
        )
    offline = [folder.path for folder in engine.folders if folder.mode == "offline"]
    pending = engine.files.pending
    progress = engine.progress
    if engine.pace == "paused" and (pending or progress is not None or not status.idle):
        return _paused(engine.pace_reason, pending, progress)
    if progress is not None and progress.total > progress.done:
        return Situation(
            State.WORKING,
            translate("Situation", "Indexing, {percent}").format(percent=words.percent(progress.share)),
            _details(progress),
            progress.share,
        )
    if (switch := engine.switch) is not None and switch.state == "building" and switch.total:
        share = switch.done / switch.total
        return Situation(
            State.WORKING,
            translate("Situation", "Preparing the new model, {percent}").format(percent=words.percent(share)),
            words.time_left(switch.eta_s),
            share,
        )
    if not status.idle:
        return Situation(State.WORKING, translate("Situation", "Looking for changes"))
    if offline:
        said = plurals.folders_away(len(offline))
        return Situation(State.ATTENTION, said, ", ".join(offline))
    return _at_rest(status)


def paused_by_user(status: ServiceStatus) -> bool:
    """Whether a word of the user would end the pause, which it would not with a full disk."""
    return status.engine.pace == "paused" and status.engine.pace_reason.startswith(_ASKED)


def _paused(reason: str, pending: int, progress: Progress | None) -> Situation:
    waiting = translate("Situation", "{files} wait").format(files=words.files(pending)) if pending else ""
    # A full disk does not pass by itself.
    state = State.ATTENTION if words.free_space(reason) is not None else State.PAUSED
    headline = (
        translate("Situation", "Paused {reason}")
        if reason.startswith(_ASKED)
        else (translate("Situation", "Paused: {reason}"))
    )
    share = progress.share if progress is not None else None
    return Situation(state, headline.format(reason=words.pace_reason(reason)), waiting, share)


def _at_rest(status: ServiceStatus) -> Situation:
    counts = status.engine.files
    if counts.pending:
        waiting = translate("Situation", "{files} wait").format(files=words.files(counts.pending))
        return Situation(State.IDLE, waiting, next(iter(status.engine.notices), ""))
    found = translate("Situation", "{files} can be found").format(files=words.files(counts.indexed))
    return Situation(State.IDLE, translate("Situation", "Everything is indexed"), found)


def _details(progress: Progress) -> str:
    of = translate("Situation", "{done} of {files}").format(
        done=words.number(progress.done), files=words.files(progress.total)
    )
    return ", ".join(filter(None, (of, words.time_left(progress.eta_s))))
