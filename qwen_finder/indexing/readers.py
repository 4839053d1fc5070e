"""Several files read at once: a file is handed to the next free thread, in the order they are given.

Knows neither what reading is nor where its results go, only how many may be at it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from qwen_finder.core.document import FileId
from qwen_finder.core.ports import CatalogFile

# How often a wait looks whether it is to go on, and whether more may be at work than before.
_LOOK_SECONDS = 0.2


class Readers:
    """``read`` must not raise. ``most`` threads at most, of which ``width(most)`` may work now; ``noted`` is
    told which files are being read whenever that changes. Use as a context manager: its end waits for all.
    """

    def __init__(
        self,
        read: Callable[[CatalogFile], None],
        *,
        most: int,
        width: Callable[[int], int],
        noted: Callable[[Sequence[FileId]], None],
        halted: Callable[[], bool],
    ) -> None:
        self._read = read
        self._most = most
        self._width = width
        self._noted = noted
        self._halted = halted
        self._changed = threading.Condition()
        self._busy: list[FileId] = []
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="indexing-read")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True)

    def begin(self, file: CatalogFile) -> bool:
        """Hand ``file`` to a thread as soon as one may work; False when the work is halted instead."""
        with self._changed:
            while not self._halted():
                if len(self._busy) < self._width(self._most):
                    self._busy.append(file.id)
                    self._noted(self._busy)
                    self._threads.submit(self._one, file)
                    return True
                self._changed.wait(_LOOK_SECONDS)
        return False

    def settle(self, seconds: float) -> bool:
        """Whether nobody is at work, at least after so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._busy, seconds)

    def _one(self, file: CatalogFile) -> None:
        try:
            self._read(file)
        finally:
            with self._changed:
                self._busy.remove(file.id)
                self._noted(self._busy)
                self._changed.notify_all()
