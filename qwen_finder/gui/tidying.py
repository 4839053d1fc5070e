"""Python's cycles of garbage are collected on the thread that paints, and only there.

They may hold widgets, and Qt crashes when one of those dies on another thread. Python would collect on
whichever thread happens to make the next object.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 1_000
# The oldest objects are looked at every so many times: that takes longest.
_OLD_EVERY = 30


class Tidying(QObject):
    """In force from ``start`` on, as long as the program runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turn = 0
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.tidy)

    def start(self) -> None:
        gc.disable()
        # What is there by now stays for good and need not be looked at again and again.
        gc.freeze()
        self._timer.start()

    def tidy(self) -> None:
        self._turn += 1
        youngest, middle, _ = gc.get_count()
        if self._turn % _OLD_EVERY == 0:
            gc.collect()
        elif middle > gc.get_threshold()[1]:
            gc.collect(1)
        elif youngest > gc.get_threshold()[0]:
            gc.collect(0)
