"""One ignore file's patterns, matched fast enough to ask for every entry of a large tree.

pathspec translates each gitignore pattern into a regular expression; this module only decides which of
them matched last. Most patterns are plain names or ``*.ext``, so those are looked up instead of tried one
by one. It does not know where the patterns came from or which directories enclose which.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_GLOB = frozenset("*?[\\")
# Where a pattern stops being plain; the slash is here because paths have the system's own separators.
_NOT_PLAIN = re.compile(r"[*?\[\]\\/]")
_BOTH = (False, True)

_Numbered = tuple[int, re.Pattern[str]]


class PatternSet:
    """The patterns of one ignore file, in gitignore syntax. Lines that git would not accept are ignored."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._excludes: list[bool] = []
        # Index of the last pattern for a literal name or an extension, for files and for directories.
        self._literal: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._extension: tuple[dict[str, int], dict[str, int]] = ({}, {})
        # The others, tried one by one, the last first; what speaks of directories only is not tried on files.
        self._named: tuple[list[_Numbered], list[_Numbered]] = ([], [])
        self._rooted: tuple[list[_Numbered], list[_Numbered]] = ([], [])
        # What a name or path must begin or end with for trying them to be worth while.
        self._beginnings: tuple[str, ...] = ()
        self._endings: tuple[str, ...] = ()
        self._rooted_beginnings: tuple[str, ...] = ()
        for line in lines:
            self._add(line)
        for tried in (*self._named, *self._rooted):
            tried.reverse()

    def __bool__(self) -> bool:
        return bool(self._excludes)

    def decide(self, path: str, base: int, name: str, is_directory: bool) -> bool | None:
        """True: left out, False: explicitly kept, None: no pattern speaks of it.

        From ``base`` on ``path`` is relative to the ignore file's directory, and ``name`` is its last part.
        The entry's parents are taken to be kept.
        """
        last = self._literal[is_directory].get(name, -1)
        dot = name.rfind(".")
        if dot >= 0 and (index := self._extension[is_directory].get(name[dot:], -1)) > last:
            last = index
        if (named := self._named[is_directory]) and (
            name.startswith(self._beginnings) or name.endswith(self._endings)
        ):
            last = _last_match(named, name + "/" if is_directory else name, last)
        if (rooted := self._rooted[is_directory]) and path.startswith(self._rooted_beginnings, base):
            relative = _slashed(path[base:])
            last = _last_match(rooted, relative + "/" if is_directory else relative, last)
        return self._excludes[last] if last >= 0 else None

    def _add(self, line: str) -> None:
        try:
            expression, excludes = GitIgnoreSpecPattern.pattern_to_regex(line)
        except GitIgnorePatternError:
            return
        if expression is None or excludes is None:
            return
        index = len(self._excludes)
        self._excludes.append(excludes)
        body = line if excludes else line[1:]
        if not body.endswith("\\ "):
            body = body.rstrip()
        directories_only = body.endswith("/")
        name = body[:-1] if directories_only else body
        places = (True,) if directories_only else _BOTH
        if "/" in name:
            pattern = re.compile(_whole(expression, body), re.DOTALL)
            for place in places:
                self._rooted[place].append((index, pattern))
            self._rooted_beginnings += (_NOT_PLAIN.split(name.removeprefix("/"))[0],)
        elif not _GLOB & set(name):
            for place in places:
                self._literal[place][name] = index
        elif name.startswith("*.") and not (_GLOB | {"."}) & set(name[2:]):
            for place in places:
                self._extension[place][name[1:]] = index
        else:
            pattern = re.compile(_whole(expression, body), re.DOTALL)
            for place in places:
                self._named[place].append((index, pattern))
            beginning, *_, ending = _NOT_PLAIN.split(name)
            if beginning:
                self._beginnings += (beginning,)
            else:
                # Every name ends with "", so a pattern without a plain end either is tried on all.
                self._endings += (ending,)


def _whole(expression: str, body: str) -> str:
    """The expression for a whole path: pathspec's may stop early, to match what lies below a directory."""
    expression = expression.replace("(?P<ps_d>/)", "/")
    if expression in (".", "/"):
        return ".+" + expression.strip(".")
    if body.endswith("/**/"):
        return expression + ".+/"
    return expression + ".+" if body.endswith("/**") else expression


if os.sep == "/":

    def _slashed(relative: str) -> str:
        return relative
else:

    def _slashed(relative: str) -> str:
        return relative.replace(os.sep, "/")


def _last_match(newest_first: list[tuple[int, re.Pattern[str]]], subject: str, after: int) -> int:
    for index, pattern in newest_first:
        if index <= after:
            return after
        if pattern.fullmatch(subject):
            return index
    return after
