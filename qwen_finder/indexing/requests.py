"""What is asked of the next look at the folders: whole folders, or single paths in them.

Askers never wait; wishes for the same thing become one. Knows nothing of what a look does.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Wishes:
    """``folders`` to look through, and ``paths`` to look at, by folder. None: look through all folders."""

    folders: set[int] | None = field(default_factory=set)
    paths: dict[int, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.folders is None or bool(self.folders or self.paths)


class Requests:
    """Collects wishes until they are taken. Thread-safe."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._wishes = Wishes()
        self._taken = False
        self._closed = False

    def ask(self, folders: Iterable[int]) -> None:
        """Look through these folders as soon as possible."""
        with self._changed:
            if self._wishes.folders is not None:
                self._wishes.folders.update(folders)
            self._changed.notify_all()

    def hint(self, folder: int, paths: Collection[str]) -> None:
        """Look at these paths of a folder, and below them, as soon as possible."""
        with self._changed:
            self._wishes.paths.setdefault(folder, set()).update(paths)
            self._changed.notify_all()

    def take(self, timeout_s: float) -> Wishes:
        """What was wished, as soon as something is; all folders when ``timeout_s`` pass without a wish.

        ``pending`` stays true until ``done``. Returns nothing to do when closed.
        """
        with self._changed:
            asked = self._changed.wait_for(lambda: self._wishes or self._closed, timeout_s)
            wishes, self._wishes = self._wishes, Wishes()
            self._taken = True
            if self._closed:
                return Wishes()
            return wishes if asked else Wishes(folders=None)

    def done(self) -> None:
        with self._changed:
            self._taken = False

    @property
    def pending(self) -> bool:
        """Something is wished, or was taken and is not done."""
        with self._changed:
            return self._taken or bool(self._wishes)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
