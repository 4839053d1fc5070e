"""Files and folders that the user left out one by one, by their paths, kept in a setting so that they can be
seen and taken back.

A path that is no valid Unicode stands there as a file: address, since settings are text.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import unquote_to_bytes

from qwen_finder.core.errors import FolderError, UsageError
from qwen_finder.core.ports import Catalog
from qwen_finder.core.status import Folder

SETTING = "index.excluded"

_ADDRESS = "file://"
_SPECIAL = frozenset("\\*?[]!#")


def patterns_below(folder: str, entries: Sequence[str]) -> list[str]:
    """Of what is excluded the part below ``folder``, as patterns of an ignore file that lies in it."""
    base = folder.rstrip(os.sep) + os.sep
    paths = map(path_of, entries)
    return [_pattern(path[len(base) :]) for path in paths if path.startswith(base)]


def entry_of(path: str) -> str:
    """``path`` as it stands in the setting."""
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return PurePath(path).as_uri()
    return path


def path_of(entry: str) -> str:
    """The path that an entry of the setting means."""
    if not entry.startswith(_ADDRESS):
        return entry
    return os.fsdecode(unquote_to_bytes(entry.removeprefix(_ADDRESS)))


def excluded_folder(catalog: Catalog, path: str) -> tuple[Folder, str]:
    """The indexed folder that ``path`` lies in, and the path without detours.

    FolderError "folder.whole" for an indexed folder itself, UsageError "exclude.outside" for what is in none.
    """
    wanted = os.path.normpath(path) if os.path.isabs(path) and "\0" not in path else ""
    for folder in catalog.folders():
        if wanted == folder.path:
            raise FolderError(
                "folder.whole",
                f"{path} is one of the indexed folders.",
                "Remove it from them: `qwen-finder folders remove` does that.",
            )
        if wanted.startswith(folder.path.rstrip(os.sep) + os.sep):
            return folder, wanted
    raise UsageError(
        "exclude.outside",
        f"{path} is in none of the indexed folders.",
        "Only what is in them can be left out; nothing else is looked at anyway.",
    )


def _pattern(relative: str) -> str:
    """The pattern that means this path and no other."""
    escaped = "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in relative.replace(os.sep, "/"))
    return "/" + (f"{escaped[:-1]}\\ " if escaped.endswith(" ") else escaped)
