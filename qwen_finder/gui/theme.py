"""How the program looks: colours, distances and letters, which follow the desktop or the user's choice.

One stylesheet and one palette are made of them (``apply``); a change while running repaints everything.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from qwen_finder.gui import stylesheet
from qwen_finder.gui.colours import DARK, LIGHT, Colours

MODES = ("system", "light", "dark")

_STEP_PX = 4
# Smaller letters than these of a desktop that says nothing are not read with pleasure.
_LEAST_BODY_PT = 10.0
_SCALE = {
    "title": 1.6,
    "heading": 1.2,
    "search": 1.2,
    "body": 1.0,
    "strong": 1.0,
    "small": 0.88,
    "mono": 0.95,
}
_WEIGHTS = {
    "title": QFont.Weight.DemiBold,
    "heading": QFont.Weight.DemiBold,
    "strong": QFont.Weight.DemiBold,
}


class Theme(QObject):
    """The look in force. ``changed`` tells whoever paints by hand or keeps icons to do so again."""

    changed = Signal()

    def __init__(self, mode: str = "system", text_size: int = 100, parent: QObject | None = None) -> None:
        """``text_size`` is in percent of the desktop's own; needs a QApplication."""
        super().__init__(parent)
        assert mode in MODES, mode
        self._mode = mode
        self._text_size = text_size
        self._app: QApplication | None = None
        self._written = ""
        # Before the stylesheet, which would be taken for the desktop's wish.
        self._body = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self._hints = QGuiApplication.styleHints()
        self._ask_desktop()
        self._hints.colorSchemeChanged.connect(self._scheme_changed)

    @property
    def mode(self) -> str:
        return self._mode

    @property
    def text_size(self) -> int:
        return self._text_size

    @property
    def dark(self) -> bool:
        if self._mode == "system":
            return self._hints.colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    @property
    def colours(self) -> Colours:
        return DARK if self.dark else LIGHT

    def spacing(self, steps: float) -> int:
        """Pixels of ``steps`` steps of the grid of 4, which grows with the letters."""
        return round(steps * _STEP_PX * self._text_size / 100)

    def font(self, role: str = "body") -> QFont:
        """The letters of a title, heading, body, strong (bold), small, mono or search (its field)."""
        own = self._mono if role == "mono" else self._body
        font = QFont(own)
        if role == "mono":
            font.setStyleHint(QFont.StyleHint.Monospace)
        # Of the general font in any case: some desktops give the two in different sizes.
        size = max(_LEAST_BODY_PT, QFontInfo(self._body).pointSizeF())
        font.setPointSizeF(round(size * _SCALE[role] * self._text_size / 100, 2))
        font.setWeight(_WEIGHTS.get(role, QFont.Weight.Normal))
        return font

    def set_mode(self, mode: str) -> None:
        """ "system", "light" or "dark", from now on."""
        assert mode in MODES, mode
        if mode != self._mode:
            self._mode = mode
            self._ask_desktop()
            self._renew()

    def set_text_size(self, percent: int) -> None:
        if percent != self._text_size:
            self._text_size = percent
            self._renew()

    def apply(self, app: QApplication) -> None:
        """Have ``app`` look like this, now and after every change."""
        self._app = app
        # The only style that looks alike on every desktop and takes its colours from a palette.
        app.setStyle("Fusion")
        self._renew()

    def restyle(self, widget: QWidget) -> None:
        """Have the stylesheet look at ``widget`` again, whose ``role`` or ``kind`` was changed."""
        style = widget.style()
        style.unpolish(widget)
        style.polish(widget)
        widget.update()

    def _ask_desktop(self) -> None:
        """Let title bars and the dialogs of the desktop itself be light or dark with us."""
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        self._hints.setColorScheme(schemes.get(self._mode, Qt.ColorScheme.Unknown))

    def _scheme_changed(self) -> None:
        if self._mode == "system":
            self._renew()

    def _renew(self) -> None:
        app = self._app
        if app is not None:
            app.setPalette(_palette(self.colours))
            app.setFont(self.font())
            sheet = stylesheet.write(self.colours, self.spacing, self.font)
            # Qt looks at every widget again, even if nothing changed.
            if sheet != self._written:
                self._written = sheet
                app.setStyleSheet(sheet)
        self.changed.emit()


def _palette(colours: Colours) -> QPalette:
    """For what the stylesheet does not reach: check marks, links, the dialogs of Qt."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: colours.window,
        roles.WindowText: colours.text,
        roles.Base: colours.surface,
        roles.AlternateBase: colours.hover,
        roles.Text: colours.text,
        roles.Button: colours.raised,
        roles.ButtonText: colours.text,
        roles.BrightText: colours.danger,
        roles.ToolTipBase: colours.raised,
        roles.ToolTipText: colours.text,
        roles.PlaceholderText: colours.muted,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.LinkVisited: colours.accent,
        roles.Light: colours.raised,
        roles.Midlight: colours.hover,
        roles.Mid: colours.border,
        roles.Dark: colours.outline,
        roles.Shadow: colours.border,
    }.items():
        palette.setColor(role, colour)
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colours.muted)
    return palette
