"""The scan sees every regular file once, whatever else lies around, and survives what changes under it."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from qwen_finder.core.document import FileRecord
from qwen_finder.core.errors import FolderError
from qwen_finder.sources.ignore import IgnoreRules
from qwen_finder.sources.scan import Scan, outermost


def scan_of(root: Path) -> Scan:
    return Scan(str(root), IgnoreRules(str(root)))


def test_records_path_size_and_time(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "note.txt"
    file.parent.mkdir()
    file.write_bytes(b"hello")
    os.utime(file, ns=(1, 1_700_000_000_123_456_789))
    assert list(scan_of(tmp_path)) == [FileRecord(str(file), 5, 1_700_000_000_123_456_789)]


def test_names_that_are_hard_to_handle(tmp_path: Path) -> None:
    names = [
        b"line\nbreak.txt",
        "🙂.md".encode(),
        b"latin-\xe9.txt",
        b"n" * 255,
        b"-rf",
        b" lead",
        b"'\"$(x).txt",
    ]
    for name in names:
        (tmp_path / os.fsdecode(name)).write_bytes(b"x")
    assert {os.fsencode(os.path.basename(record.path)) for record in scan_of(tmp_path)} == set(names)


def test_symlinks_pipes_and_sockets_are_not_files(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("x")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "zero").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        os.chdir(tmp_path)
        server.bind("socket")
        assert [os.path.basename(record.path) for record in scan_of(tmp_path)] == ["real.txt"]


def test_counts_what_the_rules_left_out(tmp_path: Path) -> None:
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "a.js").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    scan = scan_of(tmp_path)
    assert list(scan) == []
    assert scan.ignored == 2


def test_a_directory_that_cannot_be_listed_is_reported_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "locked").mkdir()
    (tmp_path / "note.txt").write_text("x")
    listed = os.scandir

    def refusing(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)
    scan = scan_of(tmp_path)
    assert len(list(scan)) == 1
    assert scan.unreadable == [(str(tmp_path / "locked"), "permission denied")]


def test_a_directory_that_vanishes_meanwhile_is_no_error(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text("x")
    scan = scan_of(tmp_path)
    records = iter(scan)
    first = Path(next(records).path).parent
    other = tmp_path / ("b" if first.name == "a" else "a")
    (other / "x.txt").unlink()
    other.rmdir()
    assert list(records) == []
    assert scan.unreadable == []


def test_deep_trees_need_no_deep_stack(tmp_path: Path) -> None:
    directory = str(tmp_path)
    for _ in range(500):
        directory += "/d"
        os.mkdir(directory)
    Path(directory, "leaf.txt").write_text("x")
    assert len(list(scan_of(tmp_path))) == 1


def test_the_root_itself_must_be_a_readable_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FolderError) as missing:
        list(scan_of(tmp_path / "nowhere"))
    assert missing.value.code == "folder.missing"
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(FolderError) as not_a_folder:
        list(scan_of(file))
    assert not_a_folder.value.code == "folder.not_a_folder"

    def refusing(path: str) -> object:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refusing)
    with pytest.raises(FolderError) as unreadable:
        list(scan_of(tmp_path))
    assert unreadable.value.code == "folder.unreadable"
    assert unreadable.value.hint


def test_only_regular_files_come_out_of_the_system_folders() -> None:
    for root in ("/dev", "/run"):
        scan = Scan(root, IgnoreRules(root))
        assert all(
            stat.S_ISREG(os.lstat(record.path).st_mode) for record in scan if os.path.lexists(record.path)
        )


# Single paths only.


def only(root: Path, *names: str) -> tuple[set[str], Scan]:
    scan = Scan(str(root), IgnoreRules(str(root)), [str(root / name) for name in names])
    return {os.path.relpath(record.path, root) for record in scan}, scan


def test_single_paths_are_what_a_whole_scan_says_of_them(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "sub/c.txt", "sub/deep/d.txt", "other/e.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "link").symlink_to(tmp_path / "sub")
    found, scan = only(tmp_path, "a.txt", "gone.txt", "sub", "sub/c.txt", "link", "link/c.txt", "a.txt/x")
    assert found == {"a.txt", "sub/c.txt", "sub/deep/d.txt"}
    assert scan.covers == tuple(str(tmp_path / name) for name in ("a.txt", "gone.txt", "link", "sub"))
    assert not scan.unreadable


def test_single_paths_are_left_out_by_every_rule_above_them(tmp_path: Path) -> None:
    for name in ("keep/a.txt", "keep/a.log", "drop/deep/b.txt", "node_modules/c.txt", ".hidden/d.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / ".gitignore").write_text("*.log\n/drop/\n")
    (tmp_path / "keep" / ".qwenfinderignore").write_text("a.txt\n")
    names = ("keep/a.txt", "keep/a.log", "drop/deep/b.txt", "node_modules/c.txt", ".hidden/d.txt")
    assert only(tmp_path, *names)[0] == set()
    (tmp_path / "keep" / ".qwenfinderignore").unlink()
    assert only(tmp_path, *names)[0] == {"keep/a.txt"}


def test_an_ignore_file_stands_for_its_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("a")
    (tmp_path / "b.txt").write_text("b")
    found, scan = only(tmp_path, "sub/.gitignore", "sub/a.txt")
    assert (found, scan.covers) == ({"sub/a.txt"}, (str(tmp_path / "sub"),))
    assert only(tmp_path, ".qwenfinderignore")[0] == {"sub/a.txt", "b.txt"}


def test_single_paths_of_a_folder_that_is_gone_are_not_gone_themselves(tmp_path: Path) -> None:
    with pytest.raises(FolderError):
        only(tmp_path / "unplugged", "a.txt")


def test_the_outermost_of_paths(tmp_path: Path) -> None:
    assert outermost(["/a/b", "/a b", "/a/b/c", "/a", "/ab"]) == ("/a", "/a b", "/ab")
