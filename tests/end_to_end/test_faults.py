"""Damage, full disks, closed folders and mad clocks: noticed, told, and got over without a hand."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from fakes.processes import children_with
from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.query import SearchRequest
from qwen_finder.core.status import CheckState
from qwen_finder.engine import Engine
from qwen_finder.extraction.sandbox import pool
from qwen_finder.storage import lance

ROOT = Path(__file__).resolve().parents[2]
ANIMALS = ("otter", "badger", "heron", "adder", "marten", "lynx")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    for animal in ANIMALS:
        text = f"The {animal} lives by the river and eats what it finds there."
        (folder / f"{animal}.txt").write_text(text, "utf-8")
    return folder


@pytest.fixture
def open_engine(engine_opener: Callable[..., Engine]) -> Iterator[Callable[[Path], Engine]]:
    opened: list[Engine] = []

    def open_one(home: Path) -> Engine:
        opened.append(engine_opener(home, **{"pace.mode": "full", "index.min_free_mb": 0}))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def until(true: Callable[[], object], what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def settle(engine: Engine, indexed: int) -> None:
    until(lambda: engine.idle() and engine.status().files.indexed == indexed, engine.status)


def names(engine: Engine, text: str) -> list[str]:
    return [Path(hit.path).stem for hit in engine.search(SearchRequest(text, mode="keyword")).hits]


def indexed_home(open_engine: Callable[[Path], Engine], home: Path, files: Path) -> None:
    engine = open_engine(home)
    engine.add_folder(str(files))
    settle(engine, len(ANIMALS))
    engine.close()


# Damage


def test_a_damaged_catalog_is_replaced_and_the_user_told(
    tmp_path: Path, files: Path, open_engine: Callable[[Path], Engine]
) -> None:
    home = tmp_path / "home"
    indexed_home(open_engine, home, files)
    catalog = home / "data" / "catalog.sqlite"
    with catalog.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(catalog.stat().st_size - 4096))
    engine = open_engine(home)
    assert any("catalog was damaged" in notice for notice in engine.status().notices)
    settle(engine, len(ANIMALS))
    assert names(engine, "otter") == ["otter"]
    (damage,) = [check for check in engine.checks() if check.name == "damage"]
    assert damage.state is CheckState.WARNING
    assert any("Deleted catalog.sqlite.broken" in sentence for sentence in engine.repair())
    assert all(check.state is CheckState.OK for check in engine.checks() if check.name in ("damage", "index"))


def test_an_index_that_cannot_be_opened_is_rebuilt_and_the_user_told(
    tmp_path: Path, files: Path, open_engine: Callable[[Path], Engine]
) -> None:
    home = tmp_path / "home"
    indexed_home(open_engine, home, files)
    for manifest in (home / "data" / "vectors").rglob("*.manifest"):
        manifest.write_bytes(b"no manifest at all")
    engine = open_engine(home)
    settle(engine, len(ANIMALS))
    until(lambda: names(engine, "heron") == ["heron"], lambda: names(engine, "heron"))
    assert any("index was damaged" in notice for notice in engine.status().notices)


def test_damage_found_by_a_search_is_repaired_meanwhile(
    tmp_path: Path, files: Path, open_engine: Callable[[Path], Engine]
) -> None:
    home = tmp_path / "home"
    engine = open_engine(home)
    engine.add_folder(str(files))
    settle(engine, len(ANIMALS))
    for file in (home / "data" / "vectors").rglob("*"):
        if file.is_file() and "data" in file.parts[-2:]:
            file.write_bytes(b"rust")

    def found() -> bool:
        try:
            return names(engine, "badger") == ["badger"]
        except FinderError:
            return False

    assert not found()
    until(found, engine.status)
    settle(engine, len(ANIMALS))
    assert any("index was damaged" in notice for notice in engine.status().notices)


def test_missing_rows_and_orphans_are_put_right_at_the_start(
    tmp_path: Path, files: Path, open_engine: Callable[[Path], Engine]
) -> None:
    home = tmp_path / "home"
    engine = open_engine(home)
    engine.add_folder(str(files))
    settle(engine, len(ANIMALS))
    (folder,) = engine._catalog.folders()
    known = engine._catalog.known_files(folder.id)
    lost, orphan = (known[str(files / f"{name}.txt")] for name in ("otter", "lynx"))
    store = engine._backend.opened.store
    assert store is not None
    store.delete([lost.id])
    engine._catalog.forget([orphan.id])
    (check,) = [check for check in engine.checks() if check.name == "index"]
    assert check.state is CheckState.WARNING
    assert "--repair" in check.cure
    engine.close()
    engine = open_engine(home)
    settle(engine, len(ANIMALS))
    assert names(engine, "otter") == ["otter"]
    assert names(engine, "lynx") == ["lynx"]
    assert all(check.state is CheckState.OK for check in engine.checks() if check.name == "index")


# Disks


class Disk:
    """A disk that can be full, closed and open again: a small real one where mounting is allowed."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._patch = monkeypatch
        folder.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
        self.real = shutil.which("mount") is not None and (
            subprocess.run(mount, capture_output=True, check=False).returncode == 0
        )

    def fill(self) -> None:
        if not self.real:
            full = OSError(errno.ENOSPC, "No space left on device (os error 28)")

            def refuse(*_args: object, **_options: object) -> None:
                raise StorageError("storage.full", str(full), "Free some space.") from full

            self._patch.setattr(lance, "retried", refuse)
            return
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                return

    def empty(self) -> None:
        if self.real:
            (self.folder / "filler").unlink()
        else:
            self._patch.undo()

    def close_to_writing(self) -> None:
        if self.real:
            subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)
        else:
            for folder in (self.folder, *filter(Path.is_dir, self.folder.rglob("*"))):
                folder.chmod(0o500)

    def remove(self) -> None:
        if self.real:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
        else:
            for folder in (self.folder, *filter(Path.is_dir, self.folder.rglob("*"))):
                folder.chmod(0o700)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    with monkeypatch.context() as patch:
        made = Disk(tmp_path / "disk", patch)
        yield made
        made.remove()


