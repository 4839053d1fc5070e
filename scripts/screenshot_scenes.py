"""The scenes of screenshots.py, which runs this with a home of its own and a display.

Each scene is a state of the real window that somebody may see.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter, QPixmap, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from screenshot_studio import Studio

from qwen_finder.gui.first_run.dialog import FirstRun
from qwen_finder.gui.first_run.suggestions import Suggestion
from qwen_finder.gui.indexing_view import IndexingView
from qwen_finder.gui.settings.dialog import SettingsDialog
from qwen_finder.gui.situation import Situation, State
from qwen_finder.gui.tray import picture

HOME = Path.home()
PAGES = ("folders", "models", "pace", "looks", "privacy", "failures", "advanced")


def before_there_are_folders(studio: Studio) -> None:
    studio.scene("empty-no-folders", lambda: studio.take("empty-no-folders"))


def first_start(studio: Studio) -> None:
    def first_run() -> None:
        suggestions = [
            Suggestion(str(HOME / "Documents"), "document", True),
            Suggestion(str(HOME / "Pictures"), "picture", True),
            Suggestion(str(HOME / "Projects"), "code", True),
            Suggestion(str(HOME / "Inbox"), "download", False),
        ]
        dialog = FirstRun(studio.session, studio.theme, studio.window, suggestions)
        dialog.show()
        try:
            studio.until(lambda: dialog.folders.estimate is not None)
            studio.take("first-run-1-folders", dialog)
            dialog.next.click()
            studio.until(lambda: not dialog.model.large.isHidden(), 10)
            dialog.model.choose(dialog.model.large)
            studio.take("first-run-2-model", dialog)
            dialog.next.click()
            studio.take("first-run-3-start", dialog)
        finally:
            dialog.reject()

    studio.scene("first-run", first_run)


def while_it_works(studio: Studio) -> None:
    def indexing() -> None:
        view = IndexingView(studio.session, studio.theme, studio.window)
        view.show()
        studio.until(lambda: studio.session.last_status.engine.progress is not None, 20)
        studio.take("indexing-working", view)
        studio.take("main-indexing")
        studio.client.set_pace("paused", 3600)
        studio.session.refresh()
        studio.until(lambda: studio.session.last_status.engine.pace == "paused", 20)
        studio.take("indexing-paused", view)
        studio.client.set_pace("auto")
        view.close()

    if studio.wanted("indexing"):
        studio.client.set_pace("quiet")
        for folder in sorted(HOME.iterdir()):
            if folder.is_dir() and not folder.name.startswith("."):
                studio.client.add_folder(str(folder))
        studio.session.refresh()
        studio.scene("indexing", indexing)
        studio.client.set_pace("auto")


def asked(studio: Studio, name: str, query: str) -> None:
    studio.search(query)
    studio.take(name)


def results(studio: Studio) -> None:
    for name, query in (
        ("main-light", "may we keep a pet in the flat"),
        ("main-pictures", "red car"),
        ("main-code", "parseBankStatement"),
        ("main-chinese-query", "电动自行车 电池 保修"),
        ("main-right-to-left", "المرق"),
        ("main-weak", "submarine periscope maintenance schedule"),
        ("empty-nothing", "zqxjv qqwxz type:audio"),
        ("main-filters", "invoice type:document after:2020"),
    ):
        studio.scene(name, partial(asked, studio, name, query))
    dark(studio, "main-dark", lambda: studio.search("how much did fixing the leak under the sink cost"))
    dark(studio, "main-dark-code", lambda: studio.search("parseBankStatement"))
    for name, query in (
        ("preview-text", "bedroom wall paint ext:txt"),
        ("preview-code", "parse bank statement ext:py"),
        ("preview-pdf", "keep a pet ext:pdf"),
        ("preview-picture", "car type:image"),
        ("preview-word", "ext:docx"),
        ("preview-sheet", "ext:xlsx"),
        ("preview-mail", "ext:eml"),
        ("preview-slides", "ext:pptx"),
        ("preview-table", "ext:csv"),
    ):
        studio.scene(name, partial(asked, studio, name, query))

    def sized(name: str, width: int, height: int) -> None:
        studio.size(width, height)
        studio.search("may we keep a pet in the flat")
        studio.take(name)
        studio.size(1180, 760)

    studio.scene("main-700x450", lambda: sized("main-700x450", 700, 450))
    studio.scene("main-2560x1440", lambda: sized("main-2560x1440", 2560, 1440))

    def similar() -> None:
        # A text: pictures have look-alikes only where there is a model for them.
        studio.window.find_similar(str(HOME / "Finance" / "invoice_plumber_2024.txt"))
        studio.until(lambda: not studio.window.searching.pending)
        studio.settle(2)
        studio.take("main-similar")

    studio.scene("main-similar", similar)

    def why() -> None:
        studio.search("may we keep a pet in the flat")
        studio.window.parts.preview.show_why()
        studio.take("preview-why")

    studio.scene("preview-why", why)


def dark(studio: Studio, name: str, play: Callable[[], None]) -> None:
    def in_the_dark() -> None:
        studio.theme.set_mode("dark")
        try:
            play()
            studio.take(name)
        finally:
            studio.theme.set_mode("light")

    studio.scene(name, in_the_dark)


def popups(studio: Studio) -> None:
    box = studio.window.parts.box

    def suggestions() -> None:
        studio.search("")
        box.setFocus()
        QTest.keyClicks(box, "tax type:")
        studio.settle(0.5)
        studio.take("main-suggestions", with_popups=True)
        studio.search("")

    studio.scene("main-suggestions", suggestions)

    def context_menu() -> None:
        studio.search("may we keep a pet in the flat")
        menu: QMenu = studio.window.actions_.menu(studio.window)
        menu.popup(studio.window.mapToGlobal(studio.window.rect().center()))
        studio.take("main-menu", with_popups=True)
        menu.close()

    studio.scene("main-menu", context_menu)

    def shortcuts() -> None:
        studio.window.show_shortcuts()
        studio.settle()
        windows = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        shown = [one for one in windows if one is not studio.window]
        studio.take("shortcuts", shown[-1])
        shown[-1].close()

    studio.scene("shortcuts", shortcuts)

    def tray() -> None:
        shown = [
            Situation(State.IDLE, ""),
            Situation(State.WORKING, "", share=0.08),
            Situation(State.WORKING, "", share=0.62),
            Situation(State.PAUSED, ""),
            Situation(State.ATTENTION, ""),
        ]
        strip = QPixmap(64 * len(shown) + 40, 64)
        strip.fill(studio.theme.colours.raised)
        painter = QPainter(strip)
        for number, situation in enumerate(shown):
            for size, place in ((32, 0), (22, 36)):
                painter.drawPixmap(number * 72 + place + 4, 16, picture(situation).pixmap(size, size))
        painter.end()
        studio.save("tray-icons", strip)

    studio.scene("tray-icons", tray)

    def tray_menu() -> None:
        made = studio.program._tray
        if made is None:
            raise TimeoutError
        made.menu.popup(studio.window.mapToGlobal(studio.window.rect().topLeft()))
        studio.take("tray-menu", made.menu)
        made.menu.close()

    studio.scene("tray-menu", tray_menu)


def settings(studio: Studio) -> None:
    if not studio.wanted("settings"):
        return
    dialog = SettingsDialog(studio.session, studio.theme, studio.window)
    dialog.show()
    studio.until(lambda: dialog.values.known)
    for page in PAGES:
        dialog.show_page(page)
        studio.settle()
        studio.take(f"settings-{page}", dialog)
    for page in ("models", "looks"):
        dialog.show_page(page)
        studio.theme.set_mode("dark")
        studio.take(f"settings-{page}-dark", dialog)
        studio.theme.set_mode("light")
    dialog.close()


def indexed(studio: Studio) -> None:
    def view() -> None:
        shown = IndexingView(studio.session, studio.theme, studio.window)
        shown.show()
        studio.take("indexing-done", shown)
        shown.close()

    studio.scene("indexing-done", view)


def without_a_service(studio: Studio) -> None:
    def stopped() -> None:
        studio.search("may we keep a pet in the flat")
        studio.launcher.stop()
        studio.until(lambda: studio.session.state == "lost", 40)
        studio.take("main-service-stopped")
        studio.window.search("")
        studio.take("empty-service-stopped")

    studio.scene("service-stopped", stopped)


def write_pdf(source: Path, target: Path) -> None:
    """Print a text, since the sample folder holds no PDF of several pages."""
    printed = QPdfWriter(str(target))
    printed.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printed.setPageMargins(QMarginsF(20, 20, 20, 20))
    document = QTextDocument()
    document.setMarkdown(source.read_text(encoding="utf-8"))
    document.print_(printed)


def main(arguments: Sequence[str]) -> int:
    folder, language, only = Path(arguments[0]), arguments[1], arguments[2]
    app = QApplication(sys.argv[:1])
    target = HOME / "Office" / "Lease agreement, signed.pdf"
    if not target.exists():
        write_pdf(HOME / "Documents" / "lease agreement.md", target)
    studio = Studio(app, folder, language, only)
    try:
        if not studio.client.folders():
            before_there_are_folders(studio)
            first_start(studio)
            while_it_works(studio)
        elif language != "en":
            first_start(studio)
        everything = [one for one in sorted(HOME.iterdir()) if one.is_dir() and not one.name.startswith(".")]
        known = {one.path for one in studio.client.folders()}
        studio.index(*(one for one in everything if str(one) not in known))
        results(studio)
        popups(studio)
        settings(studio)
        indexed(studio)
        without_a_service(studio)
    finally:
        studio.program.close()
    return 1 if studio.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
