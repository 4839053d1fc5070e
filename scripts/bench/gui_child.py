"""One process with a window, measured from the inside for ``gui.py``: it prints a line of JSON and ends.

empty            an empty window of PySide6 with a line to type into
window           our window, as ``qwen-finder gui`` opens it
answer           queries typed into it, each timed from its last key until its results are painted
scroll           10,000 results shown and scrolled through
index FOLDER     FOLDER is indexed by the service while somebody types now and then
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import psutil

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QMainWindow

    from qwen_finder.gui.app import Program

QUERIES = (
    "how much did fixing the leak under the sink cost", "may we keep a pet in the flat", "parseBankStatement",
    "who looks after the children if we die", "red car", "invoice electrician", "garden in spring",
    "wind speed sensor firmware", "chess move generator", "電動 自行車", "白內障 手術", "地震 懐中電灯",
    "세탁기 수리", "Gipfelkreuz Gewitter", "георгины полив", "المرق", "boat to the island",
    "passport checklist", "which paint is on the bedroom wall", "matrix decomposition",
)  # fmt: skip
PATIENCE_S = 120.0
INDEX_S = 60.0


def main(side: str, *arguments: str) -> int:
    if side in ("empty", "window"):
        return start(side)
    app, program = open_program()
    measure: dict[str, Callable[..., dict[str, Any]]] = {"answer": answer, "scroll": scroll, "index": index}
    result = measure[side](program, *arguments)
    print(json.dumps(result), flush=True)
    program.close()
    app.quit()
    return 0


# Until the window can be typed into.


def start(side: str) -> int:
    """The program as it is; it only looks for the moment at which it can be typed into, and ends then."""
    if side == "empty":
        from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow

        app = QApplication(sys.argv[:1])
        window = QMainWindow()
        line = QLineEdit()
        window.setCentralWidget(line)
        window.resize(1120, 740)
        window.show()
        line.setFocus()
        watch_for_focus()
        return app.exec()
    from qwen_finder.gui import app as gui_app

    opened = gui_app.Program

    class Watched(opened):  # type: ignore[misc, valid-type]
        def __init__(self, *parts: Any, **options: Any) -> None:
            super().__init__(*parts, **options)
            watch_for_focus()

    gui_app.Program = Watched  # type: ignore[misc]
    from qwen_finder.__main__ import main as run

    sys.argv = ["qwen-finder", "gui"]
    return run()


def watch_for_focus() -> None:
    """Print when a window is on the screen with a place to type into, and end."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QLineEdit

    process = psutil.Process()

    def look() -> None:
        for window in QApplication.topLevelWidgets():
            # Whatever the types say: a menu that was never shown has none.
            handle: Any = window.windowHandle()
            if handle is None or not handle.isExposed() or not window.isVisible():
                continue
            if not window.isActiveWindow():
                # What the window manager of a desktop does.
                window.activateWindow()
            elif isinstance(QApplication.focusWidget(), QLineEdit):
                timer.stop()
                at, busy = time.monotonic(), time.process_time()
                # The rest (tray, service) comes now; what it all holds is seen when it has.
                QTimer.singleShot(3_000, partial(tell, at, busy))
                return

    def tell(at: float, busy: float) -> None:
        memory = process.memory_info().rss / 1e6
        print(json.dumps({"typable_at": at, "cpu_ms": busy * 1000, "memory_mb": memory}), flush=True)
        QApplication.quit()

    timer = QTimer(QApplication.instance(), interval=1)
    timer.timeout.connect(look)
    timer.start()


# With the window open.


def open_program() -> tuple[QApplication, Program]:
    from PySide6.QtWidgets import QApplication

    from qwen_finder.gui.app import Program
    from qwen_finder.gui.instance import Instance
    from qwen_finder.settings.paths import find_paths

    app = QApplication(sys.argv[:1])
    sys.setswitchinterval(0.0005)
    paths = find_paths()
    instance = Instance(paths.state)
    if not instance.first("raise"):
        raise SystemExit("another window is open")
    program = Program(app, paths, instance, hidden=False)
    program.window.activateWindow()
    until(lambda: program.session.state == "connected")
    return app, program


class Watchdog:
    """The longest that the thread which paints did not look at its events, in milliseconds: in its own
    processor time, and by the clock, which whoever else uses the machine lengthens."""

    def __init__(self) -> None:
        from PySide6.QtCore import QTimer

        self._timer = QTimer(interval=0)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self.reset()

    def reset(self) -> None:
        self.busy_ms = self.clock_ms = 0.0
        self._busy, self._clock = time.thread_time(), time.monotonic()

    def _beat(self) -> None:
        busy, clock = time.thread_time(), time.monotonic()
        self.busy_ms = max(self.busy_ms, (busy - self._busy) * 1000)
        self.clock_ms = max(self.clock_ms, (clock - self._clock) * 1000)
        self._busy, self._clock = busy, clock

    def stalls(self) -> dict[str, float]:
        return {"stall_cpu_ms": round(self.busy_ms, 1), "stall_clock_ms": round(self.clock_ms, 1)}


