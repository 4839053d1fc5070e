"""What an index holds, in a form in which two of them can be compared: proofs of recovery are built on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

Contents = dict[str, tuple[str, tuple[tuple[int | None, int, str, str], ...]]]
"""Path → (state, its passages as (page, line, context, text), in order)."""


def index_contents(engine: Engine) -> Contents:
    """Every file of the catalog with what is stored of it; the engine must be idle.

    AssertionError where catalog and index do not belong together: rows of unknown files, missing or doubled
    rows, texts without vectors.
    """
    from qwen_finder.core.document import chunk_id

    catalog, store = engine._catalog, engine._backend.opened.store
    assert store is not None
    stored = store.chunk_counts()
    contents: Contents = {}
    for folder in catalog.folders():
        for path, known in catalog.known_files(folder.id).items():
            file = catalog.files([known.id])[known.id]
            assert stored.pop(known.id, 0) == file.chunks, f"{path}: not the rows that the catalog noted"
            ids = [chunk_id(known.id, ordinal) for ordinal in range(file.chunks)]
            chunks = store.chunks(ids)
            assert len(chunks) == file.chunks, f"{path}: rows are missing"
            passages = tuple(
                (chunks[id].page, chunks[id].line, chunks[id].context, chunks[id].text) for id in ids
            )
            contents[path] = (file.state.value, passages)
    assert not stored, f"rows of {len(stored)} files that the catalog does not know"
    return contents


def clean_index(engine: Engine, root: Path, settle: Callable[[Engine], None]) -> Contents:
    """What a new index of ``root`` holds. ``engine`` has an empty home; it is closed in the end."""
    engine.add_folder(str(root))
    settle(engine)
    contents = index_contents(engine)
    engine.close()
    return contents


def difference(found: Contents, wanted: Contents) -> list[str]:
    """What ``found`` lacks, has too much or has otherwise, a line a file; empty when they are the same."""
    lines = [f"missing: {path}" for path in sorted(wanted.keys() - found.keys())]
    lines += [f"too much: {path}" for path in sorted(found.keys() - wanted.keys())]
    for path in sorted(found.keys() & wanted.keys()):
        if found[path] != wanted[path]:
            lines.append(f"otherwise: {path}: {found[path]} instead of {wanted[path]}")
    return lines
