"""The language of the interface: its own translations and those of Qt's dialogs, loaded once at the start.

English is what stands in the code; its file only holds the plurals. ``scripts/translations.py`` makes both.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from qwen_finder.core.resources import resource

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
"""Every language there is, by the name its readers give it."""

_SOURCE = "en"


def install(app: QCoreApplication, language: str = "auto") -> str:
    """Have ``app`` speak ``language``, the desktop's when "auto"; what it speaks then. To be called before
    there are widgets: they take their words when they are made.
    """
    chosen = choose(QLocale.system().uiLanguages()) if language == "auto" else language
    QLocale.setDefault(QLocale(chosen) if language != "auto" else QLocale.system())
    folder = str(resource("translations"))
    qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, where in ((f"qtbase_{chosen}", qt), (f"qwen_finder_{chosen}", folder)):
        translator = QTranslator(app)
        if translator.load(name, where):
            app.installTranslator(translator)
    return chosen


def choose(wanted: list[str]) -> str:
    """The first of the languages the desktop asks for ("zh-Hans-CN", "en-GB") that there is."""
    for tag in wanted:
        parts = tag.replace("_", "-").split("-")
        if parts[0] == "en":
            return "en"
        # Who reads traditional characters is better served by simplified ones than by English.
        if parts[0] == "zh":
            return "zh_CN"
    return _SOURCE
