"""Which of the things that happen are worth a notification. It remembers what it has told.

Few are: the first index is done, a folder went missing, the disk is nearly full, a model came or could not.
Everything else is seen by who looks.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from qwen_finder.api.wire.status import ServiceStatus
from qwen_finder.core.events import Event
from qwen_finder.gui import words

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class News:
    """``page`` is what a click shows: "window", "indexing", "folders" or "models"."""

    title: str
    text: str
    page: str
    serious: bool = False


class Newsreader:
    """Reads every status and event in turn and says what is new to a person."""

    def __init__(self) -> None:
        self._first: bool | None = None
        self._offline: set[str] | None = None
        self._full = False

    def status(self, status: ServiceStatus) -> list[News]:
        return [*self._index_done(status), *self._folders(status), *self._disk(status)]

    def event(self, event: Event) -> list[News]:
        told = {"model.download": _download, "model.switch": _switch}.get(event.kind)
        return [] if told is None else told(event)

    def _index_done(self, status: ServiceStatus) -> list[News]:
        counts = status.engine.files
        if self._first is None:
            # An index that holds something when the window starts is not the first.
            self._first = counts.indexed == 0
        if not (self._first and status.idle and counts.indexed and not counts.pending):
            return []
        self._first = False
        text = translate("News", "{files} can now be found by what they say.")
        return [
            News(
                translate("News", "Your files are indexed"),
                text.format(files=words.files(counts.indexed)),
                "window",
            )
        ]

    def _folders(self, status: ServiceStatus) -> list[News]:
        offline = {folder.path for folder in status.engine.folders if folder.mode == "offline"}
        new = offline - self._offline if self._offline is not None else set()
        self._offline = offline
        return [
            News(
                translate("News", "A folder cannot be reached"),
                translate("News", "{folder} is away. What is known of its files is kept.").format(
                    folder=path
                ),
                "folders",
                serious=True,
            )
            for path in sorted(new)
        ]

    def _disk(self, status: ServiceStatus) -> list[News]:
        engine = status.engine
        full = engine.pace == "paused" and words.free_space(engine.pace_reason) is not None
        told, self._full = self._full, full
        if told or not full:
            return []
        text = translate("News", "Indexing waits until there is room: {reason}.")
        return [
            News(
                translate("News", "The disk is nearly full"),
                text.format(reason=words.pace_reason(engine.pace_reason)),
                "indexing",
                serious=True,
            )
        ]


def _download(event: Event) -> list[News]:
    return _outcome(
        event,
        model=str(event.data.get("id", "")),
        good="done",
        title=translate("News", "A model was downloaded"),
        text=translate("News", "{model} can be used now."),
        failure=translate("News", "{model} could not be downloaded"),
    )


def _switch(event: Event) -> list[News]:
    return _outcome(
        event,
        model=str(event.data.get("target", "")),
        good="ready",
        title=translate("News", "The new model is in use"),
        text=translate("News", "Searches are answered by {model} from now on."),
        failure=translate("News", "The change to {model} failed"),
    )


def _outcome(event: Event, *, model: str, good: str, title: str, text: str, failure: str) -> list[News]:
    """What is said when the state of ``event`` is ``good``, or "failed"; nothing in between."""
    state = event.data.get("state")
    if state == good:
        return [News(title, text.format(model=model), "models")]
    if state == "failed":
        return [_failed(failure.format(model=model), event)]
    return []


def _failed(title: str, event: Event) -> News:
    said = " ".join(str(event.data.get(part, "")) for part in ("message", "hint"))
    return News(title, said.strip(), "models", serious=True)
