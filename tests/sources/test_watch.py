"""The watcher on a real folder: what is told, when nothing can be watched, and what ends a watch."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from watchdog.observers import inotify_c
from watchdog.observers.inotify_c import InotifyConstants, WatchDescriptor

from qwen_finder.core.status import Folder
from qwen_finder.sources import mounts
from qwen_finder.sources import watch as module
from qwen_finder.sources.inotify_tree import InotifyTree, WatchLimit
from qwen_finder.sources.mounts import Mount
from qwen_finder.sources.watch import Watcher


class Told:
    """A watcher over one folder and everything it told."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = Folder(1, str(root))
        self.paths: set[str] = set()
        self.rescans = 0
        self.changed = threading.Condition()
        self.watcher = Watcher(self._hear, skip=lambda folder: lambda path: path.endswith("node_modules"))

    def _hear(self, folder: int, paths: Collection[str] | None) -> None:
        with self.changed:
            assert folder == 1
            if paths is None:
                self.rescans += 1
            else:
                self.paths.update(os.path.relpath(path, self.root) for path in paths)
            self.changed.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        with self.changed:
            assert self.changed.wait_for(condition, 30), (self.paths, self.rescans)

    def wait_for(self, *names: str) -> None:
        self.wait(lambda: set(names) <= self.paths)


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    monkeypatch.setattr(module, "CHECK_SECONDS", 0.2)
    root = tmp_path / "files"
    (root / "deep" / "deeper").mkdir(parents=True)
    opened = Told(root)
    threads = set(threading.enumerate())
    yield opened
    opened.watcher.close()
    assert set(threading.enumerate()) <= threads, "threads left running"


def test_what_is_written_renamed_and_deleted_is_told(told: Told) -> None:
    (told.root / "old.txt").touch()
    assert told.watcher.watch(told.folder) == ""
    (told.root / "deep" / "deeper" / "a.txt").write_text("a")
    (told.root / "old.txt").rename(told.root / "new.txt")
    told.wait_for("deep/deeper/a.txt", "old.txt", "new.txt")
    told.paths.clear()
    (told.root / "new.txt").unlink()
    told.wait_for("new.txt")


def test_new_folders_are_watched_and_told(told: Told, tmp_path: Path) -> None:
    """Whatever is in them already is below the path that is told."""
    told.watcher.watch(told.folder)
    (tmp_path / "elsewhere" / "inner").mkdir(parents=True)
    (tmp_path / "elsewhere").rename(told.root / "moved in")
    (told.root / "made" / "by" / "mkdir").mkdir(parents=True)
    told.wait_for("moved in", "made")
    (told.root / "moved in" / "inner" / "b.txt").write_text("b")
    (told.root / "made" / "by" / "mkdir" / "c.txt").write_text("c")
    told.wait_for("moved in/inner/b.txt", "made/by/mkdir/c.txt")


def test_a_folder_that_goes_out_and_comes_back_elsewhere_is_told_under_its_new_name(
    told: Told, tmp_path: Path
) -> None:
    """It is the same to the system, which reports it under the watch it had."""
    told.watcher.watch(told.folder)
    (told.root / "deep").rename(tmp_path / "away")
    told.wait_for("deep")
    (tmp_path / "away").rename(told.root / "back")
    (told.root / "deep").mkdir()
    told.wait_for("back", "deep")
    (told.root / "back").rename(told.root / "deep" / "inside")
    told.wait_for("deep/inside")
    told.paths.clear()
    (told.root / "deep" / "inside" / "deeper" / "a.txt").write_text("a")
    told.wait_for("deep/inside/deeper/a.txt")
    assert not {"back/deeper/a.txt", "deep/deeper/a.txt"} & told.paths


def test_a_folder_that_was_taken_away_is_not_listened_to(told: Told, tmp_path: Path) -> None:
    told.watcher.watch(told.folder)
    (told.root / "deep").rename(tmp_path / "away")
    told.wait_for("deep")
    told.paths.clear()
    (tmp_path / "away" / "a.txt").write_text("a")
    shutil.rmtree(tmp_path / "away")
    (told.root / "sentinel").touch()
    told.wait_for("sentinel")
    assert told.paths == {"sentinel"}


