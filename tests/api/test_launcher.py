import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
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


def test_a_full_disk_is_told_by_a_service_that_could_not_even_say_it(paths, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 9, 0))
    launcher = Launcher(paths, command=(sys.executable, "-c", "import sys; sys.exit(3)"))
    for _ in range(4):
        with pytest.raises(StorageError, match="No space is left"):
            launcher.connect()


def test_a_crash_that_cannot_be_noted_is_no_error(tmp_path):
    (tmp_path / "crashes").mkdir()
    crashes.note(tmp_path / "crashes")
    assert [entry.name for entry in tmp_path.iterdir()] == ["crashes"]


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


def test_who_starts_it_is_not_given_one_that_is_on_its_way_out(new_launcher, monkeypatch):
    monkeypatch.setenv("STAND_IN_HANGS", "at its end")
    launcher = new_launcher()
    leaving = launcher.connect()
    os.kill(leaving.pid, signal.SIGTERM)
    assert launcher.begin().pid != leaving.pid


@pytest.fixture
def stale(paths, monkeypatch):
    """An endpoint file whose service is dead and whose number is that of an innocent process."""
    monkeypatch.setattr(launcher_module, "_LEAVING_S", 0.1)
    monkeypatch.setattr(launcher_module, "_STOP_S", 0.2)
    paths.create()
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as innocent,
        socket.create_server(("127.0.0.1", 0)) as stranger,
    ):
        found = Endpoint(stranger.getsockname()[1], "old", innocent.pid, __version__)
        endpoint.publish(paths.endpoint_file, found)
        yield stranger
        assert innocent.poll() is None, "it was killed for a service it never was"
        innocent.kill()


def test_a_stale_file_is_no_service_and_its_number_is_nobody_to_kill(stale, new_launcher, paths):
    stale.close()
    assert new_launcher().listening() is None
    assert new_launcher().stop() is None
    assert not paths.endpoint_file.exists()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", b"SSH-2.0-whatever\r\n"])
def test_a_stranger_on_the_port_of_a_dead_service_is_left_alone(stale, new_launcher, paths, answer):
    def reply():
        for _ in range(2):
            connection, _ = stale.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    threading.Thread(target=reply, daemon=True).start()
    assert new_launcher().listening() is None
    assert new_launcher().stop() is None
    assert not paths.endpoint_file.exists()


def test_stop_waits_for_the_end_of_the_process(new_launcher, monkeypatch):
    """Who deletes its folders next must not race with what it still writes."""
    monkeypatch.setenv("STAND_IN_HANGS", "at its end")
    launcher = new_launcher()
    found = launcher.connect()
    assert launcher.stop() == found
    assert not endpoint.is_alive(found.pid)
