"""Amounts, times and what the service says, in the words of the interface's language.

The service speaks English. What it says in fixed words is translated here; a sentence that is not known is
shown as it came.
"""

from __future__ import annotations

import datetime
import re

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from qwen_finder.gui.languages import LANGUAGES
from qwen_finder.gui.plurals import plurals

translate = QCoreApplication.translate


def number(value: int) -> str:
    """``12,345`` as the language writes it."""
    return QLocale().toString(value)


def percent(share: float) -> str:
    """``42 %``; never 100 before all is done."""
    whole = 100 if share >= 1 else min(99, int(share * 100))
    return translate("Words", "{percent} %").format(percent=whole)


def size(count: float) -> str:
    """Bytes: ``3.4 MB`` (1 MB is 1,000,000 bytes, as file managers count)."""
    places = 0 if count < 1000 else 1
    return QLocale().formattedDataSize(int(count), places, QLocale.DataSizeFormat.DataSizeSIFormat)


def duration(seconds: float) -> str:
    """``45 s``, ``3 min``, ``2 h 5 min``, ``3 d 4 h``: as exact as anybody wants to know."""
    whole = max(round(seconds), 0)
    if whole < 60:
        return translate("Words", "{seconds} s").format(seconds=whole)
    minutes = round(whole / 60)
    if minutes < 60:
        return translate("Words", "{minutes} min").format(minutes=minutes)
    if minutes < 1440:
        return translate("Words", "{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)
    return translate("Words", "{days} d {hours} h").format(days=minutes // 1440, hours=minutes % 1440 // 60)


def time_left(seconds: float | None) -> str:
    """How long something will take yet, "" when that is not known."""
    if seconds is None:
        return ""
    return translate("Words", "about {time} left").format(time=duration(seconds))


def moment(seconds: float) -> str:
    """A point in time, given in seconds since the epoch: the hour if it was today, the day too if not."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    if when.date().toPython() == datetime.date.today():
        return QLocale().toString(when.time(), QLocale.FormatType.ShortFormat)
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def files(count: int) -> str:
    return plurals.files(count)


def passages(count: int) -> str:
    return plurals.passages(count)


def rate(files_per_second: float) -> str:
    """How fast indexing goes, in the unit that gives a number people can imagine."""
    if files_per_second >= 1:
        return translate("Words", "{count} files a second").format(count=number(round(files_per_second)))
    if files_per_second * 60 >= 1:
        return translate("Words", "{count} files a minute").format(count=round(files_per_second * 60))
    return ""


def pace(mode: str) -> str:
    """The name of a pace."""
    return {
        "auto": translate("Words", "Automatic"),
        "full": translate("Words", "Full speed"),
        "balanced": translate("Words", "Balanced"),
        "quiet": translate("Words", "Quiet"),
        "paused": translate("Words", "Paused"),
    }.get(mode, mode)


def pace_reason(reason: str) -> str:
    """Why the pace is what it is, of what the service says in a few words."""
    known = {
        "until you resume": translate("Words", "until you resume"),
        "somebody waits for the index": translate("Words", "somebody waits for the index"),
        "the setting pace.mode says so": translate("Words", "the settings say so"),
        "on battery": translate("Words", "on battery"),
        "you are searching": translate("Words", "you are searching"),
        "you are active": translate("Words", "you are active"),
        "other programs are busy": translate("Words", "other programs are busy"),
        "nobody needs the machine": translate("Words", "nobody needs the machine"),
    }
    if reason in known:
        return known[reason]
    if found := re.fullmatch(r"for (.+)", reason):
        return translate("Words", "for {time}").format(time=_span(found[1]))
    if found := re.fullmatch(r"you asked for it, for (.+)", reason):
        return translate("Words", "you asked for it, for {time}").format(time=_span(found[1]))
    if reason == "you asked for it, until you resume":
        return translate("Words", "you asked for it")
    if (free := free_space(reason)) is not None:
        return translate("Words", "only {size} GB are free on the disk of the index").format(size=free)
    if found := re.fullmatch(r"the battery is at (\d+) %", reason):
        return translate("Words", "the battery is at {percent} %").format(percent=found[1])
    return reason


def free_space(reason: str) -> str | None:
    """The free gigabytes, if ``reason`` is that the disk of the index is nearly full."""
    found = re.fullmatch(r"only (\S+) GB are free on the disk of the index", reason)
    return found[1] if found else None


def folder_mode(mode: str) -> str:
    """How changes of a folder are noticed, in a few words."""
    return {
        "live": translate("Words", "Changes are noticed at once"),
        "timed": translate("Words", "Looked at from time to time"),
        "offline": translate("Words", "Not reachable"),
    }.get(mode, mode)


def languages(text: str) -> str:
    """What the catalog says of a model's languages, as a sentence begins."""
    known = {
        "English": translate("Words", "English"),
        "more than 100 languages": translate("Words", "more than 100 languages"),
        "more than 100 languages, and code": translate("Words", "more than 100 languages, and code"),
    }
    said = known.get(text, text)
    return said[:1].upper() + said[1:]


def language(code: str) -> str:
    """The name of a language by its code, in its own words ("de": "Deutsch")."""
    if code in LANGUAGES:
        return LANGUAGES[code]
    named = "中文（繁體）" if code == "zht" else QLocale(code).nativeLanguageName()
    return named[:1].upper() + named[1:] if named else code


def _span(text: str) -> str:
    """``1 h 5 min`` of the service in this language."""
    units = {
        "d": translate("Words", "{days} d").format(days="{}"),
        "h": translate("Words", "{hours} h").format(hours="{}"),
        "min": translate("Words", "{minutes} min").format(minutes="{}"),
    }
    return " ".join(units.get(unit, "{} " + unit).format(count) for count, unit in _PAIR.findall(text))


_PAIR = re.compile(r"(\d+) (\w+)")