def test_a_full_disk_is_told_and_indexing_goes_on_when_there_is_room(
    disk: Disk, files: Path, open_engine: Callable[[Path], Engine]
) -> None:
    engine = open_engine(disk.folder / "home")
    engine.add_folder(str(files))
    settle(engine, len(ANIMALS))
    disk.fill()
    for number in range(40):
        text = f"Report number {number} of the weather station. " * 40
        (files / f"report {number}.txt").write_text(text, "utf-8")

    def told() -> bool:
        engine.index()
        return any("No space is left" in notice for notice in engine.status().notices)

    until(told, engine.status)
    assert names(engine, "otter") == ["otter"]
    disk.empty()
    engine.index()
    engine._indexer.wake()
    settle(engine, len(ANIMALS) + 40)
    until(lambda: not any("No space" in notice for notice in engine.status().notices), engine.status)
    assert all(check.state is CheckState.OK for check in engine.checks() if check.name in ("damage", "index"))
    engine.close()


def test_a_state_folder_that_cannot_be_written_is_a_clear_error(disk: Disk, tmp_path: Path) -> None:
    home = disk.folder / "home"
    for name in ("config", "data", "state", "run"):
        (home / name).mkdir(parents=True)
    disk.close_to_writing()
    if not disk.real and os.geteuid() == 0:
        # Rights do not bind this user, and no disk can be mounted: a file stands in the way instead.
        shutil.rmtree(home)
        home.write_text("in the way")
    for command in (["service", "run"], ["status"]):
        done = subprocess.run(
            [sys.executable, "-m", "qwen_finder", *command],
            env={**os.environ, "QWEN_FINDER_HOME": str(home), "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 3, done.stderr
        assert "Traceback" not in done.stderr
        assert str(home) in done.stderr
        assert "QWEN_FINDER_HOME" in done.stderr


# Clocks


def test_odd_dates_and_a_clock_that_jumps_do_no_harm(
    tmp_path: Path, files: Path, open_engine: Callable[[Path], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    day = 86_400
    os.utime(files / "otter.txt", (0, 0))
    os.utime(files / "heron.txt", (time.time() + 400 * day, time.time() + 400 * day))
    os.utime(files / "lynx.txt", (-day, -day))
    engine = open_engine(tmp_path / "home")
    engine.add_folder(str(files))
    settle(engine, len(ANIMALS))
    now = time.time
    for jump in (-3650 * day, 3650 * day):
        monkeypatch.setattr(time, "time", lambda jump=jump: now() + jump)
        (files / "badger.txt").write_text(f"The badger moved out on day {jump}.", "utf-8")
        engine.index()
        settle(engine, len(ANIMALS))
        assert names(engine, "moved") == ["badger"]
        store = engine._backend.opened.store
        assert store is not None
        store.maintain()
        store.maintain(exclusive=True)
        assert names(engine, "moved") == ["badger"]
        assert sorted(names(engine, "river")) == sorted(set(ANIMALS) - {"badger"})
    monkeypatch.undo()
    engine.index()
    settle(engine, len(ANIMALS))
    assert all(check.state is CheckState.OK for check in engine.checks() if check.name in ("damage", "index"))


# Files that kill

# What is left in the service that may die of a text: the model's own code, which counts its tokens.
_CHUNKER_THAT_DIES = """
import os, sys
from qwen_finder.chunking.chunker import Chunker
from qwen_finder.server import run
chunk = Chunker.chunk
def chunk_or_die(self, document, name):
    if name == "deadly.txt":
        os.abort()
    return chunk(self, document, name)
Chunker.chunk = chunk_or_die
sys.exit(run.main())
"""

EVIL_WORKER = (sys.executable, str(ROOT / "tests" / "extraction" / "evil_worker.py"))


def test_a_file_that_kills_its_reader_is_failed_at_once_and_costs_nothing_else(
    tmp_path: Path, files: Path, engine_opener: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "worker_command", lambda: EVIL_WORKER)
    for name in ("segfault", "abort", "hog", "sleep"):
        (files / f"{name}.txt").write_text("The last words.", "utf-8")
    limits: dict[str, int] = {"index.max_seconds": 1, "index.worker_memory_mb": 256}
    engine = engine_opener(tmp_path / "home", **{"index.min_free_mb": 0, "index.ocr": "off", **limits})
    try:
        engine.add_folder(str(files))
        until(engine.idle, engine.status)
        failed = {Path(failure.path).stem: failure.code for failure in engine.failures()}
        assert failed == {
            "segfault": "file.crashed",
            "abort": "file.crashed",
            "hog": "file.memory",
            "sleep": "file.timeout",
        }
        assert engine.status().files.indexed == len(ANIMALS)
        assert names(engine, "otter") == ["otter"]
        # Another look does not try them again.
        engine.index()
        until(engine.idle, engine.status)
        assert engine.status().files.pending == 0
    finally:
        engine.close()


def test_an_end_does_not_wait_for_a_file_that_hangs(
    tmp_path: Path, files: Path, engine_opener: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "worker_command", lambda: EVIL_WORKER)
    (files / "sleep.txt").write_text("The last words.", "utf-8")
    engine = engine_opener(tmp_path / "home", **{"index.max_seconds": 600, "index.min_free_mb": 0})
    engine.add_folder(str(files))
    until((files / ".sleep.txt.begun").exists, engine.status)
    engine.change_settings({"index.max_seconds": 500})
    engine.close()
    assert not children_with("evil_worker")


def test_a_file_that_kills_the_process_twice_is_set_aside(
    tmp_path: Path, files: Path, scripts: Callable[[str], ModuleType]
) -> None:
    (files / "deadly.txt").write_text("The last words.", "utf-8")
    home = tmp_path / "home"
    kill_test = scripts("kill_test")
    environ = {**os.environ, "QWEN_FINDER_HOME": str(home)}
    service, client = kill_test._start(environ, _CHUNKER_THAT_DIES)
    client.add_folder(str(files))
    assert service.wait(60) < 0
    service, client = kill_test._start(environ, _CHUNKER_THAT_DIES)
    assert service.wait(60) < 0
    service, client = kill_test._start(environ, _CHUNKER_THAT_DIES)
    try:
        kill_test._settle(client, 60)
        assert {Path(f.path).name: f.code for f in client.failures()} == {"deadly.txt": "file.quarantined"}
        assert client.status().engine.files.indexed == len(ANIMALS)
        client.index()
        kill_test._settle(client, 60)
        (files / "deadly.txt").rename(files / "harmless.txt")
        os.utime(files / "harmless.txt")
        kill_test._settle(client, 60)
        assert client.status().engine.files.indexed == len(ANIMALS) + 1
    finally:
        service.terminate()
        service.wait(30)
