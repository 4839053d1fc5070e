"""What goes wrong in a background thread: logged, told to clients, and given a sentence if it has none."""

from __future__ import annotations

import logging

from qwen_finder.core.errors import FinderError
from qwen_finder.core.events import EventLog

log = logging.getLogger(__name__)


def problem(error: BaseException, doing: str, events: EventLog) -> FinderError:
    """``error`` as something to show, after noting that it stopped ``doing``.

    Panics of libraries written in Rust are no ``Exception``: whoever must live on catches ``BaseException``.
    """
    log.error("%s failed", doing, exc_info=error)
    if not isinstance(error, FinderError):
        error = FinderError(
            "internal",
            f"An unexpected error stopped {doing} ({type(error).__name__}: {error}).",
            "It is tried again in a minute; `qwen-finder doctor` shows where the log is.",
        )
    events.publish("error", **error.to_json())
    return error
