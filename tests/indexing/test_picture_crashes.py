"""Killed in the midst of indexing pictures, again and again: nothing is lost, left over or there twice."""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.ports import SeenFile
from qwen_finder.indexing import pictures as pictures_module
from qwen_finder.storage.catalog import SqliteCatalog
from qwen_finder.storage.journal import CrashJournal

OWNER = Path(__file__).with_name("picture_owner.py")
PICTURES = 150


def _owner() -> Any:
    spec = importlib.util.spec_from_file_location("picture_owner", OWNER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_kills_leave_no_orphans_and_no_duplicates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state, files = tmp_path / "state", tmp_path / "files"
    state.mkdir()
    files.mkdir()
    catalog = SqliteCatalog(state / "catalog.sqlite")
    folder = catalog.add_folder(str(files))
    seen = []
    for number in range(PICTURES):
        path = files / f"{number}.jpg"
        path.write_text(str(number))
        seen.append(SeenFile(FileRecord(str(path), path.stat().st_size, number), Kind.IMAGE))
    ids = catalog.enter(folder.id, seen)
    catalog.close()
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(OWNER.parents[1]), *sys.path])}
    draw = random.Random(5)
    in_flight = 0
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, str(OWNER), str(state)], env=environment, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline(), "it ended before it could be killed"
            time.sleep(draw.uniform(0.0, 0.5))
            process.kill()
        journal = CrashJournal(state / "in-flight")
        in_flight += len(journal.left_over)
        journal.close()
    assert in_flight, "nobody noted what was being worked on"
    # What is left is done at once, with the last call to the model behind it.
    monkeypatch.setattr(pictures_module, "FLUSH_SECONDS", 0.2)
    store = _owner().index(state)
    assert store.counts() == dict.fromkeys(ids, 2)
    catalog = SqliteCatalog(state / "catalog.sqlite")
    assert catalog.picture_views() == dict.fromkeys(ids, 2)
    catalog.close()
    store.close()
