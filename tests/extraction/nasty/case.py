"""What one nasty file is, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

Content = bytes | Iterator[bytes]
"""A file's bytes, whole or in pieces when they are too many to be held."""

BROKEN = "file.broken"
EMPTY = "file.empty"
ENCRYPTED = "file.encrypted"


@dataclass(frozen=True, slots=True)
class Nasty:
    """One file: its name below the corpus folder, what is wrong with it, and what must come of it.

    With a ``phrase`` and no ``codes`` the file must be indexed and the phrase found in its text (the empty
    one always is); with ``codes`` alone one of them must be recorded; with both, either will do (which one
    depends on how much of a parser's guesswork is wanted). ``absent`` is a text that must never be read,
    such as a file outside that an entity refers to. ``dear`` marks what is too slow for every run of the
    tests.
    """

    name: str
    what: str
    make: Callable[[], Content]
    phrase: str | None = None
    codes: frozenset[str] = frozenset()
    absent: str = ""
    dear: bool = False

    def write(self, folder: Path) -> Path:
        """Write the file below ``folder`` and say where it is."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = self.make()
        with path.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                file.writelines(content)
        return path

    def verdict(self, code: str, text: str) -> str:
        """What is wrong with this outcome, or "". ``code`` is "indexed" or the reason that was recorded."""
        if self.absent and self.absent in text:
            return f"read {self.absent!r}, which is not its own"
        if code == "indexed":
            if self.phrase is None:
                return f"indexed, should have been {' or '.join(sorted(self.codes))}"
            return "" if self.phrase in text else f"the phrase {self.phrase!r} was not read"
        if code in self.codes:
            return ""
        wanted = " or ".join(([] if self.phrase is None else ["indexed"]) + sorted(self.codes))
        return f"{code}, should have been {wanted}"


def found(
    name: str,
    what: str,
    make: Callable[[], Content],
    phrase: str,
    *,
    absent: str = "",
    dear: bool = False,
) -> Nasty:
    """A file that must be indexed, with ``phrase`` in its text."""
    return Nasty(name, what, make, phrase, frozenset(), absent, dear)


def refused(
    name: str, what: str, make: Callable[[], Content], *codes: str, absent: str = "", dear: bool = False
) -> Nasty:
    """A file that must be recorded with one of these reasons."""
    return Nasty(name, what, make, None, frozenset(codes), absent, dear)


def either(
    name: str,
    what: str,
    make: Callable[[], Content],
    phrase: str,
    *codes: str,
    absent: str = "",
    dear: bool = False,
) -> Nasty:
    """A file of which as much is read as its reader can make of it, or else the reason is recorded."""
    return Nasty(name, what, make, phrase, frozenset(codes), absent, dear)
