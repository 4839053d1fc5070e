"""The real service process: told to stop, killed, and found again in the middle of its work."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.settings.paths import find_paths

ROOT = Path(__file__).resolve().parents[2]
FILES = 40


class Service:
    """A home with a folder of files that take the model a while."""

    def __init__(self, tmp_path: Path) -> None:
        self.files = tmp_path / "files"
        self.files.mkdir()
        for number in range(FILES):
            sentences = (f"Sentence {line} of note {number} tells of gardens." for line in range(40))
            (self.files / f"{number}.txt").write_text(" ".join(sentences))
        models = os.environ.get("QWEN_FINDER_MODELS") or str(ROOT / ".models")
        self.environ = {
            **os.environ,
            "QWEN_FINDER_HOME": str(tmp_path / "home"),
            "QWEN_FINDER_MODELS": models,
        }
        self.paths = find_paths(self.environ)
        self.paths.create()
        self.client = Client(Launcher(self.paths, start=False))
        self.process: Any = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qwen_finder", "service", "run"], env=self.environ, cwd=ROOT
        )
        wait_for(lambda: Launcher(self.paths).running())
        self.client = Client(Launcher(self.paths, start=False))

    def waiting(self) -> subprocess.Popen[bytes]:
        """``index --wait``, once it waits."""
        waiting = subprocess.Popen(
            [sys.executable, "-m", "qwen_finder", "index", "--wait"],
            env=self.environ,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        wait_for(lambda: self.client.status().engine.pace_reason == "somebody waits for the index")
        return waiting

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def share(self) -> float:
        progress = self.client.status().engine.progress
        return 0.0 if progress is None else progress.share


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    made = Service(tmp_path)
    yield made
    made.stop()


def test_it_stops_in_the_middle_of_indexing_and_goes_on_later(service: Service) -> None:
    service.start()
    service.client.add_folder(str(service.files))
    wait_for(lambda: service.share() > 0.02)
    service.process.terminate()
    # The service ends itself within two seconds; the rest is for a machine that does other things too.
    assert service.process.wait(4) == 0
    assert not service.paths.endpoint_file.exists()
    service.start()
    status = service.client.status()
    files = status.engine.files
    assert files.pending > 0
    assert files.pending + files.indexed == FILES
    service.client.index()
    wait_for(lambda: service.client.status().idle)
    assert service.client.status().engine.files.indexed == FILES


def test_who_waits_is_told_when_somebody_stops_the_service(service: Service) -> None:
    """And does not start it again, as one that crashed is."""
    service.start()
    service.client.add_folder(str(service.files))
    with service.waiting() as waiting:
        wait_for(lambda: service.share() > 0.02)
        Launcher(service.paths).stop()
        _, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 3
    assert b"The service was stopped." in said
    assert b"service start" in said
    assert Launcher(service.paths).running() is None


def test_who_waits_goes_on_waiting_when_the_service_crashes(service: Service) -> None:
    service.start()
    service.client.add_folder(str(service.files))
    with service.waiting() as waiting:
        wait_for(lambda: service.share() > 0.02)
        service.process.kill()
        _, said = waiting.communicate(timeout=200)
    try:
        assert waiting.returncode == 0, said
        assert f"{FILES} files indexed".encode() in said
        assert service.client.status().process.pid != service.process.pid
    finally:
        Launcher(service.paths).stop()


def test_it_indexes_nothing_while_it_is_paused(service: Service) -> None:
    service.start()
    service.client.add_folder(str(service.files))
    wait_for(lambda: service.share() > 0.02)
    assert service.client.set_pace("paused")[0] == "paused"
    wait_for(lambda: service.client.status().idle)
    pending = service.client.status().engine.files.pending
    assert pending > 0
    done = subprocess.run(
        [sys.executable, "-m", "qwen_finder", "index", "--wait"],
        env=service.environ,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3
    assert b"Indexing is paused until you resume; `qwen-finder resume` goes on." in done.stderr
    assert service.client.status().engine.files.pending == pending
