"""What was removed is gone from the disk, and what is kept is for its owner alone."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from qwen_finder.core.query import SearchRequest
from qwen_finder.engine import Engine
from qwen_finder.indexing import upkeep

NAME = "plughxyzzyname"
WORD = "zorkmidfrobozz"
PHRASE = f"The {WORD} is kept below the third stair."


def traces(home: Path, *needles: str) -> dict[str, str]:
    """File below ``home`` → which of ``needles`` it holds, as UTF-8 or UTF-16."""
    found = {}
    for file in home.rglob("*"):
        if not file.is_file():
            continue
        try:
            content = file.read_bytes().lower()
        except FileNotFoundError:
            continue
        for needle in needles:
            if needle.lower().encode() in content or needle.lower().encode("utf-16-le") in content:
                found[str(file.relative_to(home))] = needle
    return found


def until_gone(home: Path, *needles: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while left := traces(home, *needles):
        assert time.monotonic() < deadline, left
        time.sleep(0.2)


def plant(folder: Path) -> None:
    folder.mkdir()
    (folder / f"{NAME}.txt").write_text(PHRASE, "utf-8")
    for number in range(20):
        (folder / f"other {number}.txt").write_text(f"Another text, the one of number {number}.", "utf-8")


def test_a_removed_folder_leaves_nothing_on_the_disk(
    tmp_path: Path, scripts: Callable[[str], ModuleType]
) -> None:
    """With a real service: its logs and journals count too."""
    kept, removed, home = tmp_path / "kept", tmp_path / "removed", tmp_path / "home"
    plant(removed)
    kept.mkdir()
    (kept / "stays.txt").write_text("The weather stays fine until Sunday.", "utf-8")
    script = scripts("kill_test")
    service, client = script._start({**os.environ, "QWEN_FINDER_HOME": str(home)})
    try:
        client.add_folder(str(removed))
        client.add_folder(str(kept))
        script._settle(client)
        hits = client.search(SearchRequest(f'"{PHRASE.removesuffix(".")}"')).hits
        assert [Path(hit.path).stem for hit in hits][:1] == [NAME]
        assert traces(home, WORD)
        client.remove_folder(str(removed))
        until_gone(home, WORD, NAME)
        hits = client.search(SearchRequest("weather on Sunday")).hits
        assert [Path(hit.path).name for hit in hits] == ["stays.txt"]
        modes = {
            folder: stat.S_IMODE((home / folder).stat().st_mode)
            for folder in ("config", "data", "state", "run", "data/vectors")
        }
        assert set(modes.values()) == {0o700}, modes
        private = [file for folder in ("data", "state", "run") for file in (home / folder).glob("*")]
        assert {path.name for path in private if path.is_file() and path.stat().st_mode & 0o077} == set()
    finally:
        service.terminate()
        service.wait(30)
    assert traces(home, WORD, NAME) == {}


def test_deleted_and_edited_text_is_wiped_when_all_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine_opener: Callable[..., Engine]
) -> None:
    monkeypatch.setattr(upkeep, "QUIET_SECONDS", 0.2)
    monkeypatch.setattr(upkeep, "STEP_SECONDS", 0.1)
    monkeypatch.setattr(upkeep, "WIPE_REST", 0)
    files, home = tmp_path / "files", tmp_path / "home"
    plant(files)
    (files / "edited.txt").write_text("Their password was swordfishmarrow, once.", "utf-8")
    engine = engine_opener(home)
    engine.add_folder(str(files))
    deadline = time.monotonic() + 60
    while not engine.idle() or not traces(home, "swordfishmarrow"):
        assert time.monotonic() < deadline, engine.status()
        time.sleep(0.05)
    (files / f"{NAME}.txt").unlink()
    (files / "edited.txt").write_text("Their password is not here any more.", "utf-8")
    engine.index()
    until_gone(home, WORD, NAME, "swordfishmarrow")
    assert engine.status().files.indexed == 21
    engine.close()
