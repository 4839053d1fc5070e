"""One ignore file's patterns, matched fast enough to ask for every entry of a large tree.

pathspec translates each gitignore pattern into a regular expression; this module only decides which of
them matched last. Most patterns are plain names or ``*.ext``, so those are looked up instead of tried one
by one. It does not know where the patterns came from or which directories enclose which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pathspec.patterns.gitignore.base import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_GLOB = frozenset("*?[\\")
_BOTH = (False, True)


class PatternSet:
    """The patterns of one ignore file, in gitignore syntax. Lines that git would not accept are ignored."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._excludes: list[bool] = []
        # Index of the last pattern for a literal name or an extension, for files and for directories.
        self._literal: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._extension: tuple[dict[str, int], dict[str, int]] = ({}, {})
        self._named: list[tuple[int, re.Pattern[str]]] = []
        self._rooted: list[tuple[int, re.Pattern[str]]] = []
        for line in lines:
            self._add(line)
        self._any_named = _alternation(pattern for _, pattern in self._named)
        self._named.reverse()
        self._rooted.reverse()

    def __bool__(self) -> bool:
        return bool(self._excludes)

    def decide(self, relative: str, name: str, is_directory: bool) -> bool | None:
        """True: left out, False: explicitly kept, None: no pattern speaks of it.

        ``relative`` is the path below the ignore file's directory with ``/`` between its parts, and
        ``name`` its last part. The entry's parents are taken to be kept.
        """
        last = self._literal[is_directory].get(name, -1)
        dot = name.rfind(".")
        if dot >= 0:
            last = max(last, self._extension[is_directory].get(name[dot:], -1))
        if self._any_named is not None:
            subject = name + "/" if is_directory else name
            if self._any_named.fullmatch(subject):
                last = _last_match(self._named, subject, last)
        if self._rooted:
            last = _last_match(self._rooted, relative + "/" if is_directory else relative, last)
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
            self._rooted.append((index, re.compile(_whole(expression, body), re.DOTALL)))
        elif not _GLOB & set(name):
            for place in places:
                self._literal[place][name] = index
        elif name.startswith("*.") and not (_GLOB | {"."}) & set(name[2:]):
            for place in places:
                self._extension[place][name[1:]] = index
        else:
            self._named.append((index, re.compile(_whole(expression, body), re.DOTALL)))


def _whole(expression: str, body: str) -> str:
    """The expression for a whole path: pathspec's may stop early, to match what lies below a directory."""
    expression = expression.replace("(?P<ps_d>/)", "/")
    if expression in (".", "/"):
        return ".+" + expression.strip(".")
    if body.endswith("/**/"):
        return expression + ".+/"
    return expression + ".+" if body.endswith("/**") else expression


def _alternation(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str] | None:
    joined = "|".join(f"(?:{pattern.pattern})" for pattern in patterns)
    return re.compile(joined, re.DOTALL) if joined else None


def _last_match(newest_first: list[tuple[int, re.Pattern[str]]], subject: str, after: int) -> int:
    for index, pattern in newest_first:
        if index <= after:
            return after
        if pattern.fullmatch(subject):
            return index
    return after
