"""A watch on a whole tree, on systems that offer that themselves: macOS and Windows."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from watchdog.events import FileClosedNoWriteEvent, FileOpenedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer


class NativeTree:
    """Calls ``collect(path)``, from a thread, for everything that changes below ``root``.

    Raises OSError when it cannot be watched.
    """

    def __init__(self, root: str, *, collect: Callable[[str], None]) -> None:
        self._observer: Any = Observer()
        self._observer.schedule(_Collector(collect), root, recursive=True)
        self._observer.start()

    @property
    def alive(self) -> bool:
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def close(self) -> None:
        self._observer.stop()
        self._observer.join()


class _Collector(FileSystemEventHandler):
    """Hands on the paths of events that change something."""

    def __init__(self, collect: Callable[[str], None]) -> None:
        self._collect = collect

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, (FileOpenedEvent, FileClosedNoWriteEvent)):
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self._collect(os.fsdecode(path))
