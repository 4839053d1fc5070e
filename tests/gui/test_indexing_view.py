from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from fakes.pages import DOCUMENTS, DONE, GONE, PICTURES, PROGRESS, REFUSED, PagesClient, status
from qwen_finder.core.events import Event
from qwen_finder.core.switching import SwitchStatus
from qwen_finder.gui.indexing_view import IndexingView
from qwen_finder.gui.session import Session
from qwen_finder.gui.theme import Theme


@pytest.fixture
def client() -> PagesClient:
    return PagesClient()


@pytest.fixture
def session(qapp, client: PagesClient):
    session = Session(client)
    yield session
    session.close()


@pytest.fixture
def view(session: Session, qtbot):
    theme = Theme("light")
    view = IndexingView(session, theme)
    qtbot.addWidget(view)
    view.show()
    session.connection.emit("connected", None)
    yield view
    view.close()


def test_it_says_how_far_how_fast_and_what(session: Session, view: IndexingView) -> None:
    session.status.emit(status(DOCUMENTS, PICTURES, progress=PROGRESS))
    shown = texts(view)
    for part in ("Indexing, 62 %", "about 2 min left", "11 files a second", "Tax 2023.pdf", "you are active"):
        assert part in shown
    for part in ("/home/anna/Documents", "311 waiting", "3 failed", "/home/anna/Pictures"):
        assert part in shown


def test_it_is_silent_about_work_when_there_is_none(session: Session, view: IndexingView) -> None:
    session.status.emit(status(DONE, progress=PROGRESS))
    session.status.emit(status(DONE, idle=True))
    shown = texts(view)
    assert "Everything is indexed" in shown
    assert "Tax 2023.pdf" not in shown
    assert "you are active" not in shown


def test_a_folder_that_is_away_says_why(session: Session, view: IndexingView) -> None:
    session.status.emit(status(DONE, GONE, idle=True))
    assert "The folder is not there." in texts(view)


def test_folders_come_and_go_with_the_status(session: Session, view: IndexingView) -> None:
    session.status.emit(status(DONE, PICTURES))
    session.status.emit(status(PICTURES))
    shown = texts(view)
    assert PICTURES.path in shown
    assert DONE.path not in shown


def test_pause_and_resume(session: Session, client: PagesClient, view: IndexingView, qtbot) -> None:
    session.status.emit(status(DOCUMENTS, progress=PROGRESS))
    assert button(view, "Pause").isVisible()
    button(view, "Pause").menu().actions()[1].trigger()
    qtbot.waitUntil(lambda: bool(client.orders("set_pace")))
    mode, seconds = client.orders("set_pace")[0]
    assert mode == "paused"
    assert 2 * 3600 < seconds < 31 * 3600
    session.status.emit(status(DOCUMENTS, pace="paused", reason="for 10 h 0 min"))
    assert not button(view, "Pause").isVisible()
    button(view, "Resume").click()
    qtbot.waitUntil(lambda: client.orders("set_pace")[-1] == ["auto", None])


def test_what_the_service_refuses_is_said(session: Session, client: PagesClient, view, qtbot) -> None:
    client.errors["index"] = REFUSED
    button(view, "Look for changes now").click()
    qtbot.waitUntil(lambda: "That cannot be." in texts(view))
    assert "Take another." in texts(view)


def test_failures_lead_to_their_page(session: Session, view: IndexingView) -> None:
    pages = []
    view.open_settings.connect(pages.append)
    session.status.emit(status(DONE, idle=True))
    button(view, "3 file").click()
    assert pages == ["failures"]


def test_a_change_of_the_model_can_be_called_off(session: Session, client: PagesClient, view, qtbot) -> None:
    session.status.emit(status(DONE, switch=SwitchStatus("big-Q4", "building", 100, 400, 60.0)))
    shown = texts(view)
    assert "Preparing big-Q4" in shown
    assert "100 of 400" in shown
    button(view, "Cancel").click()
    qtbot.waitUntil(lambda: client.orders("cancel_switch") == [[]])
    session.status.emit(status(DONE, switch=SwitchStatus("big-Q4", "ready", 400, 400)))
    assert "Preparing big-Q4" not in texts(view)


def test_downloads_are_followed_by_their_events(session: Session, client: PagesClient, view, qtbot) -> None:
    going = {"id": "big-Q4", "state": "running", "bytes_done": 500, "bytes_total": 2000, "rate": 10.0}
    session.event.emit(Event(1, 0.0, "model.download", going))
    assert "Downloading big-Q4" in texts(view)
    assert "500 bytes of 2.0 kB" in texts(view)
    next(one for one in view._tasks.findChildren(QPushButton) if one.text() == "Pause").click()
    qtbot.waitUntil(lambda: client.orders("pause_download") == [["big-Q4"]])
    session.event.emit(Event(2, 0.0, "model.download", {**going, "state": "done"}))
    qtbot.waitUntil(lambda: "Downloading big-Q4" not in texts(view))


def texts(view) -> str:
    """Everything that can be read now."""
    QApplication.processEvents()
    shown = [one.text() for one in view.findChildren(QLabel) if one.isVisible()]
    return "\n".join(shown)


def button(view, beginning: str) -> QPushButton:
    return next(one for one in view.findChildren(QPushButton) if one.text().startswith(beginning))
