from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QLabel

from fakes.pages import REFUSED, PagesClient, model
from qwen_finder.core.events import Event
from qwen_finder.gui.first_run import folders_step
from qwen_finder.gui.first_run.dialog import FirstRun
from qwen_finder.gui.first_run.suggestions import Suggestion, measure, suggest
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
def home(tmp_path: Path) -> Path:
    for name, size in (("Documents/a.txt", 300), ("Documents/deep/b.txt", 200), ("Pictures/c.png", 50)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x" * size)
    (tmp_path / "Documents/.hidden").write_bytes(b"x" * 9_000)
    (tmp_path / "Documents/node_modules").mkdir()
    (tmp_path / "Documents/node_modules/d.js").write_bytes(b"x" * 9_000)
    return tmp_path


@pytest.fixture
def first_run(session: Session, home: Path, qtbot):
    found = [
        Suggestion(str(home / "Documents"), "document", True),
        Suggestion(str(home / "Pictures"), "picture", False),
    ]
    theme = Theme("light")
    dialog = FirstRun(session, theme, suggestions=found)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.close()


def test_enter_three_times_is_a_good_beginning(first_run: FirstRun, client: PagesClient, home, qtbot) -> None:
    for step in (0, 1, 2):
        assert first_run.step == step
        qtbot.keyClick(first_run, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: first_run.result() == FirstRun.DialogCode.Accepted)
    assert client.orders("add_folder") == [[str(home / "Documents")]]
    assert client.orders("download_model") == []


def test_sizes_and_estimate_are_shown(first_run: FirstRun, client: PagesClient, qtbot) -> None:
    # What is hidden or can be fetched again is not counted.
    qtbot.waitUntil(lambda: "2 file(s) · 500 bytes" in texts(first_run).replace("files", "file(s)"))
    qtbot.waitUntil(lambda: "14 min" in texts(first_run))
    assert "130.0 MB" in texts(first_run)
    assert len(client.orders("estimate")) == 1


def test_every_choice_is_estimated_anew(first_run: FirstRun, client: PagesClient, home, qtbot) -> None:
    first_run.folders._boxes[str(home / "Pictures")].setChecked(True)
    both = [str(home / "Documents"), str(home / "Pictures")]
    qtbot.waitUntil(lambda: client.orders("estimate")[-1:] == [[both]])


def test_an_estimate_that_is_not_to_be_had_yet_is_asked_for_again(
    session: Session, client: PagesClient, monkeypatch, qtbot
) -> None:
    monkeypatch.setattr(folders_step, "RETRY_MS", 20)
    client.errors["estimate"] = REFUSED
    dialog = FirstRun(session, Theme("light"), suggestions=[Suggestion("/somewhere", "folder", True)])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: "There is no estimate now: That cannot be." in texts(dialog))
    del client.errors["estimate"]
    qtbot.waitUntil(lambda: "14 min" in texts(dialog))


def test_without_a_folder_there_is_nothing_to_start(first_run: FirstRun, home, qtbot) -> None:
    first_run.folders._boxes[str(home / "Documents")].setChecked(False)
    assert not first_run.next.isEnabled()
    assert "Choose at least one folder." in texts(first_run)
    first_run.folders.add(str(home / "elsewhere"))
    assert first_run.next.isEnabled()
    assert first_run.folders.folders == [str(home / "elsewhere")]


def test_the_better_model_comes_in_the_background_and_is_used_then(
    first_run: FirstRun, client: PagesClient, session: Session, qtbot
) -> None:
    qtbot.waitUntil(lambda: not first_run.model.large.isHidden())
    first_run.model.choose(first_run.model.large)
    for _ in range(3):
        first_run.next.click()
    qtbot.waitUntil(lambda: first_run.result() == FirstRun.DialogCode.Accepted)
    assert client.orders("download_model") == [["big-Q4"]]
    session.event.emit(Event(1, 0.0, "model.download", {"id": "other", "state": "done"}))
    session.event.emit(Event(2, 0.0, "model.download", {"id": "big-Q4", "state": "running"}))
    assert client.orders("use_model") == []
    session.event.emit(Event(3, 0.0, "model.download", {"id": "big-Q4", "state": "done"}))
    qtbot.waitUntil(lambda: client.orders("use_model") == [["big-Q4"]])


def test_a_better_model_that_is_there_is_not_fetched(session: Session, client: PagesClient, qtbot) -> None:
    client.listed[1] = model("big-Q4", family="Big", recommended=True, installed=True)
    theme = Theme("light")
    dialog = FirstRun(session, theme, suggestions=[Suggestion("/somewhere", "folder", True)])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.model.large.isHidden())
    dialog.model.choose(dialog.model.large)
    for _ in range(3):
        dialog.next.click()
    qtbot.waitUntil(lambda: client.orders("use_model") == [["big-Q4"]])
    assert client.orders("download_model") == []


def test_where_the_small_one_suits_best_a_better_one_is_offered_all_the_same(session, client, qtbot) -> None:
    client.listed = [
        model("starter", installed=True, active=True, recommended=True, reason="It is quick here."),
        model("huge", fits="no"),
        model("middling", bytes=900),
        model("small", bytes=600, family="Small"),
        model("eyes", "image", bytes=1),
    ]
    theme = Theme("light")
    dialog = FirstRun(session, theme, suggestions=[Suggestion("/somewhere", "folder", True)])
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.model.large.isHidden())
    dialog.next.click()
    qtbot.waitUntil(lambda: "It is quick here." in texts(dialog))
    assert "Better and slower: Small" in texts(dialog)
    assert dialog.model.model is None
    dialog.model.choose(dialog.model.large)
    assert dialog.model.model is not None
    assert dialog.model.model.id == "small"


def test_what_the_service_refuses_keeps_the_dialog_open(first_run, client: PagesClient, qtbot) -> None:
    client.errors["add_folder"] = REFUSED
    for _ in range(3):
        first_run.next.click()
    qtbot.waitUntil(lambda: "That cannot be." in texts(first_run))
    assert first_run.isVisible()
    assert first_run.next.isEnabled()


def test_back_keeps_what_was_chosen(first_run: FirstRun, home, qtbot) -> None:
    first_run.folders._boxes[str(home / "Pictures")].setChecked(True)
    first_run.next.click()
    first_run._back.click()
    assert first_run.step == 0
    assert len(first_run.folders.folders) == 2


def test_only_folders_that_are_there_are_suggested(home: Path, monkeypatch) -> None:
    places = QStandardPaths.StandardLocation
    located = {places.DocumentsLocation: home / "Documents", places.PicturesLocation: home / "Pictures",
               places.DesktopLocation: home, places.DownloadLocation: home / "gone"}  # fmt: skip
    monkeypatch.setattr(
        QStandardPaths, "standardLocations", staticmethod(lambda place: [str(located.get(place, home))])
    )
    monkeypatch.setattr(Path, "home", staticmethod(lambda: home))
    (home / "src").mkdir()
    found = {Path(one.path).name: one.chosen for one in suggest()}
    assert found == {"Documents": True, "Pictures": True, "src": True}


def test_without_any_such_folder_the_home_is_suggested(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(QStandardPaths, "standardLocations", staticmethod(lambda _: [str(tmp_path)]))
    monkeypatch.setattr(Path, "home", staticmethod(lambda: tmp_path))
    assert [one.path for one in suggest()] == [str(tmp_path)]


def test_counting_gives_up_in_time_and_says_so(home: Path) -> None:
    assert measure(str(home / "Documents"), longest_s=0.0).partly
    assert measure(str(home / "nowhere")).files == 0


def texts(dialog) -> str:
    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())
