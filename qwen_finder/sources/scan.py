"""What is in a folder now: one pass over its directories, as fast as the file system answers.

The scan is the truth that indexing compares the catalog with. It looks at names, sizes and times only and
never opens a file, other than ignore files. Symlinks are not followed, so it cannot loop or leave the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence

from qwen_finder.core.document import FileRecord
from qwen_finder.core.errors import FolderError
from qwen_finder.sources.ignore import IGNORE_FILES, IgnoreRules, Level


class Scan:
    """Every regular file below ``root`` that ``rules`` let through, in no particular order.

    With ``only``, no more than what is at these paths and below them: ``covers`` are the outermost of them,
    None when everything is looked at. The folder of an ignore file stands for the ignore file.

    Iterate once. Raises FolderError ("folder.missing", "folder.not_a_folder", "folder.unreadable") on
    iteration when the root itself cannot be listed. Afterwards ``unreadable`` holds (path, reason) of
    directories that could not be listed and ignore files that could not be read, ``ignored`` the number of
    entries left out by the rules (a directory counts as one).
    """

    def __init__(self, root: str, rules: IgnoreRules, only: Collection[str] | None = None) -> None:
        self.root = os.path.abspath(root)
        self.covers = None if only is None else outermost(only)
        self.unreadable: list[tuple[str, str]] = []
        self.ignored = 0
        self._rules = rules

    def __iter__(self) -> Iterator[FileRecord]:
        if self.covers is None or self.root in self.covers:
            return self._below(self.root, None)
        return self._single(self.covers)

    def _single(self, paths: Sequence[str]) -> Iterator[FileRecord]:
        # Without its root nothing can be said of single paths.
        self._entries(self.root)
        levels: dict[str, tuple[bool, Level | None]] = {}
        for path in paths:
            inside, level = self._enclosing(os.path.dirname(path), levels)
            if inside:
                yield from self._at(path, level)

    def _at(self, path: str, level: Level | None) -> Iterator[FileRecord]:
        """What is at ``path``, in a directory with this ``level``, and below it."""
        try:
            status = os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self.unreadable.append((path, _reason(error)))
            return
        is_directory = stat.S_ISDIR(status.st_mode)
        if not is_directory and not stat.S_ISREG(status.st_mode):
            return
        if self._rules.ignores(level, path, os.path.basename(path), is_directory):
            self.ignored += 1
        elif is_directory:
            yield from self._below(path, level)
        else:
            yield FileRecord(path, status.st_size, status.st_mtime_ns)

    def _enclosing(
        self, directory: str, levels: dict[str, tuple[bool, Level | None]]
    ) -> tuple[bool, Level | None]:
        """Whether a full scan would enter ``directory``, and its level; ``levels`` are known already."""
        if directory not in levels:
            levels[directory] = self._enter(directory, levels)
        return levels[directory]

    def _enter(
        self, directory: str, levels: dict[str, tuple[bool, Level | None]]
    ) -> tuple[bool, Level | None]:
        above: Level | None = None
        if directory != self.root:
            parent, name = os.path.split(directory)
            if parent == directory:
                return False, None
            inside, above = self._enclosing(parent, levels)
            if (
                not inside
                or os.path.islink(directory)
                or not os.path.isdir(directory)
                or self._rules.ignores(above, directory, name, True)
            ):
                return False, None
        return True, self._level(directory, IGNORE_FILES, above)

    def _below(self, top: str, level: Level | None) -> Iterator[FileRecord]:
        pending: list[tuple[str, Level | None]] = [(top, level)]
        ignores = self._rules.ignores
        while pending:
            directory, above = pending.pop()
            entries = self._entries(directory)
            level = self._level(directory, [entry.name for entry in entries], above)
            for entry in entries:
                try:
                    is_directory = entry.is_dir(follow_symlinks=False)
                    if not is_directory and not entry.is_file(follow_symlinks=False):
                        continue
                    path = entry.path
                    if ignores(level, path, entry.name, is_directory):
                        self.ignored += 1
                    elif is_directory:
                        pending.append((path, level))
                    else:
                        status = entry.stat(follow_symlinks=False)
                        # The entry may have been replaced since it was listed.
                        if stat.S_ISREG(status.st_mode):
                            yield FileRecord(path, status.st_size, status.st_mtime_ns)
                except FileNotFoundError:
                    continue
                except OSError as error:
                    self.unreadable.append((entry.path, _reason(error)))

    def _entries(self, directory: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(directory) as entries:
                return list(entries)
        except OSError as error:
            if directory == self.root:
                raise folder_error(directory, error) from error
            # A directory deleted, or replaced by a file, since its parent was listed is simply not there.
            if not isinstance(error, (FileNotFoundError, NotADirectoryError)):
                self.unreadable.append((directory, _reason(error)))
            return []

    def _level(self, directory: str, names: Sequence[str], above: Level | None) -> Level | None:
        try:
            return self._rules.level(directory, names, above)
        except FileNotFoundError:
            return above
        except OSError as error:
            self.unreadable.append((error.filename or directory, _reason(error)))
            return above


def outermost(paths: Collection[str]) -> tuple[str, ...]:
    """``paths`` without those below another of them, ignore files replaced by their folders."""
    found: list[str] = []
    looked = {os.path.dirname(path) if os.path.basename(path) in IGNORE_FILES else path for path in paths}
    for path in sorted(looked, key=lambda path: path.split(os.sep)):
        if not found or not path.startswith(os.path.join(found[-1], "")):
            found.append(path)
    return tuple(found)


def folder_error(path: str, error: OSError) -> FolderError:
    """The error that tells why the folder at ``path`` cannot be listed."""
    if isinstance(error, FileNotFoundError):
        return FolderError(
            "folder.missing",
            f"The folder {path} does not exist.",
            "Check the spelling, or connect the drive that holds it.",
        )
    if isinstance(error, NotADirectoryError):
        return FolderError(
            "folder.not_a_folder",
            f"{path} is not a folder.",
            "Give the folder that holds it instead.",
        )
    return FolderError(
        "folder.unreadable",
        f"The folder {path} cannot be read: {_reason(error)}.",
        "Give your user the right to list it, then try again.",
    )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
