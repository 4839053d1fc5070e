"""Every colour of the window, once for light and once for dark desktops, named by what it is for.

Text has a contrast of at least 4.5:1 on every ground it stands on, and outlines of controls at least 3:1;
a test works that out for each pair in ``TEXT_ON`` and ``OUTLINES_ON``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one look. ``window`` is the ground of it all, ``surface`` that of lists and pages,
    ``raised`` of cards and menus, ``sunken`` of fields and code."""

    window: QColor
    surface: QColor
    raised: QColor
    sunken: QColor
    border: QColor
    outline: QColor
    text: QColor
    muted: QColor
    accent: QColor
    on_accent: QColor
    accent_hover: QColor
    selection: QColor
    hover: QColor
    match: QColor
    on_match: QColor
    danger: QColor
    warning: QColor
    ok: QColor
    banner: QColor
    kind_document: QColor
    kind_code: QColor
    kind_picture: QColor
    kind_audio: QColor
    kind_archive: QColor
    kind_mail: QColor
    code_keyword: QColor
    code_string: QColor
    code_comment: QColor
    code_number: QColor
    code_function: QColor
    code_type: QColor

    def named(self, name: str) -> QColor:
        """The colour called ``name``, as icons ask for it."""
        colour = getattr(self, name)
        assert isinstance(colour, QColor), name
        return colour


LIGHT = Colours(
    window=QColor("#f4f4f8"),
    surface=QColor("#ffffff"),
    raised=QColor("#ffffff"),
    sunken=QColor("#ececf2"),
    border=QColor("#dcdce6"),
    outline=QColor("#808395"),
    text=QColor("#1b1c26"),
    muted=QColor("#575a6b"),
    accent=QColor("#4a45d1"),
    on_accent=QColor("#ffffff"),
    accent_hover=QColor("#3c37b8"),
    selection=QColor("#e4e3fb"),
    hover=QColor("#f0f0f7"),
    match=QColor("#ffe69a"),
    on_match=QColor("#332500"),
    danger=QColor("#b3201a"),
    warning=QColor("#855000"),
    ok=QColor("#156639"),
    banner=QColor("#fff3d6"),
    kind_document=QColor("#2f5fc4"),
    kind_code=QColor("#156e5f"),
    kind_picture=QColor("#a3358c"),
    kind_audio=QColor("#a1480c"),
    kind_archive=QColor("#735a12"),
    kind_mail=QColor("#6a3fc0"),
    code_keyword=QColor("#6a2fb5"),
    code_string=QColor("#156639"),
    code_comment=QColor("#5d6071"),
    code_number=QColor("#9a3d07"),
    code_function=QColor("#2355b8"),
    code_type=QColor("#0f6a70"),
)

DARK = Colours(
    window=QColor("#15161c"),
    surface=QColor("#1c1d25"),
    raised=QColor("#262731"),
    sunken=QColor("#111217"),
    border=QColor("#343642"),
    outline=QColor("#7d8092"),
    text=QColor("#e9e9f1"),
    muted=QColor("#a6a9ba"),
    accent=QColor("#aba8ff"),
    on_accent=QColor("#16143a"),
    accent_hover=QColor("#c3c1ff"),
    selection=QColor("#33316b"),
    hover=QColor("#252631"),
    match=QColor("#6b5312"),
    on_match=QColor("#fff0c2"),
    danger=QColor("#ff938a"),
    warning=QColor("#ffc36b"),
    ok=QColor("#7fd9a0"),
    banner=QColor("#3a2f14"),
    kind_document=QColor("#8fb4ff"),
    kind_code=QColor("#72d6c2"),
    kind_picture=QColor("#f09bdc"),
    kind_audio=QColor("#ffb07a"),
    kind_archive=QColor("#e0c26a"),
    kind_mail=QColor("#c3a6ff"),
    code_keyword=QColor("#c9a2ff"),
    code_string=QColor("#8fdba8"),
    code_comment=QColor("#a0a3b5"),
    code_number=QColor("#ffb585"),
    code_function=QColor("#8fb8ff"),
    code_type=QColor("#7ad6dc"),
)

_GROUNDS = ("window", "surface", "raised", "sunken", "hover")

TEXT_ON: dict[str, tuple[str, ...]] = {
    "text": (*_GROUNDS, "selection", "banner"),
    "muted": (*_GROUNDS, "selection", "banner"),
    "accent": _GROUNDS,
    "danger": (*_GROUNDS, "banner"),
    "warning": (*_GROUNDS, "banner"),
    "ok": (*_GROUNDS, "banner"),
    "on_accent": ("accent", "accent_hover"),
    "on_match": ("match",),
    **{
        name: ("surface", "sunken", "selection", "hover")
        for name in Colours.__dataclass_fields__
        if name.startswith(("kind_", "code_"))
    },
}
"""Which colour may be written on which grounds."""

OUTLINES_ON: dict[str, tuple[str, ...]] = {"outline": ("window", "surface", "raised", "sunken")}
"""Which lines must be seen, as the edge of a field is, against which grounds."""


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(part) for part in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
