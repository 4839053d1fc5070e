"""What is asked of the next look at the folders: whole folders, or single paths in them.

Askers never wait; wishes for the same thing become one. Knows nothing of what a look does.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

# More paths than this in one folder are not worth keeping: it is quicker to look through it.
MOST_PATHS = 20_000


@dataclass(slots=True)
class Wishes:
    """``folders`` to look through, and ``paths`` to look at, by folder; those of a folder that is looked
    through anyhow may be left out."""

    folders: set[int] = field(default_factory=set)
    paths: dict[int, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.folders or self.paths)


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
            self._wishes.folders.update(folders)
            self._changed.notify_all()

    def hint(self, folder: int, paths: Collection[str]) -> None:
        """Look at these paths of a folder, and below them, as soon as possible."""
        with self._changed:
            if folder not in self._wishes.folders:
                wished = self._wishes.paths.setdefault(folder, set())
                wished.update(paths)
                if len(wished) > MOST_PATHS:
                    del self._wishes.paths[folder]
                    self._wishes.folders.add(folder)
            self._changed.notify_all()

    def take(self, timeout_s: float | None) -> Wishes:
        """What was wished, as soon as something is; nothing when ``timeout_s`` pass without a wish.

        ``pending`` stays true until ``done``. Returns nothing when closed.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._wishes or self._closed, timeout_s)
            wishes, self._wishes = self._wishes, Wishes()
            self._taken = True
            return Wishes() if self._closed else wishes

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
