"""A control for each type of setting, made from the schema alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QObject, QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from qwen_finder.gui.settings import titles
from qwen_finder.gui.settings.values import Values
from qwen_finder.gui.theme import Theme
from qwen_finder.settings.schema import BY_KEY, Setting

# The largest number a box of Qt takes.
_MOST = 2_147_483_647


def editor(key: str, values: Values, theme: Theme) -> QWidget:
    """The control of setting ``key``, which shows and changes its value; wide ones grow with their page."""
    setting = BY_KEY[key]
    make = _maker(setting)
    control = make(setting, values, theme)
    control.setAccessibleName(titles.title(key))
    control.setAccessibleDescription(titles.description(setting))
    return control


def is_wide(setting: Setting) -> bool:
    """Whether its control wants a line of its own."""
    return isinstance(setting.default, list) or (isinstance(setting.default, str) and not setting.choices)


class CalmSpin(QSpinBox):
    """Does not change when a page is scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class CalmCombo(QComboBox):
    """Does not change when a page is scrolled over it."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event) if self.hasFocus() else event.ignore()


class _Lines(QPlainTextEdit):
    """A list, an entry a line; ``left`` when the cursor leaves it."""

    left = Signal()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()

    def lines(self) -> list[str]:
        return [line.strip() for line in self.toPlainText().splitlines() if line.strip()]


def _maker(setting: Setting) -> Callable[[Setting, Values, Theme], QWidget]:
    if isinstance(setting.default, bool):
        return _check
    if isinstance(setting.default, int):
        return _number
    if isinstance(setting.default, list):
        return _list
    return _choice if setting.choices and not setting.pattern else _text


def _check(setting: Setting, values: Values, _theme: Theme) -> QWidget:
    control = QCheckBox()
    _follow(control, setting.key, values, lambda: control.setChecked(bool(values[setting.key])))
    control.toggled.connect(lambda on: values.set(setting.key, on))
    return control


def _number(setting: Setting, values: Values, theme: Theme) -> QWidget:
    control = CalmSpin()
    control.setRange(
        setting.minimum if setting.minimum is not None else 0,
        setting.maximum if setting.maximum is not None else _MOST,
    )
    control.setGroupSeparatorShown(True)
    # Not at every key: 1 is on the way to 15.
    control.setKeyboardTracking(False)
    control.setMinimumWidth(theme.spacing(28))
    # The stylesheet has no say in this.
    control.lineEdit().setTextMargins(theme.spacing(1.5), 0, 0, 0)
    _follow(control, setting.key, values, lambda: control.setValue(cast("int", values[setting.key])))
    control.valueChanged.connect(lambda value: values.set(setting.key, value))
    return control


def _choice(setting: Setting, values: Values, theme: Theme) -> QWidget:
    control = CalmCombo()
    control.setMinimumWidth(theme.spacing(44))
    for value in setting.choices:
        control.addItem(titles.choice(setting.key, value), value)
    _follow(
        control, setting.key, values, lambda: control.setCurrentIndex(control.findData(values[setting.key]))
    )
    control.currentIndexChanged.connect(lambda index: values.set(setting.key, control.itemData(index)))
    return control


def _text(setting: Setting, values: Values, _theme: Theme) -> QWidget:
    control = QLineEdit()
    control.setPlaceholderText(str(setting.default))
    _follow(control, setting.key, values, lambda: control.setText(str(values[setting.key])))
    control.editingFinished.connect(lambda: values.set(setting.key, control.text().strip()))
    return control


def _list(setting: Setting, values: Values, theme: Theme) -> QWidget:
    control = _Lines()
    control.setFont(theme.font("mono"))
    control.setTabChangesFocus(True)
    control.setFixedHeight(theme.spacing(30))
    shown = cast("list[str]", setting.default)
    control.setPlaceholderText(shown[0] if shown else "*.iso")

    def show() -> None:
        wanted = cast("list[str]", values[setting.key])
        if control.lines() != wanted:
            control.setPlainText("\n".join(wanted))

    _follow(control, setting.key, values, show)
    control.left.connect(lambda: values.set(setting.key, control.lines()))
    return control


def _follow(control: QWidget, key: str, values: Values, show: Callable[[], None]) -> None:
    """Have ``show`` called now and whenever the value of ``key`` is another."""
    follower = _Follower(control, key, show)
    values.changed.connect(follower.changed)
    follower.changed(key)


class _Follower(QObject):
    """Ends with its control, and the connection with it."""

    def __init__(self, control: QWidget, key: str, show: Callable[[], None]) -> None:
        super().__init__(control)
        self._control = control
        self._key = key
        self._show = show

    def changed(self, key: str) -> None:
        if key in ("", self._key):
            with QSignalBlocker(self._control):
                self._show()
