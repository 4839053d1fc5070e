"""Which folders may be added beside which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qwen_finder.core.errors import FolderError
from qwen_finder.sources.folders import check_folder


def refusal(path: str, existing: list[str]) -> FolderError:
    with pytest.raises(FolderError) as error:
        check_folder(path, existing)
    assert error.value.hint
    return error.value


def test_gives_the_real_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / "link").symlink_to(real, target_is_directory=True)
    monkeypatch.chdir(tmp_path)
    assert check_folder("link/../real/", []) == str(real.resolve())
    assert check_folder(str(tmp_path / "link"), []) == str(real.resolve())


def test_a_home_sign_is_understood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert check_folder("~", []) == os.path.realpath(tmp_path)


def test_folders_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "dangling").symlink_to(tmp_path / "gone")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert refusal(str(tmp_path / "nowhere"), []).code == "folder.missing"
    assert refusal(str(tmp_path / "dangling"), []).code == "folder.missing"
    assert refusal(str(tmp_path / "file"), []).code == "folder.not_a_folder"
    assert refusal(str(tmp_path / "file" / "below"), []).code == "folder.not_a_folder"
    assert refusal(str(tmp_path / "loop"), []).code == "folder.unreadable"
    assert refusal("  ", []).code == "folder.missing"
    assert refusal("a\0b", []).code == "folder.missing"


def test_folders_that_overlap_with_indexed_ones(tmp_path: Path) -> None:
    outer = tmp_path.resolve() / "outer"
    inner = outer / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "outer-2").mkdir()
    assert refusal(str(outer), [str(outer)]).code == "folder.already"
    inside = refusal(str(inner), [str(outer)])
    assert inside.code == "folder.inside"
    assert str(outer) in inside.message
    around = refusal(str(outer), [str(inner)])
    assert around.code == "folder.contains"
    assert str(inner) in around.message + around.hint
    assert check_folder(str(tmp_path / "outer-2"), [str(outer)]).endswith("outer-2")


def test_an_offline_folder_does_not_hinder_others(tmp_path: Path) -> None:
    assert check_folder(str(tmp_path), ["/no/longer/there"])
