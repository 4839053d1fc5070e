"""What is known of a file beside its contents, and why it was found, in words."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from qwen_finder.core.query import Hit
from qwen_finder.gui.marks import displayable
from qwen_finder.gui.results_rows import homely, local_time

translate = QCoreApplication.translate


def facts(hit: Hit, metadata: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Pairs of a name and a value; what the file says of itself after what the disk says of it."""
    locale = QLocale()
    yield translate("details", "Folder"), displayable(homely(os.path.dirname(hit.path)))
    when = local_time(hit)
    if when is not None:
        yield translate("details", "Changed"), _moment(when)
    yield translate("details", "Size"), locale.formattedDataSize(hit.size)
    if hit.width is not None:
        yield translate("details", "Dimensions"), f"{hit.width} × {hit.height}"
    if hit.colours:
        yield translate("details", "Colours"), ", ".join(hit.colours)
    told = {"size", "modified", "dimensions", "colours"}
    for key, value in metadata:
        if key not in told and value:
            yield _name(key), displayable(_written(value))
    for path in hit.copies[:5]:
        yield translate("details", "Same content"), displayable(homely(path))
    if hit.near_duplicates:
        yield translate("details", "Almost the same, left out"), str(hit.near_duplicates)


def reasons(hit: Hit) -> Iterator[tuple[str, str]]:
    """Why the file was found: each retriever with the rank it gave, then what was made of that."""
    yield translate("details", "Score"), f"{hit.score:.3f}"
    for name, reason in hit.why.items():
        if isinstance(reason, Mapping):
            parts = []
            for key, value in reason.items():
                parts.append(_rank(value) if key == "rank" else f"{_reason(str(key))} {_number(value)}")
            yield _reason(name), ", ".join(parts)
        elif reason not in ("", None):
            yield _reason(name), displayable(str(_number(reason)))


def _rank(value: object) -> str:
    return translate("details", "place {0}").format(value)


def _reason(name: str) -> str:
    known = {
        "semantic": translate("details", "Meaning"),
        "vectors": translate("details", "Meaning"),
        "text": translate("details", "Words"),
        "fulltext": translate("details", "Words"),
        "keyword": translate("details", "Words"),
        "words": translate("details", "Words"),
        "name": translate("details", "Name"),
        "names": translate("details", "Name"),
        "looks": translate("details", "What the picture shows"),
        "picture": translate("details", "What the picture shows"),
        "z": translate("details", "Above chance (deviations)"),
        "relatedness": translate("details", "Relatedness"),
        "coverage": translate("details", "Share of your words in it"),
        "context": translate("details", "Context"),
        "passages": translate("details", "Passages"),
        "alike": translate("details", "alike"),
        "of": translate("details", "of"),
        "score": translate("details", "score"),
    }
    return known.get(name, displayable(name))


def _name(key: str) -> str:
    known = {
        "author": translate("details", "Author"),
        "title": translate("details", "Title"),
        "subject": translate("details", "Subject"),
        "keywords": translate("details", "Keywords"),
        "created": translate("details", "Created"),
        "taken": translate("details", "Taken"),
        "camera": translate("details", "Camera"),
        "place": translate("details", "Place"),
        "duration": translate("details", "Length"),
        "language": translate("details", "Language"),
        "pages": translate("details", "Pages"),
        "from": translate("details", "From"),
        "to": translate("details", "To"),
        "date": translate("details", "Date"),
        "artist": translate("details", "Artist"),
        "album": translate("details", "Album"),
        "kind": translate("details", "Kind"),
    }
    return known.get(key, displayable(key).replace("_", " ").capitalize())


def _written(value: str) -> str:
    """A time as this desktop writes them, anything else as it is."""
    if not (len(value) >= 16 and value[4:5] == "-" and value[10:11] == "T"):
        return value
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    # Without a zone it is the time on a camera's clock, wherever that was.
    if when.tzinfo is None:
        return _moment(when)
    return _moment(when.astimezone())


def _moment(when: datetime) -> str:
    """``when`` by its own clock."""
    day, time = QDate(when.year, when.month, when.day), QTime(when.hour, when.minute)
    return QLocale().toString(QDateTime(day, time), QLocale.FormatType.ShortFormat)


def _number(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value
