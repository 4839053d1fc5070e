"""A disk that is not mounted is not an emptied folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwen_finder.core.errors import FolderError
from qwen_finder.core.status import Folder
from qwen_finder.engine.disks import Disks
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.mounts import Mount
from qwen_finder.sources.scan import Scan
from qwen_finder.storage.catalog import SqliteCatalog


class Case:
    """A folder with a disk that a test mounts and unmounts."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = tmp_path / "media" / "stick"
        self.root.mkdir(parents=True)
        self.catalog = SqliteCatalog(tmp_path / "catalog.sqlite")
        self.mounted = [Mount("/", "ext4"), Mount("/elsewhere", "ext4")]
        self.disks = Disks(self.catalog, lambda: self.mounted)

    def check(self, path: Path) -> Scan:
        folder = Folder(1, str(path))
        return self.disks.check(folder, Scan(folder.path, IgnoreRules(folder.path)))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    made = Case(tmp_path)
    yield made
    made.catalog.close()


def test_a_folder_whose_disk_is_unmounted_is_offline_until_it_is_back(case: Case) -> None:
    stick = Mount(str(case.root), "vfat")
    case.mounted.append(stick)
    assert case.check(case.root).unreadable == []
    case.mounted.remove(stick)
    for _ in range(2):
        with pytest.raises(FolderError, match="not mounted") as caught:
            case.check(case.root)
        assert caught.value.code == "folder.unmounted"
    with pytest.raises(FolderError):
        case.check(case.root / "photos")
    case.mounted.append(stick)
    assert case.check(case.root).unreadable == []


@pytest.mark.parametrize("leave_the_mount_point", [True, False])
def test_a_disk_inside_a_folder_is_kept(case: Case, leave_the_mount_point: bool) -> None:
    stick = Mount(str(case.root), "vfat")
    case.mounted.append(stick)
    case.check(case.root.parent)
    case.mounted.remove(stick)
    if not leave_the_mount_point:
        shutil.rmtree(case.root)
    for _ in range(2):
        assert [path for path, _ in case.check(case.root.parent).unreadable] == [str(case.root)]


def test_a_folder_that_took_the_place_of_a_disk_is_a_folder(case: Case) -> None:
    stick = Mount(str(case.root), "vfat")
    case.mounted.append(stick)
    case.check(case.root)
    case.mounted.remove(stick)
    (case.root / "a.txt").touch()
    assert case.check(case.root).unreadable == []
    (case.root / "a.txt").unlink()
    assert case.check(case.root).unreadable == [], "it was emptied, not unmounted"


def test_other_disks_do_not_matter(case: Case) -> None:
    case.check(case.root)
    del case.mounted[1]
    assert case.check(case.root).unreadable == []