def test_folders_that_nobody_looks_into_cost_no_watch(told: Told) -> None:
    (told.root / "node_modules" / "left-pad").mkdir(parents=True)
    told.watcher.watch(told.folder)
    (told.root / "deep" / "node_modules" / "x").mkdir(parents=True)
    told.wait_for("deep/node_modules")
    tree = told.watcher._watched[1].tree
    assert isinstance(tree, InotifyTree)
    assert tree.directories == 3


def test_a_deleted_folder_costs_no_look_at_all_the_others(told: Told) -> None:
    class Unlisted(dict[Any, Any]):
        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("thousands of folders are deleted at a time, among thousands of others")

    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    assert isinstance(tree, InotifyTree)
    tree._watches = Unlisted(tree._watches)
    shutil.rmtree(told.root / "deep")
    told.wait_for("deep")
    assert tree.alive
    assert tree.directories == 1


def test_a_folder_that_was_closed_is_watched_once_it_is_opened(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = told.root / "closed"
    closed.mkdir()
    add_watch = inotify_c.inotify_add_watch

    def refuse(descriptor: int, path: bytes, mask: int) -> int:
        if path == os.fsencode(closed):
            ctypes.set_errno(errno.EACCES)
            return -1
        return add_watch(descriptor, path, mask)

    # Rights do not bind the user that these tests may be run by.
    with monkeypatch.context() as patch:
        patch.setattr(inotify_c, "inotify_add_watch", refuse)
        assert told.watcher.watch(told.folder) == ""
        tree = told.watcher._watched[1].tree
        assert isinstance(tree, InotifyTree)
        assert tree.directories == 3
    closed.chmod(0o700)
    told.wait_for("closed")
    (closed / "a.txt").write_text("a")
    told.wait_for("closed/a.txt")


def test_reading_tells_nothing(told: Told) -> None:
    (told.root / "a.txt").write_text("a")
    told.watcher.watch(told.folder)
    assert (told.root / "a.txt").read_text() == "a"
    (told.root / "sentinel").touch()
    told.wait_for("sentinel")
    assert told.paths == {"sentinel"}


def test_lost_events_ask_for_a_look_at_everything_until_it_is_watched_anew(told: Told) -> None:
    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    assert isinstance(tree, InotifyTree)
    tree.on_queue_overflow()
    told.wait(lambda: told.rescans)
    assert told.watcher.unsettled
    assert told.watcher.watch(told.folder) == ""
    assert told.watcher._watched[1].tree is not tree
    assert not told.watcher.unsettled
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")


def test_more_changes_than_are_worth_keeping_ask_for_a_look_at_everything(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qwen_finder.sources.settling.MOST_PATHS", 50)
    told.watcher.watch(told.folder)
    for number in range(200):
        (told.root / f"{number}.txt").touch()
    told.wait(lambda: told.rescans)


def test_a_root_that_goes_and_comes_back_is_looked_at(told: Told) -> None:
    told.watcher.watch(told.folder)
    told.root.rename(told.root.with_name("unplugged"))
    told.wait(lambda: told.rescans)
    assert told.watcher.watch(told.folder) == "It is not there."
    before = told.rescans
    told.root.with_name("unplugged").rename(told.root)
    told.wait(lambda: told.rescans > before)
    assert told.watcher.watch(told.folder) == ""
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")


def test_another_folder_in_the_place_of_the_root_is_watched(told: Told) -> None:
    told.watcher.watch(told.folder)
    told.root.rename(told.root.with_name("old"))
    told.root.mkdir()
    told.wait(lambda: told.rescans)
    told.watcher.watch(told.folder)
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")


def test_after_the_machine_slept_everything_is_looked_at(told: Told) -> None:
    told.watcher.watch(told.folder)
    with told.watcher._state:
        told.watcher._sleep -= 3_600
    told.wait(lambda: told.rescans)


def test_a_watch_whose_thread_died_begins_anew(told: Told) -> None:
    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    assert tree is not None
    tree.close()
    told.wait(lambda: told.rescans)
    assert told.watcher.watch(told.folder) == ""
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")


def test_other_rules_begin_every_watch_anew(told: Told) -> None:
    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    told.watcher.renew()
    told.watcher.watch(told.folder)
    assert told.watcher._watched[1].tree is not tree


def test_too_few_watches_are_a_reason(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    with monkeypatch.context() as patch:
        patch.setattr("watchdog.observers.inotify_c.InotifyFD.add_callback", refuse)
        assert "max_user_watches" in told.watcher.watch(told.folder)
    assert told.watcher.watch(told.folder) == "", "they may suffice the next time"


def test_a_new_folder_without_a_watch_is_not_passed_over(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.watcher.watch(told.folder)

    def refuse(*_: object) -> None:
        raise WatchLimit(errno.ENOSPC, "no more")

    monkeypatch.setattr(InotifyTree, "_add", refuse)
    (told.root / "one too many").mkdir()
    told.wait(lambda: told.rescans)
    assert "max_user_watches" in told.watcher.watch(told.folder)


def test_shares_are_not_watched(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.mounts, "mounts", lambda: [Mount("/", "cifs")])
    assert "cifs" in told.watcher.watch(told.folder)
    assert told.watcher._watched[1].tree is None


def test_a_disk_mounted_inside_is_looked_at_and_watched(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """A watch on the folder does not reach into it; that it went away again is told too."""
    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    mounted = [*mounts.mounts(), Mount(str(told.root / "deep"), "ext4")]
    with monkeypatch.context() as patch:
        patch.setattr(mounts, "mounts", lambda: mounted)
        told.wait(lambda: told.rescans)
        assert told.watcher.watch(told.folder) == ""
        assert told.watcher._watched[1].tree is not tree
        told.rescans = 0
        time.sleep(0.5)
        assert not told.rescans
    told.wait(lambda: told.rescans)


def test_a_share_mounted_inside_is_a_reason_but_the_rest_is_watched(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = Mount(str(told.root / "deep"), "cifs")
    unseen = Mount(str(told.root / "node_modules" / "share"), "nfs4")
    monkeypatch.setattr(mounts, "mounts", lambda: [Mount("/", "ext4"), unseen, share])
    assert told.watcher.watch(told.folder).startswith(f"{share.point} in it lies on a network share (cifs)")
    (told.root / "a.txt").write_text("a")
    told.wait_for("a.txt")


def test_an_unmounted_disk_is_told_by_the_system(told: Told) -> None:
    told.watcher.watch(told.folder)
    tree = told.watcher._watched[1].tree
    assert isinstance(tree, InotifyTree)
    gone = inotify_c.InotifyEvent(WatchDescriptor(2), InotifyConstants.IN_UNMOUNT, 0, b"")
    tree.on_event(gone)
    told.wait(lambda: told.rescans)


def test_after_unwatch_and_close_nothing_is_told(told: Told) -> None:
    told.watcher.watch(told.folder)
    told.watcher.unwatch(1)
    told.watcher.unwatch(1)
    (told.root / "a.txt").touch()
    told.watcher.close()
    assert told.paths == set()
    assert told.watcher.watch(told.folder) == "The service is stopping."


def test_an_unreadable_folder_stops_nothing(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if os.fspath(path).endswith("deep"):
            raise PermissionError(errno.EACCES, "denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert told.watcher.watch(told.folder) == ""
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")


def test_a_file_written_to_without_end_is_told_now_and_then(told: Told) -> None:
    told.watcher.watch(told.folder)
    ended = threading.Event()

    def write() -> None:
        with (told.root / "log.txt").open("w") as stream:
            while not ended.is_set():
                stream.write("more\n")
                stream.flush()
                time.sleep(0.01)

    writer = threading.Thread(target=write)
    writer.start()
    (told.root / "a.txt").touch()
    told.wait_for("a.txt")
    assert "log.txt" not in told.paths, "it is not settled, and does not hold up the other"
    told.wait_for("log.txt")
    ended.set()
    writer.join()
