"""What watching may meet: too few watches, more events than the system keeps, disks that come and go.

Real service processes over real files; what would change the whole machine is changed for one process only.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from qwen_finder.api.client import Client
from qwen_finder.core.query import SearchRequest
from qwen_finder.core.status import FolderStatus

ROOT = Path(__file__).resolve().parents[2]
QUEUE = Path("/proc/sys/fs/inotify/max_queued_events")

Start = Callable[..., tuple[Any, Client]]

# The limit on watches is the machine's; here it is this process's. Everything else is the real thing.
FEW_WATCHES = """
import ctypes, errno, sys
from watchdog.observers import inotify_c
from qwen_finder.indexing import lookout
from qwen_finder.server import run
add, remove, granted = inotify_c.inotify_add_watch, inotify_c.inotify_rm_watch, set()
def grant(descriptor, path, mask):
    if len(granted) >= 50:
        ctypes.set_errno(errno.ENOSPC)
        return -1
    watch = add(descriptor, path, mask)
    granted.add((descriptor, watch))
    return watch
def take_back(descriptor, watch):
    granted.discard((descriptor, watch))
    return remove(descriptor, watch)
inotify_c.inotify_add_watch, inotify_c.inotify_rm_watch = grant, take_back
lookout.TIMED_SECONDS = 1.0
sys.exit(run.main())
"""

# Folders that come and go are looked for every ten seconds.
QUICK_CHECKS = """
import sys
from qwen_finder.sources import watch
from qwen_finder.server import run
watch.CHECK_SECONDS = 0.5
sys.exit(run.main())
"""


@pytest.fixture
def start(tmp_path: Path, scripts: Callable[[str], ModuleType]) -> Iterator[Start]:
    """Starts a service in a home of its own, by ``program`` if given, and ends it after the test."""
    kill_test = scripts("kill_test")
    environ = {**os.environ, "QWEN_FINDER_HOME": str(tmp_path / "home")}
    (tmp_path / "home" / "config").mkdir(parents=True)
    (tmp_path / "home" / "config" / "settings.toml").write_text('[pace]\nmode = "full"\n')
    started = []

    def begin(program: str = "", *, within: tuple[str, ...] = ()) -> tuple[Any, Client]:
        process, client = kill_test._start(environ, program, within=within)
        started.append(process)
        return process, client

    yield begin
    for process in started:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(30)


def until(true: Callable[[], object], what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def found(client: Client, word: str) -> list[str]:
    return sorted(Path(hit.path).name for hit in client.search(SearchRequest(f'"{word}"')).hits)


def folder(client: Client, path: Path) -> FolderStatus:
    return next(one for one in client.folders() if one.path == str(path))


def test_a_folder_with_too_few_watches_says_so_and_is_looked_at_in_time(tmp_path: Path, start: Start) -> None:
    many, few = tmp_path / "many", tmp_path / "few"
    for number in range(60):
        (many / str(number)).mkdir(parents=True)
    few.mkdir()
    _, client = start(FEW_WATCHES)
    client.add_folder(str(many))
    client.add_folder(str(few))
    until(lambda: folder(client, few).mode == "live", client.folders)
    until(lambda: "too few watches" in folder(client, many).reason, client.folders)
    assert folder(client, many).mode == "timed"
    assert "fs.inotify.max_user_watches" in folder(client, many).reason
    for number in (1, 59):
        (many / str(number) / f"{number}.txt").write_text(f"An otter in river {number}.")
    until(lambda: found(client, "otter") == ["1.txt", "59.txt"], client.status)
    (many / "59" / "59.txt").write_text("A badger in the wood.")
    until(lambda: found(client, "badger") == ["59.txt"], client.status)
    for number in range(2, 40):
        (many / str(number)).rmdir()
    until(lambda: folder(client, many).mode == "live", client.folders)


def test_after_more_events_than_the_system_keeps_the_index_is_right(tmp_path: Path, start: Start) -> None:
    """The service is stopped meanwhile, as on a machine that is busy with something else."""
    files = tmp_path / "files"
    for name in ("kept", "renamed", "deleted"):
        (files / name).mkdir(parents=True)
        for number in range(3):
            (files / name / f"{name} {number}.txt").write_text(f"Old note {number}, {name}.")
    process, client = start()
    client.add_folder(str(files))
    until(lambda: client.status().idle and client.status().engine.files.indexed == 9, client.status)
    process.send_signal(signal.SIGSTOP)
    for number in range(int(QUEUE.read_text()) + 1_000):
        # No two the same in a row: those would be one.
        os.utime(files / "kept" / f"kept {number % 3}.txt")
    (files / "new" / "inside").mkdir(parents=True)
    (files / "new" / "inside" / "otter.txt").write_text("An otter in the river.")
    (files / "kept" / "kept 0.txt").write_text("A badger in the wood.")
    (files / "renamed").rename(files / "under another name")
    shutil.rmtree(files / "deleted")
    process.send_signal(signal.SIGCONT)

    until(lambda: found(client, "otter") == ["otter.txt"], client.status)
    until(lambda: client.status().idle and client.status().engine.files.indexed == 7, client.status)
    assert "queue overflowed" in (tmp_path / "home" / "state" / "service.log").read_text()
    assert found(client, "badger") == ["kept 0.txt"]
    assert found(client, "renamed") == [f"renamed {number}.txt" for number in range(3)]
    assert found(client, "deleted") == []
    assert folder(client, files).mode == "live"
    # Their folders were made and named while nobody heard of it.
    (files / "new" / "inside" / "heron.txt").write_text("A heron on the bank.")
    (files / "under another name" / "adder.txt").write_text("A heron eats an adder.")
    until(lambda: found(client, "heron") == ["adder.txt", "heron.txt"], client.status)


class Drive:
    """A place where a disk comes and goes: really mounted, in a namespace of the service's own, where that is
    allowed; else what lies there is renamed."""

    def __init__(self, point: Path, away: Path) -> None:
        self.point = point
        point.mkdir(parents=True)
        self.real = _namespaces()
        self.process: Any = None
        self._files: dict[str, str] = {}
        self._away = away

    @property
    def within(self) -> tuple[str, ...]:
        """What the service has to run in."""
        return ("unshare", "--user", "--map-root-user", "--mount") if self.real else ()

    def attach(self) -> None:
        """The same disk each time, with everything that was ever written to it."""
        if self.real:
            self._enter("mount", "-t", "tmpfs", "tmpfs", str(self.point))
        elif self._away.exists():
            self._away.rename(self.point)
        for name, text in self._files.items():
            self._write(name, text)

    def write(self, name: str, text: str) -> None:
        self._files[name] = text
        self._write(name, text)

    def write_while_away(self, name: str, text: str) -> None:
        self._files[name] = text

    def detach(self) -> None:
        if self.real:
            # The service may just be looking at it.
            until(lambda: self._enter("umount", str(self.point), check=False) == 0, lambda: "busy", 20)
        else:
            self.point.rename(self._away)

    def _write(self, name: str, text: str) -> None:
        # Where we see what the service sees.
        root = Path(f"/proc/{self.process.pid}/root") if self.real else Path("/")
        file = root / self.point.relative_to("/") / name
        file.write_text(text)
        os.utime(file, (1_700_000_000, 1_700_000_000))

    def _enter(self, *command: str, check: bool = True) -> int:
        inside = ("nsenter", "--target", str(self.process.pid), "--user", "--mount", "--preserve-credentials")
        return subprocess.run([*inside, *command], check=check, capture_output=True).returncode


def _namespaces() -> bool:
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return False
    tried = ["unshare", "--user", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_an_unmounted_folder_is_offline_and_comes_back(tmp_path: Path, start: Start) -> None:
    drive = Drive(tmp_path / "files", tmp_path / "away")
    drive.process, client = start(QUICK_CHECKS, within=drive.within)
    drive.attach()
    drive.write("otter.txt", "An otter in the river.")
    client.add_folder(str(drive.point))
    until(lambda: found(client, "otter") == ["otter.txt"], client.status)
    for number in range(2):
        # Names are found before the contents are read.
        until(lambda: folder(client, drive.point).files.indexed == 1 + 2 * number, client.status)  # noqa: B023
        drive.detach()
        until(lambda: folder(client, drive.point).mode == "offline", client.folders)
        reason = "is not mounted" if drive.real else "does not exist"
        assert reason in folder(client, drive.point).reason
        client.index()
        until(lambda: client.status().idle, client.status)
        assert folder(client, drive.point).files.indexed == 1 + 2 * number, "nothing is forgotten"
        drive.write_while_away(f"badger {number}.txt", f"A badger in wood {number}.")
        drive.attach()
        until(lambda: len(found(client, "badger")) == 1 + number, client.status)  # noqa: B023
        assert folder(client, drive.point).mode == "live"
        drive.write(f"heron {number}.txt", f"A heron on bank {number}.")
        until(lambda: len(found(client, "heron")) == 1 + number, client.status)  # noqa: B023
    assert found(client, "otter") == ["otter.txt"]


def test_a_disk_inside_a_folder_goes_and_comes_back(tmp_path: Path, start: Start) -> None:
    drive = Drive(tmp_path / "files" / "disk", tmp_path / "away")
    drive.process, client = start(QUICK_CHECKS, within=drive.within)
    files = tmp_path / "files"
    (files / "lynx.txt").write_text("A lynx on the hill.")
    client.add_folder(str(files))
    until(lambda: found(client, "lynx") == ["lynx.txt"], client.status)
    # Mounted under the eyes of the watch, which does not reach into it by itself.
    drive.attach()
    drive.write("otter.txt", "An otter in the river.")
    until(lambda: found(client, "otter") == ["otter.txt"], client.status)
    drive.write("marten.txt", "A marten in the barn.")
    until(lambda: found(client, "marten") == ["marten.txt"], client.status)
    drive.detach()
    (files / "lynx.txt").write_text("An adder in the grass.")
    until(lambda: found(client, "adder") == ["lynx.txt"], client.status)
    client.index()
    until(lambda: client.status().idle, client.status)
    assert folder(client, files).mode == "live"
    # A folder that was renamed is gone; a disk that was unmounted is not.
    assert folder(client, files).files.indexed == (3 if drive.real else 1)
    drive.write_while_away("badger.txt", "A badger in the wood.")
    drive.attach()
    until(lambda: found(client, "badger") == ["badger.txt"], client.status)
    drive.write("heron.txt", "A heron on the bank.")
    until(lambda: found(client, "heron") == ["heron.txt"], client.status)
    until(lambda: client.status().idle, client.status)
    assert folder(client, files).files.indexed == 5
