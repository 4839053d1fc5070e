import json
import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from qwen_finder import __version__
from qwen_finder.api import crashes, endpoint
from qwen_finder.api import launcher as launcher_module
from qwen_finder.api.endpoint import Endpoint
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.errors import ServiceError, SettingsError, StorageError


def test_a_missing_service_is_started_once_and_then_found(new_launcher, paths):
    launcher = new_launcher()
    assert launcher.running() is None
    started = launcher.connect()
    assert started.version == __version__
    assert launcher.connect() == started
    assert stat.S_IMODE(paths.endpoint_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.state.stat().st_mode) == 0o700
    assert stat.S_IMODE(paths.log_file.stat().st_mode) == 0o600


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_service_keeps_freed_memory_in_few_arenas(new_launcher):
    pid = new_launcher().connect().pid
    with open(f"/proc/{pid}/environ", "rb") as environ:
        assert b"MALLOC_ARENA_MAX=2" in environ.read().split(b"\0")


def test_starting_can_be_forbidden(new_launcher):
    with pytest.raises(ServiceError, match="not running") as caught:
        new_launcher(start=False).connect()
    assert caught.value.exit_code == 3


def test_clients_that_start_at_once_end_with_one_service(new_launcher, paths, tmp_path):
    command = new_launcher()._command
    code = (
        "from qwen_finder.api.launcher import Launcher; from qwen_finder.settings.paths import find_paths;"
        f"print(Launcher(find_paths(), command={command!r}).connect().pid)"
    )
    racers = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    pids = {racer.communicate(timeout=60)[0].strip() for racer in racers}
    assert pids == {str(new_launcher().running().pid)}


def test_a_killed_service_is_replaced(new_launcher):
    launcher = new_launcher()
    first = launcher.connect()
    os.kill(first.pid, signal.SIGKILL)
    second = launcher.connect(dead=first)
    assert second.pid != first.pid


def test_another_version_is_replaced(new_launcher, paths):
    launcher = new_launcher()
    old = launcher.connect()
    endpoint.publish(paths.endpoint_file, Endpoint(old.port, old.token, old.pid, "0.0.1"))
    with pytest.raises(ServiceError, match=r"version 0\.0\.1"):
        new_launcher(start=False).connect()
    new = launcher.connect()
    assert (new.version, new.pid == old.pid) == (__version__, False)


def test_stop_waits_until_the_service_is_gone(new_launcher, paths):
    launcher = new_launcher()
    started = launcher.connect()
    assert launcher.stop() == started
    assert not paths.endpoint_file.exists()
    assert launcher.stop() is None


def test_why_it_did_not_start_is_told(new_launcher, monkeypatch):
    monkeypatch.setenv("STAND_IN_ERROR", "1")
    with pytest.raises(StorageError, match=r"The catalog is damaged\.") as caught:
        new_launcher().connect()
    assert caught.value.hint == "Remove it."


def test_a_mistake_in_the_settings_is_told(new_launcher, paths):
    paths.create()
    paths.settings_file.write_text("[search]\nlimits = 5\n")
    with pytest.raises(SettingsError, match=r"search\.limits"):
        new_launcher().connect()
    paths.settings_file.write_text("[search]\nlimit = 5\n")
    assert new_launcher().connect()
    assert not paths.startup_error_file.exists()


def test_a_service_that_dies_without_a_word_is_told(paths):
    launcher = Launcher(paths, command=(sys.executable, "-c", "import sys; sys.exit(9)"))
    with pytest.raises(ServiceError, match="exit status 9") as caught:
        launcher.connect()
    assert str(paths.log_file) in caught.value.hint


def test_a_home_that_cannot_be_made_is_told(paths, tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StorageError, match="cannot be made"):
        Launcher(paths).connect()


def test_a_service_that_crashes_again_and_again_is_left_alone_for_a_while(paths, tmp_path):
    marks = tmp_path / "starts"
    code = f"open({str(marks)!r}, 'a').write('x'); import os; os.abort()"
    launcher = Launcher(paths, command=(sys.executable, "-c", code))
    for _ in range(3):
        with pytest.raises(ServiceError, match="ended while it started"):
            launcher.connect()
    with pytest.raises(ServiceError, match="crashed 3 times") as caught:
        launcher.connect()
    assert caught.value.code == "service.crashing"
    assert str(paths.log_file) in caught.value.hint
    assert marks.read_text() == "xxx"
    with pytest.raises(ServiceError, match="ended while it started"):
        launcher.begin()
    assert marks.read_text() == "xxxx", "who starts it by hand may have mended it"


def test_a_service_that_dies_soon_after_its_start_counts_as_crashing(new_launcher):
    launcher = new_launcher()
    for _ in range(3):
        os.kill(launcher.connect().pid, signal.SIGKILL)
        launcher_module._started[-1].wait()
    with pytest.raises(ServiceError, match="crashed 3 times"):
        launcher.connect()
    assert launcher.begin()


def test_crashes_of_long_ago_are_forgotten(paths):
    paths.create()
    file = paths.crashes_file
    for times in ([0.0, 1.0, 2.0], [time.time() + 1_000] * 3, [time.time()] * 2):
        file.write_text(json.dumps(times))
        assert crashes.wait_s(file) == 0.0, times
    file.write_text(json.dumps([time.time() - 50] * 2 + [time.time()]))
    assert 5 < crashes.wait_s(file) < 11
    file.write_text("{broken")
    assert crashes.wait_s(file) == 0.0
    crashes.note(file)
    assert len(json.loads(file.read_text())) == 1


def test_a_service_that_ended_well_did_not_crash(new_launcher, paths):
    for _ in range(4):
        launcher = new_launcher()
        launcher.connect()
        launcher.stop()
    assert not paths.crashes_file.exists()


def test_a_hung_service_is_ended_by_force(new_launcher, paths, monkeypatch):
    monkeypatch.setattr(launcher_module, "_STOP_S", 0.5)
    said = []
    launcher = new_launcher(say=said.append)
    hung = launcher.connect()
    os.kill(hung.pid, signal.SIGSTOP)
    assert launcher.stop() == hung
    assert not paths.endpoint_file.exists()
    assert "by force" in said[-1]
    assert launcher.connect().pid != hung.pid
