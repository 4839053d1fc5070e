"""The one stylesheet of the program, written for a set of colours and a measure of space.

Widgets say what they are by a property (``role`` of labels and frames, ``kind`` of buttons); no other module
sets a style of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from string import Template

from PySide6.QtGui import QFont

from qwen_finder.core.resources import resource
from qwen_finder.gui.colours import Colours

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QWizard, QWidget[role="window"] { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: ${s1}px; }

QLabel { background: transparent; }
QLabel[role="title"] { font: $title; }
QLabel[role="heading"] { font: $heading; }
QLabel[role="strong"] { font: $strong; }
QLabel[role="small"] { font: $small; color: $muted; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="danger"] { color: $danger; }
QLabel[role="warning"] { color: $warning; }
QLabel[role="ok"] { color: $ok; }
QLabel[role="mono"] { font: $mono; }
QLabel[role="key"] { font: $mono; color: $muted; }
QLabel[role="tag"] { font: $small; color: $muted; background: $sunken; border-radius: ${s1}px;
    padding: 1px ${s2}px; }
QLabel[role="tag-accent"] { font: $small; color: $accent; background: $sunken; border-radius: ${s1}px;
    padding: 1px ${s2}px; }

QFrame[role="card"] { background: $raised; border: 1px solid $border; border-radius: ${s2}px; }
QFrame[role="card"][chosen="true"] { border: 2px solid $accent; }
QFrame[role="banner"] { background: $banner; border: 1px solid $border; border-radius: ${s2}px; }
QFrame[role="bar"] { background: $window; border: none; }
QFrame[role="surface"] { background: $surface; border: none; }
QFrame[role="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[role="vline"] { background: $border; border: none; max-width: 1px; min-width: 1px; }

QPushButton { background: $raised; border: 1px solid $outline; border-radius: ${radius}px;
    padding: ${s1}px ${s3}px; min-height: ${line}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $sunken; }
QPushButton:focus { border: 2px solid $accent; padding: ${s1_less}px ${s3_less}px; }
QPushButton:disabled { color: $muted; border-color: $border; background: $window; }
QPushButton[kind="primary"] { background: $accent; color: $on_accent; border-color: $accent; }
QPushButton[kind="primary"]:hover { background: $accent_hover; }
QPushButton[kind="primary"]:focus { border-color: $text; }
QPushButton[kind="primary"]:disabled { background: $sunken; color: $muted; border-color: $border; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $accent; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="quiet"]:disabled { color: $muted; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="chip"] { border-color: $border; border-radius: ${chip_radius}px; padding: 0px ${s3}px;
    min-height: ${line}px; color: $muted; background: $surface; }
QPushButton[kind="chip"]:hover { border-color: $outline; color: $text; }
QPushButton[kind="chip"]:focus { border: 2px solid $accent; padding: 0px ${s3_less}px; }
QPushButton[kind="chip"]:checked { background: $selection; color: $text; border-color: $accent; }
QPushButton::menu-indicator { image: none; width: 0px; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${radius}px;
    padding: ${s1}px; }
QToolButton:hover { background: $hover; border-color: $border; }
QToolButton:pressed, QToolButton:checked { background: $selection; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; width: 0px; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QComboBox, QDateEdit { background: $surface;
    border: 1px solid $outline; border-radius: ${radius}px; padding: ${s1}px ${s2}px;
    selection-background-color: $accent; selection-color: $on_accent; placeholder-text-color: $muted; }
QLineEdit, QSpinBox, QComboBox, QDateEdit { min-height: ${line}px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QComboBox:focus,
QDateEdit:focus { border: 2px solid $accent; padding: ${s1_less}px ${s2_less}px; }
QLineEdit:disabled, QSpinBox:disabled, QComboBox:disabled { color: $muted; border-color: $border;
    background: $window; }
QLineEdit[role="search"] { font: $search; border-radius: ${s2}px; padding: ${s2}px ${s3}px; }
QLineEdit[role="search"]:focus { padding: ${s2_less}px ${s3_less}px; }
QPlainTextEdit[role="code"], QTextEdit[role="code"], QPlainTextEdit[role="text"] { font: $mono;
    background: $surface; border: none; border-radius: 0px; padding: 0px; }
QPlainTextEdit[role="text"] { font: $body; }
QListView[role="offers"] { background: $raised; border: 1px solid $outline; border-radius: ${s2}px;
    padding: ${s1}px; }
QLabel[role="fact"] { font: $small; }
QLabel[role="drop"] { font: $title; color: $accent; background: $selection; border: 2px dashed $accent;
    border-radius: ${s3}px; }
QToolButton[role="status"] { font: $small; padding: ${s1}px ${s2}px; }
QTextBrowser, QTextEdit[role="page"] { background: $surface; border: none; }
QComboBox::drop-down { border: none; width: ${s6}px; }
QComboBox::down-arrow { image: url("$icons/control-down.svg"); width: ${s4}px; height: ${s4}px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $border; outline: none;
    selection-background-color: $selection; selection-color: $text; padding: ${s1}px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: ${s5}px; background: transparent; }
QSpinBox::up-arrow { image: url("$icons/control-up.svg"); width: ${s3}px; height: ${s3}px; }
QSpinBox::down-arrow { image: url("$icons/control-down.svg"); width: ${s3}px; height: ${s3}px; }
QSpinBox QLineEdit, QComboBox QLineEdit, QDateEdit QLineEdit { border: none; padding: 0px ${s1}px;
    min-height: 0px; background: transparent; }
QCheckBox, QRadioButton { spacing: ${s2}px; background: transparent; padding: 2px; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: ${s4}px; height: ${s4}px;
    border: 1px solid $outline; border-radius: ${s1}px; background: $surface; }
QRadioButton::indicator { border-radius: ${radio_radius}px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; background: $hover; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; width: ${s4_less}px;
    height: ${s4_less}px; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent;
    border-color: $accent; image: url("$icons/control-check-$tone.svg"); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent;
    image: url("$icons/control-part-$tone.svg"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent;
    image: url("$icons/control-dot-$tone.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border;
    background: $sunken; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QCheckBox:disabled, QRadioButton:disabled { color: $muted; }

QAbstractItemView { background: $surface; border: none; outline: none;
    selection-background-color: $selection; selection-color: $text; }
QAbstractItemView[role="list"] { border: 1px solid $border; border-radius: ${s2}px; padding: ${s1}px; }
QAbstractItemView[role="list"]:focus { border-color: $accent; }
QListView[role="list"]::item, QListView[role="nav"]::item, QTreeView[role="list"]::item {
    padding: ${s1}px ${s2}px; border-radius: ${s1}px; }
QListView[role="list"]::item:hover, QListView[role="nav"]::item:hover { background: $hover; }
QListView[role="list"]::item:selected, QListView[role="nav"]::item:selected,
QTreeView[role="list"]::item:selected { background: $selection; color: $text; }
QListView[role="nav"] { background: transparent; border: none; }
QListView[role="nav"]::item { padding: ${s2}px; border: 1px solid transparent; }
QListView[role="nav"]:focus::item:selected { border-color: $accent; }
QHeaderView { background: $surface; }
QHeaderView::section { background: $surface; color: $muted; border: none;
    border-bottom: 1px solid $border; padding: ${s1}px ${s2}px; font: $small; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: ${s3}px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: ${s3}px; margin: 0px; }
QScrollBar::handle { background: $border; border-radius: ${bar_radius}px; margin: 2px; }
QScrollBar::handle:hover { background: $outline; }
QScrollBar::handle:vertical { min-height: ${s8}px; }
QScrollBar::handle:horizontal { min-width: ${s8}px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
    background: transparent; border: none; width: 0px; height: 0px; }
QAbstractScrollArea::corner { background: transparent; border: none; }

QProgressBar { background: $sunken; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QProgressBar[state="paused"]::chunk { background: $outline; }
QProgressBar[state="failed"]::chunk { background: $danger; }

QSlider::groove:horizontal { background: $sunken; height: 6px; border-radius: 3px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 3px; }
QSlider::handle:horizontal { background: $raised; border: 2px solid $accent; width: ${s3}px;
    margin: -${s1}px 0px; border-radius: ${slider_radius}px; }

QMenu { background: $raised; border: 1px solid $border; padding: ${s1}px; }
QMenu::item { padding: ${s1}px ${s5}px ${s1}px ${s3}px; border-radius: ${s1}px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: ${s1}px ${s2}px; }
QMenu::icon { padding-left: ${s2}px; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QTabBar::tab { background: transparent; color: $muted; padding: ${s2}px ${s3}px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { color: $accent; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QStatusBar { background: $window; color: $muted; border-top: 1px solid $border; }
QStatusBar::item { border: none; }
""")


