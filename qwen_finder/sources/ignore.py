"""Which entries of a folder are left out: hidden ones, junk and secrets, and what ignore files name.

Three independent filters; an entry must pass them all, so that a pattern like ``!*.md`` in an ignore file
never brings back a hidden or secret file by accident. Ignore files follow git: the deepest file that
speaks of an entry decides, its last matching pattern wins, and an excluded directory is not entered.
This module reads ignore files and nothing else; walking is the scan's business.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from qwen_finder.core.junk import JUNK
from qwen_finder.core.secrets import SECRETS
from qwen_finder.sources.patterns import PatternSet

GITIGNORE = ".gitignore"
OWN_IGNORE = ".qwenfinderignore"
IGNORE_FILES = (GITIGNORE, OWN_IGNORE)

_MAX_IGNORE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Level:
    """The ignore files in force in one directory: its own and those of the directories above it.

    ``base`` is the length of the path prefix that this level's patterns do not see.
    """

    patterns: PatternSet
    base: int
    above: Level | None


class IgnoreRules:
    """What to leave out below ``root``.

    ``use_gitignore`` honours ``.gitignore`` files; ``.qwenfinderignore`` files always count and, in the
    same directory, win. ``hidden`` lets names with a leading dot in. ``patterns`` are left out everywhere.
    """

    def __init__(
        self,
        root: str,
        *,
        use_gitignore: bool = True,
        hidden: bool = False,
        patterns: Sequence[str] = (*JUNK, *SECRETS),
    ) -> None:
        self.root = os.path.abspath(root)
        self._files = (GITIGNORE, OWN_IGNORE) if use_gitignore else (OWN_IGNORE,)
        self._hidden = hidden
        self._everywhere = PatternSet(patterns)
        self._root_base = _base(self.root)

    def level(self, directory: str, names: Sequence[str], above: Level | None) -> Level | None:
        """The ignore files in force in ``directory``, whose entries are called ``names``.

        ``above`` is the level of the directory that holds it. Raises OSError when an ignore file is there
        but cannot be read.
        """
        lines: list[str] = []
        for file in self._files:
            if file in names:
                lines += _read_lines(os.path.join(directory, file))
        patterns = PatternSet(lines)
        return Level(patterns, _base(directory), above) if patterns else above

    def ignores(self, level: Level | None, path: str, name: str, is_directory: bool) -> bool:
        """Whether the entry at ``path``, called ``name``, is left out of a directory with this ``level``."""
        if name[0] == "." and not self._hidden:
            return True
        if self._everywhere.decide(path, self._root_base, name, is_directory):
            return True
        while level is not None:
            decision = level.patterns.decide(path, level.base, name, is_directory)
            if decision is not None:
                return decision
            level = level.above
        return False


def _base(directory: str) -> int:
    return len(directory) + (not directory.endswith(os.sep))


def _read_lines(path: str) -> list[str]:
    if not os.path.isfile(path) or os.path.islink(path):
        return []
    with open(path, "rb") as file:
        content = file.read(_MAX_IGNORE_BYTES)
    # Names are surrogate-escaped, so patterns must be too for their bytes to meet.
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape").split("\n")
