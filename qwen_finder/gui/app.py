"""The program with the window: puts its parts together, and lets the window come up before all else.

First the box that can be typed into, then the rest of the window, then the service, the tray and what is
asked for; each is imported when its turn comes.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication

from qwen_finder import __version__
from qwen_finder.gui import icons, translate
from qwen_finder.gui.instance import Instance
from qwen_finder.gui.opener import DesktopOpener
from qwen_finder.gui.theme import Theme
from qwen_finder.gui.tidying import Tidying
from qwen_finder.gui.window import MainWindow
from qwen_finder.settings.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from qwen_finder.api.launcher import Launcher
    from qwen_finder.gui.history import History
    from qwen_finder.gui.session import Session
    from qwen_finder.gui.tray import Tray
    from qwen_finder.settings.paths import Paths

# A thread of Python that computes gives way to the one that paints after so long; 5 ms are usual, and every
# call into Qt may have to wait for its turn again.
_TURN_S = 0.0005

# Between the first picture of the window and the rest of it: the desktop gives it the keyboard in between.
_AFTER_PAINT_MS = 40
_LATEST_MS = 1_000


def run(hidden: bool, toggle: bool) -> int:
    """Be the window until it is quit, or wake the one that is there already; returns the exit code."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
    paths = find_paths()
    instance = Instance(paths.state)
    if not instance.first("toggle" if toggle else "hidden" if hidden else "raise"):
        return 0
    sys.setswitchinterval(_TURN_S)
    program = Program(app, paths, instance, hidden=hidden, furnish=False)
    program.furnish_once_seen()
    try:
        return app.exec()
    finally:
        program.close()


