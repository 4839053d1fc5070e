"""The real service is killed in the middle of a download, and what was fetched is gone on from."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.hub import Hub, open_hub
from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.status import DownloadState, DownloadStatus
from qwen_finder.settings.paths import Paths, find_paths

MODEL, FILE = "Qwen3-Embedding-0.6B-Q8_0", "Qwen3-Embedding-0.6B-Q8_0.gguf"
CONTENT = random.Random(3).randbytes(4_000_003)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with open_hub() as hub:
        hub.publish("Qwen/Qwen3-Embedding-0.6B-GGUF", {FILE: CONTENT})
        hub.bytes_per_s = 2_000_000
        yield hub


@pytest.fixture
def paths(tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Paths]:
    """A home whose service asks our hub and no other."""
    monkeypatch.setenv("QWEN_FINDER_HOME", str(tmp_path))
    monkeypatch.delenv("QWEN_FINDER_MODELS", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    found = find_paths()
    found.create()
    found.settings_file.write_text('[download]\nsource = "huggingface"\n')
    yield found
    Launcher(found).stop()


def download_of(client: Client) -> DownloadStatus | None:
    return next(model.download for model in client.models() if model.id == MODEL)


def wait_for_bytes(client: Client, least: int) -> int:
    deadline = time.monotonic() + 30
    while True:
        status = download_of(client)
        if status is not None and status.bytes_done >= least:
            return status.bytes_done
        assert time.monotonic() < deadline, status
        time.sleep(0.02)


def test_a_killed_service_goes_on_where_it_was(paths: Paths, hub: Hub) -> None:
    client, other = Client(Launcher(paths)), Client(Launcher(paths))
    client.download_model(MODEL)
    assert other.download_model(MODEL).under_way
    here = wait_for_bytes(other, 1_000_000)
    os.kill(client.status().process.pid, signal.SIGKILL)
    paused = download_of(client)
    assert paused is not None
    assert paused.state is DownloadState.PAUSED
    assert paused.bytes_done >= here
    assert paused.bytes_total == len(CONTENT)
    assert not (paths.models / FILE).exists()
    client.download_model(MODEL)
    wait_for_bytes(client, len(CONTENT))
    deadline = time.monotonic() + 30
    while (status := download_of(client)) is None or status.state is not DownloadState.DONE:
        assert time.monotonic() < deadline, status
        time.sleep(0.02)
    assert (paths.models / FILE).read_bytes() == CONTENT
    first, second = hub.served()
    assert "range" not in first.headers
    assert int(second.headers["range"].removeprefix("bytes=").rstrip("-")) >= paused.bytes_done
    assert client.verify_model(MODEL)[0]
    spoken_to = {(connection.host, connection.why) for connection in client.privacy().connections}
    assert spoken_to == {(host, f"download of {MODEL}") for host in ("127.0.0.1", "localhost")}


def test_who_waits_in_a_terminal_sees_it_through(paths: Paths, hub: Hub) -> None:
    # Slow enough that a busy machine interrupts it in the middle.
    hub.bytes_per_s = 500_000

    def command() -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "qwen_finder", "models", "download", "Qwen3-Embedding-0.6B"]
        return subprocess.Popen(
            line,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Tests that run in the background of a shell pass on that Ctrl+C is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    client = Client(Launcher(paths))
    client.status()
    waiting = command()
    wait_for_bytes(client, 600_000)
    waiting.send_signal(signal.SIGINT)
    _, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 4, said
    assert b"Paused; the same command goes on from here." in said
    paused = download_of(client)
    assert paused is not None
    assert paused.state is DownloadState.PAUSED

    waiting = command()
    wait_for_bytes(client, paused.bytes_done + 600_000)
    os.kill(client.status().process.pid, signal.SIGKILL)
    out, said = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, said
    assert (out, b"is here" in said) == (b"", True)
    assert (paths.models / FILE).read_bytes() == CONTENT
    assert len(hub.served()) == 3
