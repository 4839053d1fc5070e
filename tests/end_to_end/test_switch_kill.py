"""The service is killed in the middle of a change of the model, under the command that waits for it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.core.status import CheckState
from qwen_finder.core.switching import SwitchStatus
from qwen_finder.settings.paths import find_paths

ROOT = Path(__file__).resolve().parents[2]
FILES = 40


def test_a_kill_in_the_middle_of_a_change_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = Path(os.environ.get("QWEN_FINDER_MODELS") or ROOT / ".models")
    another = tmp_path / "another.gguf"
    shutil.copyfile(next(models.glob("*.gguf")), another)
    with another.open("ab") as file:
        file.write(b"of another hash")
    files = tmp_path / "files"
    files.mkdir()
    for number in range(FILES):
        facts = (f"Fact {number}.{line}: the house by the river has two doors." for line in range(7))
        (files / f"{number}.txt").write_text("\n".join(facts))
    (files / "ferry.txt").write_text("The ferry leaves at nine.")

    monkeypatch.setenv("QWEN_FINDER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QWEN_FINDER_MODELS", str(models))
    launcher = Launcher(find_paths())
    client = Client(launcher)
    try:
        client.add_folder(str(files))
        client.index()
        wait(lambda: client.status().idle)
        assert client.status().engine.files.indexed == FILES + 1
        client.set_pace("quiet")
        command = [sys.executable, "-m", "qwen_finder", "models", "use", str(another), "--wait"]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as waiting:
            wait(lambda: (status := switch(client)) is not None and 0 < status.done < status.total)
            killed = client.status().process.pid
            os.kill(killed, signal.SIGKILL)
            wait(lambda: client.status().process.pid != killed)
            client.set_pace("full")
            # The old one answers until the end.
            assert names(client, "when does the boat go")[0] == "ferry.txt"
            _, said = waiting.communicate(timeout=120)
            assert waiting.returncode == 0, said
        assert b"is in use" in said
        status = client.status().engine
        assert status.text_model.id == f"gguf:{another}"
        assert (status.files.indexed, status.index.chunks) == (FILES + 1, FILES + 1)
        assert names(client, "when does the boat go")[0] == "ferry.txt"
        assert {check.name: check.state for check in client.checks()}["index"] is CheckState.OK
        back = client.rollback_model()
        assert (back.target, back.previous) == ("starter", f"gguf:{another}")
        assert names(client, "when does the boat go")[0] == "ferry.txt"
    finally:
        launcher.stop()


def switch(client: Client) -> SwitchStatus | None:
    return client.status().engine.switch


def names(client: Client, text: str) -> list[str]:
    hits = client.search(SearchRequest(text, limit=3, mode=Mode.SEMANTIC)).hits
    return [os.path.basename(hit.path) for hit in hits]


def wait(condition: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
