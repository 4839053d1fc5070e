"""The real window over the real service, driven as a person would: keys, a mouse, a dragged file.

One window and one service for all of it, over the demo folder; the tests follow each other as an afternoon
does. Scripts that no keyboard of the test has are committed as an input method does it.
"""

from __future__ import annotations

import os
import signal
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.errors import ServiceError
from qwen_finder.gui import app as gui_app
from qwen_finder.gui.instance import Instance
from qwen_finder.settings.paths import find_paths

WAIT_MS = 60_000


class Recorder:
    """Opens nothing and remembers what was to be opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.revealed: list[str] = []

    def open(self, url: QUrl) -> bool:
        self.opened.append(url.toLocalFile())
        return True

    def reveal(self, url: QUrl) -> bool:
        self.revealed.append(url.toLocalFile())
        return True

    def open_with(self, url: QUrl, program: str) -> bool:
        return False


class Desktop:
    """The program with its window, and a second client that sees the service as others do."""

    def __init__(self, qapp: QApplication, environ: dict[str, str]) -> None:
        self.paths = find_paths(environ)
        self.recorder = Recorder()
        self.launcher = Launcher(self.paths)
        self.client = Client(self.launcher)
        self.instance = Instance(self.paths.state)
        assert self.instance.first("raise")
        self.program = gui_app.Program(qapp, self.paths, self.instance, hidden=False)
        self.window = self.program.window
        self.parts = self.window.parts
        # Who starts a program on a real desktop is given its window by the window manager.
        self.window.activateWindow()
        assert QTest.qWaitForWindowActive(self.window, 10_000)

    def close(self) -> None:
        self.program.close()
        self.launcher.stop()

    # What a person does.

    def type(self, text: str) -> None:
        """Type ``text`` in the place of what stands in the search box."""
        box = self.parts.box
        box.setFocus()
        box.selectAll()
        if text.isascii():
            QTest.keyClicks(box, text)
        else:
            committed = QInputMethodEvent()
            committed.setCommitString(text)
            QApplication.sendEvent(box, committed)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, modifier)

    def choose(self, menu: QMenu, text: str) -> None:
        """The entry of ``menu`` that says ``text``, which opens first as under a mouse."""
        menu.aboutToShow.emit()
        self.entry(menu, text).trigger()
        menu.aboutToHide.emit()

    def entry(self, menu: QMenu, text: str) -> QAction:
        return next(action for action in menu.actions() if action.text() == text)

    # What a person sees.

    def names(self) -> list[str]:
        rows = self.window.model.rows
        return list(dict.fromkeys(row.name for row in rows if row.hit is not None))

    def settled(self) -> bool:
        return (
            self.window.searching.answered.text == self.parts.box.text() and not self.window.searching.pending
        )

    def find(self, text: str) -> list[str]:
        self.type(text)
        until(self.settled, text)
        return self.names()

    def shown(self) -> str:
        """The text of the preview."""
        pane = self.parts.preview._text
        return "" if pane is None or not pane.isVisible() else pane.view.toPlainText()


def until(seen: Callable[[], object], what: object = "") -> None:
    """Let the window live until ``seen`` is true."""
    deadline = time.monotonic() + WAIT_MS / 1000
    while not seen():
        assert time.monotonic() < deadline, f"it did not happen: {what}"
        QTest.qWait(10)


@pytest.fixture(scope="module")
def desktop(
    qapp: QApplication,
    copy_of_demo: Callable[[Path], dict[str, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desktop]:
    environ = copy_of_demo(tmp_path_factory.mktemp("window") / "home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("QWEN_FINDER_HOME", "QWEN_FINDER_MODELS", "PYTHONUTF8"):
            patch.setenv(name, environ[name])
        recorder = Recorder()
        patch.setattr(gui_app, "DesktopOpener", lambda: recorder)
        opened = Desktop(qapp, environ)
        opened.recorder = recorder
        try:
            yield opened
        finally:
            opened.close()


def test_it_can_be_typed_into_before_the_service_is_there(desktop: Desktop) -> None:
    assert desktop.window.isVisible()
    assert QApplication.focusWidget() is desktop.parts.box
    desktop.type("may we keep a pet in the flat")
    until(lambda: desktop.names()[:1] == ["lease agreement.md"], "the first answer")
    assert not desktop.parts.banner.isVisible()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("how much did fixing the leak under the sink cost", "claim water damage.md"),
        ("白內障 手術", "給外婆的信.txt"),
        ("крыльцо ступенька сгнила", "дача_список.txt"),
        ("세탁기 수리", "새 텍스트 문서.txt"),
        ('"المرق"', "وصفة المقلوبة.md"),
    ],
)
def test_any_language_is_answered_as_it_is_typed(desktop: Desktop, query: str, name: str) -> None:
    assert name in desktop.find(query)[:3]
    row = desktop.parts.view.current_row()
    assert row is not None
    assert row.name == desktop.names()[0]


def test_the_newest_letters_win(desktop: Desktop) -> None:
    desktop.type("inv")
    desktop.type("invoice elec")
    assert "invoice electrician Sept.txt" in desktop.find("invoice electrician")


def test_arrows_walk_through_the_results_and_the_preview_follows(desktop: Desktop) -> None:
    desktop.find("may we keep a pet in the flat")
    until(lambda: "may keep one cat" in desktop.shown().replace("\n", " "), "the preview")
    first = desktop.parts.view.current_row()
    desktop.press(Qt.Key.Key_Down)
    assert QApplication.focusWidget() is desktop.parts.view
    desktop.press(Qt.Key.Key_Down)
    second = desktop.parts.view.current_row()
    assert second is not None
    assert second.path != first.path
    wanted = Path(second.path).read_text("utf-8", "replace").strip()[:20]
    until(lambda: wanted in desktop.shown(), "the preview of the second")
    # A letter goes on in the box.
    desktop.press(Qt.Key.Key_X)
    assert desktop.parts.box.text().endswith("x")
    assert QApplication.focusWidget() is desktop.parts.box


def test_code_is_shown_at_the_passage(desktop: Desktop) -> None:
    assert desktop.find("parseBankStatement")[0] == "importer.py"
    until(lambda: "def parse_bank_statement" in desktop.shown(), "the code")
    view = desktop.parts.preview._text.view
    block = view.firstVisibleBlock()
    seen = ""
    while (
        block.isValid()
        and view.blockBoundingGeometry(block).translated(view.contentOffset()).top() < view.height()
    ):
        seen += block.text() + "\n"
        block = block.next()
    assert "parse_bank_statement" in seen
    assert view.marks > 0


def test_results_are_opened_shown_and_copied(desktop: Desktop) -> None:
    desktop.find("may we keep a pet in the flat")
    desktop.press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is desktop.parts.view
    desktop.press(Qt.Key.Key_Return)
    path = desktop.parts.view.current_row().path
    assert [os.path.normpath(opened) for opened in desktop.recorder.opened] == [path]
    desktop.window.actions_.reveal.trigger()
    assert [os.path.normpath(opened) for opened in desktop.recorder.revealed] == [path]
    desktop.window.actions_.copy_path.trigger()
    assert QApplication.clipboard().text() == path


def test_filters_are_chips_and_words_of_the_query(desktop: Desktop) -> None:
    desktop.find("garden")
    chip = desktop.parts.chips.type
    chip.menu().aboutToShow.emit()
    pictures = next(action for action in chip.menu().actions() if "icture" in action.text())
    pictures.trigger()
    assert desktop.parts.box.text() == "garden type:image"
    until(desktop.settled)
    assert all(name.endswith((".png", ".jpg", ".svg", ".webp")) for name in desktop.names())
    assert chip.isChecked()
    assert desktop.find("garden ext:md")
    assert all(name.endswith(".md") for name in desktop.names())


def test_all_passages_of_a_file_are_shown_on_demand(desktop: Desktop) -> None:
    desktop.find("deposit rent tenants landlord")
    row = next(row for row in desktop.window.model.rows if row.hit is not None and row.hit.more_passages)
    before = len(desktop.window.model.rows)
    desktop.parts.view.select(desktop.window.model.index_of(row.path))
    desktop.parts.view.setFocus()
    desktop.press(Qt.Key.Key_Right)
    until(lambda: len(desktop.window.model.rows) > before + 3, "the other passages")
    desktop.press(Qt.Key.Key_Left)
    assert len(desktop.window.model.rows) == before


def test_files_like_one_that_is_dropped_are_found(desktop: Desktop, tmp_path: Path) -> None:
    dropped = tmp_path / "rental contract.txt"
    dropped.write_text(
        "The tenants pay a deposit of three months' rent. The landlord allows no dogs. Rent is due monthly."
    )
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(dropped))])
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    with warnings.catch_warnings():
        # There is no other way to make one yet.
        warnings.simplefilter("ignore", DeprecationWarning)
        entering = QDragEnterEvent(QPoint(300, 300), *held)
    QApplication.sendEvent(desktop.window, entering)
    assert entering.isAccepted()
    assert desktop.parts.drop.isVisible()
    drop = QDropEvent(QPointF(300, 300), *held)
    QApplication.sendEvent(desktop.window, drop)
    assert not desktop.parts.drop.isVisible()
    until(lambda: desktop.window.searching.answered.path == str(dropped), "the like")
    assert "lease agreement.md" in desktop.names()[:3]
    assert desktop.parts.like.isVisible()


def test_what_is_excluded_is_gone_and_can_be_taken_back(desktop: Desktop) -> None:
    assert desktop.find("парковка OR georgine георгины полив")
    desktop.find("георгины полив")
    path = desktop.parts.view.current_row().path
    desktop.window.actions_.exclude_file.trigger()
    until(lambda: path not in [row.path for row in desktop.window.model.rows], "it is gone")
    assert desktop.client.excluded() == [path]
    desktop.parts.notice._take_back()
    until(lambda: not desktop.client.excluded(), "it is taken back")


def test_indexing_is_paused_and_resumed_from_the_tray(desktop: Desktop) -> None:
    until(lambda: desktop.program._tray is not None, "the tray")
    tray = desktop.program._tray
    until(lambda: tray._pause.isEnabled(), "the menu")
    desktop.choose(tray._pause, "For 1 hour")
    until(lambda: desktop.client.status().engine.pace == "paused", "the pause")
    until(lambda: tray.situation.state.value == "paused", "the icon")
    assert not tray._pause.menuAction().isVisible()
    tray._resume.trigger()
    until(lambda: desktop.client.status().engine.pace != "paused", "the end of the pause")
    until(lambda: tray._pause.menuAction().isVisible(), "the menu as before")


def test_a_setting_goes_to_the_service_and_comes_back(desktop: Desktop) -> None:
    desktop.program.show_part("settings", "looks")
    dialog: Any = desktop.program._dialogs["settings"]
    until(lambda: dialog.values.known, "the settings")
    dialog.values.set("interface.theme", "dark")
    until(lambda: desktop.client.settings()["interface.theme"] == "dark", "the service knows")
    assert desktop.program.theme.dark
    # Somebody else changes another one.
    desktop.client.change_settings({"search.limit": 33})
    dialog.values.load()
    until(lambda: dialog.values["search.limit"] == 33, "the window knows")
    dialog.values.set("interface.theme", "light")
    until(lambda: desktop.client.settings()["interface.theme"] == "light")
    for page in ("folders", "models", "pace", "privacy", "failures", "advanced"):
        dialog.show_page(page)
        QTest.qWait(50)
    dialog.close()
    until(lambda: "settings" not in desktop.program._dialogs, "the end of the dialog")


def test_a_service_that_is_killed_comes_back_with_the_results(desktop: Desktop) -> None:
    desktop.find("may we keep a pet in the flat")
    states: list[str] = []
    desktop.program.session.connection.connect(lambda state, _error: states.append(state))
    first = desktop.client.status().process.pid
    os.kill(first, signal.SIGKILL)
    until(lambda: states, "the loss is noticed")
    # The list stays as it was, and what goes on is said.
    assert desktop.names()[:1] == ["lease agreement.md"]
    until(lambda: "connected" in states, "it is back")
    assert desktop.client.status().process.pid != first
    until(desktop.settled)
    assert "invoice electrician Sept.txt" in desktop.find("invoice electrician")
    assert not desktop.parts.banner.isVisible()


def test_a_service_that_somebody_stopped_stays_so_until_a_person_wants_it(desktop: Desktop) -> None:
    desktop.find("may we keep a pet in the flat")
    assert desktop.launcher.stop()
    until(lambda: desktop.parts.banner.isVisible(), "the banner")
    until(lambda: desktop.program.session.state == "lost", "the loss")
    assert desktop.names()[:1] == ["lease agreement.md"]
    with pytest.raises(ServiceError):
        Client(Launcher(desktop.paths, start=False)).status()
    QTest.mouseClick(visible_button(desktop.parts.banner), Qt.MouseButton.LeftButton)
    until(lambda: desktop.program.session.state == "connected", "it is back")
    assert "invoice electrician Sept.txt" in desktop.find("invoice electrician")


def test_a_second_start_raises_the_first_window(desktop: Desktop) -> None:
    desktop.window.showMinimized()
    second = Instance(desktop.paths.state)
    assert not second.first("raise")
    until(lambda: desktop.window.isVisible() and not desktop.window.isMinimized(), "the window is up")


def test_the_first_run_leads_to_folders_that_answer(desktop: Desktop, tmp_path: Path) -> None:
    for folder in desktop.client.folders():
        desktop.client.remove_folder(folder.path)
    desktop.type("")
    desktop.parts.box.clear()
    until(
        lambda: desktop.parts.empty.isVisible() and "older" in desktop.parts.empty.shown.title, "no folders"
    )
    files = tmp_path / "letters"
    files.mkdir()
    (files / "ferry.txt").write_text("The ferry to the island leaves the harbour at nine.")
    start = visible_button(desktop.parts.empty)
    QTest.mouseClick(start, Qt.MouseButton.LeftButton)
    dialog: Any = desktop.program._dialogs["first_run"]
    until(lambda: dialog.folders._boxes, "the suggestions")
    for box in dialog.folders._boxes.values():
        box.setChecked(False)
    assert not dialog.next.isEnabled()
    dialog.folders.add(str(files))
    until(lambda: dialog.folders.estimate is not None, "the estimate")
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.step == 1
    until(lambda: not dialog.model._wait.isVisible(), "the models")
    # Nobody is made to wait for a download.
    assert dialog.model.model is None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.step == 2
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: "first_run" not in desktop.program._dialogs, "the end of the first run")
    assert [folder.path for folder in desktop.client.folders()] == [str(files)]
    until(lambda: desktop.client.status().engine.files.indexed == 1, "the index")
    assert desktop.find("when does the boat go") == ["ferry.txt"]


def visible_button(widget: QWidget) -> QPushButton:
    def shown() -> list[QPushButton]:
        return [button for button in widget.findChildren(QPushButton) if button.isVisible()]

    until(shown, "a button")
    return shown()[0]
