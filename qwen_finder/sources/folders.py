"""Whether a folder may be added to the index, before anything is stored about it, and which one is meant.

It knows paths and the file system, not the catalog: the folders that are indexed already are handed in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from qwen_finder.core.errors import FolderError
from qwen_finder.core.status import Folder
from qwen_finder.sources.scan import folder_error


def check_folder(path: str, existing: Sequence[str]) -> str:
    """The absolute real path of the folder at ``path``, ready to be indexed beside the ``existing`` ones.

    ``existing`` are absolute real paths. Raises FolderError: "folder.missing", "folder.not_a_folder",
    "folder.unreadable", "folder.already", "folder.inside" an indexed folder, "folder.contains" one.
    """
    if not path.strip() or "\0" in path:
        raise FolderError("folder.missing", f"{path!r} is no folder name.", "Give the path of a folder.")
    absolute = os.path.abspath(os.path.expanduser(path))
    try:
        real = os.path.realpath(absolute, strict=True)
        with os.scandir(real) as entries:
            next(entries, None)
    except OSError as error:
        raise folder_error(absolute, error) from error
    for other in existing:
        if real == other or _same(real, other):
            raise FolderError("folder.already", f"{real} is indexed already.", "Nothing needs to be done.")
        if _is_below(real, other):
            raise FolderError(
                "folder.inside",
                f"{real} is inside {other}, which is indexed already.",
                "Its files are found already; nothing needs to be done.",
            )
        if _is_below(other, real):
            raise FolderError(
                "folder.contains",
                f"{real} contains {other}, which is indexed already.",
                f"Remove {other} first (qwen-finder folders remove), then add this one.",
            )
    return real


def known_folder(folders: Sequence[Folder], path: str) -> Folder:
    """The one of ``folders`` at ``path``. Raises FolderError: "folder.unknown"."""
    wanted = os.path.realpath(os.path.expanduser(path)) if "\0" not in path else ""
    for folder in folders:
        if folder.path in (path, wanted):
            return folder
    raise FolderError(
        "folder.unknown",
        f"{path} is not one of the indexed folders.",
        "`qwen-finder folders list` shows them; `qwen-finder folders add` adds one.",
    )


def _is_below(path: str, parent: str) -> bool:
    return path.startswith(parent if parent.endswith(os.sep) else parent + os.sep)


def _same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        # The other folder is offline: only its name can be compared, and that differs.
        return False
