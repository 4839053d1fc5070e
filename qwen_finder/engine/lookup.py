"""Finding a file of the index by the path that a client names. What is not in the index is never opened."""

from __future__ import annotations

import os

from qwen_finder.core.ports import Catalog, CatalogFile


def find_file(catalog: Catalog, path: str) -> CatalogFile | None:
    """The file of this very path in the catalog; None for every other path, whatever lies there.

    Also None when a folder on the way has become a link since: what lies behind it is not what was indexed.
    """
    if "\0" in path:
        return None
    for folder in catalog.folders():
        if not path.startswith(folder.path.rstrip(os.sep) + os.sep):
            continue
        known = catalog.known_files(folder.id, [path]).get(path)
        if known is not None and _leads_nowhere_else(path):
            return catalog.files([known.id]).get(known.id)
    return None


def _leads_nowhere_else(path: str) -> bool:
    directory = os.path.dirname(path)
    return os.path.realpath(directory) == directory
