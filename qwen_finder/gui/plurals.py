"""Counted things in words, one method each.

They are methods for the tools' sake: not every lupdate sees a plural in ``QCoreApplication.translate``.
"""

from __future__ import annotations

from PySide6.QtCore import QObject


class Plurals(QObject):
    def files(self, count: int) -> str:
        return self.tr("%Ln file(s)", "", count)

    def passages(self, count: int) -> str:
        return self.tr("%Ln passage(s)", "", count)

    def indexed(self, count: int) -> str:
        return self.tr("%Ln file(s) indexed", "", count)

    def waiting(self, count: int) -> str:
        return self.tr("%Ln waiting", "", count)

    def failed(self, count: int) -> str:
        return self.tr("%Ln failed", "", count)

    def by_name(self, count: int) -> str:
        return self.tr("%Ln by name only", "", count)

    def folders_away(self, count: int) -> str:
        return self.tr("%Ln folder(s) cannot be reached", "", count)


plurals = Plurals()
