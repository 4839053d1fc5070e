"""Files of the catalog at and below paths, and no others that only look alike."""

from __future__ import annotations

import os
from pathlib import Path

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.ports import SeenFile
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.subtrees import files_below


def test_known_files_below_paths(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    home, other = catalog.add_folder("/home"), catalog.add_folder("/home2")
    odd = os.fsdecode(b"/home/b/\xff\xfe.txt")
    paths = ["/home/a.txt", "/home/b/c.txt", "/home/b/d/e.txt", "/home/b.txt", "/home/b0/f.txt", odd]
    catalog.enter(home.id, [SeenFile(FileRecord(path, 1, 2), Kind.TEXT) for path in paths])
    catalog.enter(other.id, [SeenFile(FileRecord("/home2/a.txt", 1, 2), Kind.TEXT)])
    everything = catalog.known_files(home.id)

    assert set(catalog.known_files(home.id, ["/home/b"])) == {"/home/b/c.txt", "/home/b/d/e.txt", odd}
    assert set(catalog.known_files(home.id, ["/home/a.txt", odd, "/gone"])) == {"/home/a.txt", odd}
    assert catalog.known_files(home.id, ["/"]) == everything
    assert catalog.known_files(home.id, []) == {}
    assert catalog.known_files(other.id, ["/home"]) == {}
    catalog.close()


def test_other_files_of_the_folder_are_not_read(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    home = catalog.add_folder("/home")
    paths = ["/home/x/saved.txt", *(f"/home/others/{number}.txt" for number in range(3_000))]
    catalog.enter(home.id, [SeenFile(FileRecord(path, 1, 2), Kind.TEXT) for path in paths])
    hundreds_of_steps: list[None] = []
    with catalog._db.reading() as db:
        db.set_progress_handler(lambda: hundreds_of_steps.append(None), 100)
        for path in ("/home/x/saved.txt", "/home/x"):
            assert set(files_below(db, home.id, [path])) == {"/home/x/saved.txt"}
        db.set_progress_handler(None, 0)
    assert len(hundreds_of_steps) < 10
    catalog.close()


def test_pending_versions(tmp_path: Path) -> None:
    catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
    home = catalog.add_folder("/home")
    assert catalog.pending_versions() == set()
    catalog.enter(home.id, [SeenFile(FileRecord("/home/a", 5, 7), Kind.TEXT)])
    assert catalog.pending_versions() == {(5, 7)}
    catalog.close()
