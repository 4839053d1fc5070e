"""The window over a client that reads a real folder; nothing here needs a display."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QGuiApplication

from fakes.client import FakeClient
from qwen_finder.gui.history import History
from qwen_finder.gui.session import Session
from qwen_finder.gui.theme import Theme
from qwen_finder.gui.window import MainWindow

LONGEST_STALL_S = 0.25


class RecordingOpener:
    """``done`` holds what was handed to which program."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str]] = []
        self.works = True

    def open(self, url: QUrl) -> bool:
        self.done.append(("open", url.toLocalFile()))
        return self.works

    def reveal(self, url: QUrl) -> bool:
        self.done.append(("reveal", url.toLocalFile()))
        return self.works

    def open_with(self, url: QUrl, program: str) -> bool:
        self.done.append((program, url.toLocalFile()))
        return self.works


class Watchdog(QObject):
    """Measures how long the thread that paints computes without looking at its events.

    In its own processor time, since the machine of the tests is shared; ``waited`` is by the clock.
    """

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=3)
        self._timer.timeout.connect(self._beat)
        self.reset()
        self._timer.start()

    def reset(self) -> None:
        self.worst = self.waited = 0.0
        self._busy, self._wall = time.thread_time(), time.monotonic()

    def _beat(self) -> None:
        busy, wall = time.thread_time(), time.monotonic()
        self.worst = max(self.worst, busy - self._busy)
        self.waited = max(self.waited, wall - self._wall)
        self._busy, self._wall = busy, wall


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """As in the program: garbage that may hold widgets is collected on this thread only."""
    gc.disable()
    yield
    if isinstance(app := QGuiApplication.instance(), QGuiApplication):
        # What Python has put there must not outlive it: the process would end with a fault.
        app.clipboard().clear()
    gc.collect()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of several kinds and scripts."""
    made = Path(os.path.realpath(tmp_path)) / "files"
    (made / "letters").mkdir(parents=True)
    (made / "plumber.txt").write_text(
        "The plumber mended a pipe.\nHis invoice is here.\nThe plumber came twice.\n"
    )
    (made / "letters" / "plumber letter.txt").write_text("Dear plumber, the pipe leaks.\n")
    (made / "pipe.py").write_text("def pipe(plumber):\n    return plumber\n")
    (made / "قائمة.txt").write_text("المرق في المطبخ\n", encoding="utf-8")
    (made / "报告.txt").write_text("水管 修理 报告\n", encoding="utf-8")
    (made / "manual.pdf").write_text("plumber manual\n")
    for number, colour in enumerate(("red", "green", "blue", "yellow", "grey")):
        Image.new("RGB", (64, 48), colour).save(made / f"plumber {number}.png")
    return made


@pytest.fixture
def fake_client(folder: Path) -> FakeClient:
    client = FakeClient()
    client.add_folder(str(folder))
    client.asked.clear()
    client.threads.clear()
    return client


@pytest.fixture
def session(qapp: Any, fake_client: FakeClient) -> Iterator[Session]:
    made = Session(fake_client, fake_client.begin)  # type: ignore[arg-type]
    yield made
    made.close()
    deadline = time.monotonic() + 5
    while any(thread.is_alive() and thread.name in ("ask", "watch") for thread in fake_client.threads):
        assert time.monotonic() < deadline, "a thread outlives its session"
        time.sleep(0.01)


@pytest.fixture
def theme(qapp: Any) -> Theme:
    return Theme("light")


@pytest.fixture
def opener() -> RecordingOpener:
    return RecordingOpener()


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "state" / "recent-searches.json")


@pytest.fixture
def window(
    qtbot: Any, session: Session, theme: Theme, history: History, opener: RecordingOpener
) -> Iterator[MainWindow]:
    """Shown and connected."""
    made = MainWindow(theme)
    made.furnish(session, history, opener)  # type: ignore[arg-type]
    made.resize(1000, 700)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    session.start()
    qtbot.waitUntil(lambda: session.last_status is not None)
    yield made
    made.hide_on_close = False


@pytest.fixture
def search(qtbot: Any, window: MainWindow) -> Callable[[str], None]:
    """Types a query and waits for what is found."""

    def ask(text: str) -> None:
        window.search(text)
        qtbot.waitUntil(lambda: window.searching.answered.text == text and not window.searching.pending)

    return ask


@pytest.fixture
def watchdog(qapp: Any) -> Iterator[Watchdog]:
    made = Watchdog()
    yield made
    made.deleteLater()