class Program(QObject):
    """All that lives as long as the process; ``session`` and ``history`` are there once it is furnished."""

    session: Session
    history: History

    def __init__(
        self, app: QApplication, paths: Paths, instance: Instance, *, hidden: bool, furnish: bool = True
    ) -> None:
        super().__init__()
        self._app = app
        self._paths = paths
        self._instance = instance
        self._launcher: Launcher | None = None
        self._tray: Tray | None = None
        self._tidying = Tidying(self)
        self._dialogs: dict[str, QDialog] = {}
        app.setApplicationName("qwen-finder")
        app.setApplicationDisplayName("Qwen Finder")
        app.setApplicationVersion(__version__)
        app.setDesktopFileName("qwen-finder")
        app.setQuitOnLastWindowClosed(False)
        language, mode, text_size = _looks(paths)
        translate.install(app, language)
        self.theme = Theme(mode, text_size)
        self.theme.apply(app)
        app.setWindowIcon(icons.app_icon())
        self.window = MainWindow(self.theme)
        self.window.wanted.connect(self.show_part)
        instance.asked.connect(self._asked)
        if not hidden:
            self.window.show()
        if furnish:
            self.furnish()

    def furnish_once_seen(self) -> None:
        """Have the rest come when the box is on the screen and has the keys, which it would hold up."""
        if self.window.isVisible():
            self.window.installEventFilter(self)
        # A window that opens minimised is painted later, if ever.
        QTimer.singleShot(_LATEST_MS if self.window.isVisible() else 0, self._furnish_once)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.window.removeEventFilter(self)
            QTimer.singleShot(_AFTER_PAINT_MS, self._furnish_once)
        return False

    def _furnish_once(self) -> None:
        if not self.window.furnished:
            self.furnish()

    def furnish(self) -> None:
        """The window stands; now the rest."""
        from qwen_finder.api.client import Client
        from qwen_finder.api.launcher import Launcher
        from qwen_finder.gui.history import History
        from qwen_finder.gui.session import Session

        launcher = Launcher(self._paths, say=lambda sentence: self.session.say(sentence))
        self._launcher = launcher
        self.session = Session(Client(launcher), launcher.begin)
        self.history = History(self._paths.history_file)
        self.window.furnish(self.session, self.history, DesktopOpener())
        self._tidying.start()
        self.session.start()
        self.session.ask(lambda _client: self.history.load(), lambda _none: self.window.renew_stage())
        QTimer.singleShot(50, self._make_tray)

    def close(self) -> None:
        if self.window.furnished:
            self.session.close()
        self._instance.close()
        self.window.hide_on_close = False
        self.window.wanted.disconnect()
        self.window.close()
        self.window.deleteLater()

    def show_part(self, name: str, page: str = "") -> None:
        """What the window or the tray asks for, by name."""
        match name:
            case "quit":
                self._app.quit()
            case "indexing":
                self._show("indexing", self._make_indexing)
            case "settings" | "folders":
                self._show("settings", lambda: self._make_settings(page or ("folders" * (name == "folders"))))
            case "first_run":
                self._show("first_run", self._make_first_run)

    def _make_tray(self) -> None:
        from qwen_finder.gui.tray import Tray

        tray = Tray(self.session, self.theme, self.window)
        self._tray = tray
        self.window.hide_on_close = tray.available
        tray.open_window.connect(self.window.bring_up)
        tray.toggle_window.connect(self.window.toggle)
        tray.open_indexing.connect(lambda: self.show_part("indexing"))
        tray.open_settings.connect(lambda page: self.show_part("settings", page))
        tray.quit_window.connect(self._app.quit)
        tray.quit_everything.connect(self._quit_everything)
        if not tray.available and not self.window.isVisible():
            # Without an icon nobody could get at a hidden window.
            self.window.bring_up()

    def _quit_everything(self) -> None:
        self.session.close()
        self.window.hide()
        # The window is gone already; who waits now waits for nothing that is seen.
        QTimer.singleShot(0, self._stop_service)

    def _stop_service(self) -> None:
        if self._launcher is not None:
            self._launcher.stop()
        self._app.quit()

    def _asked(self, word: str) -> None:
        """A second start of the program."""
        if word == "toggle":
            self.window.toggle()
        elif word == "raise":
            self.window.bring_up()

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        dialog = self._dialogs.get(name)
        if dialog is None:
            dialog = make()
            dialog.finished.connect(lambda _result: self._forget(name))
            self._dialogs[name] = dialog
        if not self.window.isVisible():
            self.window.bring_up()
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, name: str) -> None:
        dialog = self._dialogs.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()
        self.session.refresh()

    def _make_indexing(self) -> QDialog:
        from qwen_finder.gui.indexing_view import IndexingView

        view = IndexingView(self.session, self.theme, self.window)
        view.open_settings.connect(lambda page: self.show_part("settings", page))
        return view

    def _make_settings(self, page: str) -> QDialog:
        from qwen_finder.gui.settings.dialog import SettingsDialog

        dialog = SettingsDialog(self.session, self.theme, self.window, page)
        dialog.changed.connect(self._setting_changed)
        return dialog

    def _make_first_run(self) -> QDialog:
        from qwen_finder.gui.first_run.dialog import FirstRun

        return FirstRun(self.session, self.theme, self.window)

    def _setting_changed(self, key: str, value: object) -> None:
        if key == "interface.theme":
            self.theme.set_mode(str(value))
        elif key == "interface.text_size" and isinstance(value, int):
            self.theme.set_text_size(value)
        elif key == "interface.keep_history":
            self.window.keep_history(bool(value))


def _looks(paths: Paths) -> tuple[str, str, int]:
    """Language, theme and text size in force. A file with a mistake is told by the service; the window opens
    all the same.
    """
    if not paths.settings_file.exists():
        # Most people have none, and reading one takes a while to load.
        return "auto", "system", 100
    from qwen_finder.core.errors import SettingsError
    from qwen_finder.settings.store import Settings, load

    try:
        settings = load(paths.settings_file)
    except (SettingsError, OSError):
        settings = Settings()
    return (
        settings.text("interface.language"),
        settings.text("interface.theme"),
        settings.number("interface.text_size"),
    )