def write(colours: Colours, spacing: Callable[[float], int], font: Callable[[str], QFont]) -> str:
    """The stylesheet in ``colours``, its distances and letters as ``spacing`` and ``font`` measure them."""
    line = spacing(6)
    values: dict[str, object] = {name: getattr(colours, name).name() for name in Colours.__dataclass_fields__}
    values |= {f"s{step}": spacing(step) for step in range(1, 9)}
    # A focused control's edge is a pixel thicker, and its padding thinner by it: nothing moves.
    values |= {f"s{step}_less": spacing(step) - 1 for step in range(1, 5)}
    values |= {
        "line": line,
        "radius": spacing(1.5),
        "chip_radius": (line + 2) // 2,
        "radio_radius": (spacing(4) + 2) // 2,
        "slider_radius": spacing(1.5) + 1,
        "bar_radius": max(1, spacing(3) // 2 - 2),
        "icons": resource("icons").as_posix(),
        # Marks stand on the accent, which is dark in a light look.
        "tone": "white" if colours.on_accent.lightnessF() > 0.5 else "dark",
    }
    values |= {
        role: _written(font(role))
        for role in ("body", "title", "heading", "strong", "small", "mono", "search")
    }
    return _SHEET.substitute(values)


def _written(font: QFont) -> str:
    return f'{font.weight().value} {font.pointSizeF():.2f}pt "{font.family()}"'
