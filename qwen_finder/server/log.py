"""The service's log: a few rotating files in the state folder. File contents and queries never get there."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
from pathlib import Path

_SIZE = 1 << 20
_KEPT = 3


class _RotatingLog(logging.handlers.RotatingFileHandler):
    """Keeps the process's own output in the newest file too, when it was the log to begin with.

    A launcher starts the service with its output going to the log. Native libraries and the fault handler
    write to that descriptor, so it has to follow each rotation (and on Windows let go before one).
    """

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8")
        assert self.stream is not None
        self._owns_output = os.path.sameopenfile(self.stream.fileno(), 2)

    @property
    def is_output(self) -> bool:
        return self._owns_output

    def doRollover(self) -> None:
        if not self._owns_output:
            super().doRollover()
            return
        sink = os.open(os.devnull, os.O_WRONLY)
        _redirect_output(sink)
        os.close(sink)
        super().doRollover()
        assert self.stream is not None
        _redirect_output(self.stream.fileno())


def open_log(file: Path, crashes: Path) -> None:
    """Send the log of all modules to ``file``, and to the terminal when one started the service.

    A fatal signal writes the stacks of all threads to ``crashes``; what an earlier one wrote is kept.
    """
    log = _RotatingLog(file)
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handlers: list[logging.Handler] = [log]
    if not log.is_output:
        terminal = logging.StreamHandler()
        terminal.setFormatter(logging.Formatter("%(message)s"))
        handlers.append(terminal)
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.captureWarnings(True)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    # Its own file: the next process tells by it a crash from a kill. It stays open until the end.
    faulthandler.enable(os.open(crashes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))


def _redirect_output(descriptor: int) -> None:
    for output in (1, 2):
        os.dup2(descriptor, output)
