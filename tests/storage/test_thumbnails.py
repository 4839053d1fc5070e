"""Thumbnails on disk: found again, never more than allowed, gone with their files, nobody else's to read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from qwen_finder.storage.thumbnails import Thumbnails


def webp(length: int, mark: int = 0) -> bytes:
    return bytes([mark]) * length


def on_disk(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def kept(tmp_path: Path) -> Thumbnails:
    return Thumbnails(tmp_path / "cache" / "thumbnails", 1_000_000)


def aged(folder: Path, file: int, seconds: float) -> None:
    """Have the thumbnails of ``file`` been looked at ``seconds`` ago."""
    for path in folder.rglob(f"{file}-*"):
        then = path.stat().st_mtime - seconds
        os.utime(path, (then, then))


def test_what_was_put_is_found_by_file_version_and_size(kept: Thumbnails) -> None:
    kept.put(7, 1, [(256, b"small"), (1024, b"large")])
    assert kept.get(7, 1, 256) == b"small"
    assert kept.get(7, 1, 1024) == b"large"
    assert kept.get(7, 2, 256) is None
    assert kept.get(7 + 256, 1, 256) is None
    assert kept.get(1, 1, 256) is None
    assert kept.size() == 10


def test_it_is_found_by_the_next_process(tmp_path: Path) -> None:
    Thumbnails(tmp_path, 1_000).put(7, 1, [(256, b"small")])
    again = Thumbnails(tmp_path, 1_000)
    assert again.get(7, 1, 256) == b"small"
    assert again.size() == 5


def test_a_new_version_takes_the_place_of_the_old_one(kept: Thumbnails, tmp_path: Path) -> None:
    kept.put(7, 1, [(256, b"old"), (1024, b"old")])
    kept.put(77, 1, [(256, b"another file")])
    kept.put(7, 2, [(256, b"new")])
    kept.put(7, 2, [(1024, b"newer")])
    assert on_disk(tmp_path) == ["7-2-1024.webp", "7-2-256.webp", "77-1-256.webp"]
    assert kept.size() == len(b"new" + b"newer" + b"another file")


def test_the_same_again_does_not_count_twice(kept: Thumbnails) -> None:
    for _ in range(3):
        kept.put(7, 1, [(256, b"small")])
    assert kept.size() == 5


def test_removed_files_leave_nothing_on_the_disk(kept: Thumbnails, tmp_path: Path) -> None:
    for file in (7, 7 + 256, 71):
        kept.put(file, 1, [(256, b"small"), (1024, b"large")])
    kept.remove([7, 71, 4_000])
    assert on_disk(tmp_path) == ["263-1-1024.webp", "263-1-256.webp"]
    assert kept.size() == 10


def test_what_a_crash_left_of_forgotten_files_goes(kept: Thumbnails, tmp_path: Path) -> None:
    kept.put(7, 1, [(256, b"small")])
    kept.put(8, 1, [(256, b"small")])
    (tmp_path / "cache" / "thumbnails" / "08" / "8-1-1024.part").write_bytes(b"half")
    kept.retain([7, 9])
    assert on_disk(tmp_path) == ["7-1-256.webp"]


def test_beyond_the_cap_those_nobody_looked_at_go_first(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path, 1_000)
    for file in range(10):
        kept.put(file, 1, [(256, webp(100, file))])
        aged(tmp_path, file, 100_000 - file)
    assert kept.get(0, 1, 256) == webp(100, 0)
    kept.put(10, 1, [(256, webp(100, 10))])
    assert kept.size() <= 1_000
    assert kept.get(0, 1, 256) == webp(100, 0)
    assert kept.get(1, 1, 256) is None
    assert kept.get(9, 1, 256) == webp(100, 9)
    assert kept.get(10, 1, 256) == webp(100, 10)


def test_a_smaller_cap_holds_at_once_and_none_keeps_nothing(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path, 1_000)
    for file in range(9):
        kept.put(file, 1, [(256, webp(100))])
    kept.allow(500)
    assert kept.size() <= 500
    kept.allow(0)
    kept.put(20, 1, [(256, webp(100))])
    assert on_disk(tmp_path) == []
    assert kept.size() == 0


def test_one_that_is_larger_than_the_cap_is_not_kept(tmp_path: Path) -> None:
    kept = Thumbnails(tmp_path, 1_000)
    kept.put(7, 1, [(256, webp(1_001))])
    assert kept.get(7, 1, 256) is None


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps other users out of the profile by itself")
def test_nobody_else_may_look_at_them(kept: Thumbnails, tmp_path: Path) -> None:
    kept.put(7, 1, [(256, b"small")])
    for path in (tmp_path / "cache").rglob("*"):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path


def test_a_disk_that_cannot_be_written_costs_thumbnails_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "thumbnails").write_text("a file where the folder should be")
    kept = Thumbnails(tmp_path / "thumbnails", 1_000)
    kept.put(7, 1, [(256, b"small")])
    assert kept.get(7, 1, 256) is None
    kept.remove([7])
    assert "could not be kept" in caplog.text
