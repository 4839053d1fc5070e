"""What the search box offers to complete: recent searches, filters and their values. Knows no widget."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from qwen_finder.gui.languages import LANGUAGES
from qwen_finder.gui.query_text import filter_at, quoted

MOST = 9

translate = QCoreApplication.translate
_EXTS = ("pdf", "docx", "xlsx", "pptx", "md", "txt", "eml", "html", "py", "jpg", "png")
_SIZES = (">1mb", ">10mb", ">100mb", "<1mb")


class Suggestion(NamedTuple):
    """``text`` takes the place of the box's text from ``start`` to ``end``; ``hint`` says what it means.

    ``more`` asks for suggestions again after it was taken: a filter's name wants a value.
    """

    icon: str
    text: str
    hint: str
    start: int
    end: int
    more: bool = False


def suggest(
    text: str,
    cursor: int,
    *,
    recent: Sequence[str],
    folders: Sequence[str],
    everything: bool = False,
) -> list[Suggestion]:
    """What fits at ``cursor``; recent searches only into an empty box, or when asked for ``everything``."""
    token = filter_at(text, cursor)
    if token is not None:
        begun = token.value.casefold()
        values = [
            Suggestion("filter", f"{token.key}:{quoted(value)} ", hint, token.start, token.end)
            for value, hint in _values(token.key, folders)
            if begun in value.casefold() or begun in hint.casefold()
        ]
        # What is complete already wants no completion.
        if any(item.text.strip() == text[token.start : token.end] for item in values):
            return []
        return values[:MOST]
    if text.strip() and not everything:
        return []
    wanted = text.strip().casefold()
    found = [
        Suggestion("history", query, "", 0, len(text))
        for query in recent
        if wanted in query.casefold() and query != text
    ][: MOST - 3]
    if everything or not found:
        at = cursor
        found += [Suggestion("filter", f"{key}:", hint, at, at, True) for key, hint in _keys()]
    return found[: MOST + 3]


def _keys() -> Iterable[tuple[str, str]]:
    yield "type", translate("suggestions", "kind of file")
    yield "in", translate("suggestions", "folder")
    yield "ext", translate("suggestions", "file extension")
    yield "after", translate("suggestions", "changed since")
    yield "before", translate("suggestions", "changed until")
    yield "lang", translate("suggestions", "language of the text")
    yield "name", translate("suggestions", "part of the name")
    yield "size", translate("suggestions", "size of the file")


def _values(key: str, folders: Sequence[str]) -> Iterable[tuple[str, str]]:
    match key:
        case "type":
            yield from types()
        case "ext":
            yield from ((ext, "") for ext in _EXTS)
        case "in":
            yield from ((os.path.basename(path) or path, path) for path in folders)
        case "lang":
            yield from LANGUAGES.items()
        case "after" | "before":
            yield from dates()
        case "size":
            yield from ((size, "") for size in _SIZES)


def types() -> list[tuple[str, str]]:
    """The values of ``type:``, with what they are called."""
    return [
        ("document", translate("suggestions", "Documents")),
        ("image", translate("suggestions", "Pictures")),
        ("code", translate("suggestions", "Code")),
        ("audio", translate("suggestions", "Sound")),
        ("video", translate("suggestions", "Films")),
        ("archive", translate("suggestions", "Archives")),
    ]


def dates(today: date | None = None) -> list[tuple[str, str]]:
    """Days that people count from, as ``after:`` takes them."""
    now = today or date.today()
    return [
        (now.isoformat(), translate("suggestions", "Today")),
        ((now - timedelta(days=7)).isoformat(), translate("suggestions", "Last 7 days")),
        ((now - timedelta(days=30)).isoformat(), translate("suggestions", "Last 30 days")),
        (str(now.year), translate("suggestions", "This year")),
        (str(now.year - 1), translate("suggestions", "Since last year")),
    ]
