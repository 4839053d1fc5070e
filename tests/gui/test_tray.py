from __future__ import annotations

import pytest
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from fakes.pages import DOCUMENTS, DONE, PROGRESS, PagesClient, status
from qwen_finder.core.errors import ServiceError
from qwen_finder.core.events import Event
from qwen_finder.gui.session import Session
from qwen_finder.gui.situation import Situation, State
from qwen_finder.gui.theme import Theme
from qwen_finder.gui.tray import Tray, picture


@pytest.fixture
def client() -> PagesClient:
    return PagesClient()


@pytest.fixture
def session(qapp, client: PagesClient):
    session = Session(client)
    yield session
    session.close()


@pytest.fixture
def tray(session: Session, qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    tray = Tray(session, Theme("light"), window)
    session.connection.emit("connected", None)
    yield tray
    window.close()


def test_the_icon_shows_the_state(qapp) -> None:
    icons = {
        name: picture(situation).pixmap(32, 32).toImage()
        for name, situation in {
            "idle": Situation(State.IDLE, ""),
            "some": Situation(State.WORKING, "", share=0.2),
            "more": Situation(State.WORKING, "", share=0.8),
            "paused": Situation(State.PAUSED, ""),
            "attention": Situation(State.ATTENTION, ""),
        }.items()
    }
    different = [
        (one, other) for one in icons for other in icons if one < other and icons[one] == icons[other]
    ]
    assert different == []


def test_the_tooltip_says_what_and_how_long(session: Session, tray: Tray) -> None:
    session.status.emit(status(DOCUMENTS, progress=PROGRESS))
    tip = tray.icon.toolTip()
    assert "Indexing, 62 %" in tip
    assert "about 2 min left" in tip


def test_pausing_from_the_menu(session: Session, client: PagesClient, tray: Tray, qtbot) -> None:
    session.status.emit(status(DOCUMENTS, progress=PROGRESS))
    pause = next(action for action in tray.menu.actions() if action.menu() is not None)
    assert pause.isVisible()
    hour, _tomorrow, _open = pause.menu().actions()
    hour.trigger()
    qtbot.waitUntil(lambda: client.orders("set_pace") == [["paused", 3600.0]])

    session.status.emit(status(DOCUMENTS, pace="paused", reason="for 60 min"))
    assert not pause.isVisible()
    resume = next(action for action in tray.menu.actions() if action.text() == "Resume indexing")
    assert resume.isVisible()
    resume.trigger()
    qtbot.waitUntil(lambda: client.orders("set_pace")[-1] == ["auto", None])


def test_a_full_disk_offers_no_resume(session: Session, tray: Tray) -> None:
    session.status.emit(
        status(DOCUMENTS, pace="paused", reason="only 0.4 GB are free on the disk of the index")
    )
    resume = next(action for action in tray.menu.actions() if action.text() == "Resume indexing")
    assert not resume.isVisible()
    assert tray.situation.state is State.ATTENTION


def test_a_lost_service_is_told_and_cannot_be_paused(session: Session, tray: Tray) -> None:
    session.status.emit(status(DONE, idle=True))
    session.connection.emit("lost", ServiceError("service.died", "It ended."))
    assert tray.situation.state is State.ATTENTION
    pause = next(action for action in tray.menu.actions() if action.menu() is not None)
    assert not pause.isEnabled()
    session.connection.emit("connected", None)
    assert tray.situation.state is State.IDLE


def test_notifications_open_what_they_are_about(session: Session, tray: Tray) -> None:
    told, pages = [], []
    tray.tell = lambda news: (told.append(news), setattr(tray, "_page", news.page))  # type: ignore[method-assign]
    tray.open_settings.connect(pages.append)
    session.event.emit(Event(1, 0.0, "model.download", {"id": "big", "state": "done"}))
    assert [news.page for news in told] == ["models"]
    tray.icon.messageClicked.emit()
    assert pages == ["models"]


def test_what_the_menu_asks_for(session: Session, tray: Tray) -> None:
    heard = []
    tray.open_window.connect(lambda: heard.append("window"))
    tray.open_indexing.connect(lambda: heard.append("indexing"))
    tray.open_settings.connect(lambda page: heard.append(f"settings{page}"))
    tray.quit_window.connect(lambda: heard.append("quit window"))
    tray.quit_everything.connect(lambda: heard.append("quit all"))
    for action in tray.menu.actions()[1:]:
        if action.menu() is None and action.text() != "Resume indexing":
            action.trigger()
    assert heard == ["window", "indexing", "settings", "quit window", "quit all"]


def test_a_click_shows_or_hides_the_window(tray: Tray, qtbot) -> None:
    with qtbot.waitSignal(tray.toggle_window, timeout=500):
        tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)


def test_a_tray_that_comes_late_knows_what_was_said_before(session: Session, qtbot) -> None:
    session.connection.emit("connected", None)
    session.status.emit(status(DONE, idle=True))
    window = QWidget()
    qtbot.addWidget(window)
    tray = Tray(session, Theme("light"), window)
    assert tray.situation.headline == "Everything is indexed"


def test_without_a_tray_it_says_so_and_nothing_fails(monkeypatch, session: Session, qtbot) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    window = QWidget()
    qtbot.addWidget(window)
    tray = Tray(session, Theme("light"), window)
    session.event.emit(Event(1, 0.0, "model.download", {"id": "big", "state": "done"}))
    assert not tray.available
    assert not tray.icon.isVisible()
