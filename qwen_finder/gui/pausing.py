"""Pausing and going on, as the tray's menu and the indexing view offer it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from qwen_finder.core.errors import FinderError
from qwen_finder.gui.session import Session

if TYPE_CHECKING:
    from qwen_finder.api.client import Client

translate = QCoreApplication.translate

_MORNING = datetime.time(7)


def until_morning(now: datetime.datetime) -> float:
    """Seconds to tomorrow's morning; who pauses after midnight means the morning that comes."""
    day = now.date() if now.time() < datetime.time(4) else now.date() + datetime.timedelta(days=1)
    return (datetime.datetime.combine(day, _MORNING) - now).total_seconds()


def fill(menu: QMenu, session: Session, failed: Callable[[FinderError], None] | None = None) -> None:
    """Put the ways to pause into ``menu``."""

    def pause(seconds: float | None) -> None:
        set_pace(session, "paused", seconds, failed)

    menu.addAction(translate("Pausing", "For 1 hour")).triggered.connect(lambda: pause(3600.0))
    menu.addAction(translate("Pausing", "Until tomorrow")).triggered.connect(
        lambda: pause(until_morning(datetime.datetime.now()))
    )
    menu.addAction(translate("Pausing", "Until I resume")).triggered.connect(lambda: pause(None))


def resume(session: Session, failed: Callable[[FinderError], None] | None = None) -> None:
    """Let settings and machine decide again."""
    set_pace(session, "auto", None, failed)


def set_pace(
    session: Session,
    mode: str,
    seconds: float | None = None,
    failed: Callable[[FinderError], None] | None = None,
) -> None:
    """Have the service keep to ``mode`` and show at once that it does."""

    def order(client: Client) -> object:
        return client.set_pace(mode, seconds)

    session.ask(order, lambda _answer: session.refresh(), failed, lane="pace")
