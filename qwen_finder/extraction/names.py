"""The names of a container's members: made harmless, listed as text, and counted in a sentence.

Names in archives are whatever somebody wrote there: paths that lead out, control characters, a megabyte.
They are shown and searched, never used as paths.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from qwen_finder.extraction.encoding import clean

_MAX_NAME = 255
_MAX_LISTING = 100_000
"""Characters: a listing is embedded like any text, and ten thousand names say little about a container."""

_SEPARATORS = re.compile(r"[\\/]+")
_DRIVE = re.compile(r"^[A-Za-z]:(?=[\\/])")
# Direction marks make a name look like another.
_CONTROLS = re.compile("[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


def harmless(name: str) -> str:
    """A member's name as a relative path: no "..", no root, one line, at most 255 characters."""
    name = _CONTROLS.sub(" ", clean(_DRIVE.sub("", name)))
    parts = [part.strip() for part in _SEPARATORS.split(name)]
    whole = "/".join(part for part in parts if part not in ("", ".", ".."))
    if len(whole) > _MAX_NAME:
        whole = "…" + whole[1 - _MAX_NAME :]
    return whole or "unnamed"


class Listing:
    """The names of members as text, a line for each stretch of one folder: "docs: a.txt, b.txt"."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._folder: str | None = None
        self.omitted = 0

    def add(self, name: str) -> None:
        folder, _, file = name.rpartition("/")
        if folder != self._folder:
            part = ("\n" if self._parts else "") + (f"{folder}: " if folder else "") + file
        else:
            part = f", {file}"
        if self._length + len(part) > _MAX_LISTING:
            self.omitted += 1
            return
        self._folder = folder
        self._parts.append(part)
        self._length += len(part)

    @property
    def text(self) -> str:
        return "".join(self._parts) + "\n" if self._parts else ""


def sentence(unread: Mapping[str, int], count: int) -> str:
    """ "3 of 40 members could not be read (2 encrypted, 1 broken)."; "" when all could."""
    total = sum(unread.values())
    if not total:
        return ""
    reasons = ", ".join(f"{number:,} {reason}" for reason, number in sorted(unread.items()))
    if len(unread) == 1:
        reasons = next(iter(unread))
    return f"{total:,} of {count:,} members could not be read ({reasons})."
