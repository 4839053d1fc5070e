import os
import signal
import stat
import subprocess
import sys

import pytest

from qwen_finder import __version__
from qwen_finder.api import endpoint
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
