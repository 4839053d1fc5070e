"""Dates as people say them: the time of today's, the day of this year's."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

translate = QCoreApplication.translate


def short_date(when: datetime, today: date | None = None) -> str:
    """As short as can be told apart: 14:05, Yesterday, 12 Mar, 12 Mar 2023."""
    locale, day, now = QLocale(), when.date(), today or date.today()
    if day == now:
        return locale.toString(QTime(when.hour, when.minute), QLocale.FormatType.ShortFormat)
    if day == now - timedelta(days=1):
        return translate("dates", "Yesterday")
    # Translators: how a date without and with its year is written, in Qt's letters.
    written = translate("dates", "d MMM") if day.year == now.year else translate("dates", "d MMM yyyy")
    return locale.toString(QDate(day.year, day.month, day.day), written)
