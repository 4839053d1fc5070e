import os
import stat
import subprocess
import sys
import time

import pytest

from qwen_finder.api import endpoint
from qwen_finder.api.endpoint import Endpoint


def test_it_is_read_as_written_by_its_owner_only(tmp_path):
    file = tmp_path / "endpoint.json"
    endpoint.publish(file, Endpoint(4711, "secret", os.getpid(), "1.0"))
    found = endpoint.read(file)
    assert (found.port, found.token, found.pid, found.version) == (4711, "secret", os.getpid(), "1.0")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["endpoint.json"]


def test_a_dead_process_makes_it_stale(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    endpoint.publish(tmp_path / "e", Endpoint(1, "t", process.pid, "1"))
    assert endpoint.read(tmp_path / "e") is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_dead_process_is_dead_before_its_parent_asks_for_it():
    """The window that started a service lives on when the service is killed."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert endpoint.is_alive(process.pid)
        process.kill()
        while endpoint.is_alive(process.pid):
            time.sleep(0.01)
        assert process.returncode is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"port": 1}', b"\xff\xfe", b'{"port": "x", "pid": 1}']
)
def test_a_broken_file_is_no_endpoint(tmp_path, content):
    (tmp_path / "e").write_bytes(content)
    assert endpoint.read(tmp_path / "e") is None


def test_only_its_own_service_withdraws_it(tmp_path):
    file = tmp_path / "e"
    endpoint.publish(file, Endpoint(1, "t", os.getpid(), "1"))
    endpoint.withdraw(file, os.getpid() + 1)
    assert file.exists()
    endpoint.withdraw(file, os.getpid())
    assert not file.exists()
