from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from qwen_finder.gui import translate, words
from qwen_finder.gui.settings import titles
from qwen_finder.settings.schema import BY_KEY

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("wanted", "spoken"),
    [
        (["zh-Hans-CN"], "zh_CN"),
        (["zh_TW"], "zh_CN"),
        (["en-GB"], "en"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["fr", "en", "zh"], "en"),
        (["de-DE"], "en"),
        ([], "en"),
    ],
)
def test_the_first_language_that_there_is(wanted: list[str], spoken: str) -> None:
    assert translate.choose(wanted) == spoken


def test_every_text_of_the_window_is_translated_and_compiled() -> None:
    """New, changed and unused texts are named in the failure; ``scripts/translations.py`` brings them in."""
    script = ROOT / "scripts" / "translations.py"
    done = subprocess.run(
        [sys.executable, str(script), "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "Every text is translated.\n"), done.stdout + done.stderr


@pytest.fixture
def spoken(qapp: QApplication):
    before = QLocale()
    known = set(qapp.findChildren(QTranslator))
    yield qapp
    for translator in set(qapp.findChildren(QTranslator)) - known:
        qapp.removeTranslator(translator)
        translator.setParent(None)
    QLocale.setDefault(before)


def test_the_interface_speaks_chinese(spoken: QApplication) -> None:
    assert translate.install(spoken, "zh_CN") == "zh_CN"
    assert words.files(3) == "3 个文件"
    assert words.pace_reason("for 1 h 5 min") == "1 小时 5 分钟"
    assert titles.description(BY_KEY["index.gitignore"]) != BY_KEY["index.gitignore"].description
    # What Qt itself says on its buttons.
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.buttons()[0].text() == "取消"


def test_english_counts_one_and_many(spoken: QApplication) -> None:
    translate.install(spoken, "en")
    assert [words.files(count) for count in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert words.files(12_345) == "12,345 files"
