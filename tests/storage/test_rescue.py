"""A damaged catalog is set aside, and its folders are there again."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import SeenFile
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.rescue import open_catalog, read_folders, set_aside, write_folders

ODD = os.fsdecode(b"/home/me/caf\xe9")


def made(path: Path) -> None:
    catalog = SqliteCatalog(path)
    folder = catalog.add_folder("/home/me")
    catalog.enter(
        folder.id,
        [SeenFile(FileRecord(f"/home/me/{at}/file.txt", 1, at), Kind.TEXT) for at in range(500)],
    )
    catalog.close()


def test_a_healthy_catalog_is_opened(tmp_path: Path) -> None:
    made(tmp_path / "catalog.sqlite")
    catalog, done = open_catalog(tmp_path / "catalog.sqlite", tmp_path / "folders.json", tmp_path / "vectors")
    assert (len(catalog.folders()), done) == (1, "")
    assert set_aside(tmp_path) == []
    catalog.close()


@pytest.mark.parametrize("at", [0, 0.5, 0.8], ids=["head", "middle", "late"])
def test_a_damaged_catalog_is_set_aside_and_its_folders_restored(tmp_path: Path, at: float) -> None:
    path, backup = tmp_path / "catalog.sqlite", tmp_path / "folders.json"
    made(path)
    write_folders(backup, ["/home/me", ODD])
    (tmp_path / "vectors").mkdir()
    with path.open("r+b") as file:
        file.seek(int(path.stat().st_size * at) // 4096 * 4096)
        file.write(os.urandom(4096 * 4))
    catalog, done = open_catalog(path, backup, path.parent / "vectors")
    assert [folder.path for folder in catalog.folders()] == sorted(["/home/me", ODD], key=os.fsencode)
    assert "2 folders" in done
    assert not (tmp_path / "vectors").exists()
    assert len(set_aside(tmp_path)) >= 1
    catalog.close()
    again, done = open_catalog(path, backup, path.parent / "vectors")
    assert done == ""
    again.close()


def test_a_truncated_catalog_too(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    made(path)
    os.truncate(path, path.stat().st_size // 2)
    catalog, done = open_catalog(path, tmp_path / "folders.json", tmp_path / "vectors")
    assert "add them again" in done
    catalog.close()


def test_only_the_last_damaged_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    (tmp_path / "catalog.sqlite.broken-20200101-000000").write_bytes(b"old")
    path.write_bytes(b"no database at all" * 1000)
    open_catalog(path, tmp_path / "folders.json", tmp_path / "vectors")[0].close()
    (kept,) = set_aside(tmp_path)
    assert kept.read_bytes().startswith(b"no database")


def test_other_trouble_is_no_damage(tmp_path: Path) -> None:
    (tmp_path / "catalog.sqlite").mkdir()
    with pytest.raises(StorageError) as caught:
        open_catalog(tmp_path / "catalog.sqlite", tmp_path / "folders.json", tmp_path / "vectors")
    assert caught.value.code == "storage.unreadable"


def test_damage_met_in_use_is_repaired_at_the_next_start(tmp_path: Path) -> None:
    path, backup = tmp_path / "catalog.sqlite", tmp_path / "folders.json"
    made(path)
    write_folders(backup, ["/home/me"])
    healthy = path.read_bytes()
    catalog = SqliteCatalog(path)
    path.write_bytes(healthy[:4096] + bytes(len(healthy) - 4096))
    with pytest.raises(StorageError) as met:
        catalog.known_files(1)
    assert met.value.code == "storage.broken"
    catalog.close()
    # Also where the look at the opening finds nothing.
    path.write_bytes(healthy)
    catalog, done = open_catalog(path, backup, tmp_path / "vectors")
    assert "was damaged" in done
    assert catalog.known_files(catalog.folders()[0].id) == {}
    catalog.close()
    again, done = open_catalog(path, backup, tmp_path / "vectors")
    assert done == ""
    again.close()


def test_a_damaged_catalog_that_cannot_be_moved_is_told(tmp_path: Path) -> None:
    path = tmp_path / "catalog.sqlite"
    path.write_bytes(b"no database at all" * 1000)
    (tmp_path / "catalog.sqlite.broken-20200101-000000").mkdir()
    with pytest.raises(StorageError) as caught:
        open_catalog(path, tmp_path / "folders.json", tmp_path / "vectors")
    assert caught.value.code == "storage.unreadable"
    assert path.exists()


def test_the_backup_is_private_and_whole(tmp_path: Path) -> None:
    backup = tmp_path / "folders.json"
    write_folders(backup, ["/a", ODD])
    assert read_folders(backup) == ["/a", ODD]
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["folders.json"]


@pytest.mark.parametrize("content", ["", "[]", '{"folders": 5}', '{"folders": ["relative", 7]}'])
def test_a_backup_that_makes_no_sense_names_no_folder(tmp_path: Path, content: str) -> None:
    backup = tmp_path / "folders.json"
    backup.write_text(content)
    assert read_folders(backup) == []