def answer(program: Program) -> dict[str, Any]:
    window = program.window
    painted = Painted(window)
    totals, beyond, service = [], [], []
    watchdog = Watchdog()
    for text in (*QUERIES[:3], *QUERIES):
        type_text(window, text[:-1])
        until(lambda: not window.searching.pending)
        wait(0.3)
        began = time.monotonic()
        type_text(window, text[-1], replace=False)
        until(lambda t=text: painted.answer == t)  # type: ignore[misc]
        took = (painted.at - began) * 1000
        said = window.model.response.took_ms if window.model.response else 0.0
        totals.append(took)
        beyond.append(took - said)
        service.append(said)
    totals, beyond, service = totals[3:], beyond[3:], service[3:]
    return {
        "queries": len(totals),
        "median_ms": round(quantile(totals, 0.5), 1),
        "p95_ms": round(quantile(totals, 0.95), 1),
        "service_median_ms": round(quantile(service, 0.5), 1),
        "service_p95_ms": round(quantile(service, 0.95), 1),
        "beyond_service_median_ms": round(quantile(beyond, 0.5), 1),
        "beyond_service_p95_ms": round(quantile(beyond, 0.95), 1),
        **watchdog.stalls(),
        "memory_mb": round(psutil.Process().memory_info().rss / 1e6, 1),
    }


def scroll(program: Program) -> dict[str, Any]:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from qwen_finder.core.document import Kind
    from qwen_finder.core.query import Hit, Passage, SearchResponse, Strength
    from qwen_finder.gui.results_rows import Sort, arrange

    text = "It was a dark and stormy night, and the leak under the sink had been mended. " * 4
    passage = Passage(text, 120, highlights=((40, 44), (49, 53)))
    kinds = (Kind.TEXT, Kind.CODE, Kind.IMAGE, Kind.DOCUMENT)
    hits = tuple(
        Hit(
            f"/f/a file of a rather long name {n}.txt", "file:///f/x", kinds[n % 4], 1.0, Strength.GOOD,
            "2024-01-01T00:00:00Z", 5_000, (passage,), more_passages=n % 3,
        )
        for n in range(10_000)
    )  # fmt: skip
    response = SearchResponse("leak", 1.0, Strength.GOOD, hits)
    window = program.window
    type_text(window, "leak")
    until(lambda: not window.searching.pending)
    rows = arrange(hits, Sort.RELEVANCE, Strength.GOOD, ["leak"])
    watchdog = Watchdog()
    window.model.show(response, rows)
    wait(0.2)
    shown = watchdog.stalls()
    watchdog.reset()
    view = window.parts.view
    bar = view.verticalScrollBar()
    step = max(bar.maximum() // 400, 1)
    for place in range(0, bar.maximum(), step):
        bar.setValue(place)
        wait(0)
    for _ in range(60):
        QTest.keyClick(view, Qt.Key.Key_PageUp)
        wait(0)
    return {"rows": len(rows), "shown": shown, **watchdog.stalls()}


def index(program: Program, folder: str) -> dict[str, Any]:
    window = program.window
    wait(1.0)
    watchdog = Watchdog()
    program.session.client.add_folder(folder)
    watchdog.reset()
    began, asked = time.monotonic(), 0
    while time.monotonic() - began < INDEX_S:
        type_text(window, QUERIES[asked % len(QUERIES)])
        asked += 1
        wait(1.0)
        status = program.session.last_status
        if time.monotonic() - began > 5 and status.idle and status.engine.files.indexed:
            break
    status = program.session.last_status
    return {
        "seconds": round(time.monotonic() - began),
        "indexed": status.engine.files.indexed,
        "queries": asked,
        **watchdog.stalls(),
    }


class Painted:
    """The query whose ``answer`` was painted last, and when."""

    def __init__(self, window: QMainWindow) -> None:
        from PySide6.QtCore import QEvent, QObject

        outer = self
        self.answer, self.at = "", 0.0

        class Filter(QObject):
            def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
                answered = window.searching.answered.text  # type: ignore[attr-defined]
                if event.type() == QEvent.Type.Paint and answered != outer.answer:
                    # It is on the screen when this event has been handled.
                    QTimer.singleShot(0, partial(outer.note, answered))
                return False

        from PySide6.QtCore import QTimer

        self._filter = Filter()
        parts = window.parts  # type: ignore[attr-defined]
        parts.view.viewport().installEventFilter(self._filter)
        parts.empty.installEventFilter(self._filter)

    def note(self, answer: str) -> None:
        if answer != self.answer:
            self.answer, self.at = answer, time.monotonic()


def type_text(window: QMainWindow, text: str, *, replace: bool = True) -> None:
    """As a keyboard does it, or an input method for scripts that a keyboard does not have."""
    from PySide6.QtGui import QInputMethodEvent
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    box = window.parts.box  # type: ignore[attr-defined]
    box.setFocus()
    if replace:
        box.selectAll()
    if text.isascii():
        QTest.keyClicks(box, text)
        return
    committed = QInputMethodEvent()
    committed.setCommitString(text)
    QApplication.sendEvent(box, committed)


def until(seen: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not seen():
        if time.monotonic() > deadline:
            raise SystemExit("the window waited for something that did not happen")
        wait(0.001)


def wait(seconds: float) -> None:
    """Let the window live for a while."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
