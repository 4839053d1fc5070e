import os
import subprocess
import sys
from pathlib import Path

import pytest

from qwen_finder.api.launcher import Launcher
from qwen_finder.settings.paths import find_paths

STAND_IN = (sys.executable, str(Path(__file__).with_name("stand_in_service.py")))


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """The endpoint of a running stand-in service, ended after the module's tests."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QWEN_FINDER_HOME", str(home))
        launcher = Launcher(find_paths(), command=STAND_IN)
        yield launcher.connect()
        launcher.stop()


@pytest.fixture
def start(tmp_path):
    """Starts stand-in services in one home as plain processes; those that still run are killed."""
    processes = []

    def begin():
        environ = {**os.environ, "QWEN_FINDER_HOME": str(tmp_path)}
        process = subprocess.Popen(STAND_IN, env=environ, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield begin
    for process in processes:
        process.kill()
        process.communicate()
