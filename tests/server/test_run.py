"""The life of the service as a process."""

import json
import os
import pathlib
import re
import signal
import stat
import subprocess
import sys
import threading
import time

import pytest

from qwen_finder.api import endpoint
from qwen_finder.api.http import exchange
from qwen_finder.settings.paths import find_paths


@pytest.fixture
def paths(tmp_path):
    return find_paths({"QWEN_FINDER_HOME": str(tmp_path)})


def listening(paths):
    for _ in range(1000):
        if found := endpoint.read(paths.endpoint_file):
            return found
        time.sleep(0.01)
    raise AssertionError(paths.log_file.read_text())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(start, paths, number):
    # Tests may be run under nohup, where a service outlives its terminal.
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    process = start()
    signal.signal(signal.SIGHUP, before)
    listening(paths)
    process.send_signal(number)
    assert process.wait(10) == 0
    assert not paths.endpoint_file.exists()
    assert "has stopped" in paths.log_file.read_text()


def test_it_ends_while_clients_wait_and_a_search_runs(start, paths):
    process = start()
    service = listening(paths)
    statuses = set()

    def ask(*request):
        statuses.add(exchange(service, *request, 30.0)[0])

    asking = [
        threading.Thread(target=ask, args=request)
        for request in (
            ("GET", "/v1/events?since=1&timeout=30", b""),
            ("POST", "/v1/search", b'{"text": "slow"}'),
        )
    ]
    for thread in asking:
        thread.start()
    time.sleep(0.2)
    process.terminate()
    assert process.wait(10) == 0
    for thread in asking:
        thread.join(10)
    assert statuses == {200, 503}


def test_work_that_does_not_end_is_cut_off(start, paths, monkeypatch):
    monkeypatch.setenv("STAND_IN_HANGS", "at its end")
    process = start()
    listening(paths)
    process.terminate()
    assert process.wait(10) == 0
    assert not paths.endpoint_file.exists()
    assert "in the middle of its work" in paths.log_file.read_text()


def test_a_service_at_rest_sleeps(start, paths):
    process = start()
    service = listening(paths)
    assert exchange(service, "GET", "/v1/status", b"", 10.0)[0] == 200

    def woken():
        text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        return int(re.search(r"^voluntary_ctxt_switches:\s+(\d+)", text, re.MULTILINE)[1])

    # It may still be putting its things away; ten wakes a second would never stop.
    for _ in range(20):
        before = woken()
        time.sleep(0.5)
        if woken() == before:
            break
    else:
        raise AssertionError("it wakes up again and again")


def test_a_second_one_leaves_quietly(start, paths):
    start()
    first = listening(paths)
    second = start()
    _, said = second.communicate(timeout=20)
    assert (second.returncode, said) == (0, "The service is running already.\n")
    assert endpoint.read(paths.endpoint_file) == first


def test_a_killed_one_leaves_no_lock_behind(start, paths):
    process = start()
    first = listening(paths)
    process.kill()
    process.wait()
    start()
    assert listening(paths).pid != first.pid


def test_everything_it_writes_is_its_owners_alone(start, paths):
    start()
    listening(paths)
    for folder in (paths.config, paths.data, paths.state, paths.runtime):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        for file in folder.iterdir():
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_it_goes_behind_everything_else(start, paths):
    process = start()
    listening(paths)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) >= max(10, os.getpriority(os.PRIO_PROCESS, 0))


def test_why_it_cannot_start_is_left_for_the_client(start, paths):
    paths.create()
    paths.settings_file.write_text("[search]\nlimit = 'many'\n")
    process = start()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "search.limit" in said
    error = json.loads(paths.startup_error_file.read_bytes())
    assert (error["code"], error["exit_code"]) == ("settings.value", 2)
    assert not paths.endpoint_file.exists()


def test_a_service_that_cannot_tell_where_it_listens_says_why_it_ends(start, paths):
    paths.create()
    paths.endpoint_file.mkdir()
    process = start()
    _, said = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "cannot be written" in said
    assert "Traceback" not in said
    assert json.loads(paths.startup_error_file.read_bytes())["code"] == "storage.endpoint"


def test_the_log_rotates(tmp_path):
    file = tmp_path / "service.log"
    code = (
        "import logging, os, sys; from pathlib import Path; from qwen_finder.server import log;"
        "log.open_log(Path(sys.argv[1]), Path(os.devnull));"
        "[logging.getLogger('x').info('%d %s', n, 'y' * 1000) for n in range(2500)];"
        "os.write(2, b'the last native word')"
    )
    with file.open("ab") as output:
        subprocess.run([sys.executable, "-c", code, str(file)], stdout=output, stderr=output, check=True)
    sizes = {entry.name: entry.stat().st_size for entry in tmp_path.iterdir()}
    assert set(sizes) == {"service.log", "service.log.1", "service.log.2"}
    assert max(sizes.values()) <= 1 << 20
    assert file.read_text().endswith("the last native word")
