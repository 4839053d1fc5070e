"""Where things are kept, and what moves them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from qwen_finder.settings.paths import find_paths


def test_home_moves_everything(tmp_path: Path) -> None:
    paths = find_paths({"QWEN_FINDER_HOME": str(tmp_path / "home")})
    inside = [paths.config, paths.data, paths.state, paths.runtime, paths.models, paths.settings_file]
    inside += [paths.catalog_file, paths.vectors_folder, paths.log_file, paths.endpoint_file, paths.lock_file]
    assert all(path.is_relative_to(tmp_path / "home") for path in inside)
    assert len(set(inside)) == len(inside)


def test_models_move_alone(tmp_path: Path) -> None:
    paths = find_paths(
        {"QWEN_FINDER_HOME": str(tmp_path / "home"), "QWEN_FINDER_MODELS": str(tmp_path / "m")}
    )
    assert paths.models == tmp_path / "m"
    assert paths.data == tmp_path / "home" / "data"
    assert find_paths({"QWEN_FINDER_MODELS": str(tmp_path / "m")}).models == tmp_path / "m"


def test_relative_and_tilde_paths_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    assert find_paths({"QWEN_FINDER_HOME": "here"}).data == tmp_path / "here" / "data"
    assert find_paths({"QWEN_FINDER_HOME": "~/there"}).data == tmp_path / "me" / "there" / "data"


def test_empty_variables_count_as_unset() -> None:
    unset = find_paths({"QWEN_FINDER_HOME": "", "QWEN_FINDER_MODELS": ""})
    assert (unset.data, unset.models) == (find_paths({}).data, find_paths({}).models)


def test_without_variables_the_users_own_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QWEN_FINDER_HOME", raising=False)
    monkeypatch.delenv("QWEN_FINDER_MODELS", raising=False)
    paths = find_paths()
    assert all("qwen-finder" in str(path) for path in (paths.config, paths.data, paths.state))
    assert paths.models == paths.data / "models"


def test_created_folders_are_owner_only(tmp_path: Path) -> None:
    paths = find_paths({"QWEN_FINDER_HOME": str(tmp_path / "home")})
    before = os.umask(0)
    try:
        paths.create()
        paths.create()
    finally:
        os.umask(before)
    for folder in (paths.config, paths.data, paths.state, paths.runtime):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert paths.models.is_dir()
