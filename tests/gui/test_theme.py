from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from qwen_finder.gui.colours import DARK, LIGHT, OUTLINES_ON, TEXT_ON, Colours, contrast
from qwen_finder.gui.theme import Theme

LOOKS = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    # The grey that WCAG's own examples name as just enough on white.
    assert contrast(QColor("#767676"), QColor("white")) == pytest.approx(4.54, abs=0.01)


@LOOKS
def test_text_is_read_on_every_ground(colours: Colours) -> None:
    poor = {
        f"{text} on {ground}": round(contrast(colours.named(text), colours.named(ground)), 2)
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(colours.named(text), colours.named(ground)) < 4.5
    }
    assert poor == {}


@LOOKS
def test_edges_of_controls_are_seen(colours: Colours) -> None:
    for line, grounds in OUTLINES_ON.items():
        for ground in grounds:
            assert contrast(colours.named(line), colours.named(ground)) >= 3, (line, ground)


@pytest.fixture
def app(qapp: QApplication):
    yield qapp
    qapp.setStyleSheet("")
    qapp.styleHints().unsetColorScheme()


def test_a_change_repaints_what_is_shown(app: QApplication, qtbot) -> None:
    theme = Theme("light")
    theme.apply(app)
    button = QPushButton("Search")
    button.setProperty("kind", "primary")
    qtbot.addWidget(button)
    button.show()
    told = []
    theme.changed.connect(lambda: told.append(theme.dark))

    light = _ground(button)
    theme.set_mode("dark")

    assert told == [True]
    assert light == LIGHT.accent
    assert _ground(button) == DARK.accent


def test_letters_and_distances_grow_together(app: QApplication, qtbot) -> None:
    theme = Theme("light")
    theme.apply(app)
    title = QLabel("A title")
    title.setProperty("role", "title")
    qtbot.addWidget(title)
    title.show()
    before, space, size = title.sizeHint().height(), theme.spacing(4), app.font().pointSizeF()

    theme.set_text_size(150)

    assert theme.spacing(4) == space * 1.5
    assert app.font().pointSizeF() == pytest.approx(size * 1.5, abs=0.1)
    assert title.sizeHint().height() == pytest.approx(before * 1.5, rel=0.1)


def test_the_desktop_is_followed_only_when_asked(app: QApplication) -> None:
    """The platform of tests has no scheme of its own, so that the one asked for stands for the desktop's."""
    following, own = Theme("system"), Theme("light")
    app.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    assert (following.dark, own.dark) == (app.styleHints().colorScheme() == Qt.ColorScheme.Dark, False)


def _ground(button: QPushButton) -> QColor:
    """The colour beside the words, away from the edge."""
    return button.grab().toImage().pixelColor(button.width() // 2, 4)
