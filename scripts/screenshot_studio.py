"""The program in front of a camera: brings its window into a state, waits until it is really in it, and takes
the picture. It knows no scene.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.gui.app import Program
from qwen_finder.gui.instance import Instance
from qwen_finder.settings.paths import find_paths

# Indexing on a busy machine takes minutes.
_PATIENCE_S = 500.0
_SETTLE_S = 0.6
_PREVIEW_S = 2.0


class Studio:
    """The program, and what takes its pictures. ``failed`` names the scenes that could not be shown."""

    def __init__(self, app: QApplication, folder: Path, language: str, only: str) -> None:
        self._folder = folder
        self._language = language
        self._only = only
        self.failed: list[str] = []
        self._reading = ""
        self.paths = find_paths()
        self.launcher = Launcher(self.paths)
        self.client = Client(self.launcher)
        self.client.change_settings({"interface.language": language, "interface.theme": "light"})
        instance = Instance(self.paths.state)
        instance.first("hidden")
        self.program = Program(app, self.paths, instance, hidden=False)
        self.window = self.program.window
        self.session, self.theme = self.program.session, self.program.theme
        self._reading = QCoreApplication.translate("PreviewPane", "Reading…")
        self.size(1180, 760)
        self.until(lambda: self.session.state == "connected")

    def size(self, width: int, height: int) -> None:
        self.window.resize(width, height)
        self.settle(0.1)

    def settle(self, seconds: float = _SETTLE_S) -> None:
        """Let the window work for a while."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            QApplication.processEvents()
            time.sleep(0.005)

    def until(self, reached: Callable[[], bool], patience_s: float = _PATIENCE_S) -> None:
        end = time.monotonic() + patience_s
        while not reached():
            if time.monotonic() > end:
                raise TimeoutError
            self.settle(0.02)

    def search(self, query: str) -> None:
        """Ask, and wait for the answer and for the preview of its first hit."""
        self.window.search(query)
        searching = self.window.searching
        self.until(lambda: searching.answered.text.strip() == query.strip() and not searching.pending)
        self.settle(_PREVIEW_S)
        # A busy machine takes longer to read the file; where nothing was found there is nothing to wait for.
        pane = self.window.parts.preview
        if self.window.model.rows and pane.isVisible():
            with contextlib.suppress(TimeoutError):
                self.until(lambda: self._reading not in (one.text() for one in visible(pane)), 15)
                self.settle()

    def wanted(self, name: str) -> bool:
        return self._only in name

    def take(self, name: str, widget: QWidget | None = None, *, with_popups: bool = False) -> None:
        """Save the picture of ``widget``, or of the main window."""
        shown = widget or self.window
        self.settle()
        if with_popups:
            screen = shown.screen()
            area = shown.frameGeometry()
            image = screen.grabWindow(0, area.x(), area.y(), area.width(), area.height())
        else:
            image = shown.grab()
        self.save(name, image)

    def save(self, name: str, image: QPixmap) -> None:
        image.save(str(self._folder / f"{name}-{self._language}.png"))
        print(f"{name}-{self._language}", flush=True)

    def scene(self, name: str, play: Callable[[], None]) -> None:
        """Play one scene; one that cannot be shown does not keep the others from it."""
        if not self.wanted(name):
            return
        try:
            play()
        except TimeoutError:
            self.failed.append(name)
            print(f"FAILED: {name}", flush=True)

    def index(self, *folders: Path) -> None:
        """Have ``folders`` indexed and wait for it."""
        for folder in folders:
            self.client.add_folder(str(folder))
        self.client.index()
        self.session.refresh()
        self.until(lambda: self.indexed() and self.client.status().idle)
        self.session.refresh()
        self.until(lambda: self.session.last_status.idle)

    def indexed(self) -> bool:
        counts = self.client.status().engine.files
        return counts.indexed > 0 and counts.pending == 0


def visible(parent: QWidget) -> list[QLabel]:
    return [one for one in parent.findChildren(QLabel) if one.isVisible()]
