from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QToolButton

from qwen_finder.core.resources import resource
from qwen_finder.gui import icons
from qwen_finder.gui.theme import Theme

DRAWINGS = sorted(path.stem for path in resource("icons").glob("*.svg"))
COLOURED = re.compile(r"app|tray-.*|control-.*")


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_paints_something_in_its_colour(qapp: QApplication, name: str) -> None:
    image = icons.pixmap(name, QColor("#ff0000"), 24, 2.0).toImage()
    assert image.width() == 48
    seen = {colour.name() for colour in _solid(image)}
    assert seen, f"{name} is empty"
    if not COLOURED.fullmatch(name):
        assert seen == {"#ff0000"}


def test_every_name_in_the_code_has_a_drawing() -> None:
    code = Path(icons.__file__).parent
    named = set()
    for module in code.rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        named |= set(re.findall(r'icons\.(?:icon|pixmap)\(\s*"([a-z-]+)"', text))
        named |= set(re.findall(r'icons\.keep\(\s*[\w.]+,\s*"([a-z-]+)"', text))
    assert named - set(DRAWINGS) == set()


def test_a_kept_icon_follows_the_theme(qapp: QApplication, qtbot) -> None:
    theme = Theme("light")
    button = QToolButton()
    icons.keep(button, "search", theme)
    light = _solid(button.icon().pixmap(20, 20).toImage())
    theme.set_mode("dark")
    dark = _solid(button.icon().pixmap(20, 20).toImage())
    assert light == [theme_colour := QColor("#1b1c26")] * len(light)
    assert theme_colour not in dark
    button.deleteLater()
    qtbot.wait(10)
    # The button is gone: nothing is left to be told.
    theme.set_mode("light")


def test_the_programs_own_icon_has_every_size(qapp: QApplication) -> None:
    sizes = {size.width() for size in icons.app_icon().availableSizes()}
    assert {16, 32, 256} <= sizes


def _solid(image: QImage) -> list[QColor]:
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return [QColor(pixel.rgb()) for pixel in pixels if pixel.alpha() == 255]
