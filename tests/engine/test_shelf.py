"""The shelf of models: downloads in turn and shared, as settings and environment say."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakes.hub import Fault, Hub, open_hub
from qwen_finder.core.connections import Connections
from qwen_finder.core.errors import ModelError, SettingsError, UsageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.status import DownloadState, DownloadStatus
from qwen_finder.engine.hub_access import hubs
from qwen_finder.engine.naming import exact
from qwen_finder.engine.shelf import Shelf
from qwen_finder.models.catalog import load_catalog
from qwen_finder.models.hubs import HuggingFace, ModelScope
from qwen_finder.models.staging import Staging
from qwen_finder.settings.store import Settings

SMALL, LARGE = "Qwen3-Embedding-0.6B-Q8_0", "Qwen3-Embedding-0.6B-F16"
REPOSITORY = "Qwen/Qwen3-Embedding-0.6B-GGUF"
FILES = {
    "Qwen3-Embedding-0.6B-Q8_0.gguf": random.Random(1).randbytes(900_001),
    "Qwen3-Embedding-0.6B-f16.gguf": random.Random(2).randbytes(1_500_001),
}


@pytest.fixture
def hub() -> Iterator[Hub]:
    with open_hub() as hub:
        hub.publish(REPOSITORY, FILES)
        yield hub


class Shelves:
    """Shelves over one models folder, one after the other, as lives of the service."""

    def __init__(self, models: Path, hub: Hub) -> None:
        self.models = models
        self.settings = Settings({"download.huggingface": hub.url, "download.source": "huggingface"})
        self.events = EventLog()
        self.connections = Connections()
        self.taken_up: list[Mapping[str, object]] = []
        self.shelf = self.open()

    def open(self) -> Shelf:
        self.shelf = Shelf(
            self.models,
            lambda: self.settings,
            self.events,
            self.connections,
            self.taken_up.append,
            answering=lambda: self.settings.text("models.text"),
        )
        return self.shelf

    def status(self, model: str) -> DownloadStatus | None:
        return next(listed.download for listed in self.shelf.models() if listed.id == model)

    def wait(self, model: str, *states: DownloadState) -> DownloadStatus:
        deadline = time.monotonic() + 20
        while True:
            status = self.status(model)
            if status is not None and status.state in states:
                return status
            assert time.monotonic() < deadline, status
            time.sleep(0.01)

    def told(self) -> list[tuple[str, str]]:
        """Model and state of each event in turn, repetitions left out."""
        found: list[tuple[str, str]] = []
        for event in self.events.since(0):
            assert event.kind == "model.download"
            step = (str(event.data["id"]), str(event.data["state"]))
            if not found or found[-1] != step:
                found.append(step)
        return found


@pytest.fixture
def shelves(tmp_path: Path, hub: Hub) -> Iterator[Shelves]:
    models = tmp_path / "models"
    models.mkdir()
    shelves = Shelves(models, hub)
    yield shelves
    shelves.shelf.close()


def test_a_model_that_is_asked_for_comes_and_is_told_of(shelves: Shelves) -> None:
    asked = shelves.shelf.download(SMALL)
    assert (asked.id, asked.state, asked.bytes_done) == (SMALL, DownloadState.QUEUED, 0)
    done = shelves.wait(SMALL, DownloadState.DONE)
    assert done.bytes_done == done.bytes_total == 900_001
    assert (shelves.models / "Qwen3-Embedding-0.6B-Q8_0.gguf").read_bytes() == next(iter(FILES.values()))
    listed = next(model for model in shelves.shelf.models() if model.id == SMALL)
    assert (listed.installed, listed.active) == (True, False)
    states = [state for _, state in shelves.told()]
    assert states == ["queued", "running", "checking", "done"]
    assert shelves.shelf.download(SMALL).state is DownloadState.DONE, "asking again costs nothing"
    assert {entry.why for entry in shelves.connections.list()} == {f"download of {SMALL}"}


def test_two_who_ask_for_the_same_share_it(shelves: Shelves, hub: Hub) -> None:
    hub.bytes_per_s = 3_000_000
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.RUNNING)
    joined = shelves.shelf.download("gguf:" + SMALL)
    assert joined.state in (DownloadState.RUNNING, DownloadState.CHECKING)
    shelves.wait(SMALL, DownloadState.DONE)
    assert len(hub.served()) == 1


def test_one_comes_after_the_other(shelves: Shelves, hub: Hub) -> None:
    hub.bytes_per_s = 3_000_000
    shelves.shelf.download(LARGE)
    shelves.shelf.download(SMALL)
    shelves.wait(LARGE, DownloadState.RUNNING)
    assert shelves.wait(SMALL, DownloadState.QUEUED)
    shelves.wait(SMALL, DownloadState.DONE)
    told = shelves.told()
    assert told.index((LARGE, "done")) < told.index((SMALL, "running"))


def test_a_rate_and_the_time_that_is_left_are_told(shelves: Shelves, hub: Hub) -> None:
    hub.bytes_per_s = 1_500_000
    shelves.shelf.download(LARGE)
    deadline = time.monotonic() + 20
    while not (status := shelves.wait(LARGE, DownloadState.RUNNING, DownloadState.DONE)).rate:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert 200_000 < status.rate < 3_000_000
    assert status.eta_s is not None
    assert 0 <= status.eta_s < 10
    assert status.source == "127.0.0.1"
    shelves.wait(LARGE, DownloadState.DONE)


def test_a_pause_keeps_what_is_here_and_asking_again_goes_on(shelves: Shelves, hub: Hub) -> None:
    hub.faults.append(Fault(cut_at=400_000, stall_s=8))
    shelves.shelf.download(SMALL)
    deadline = time.monotonic() + 20
    while shelves.wait(SMALL, DownloadState.RUNNING).bytes_done < 400_000:
        assert time.monotonic() < deadline
    began = time.monotonic()
    assert shelves.shelf.pause(SMALL).state is DownloadState.PAUSED
    again = shelves.shelf.download(SMALL)
    assert (again.state, again.bytes_done) == (DownloadState.QUEUED, 400_000)
    shelves.wait(SMALL, DownloadState.DONE)
    assert time.monotonic() - began < 5, "a line that hangs is cut"
    assert hub.served()[-1].headers["range"] == "bytes=400000-"


def test_what_is_thrown_away_is_gone(shelves: Shelves, hub: Hub) -> None:
    hub.faults.append(Fault(cut_at=400_000, stall_s=8))
    shelves.shelf.download(SMALL)
    while shelves.wait(SMALL, DownloadState.RUNNING).bytes_done < 400_000:
        time.sleep(0.01)
    assert shelves.shelf.pause(SMALL, discard=True).bytes_done == 0
    deadline = time.monotonic() + 10
    while Staging.begun(shelves.models) or shelves.status(SMALL) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_one_that_waits_can_be_taken_back(shelves: Shelves, hub: Hub) -> None:
    hub.bytes_per_s = 3_000_000
    shelves.shelf.download(LARGE)
    shelves.shelf.download(SMALL)
    shelves.shelf.pause(SMALL)
    shelves.wait(LARGE, DownloadState.DONE)
    assert shelves.wait(SMALL, DownloadState.PAUSED).bytes_done == 0
    assert len(hub.served()) == 1


def test_what_is_not_on_its_way_is_not_paused(shelves: Shelves) -> None:
    shelves.shelf.pause(SMALL)
    assert shelves.status(SMALL) is None
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)
    assert shelves.shelf.pause(SMALL).state is DownloadState.DONE
    assert shelves.wait(SMALL, DownloadState.DONE)


def test_another_life_knows_what_was_half_fetched(shelves: Shelves, hub: Hub) -> None:
    hub.faults.append(Fault(cut_at=400_000, stall_s=8))
    shelves.shelf.download(SMALL)
    while shelves.wait(SMALL, DownloadState.RUNNING).bytes_done < 400_000:
        time.sleep(0.01)
    shelves.shelf.close()
    shelves.open()
    paused = shelves.wait(SMALL, DownloadState.PAUSED)
    assert (paused.bytes_done, paused.bytes_total) == (400_000, 900_001)
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)


def test_a_failure_is_told_with_its_cure_and_is_no_end(shelves: Shelves, hub: Hub) -> None:
    hub.faults.append(Fault(html=True))
    shelves.shelf.download(SMALL)
    failed = shelves.wait(SMALL, DownloadState.FAILED)
    assert failed.code == "download.foreign"
    assert "page for people" in failed.message
    assert "By hand: fetch" in failed.hint
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)


def test_a_model_that_is_waited_for_is_taken_up(shelves: Shelves) -> None:
    shelves.settings = Settings({**shelves.settings.as_dict(), "models.text": f"gguf:{SMALL}"})
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)
    shelves.shelf.download(LARGE)
    shelves.wait(LARGE, DownloadState.DONE)
    assert shelves.taken_up == [{"models.text": f"gguf:{SMALL}"}]


def test_a_family_means_the_form_that_suits_or_is_here(shelves: Shelves) -> None:
    (shelves.models / "Qwen3-Embedding-0.6B-f16.gguf").write_bytes(b"GGUF")
    assert shelves.shelf.download("Qwen3-Embedding-0.6B").id == LARGE
    (shelves.models / "Qwen3-Embedding-0.6B-f16.gguf").unlink()
    assert shelves.shelf.download("Qwen3-Embedding-0.6B").id == SMALL
    shelves.wait(SMALL, DownloadState.DONE)


def test_what_cannot_be_had_says_why(shelves: Shelves) -> None:
    with pytest.raises(UsageError) as unknown:
        shelves.shelf.download("Qwen9")
    assert unknown.value.code == "model.unknown"
    with pytest.raises(ModelError) as made:
        shelves.shelf.download("starter-en")
    assert made.value.code == "download.impossible"
    with pytest.raises(ModelError) as missing:
        shelves.shelf.verify(SMALL)
    assert missing.value.code == "model.missing"
    with pytest.raises(UsageError) as absent:
        shelves.shelf.remove(SMALL)
    assert absent.value.code == "model.absent"


def test_verifying_says_what_it_compared_with(shelves: Shelves) -> None:
    path = shelves.models / "Qwen3-Embedding-0.6B-Q8_0.gguf"
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)
    ok, detail = shelves.shelf.verify(SMALL)
    assert ok, detail
    assert REPOSITORY in detail
    with path.open("r+b") as file:
        file.write(b"\0\0\0\0")
    ok, detail = shelves.shelf.verify(SMALL)
    assert not ok
    assert f"models remove {SMALL}" in detail


def test_a_model_put_there_by_hand_is_looked_into(shelves: Shelves) -> None:
    (shelves.models / "Qwen3-Embedding-0.6B-Q8_0.gguf").write_bytes(b"GGUF but nothing else")
    ok, detail = shelves.shelf.verify(SMALL)
    assert not ok
    assert "head is damaged" in detail


def test_a_model_that_is_not_in_use_can_be_removed(shelves: Shelves) -> None:
    shelves.shelf.download(SMALL)
    shelves.wait(SMALL, DownloadState.DONE)
    settings = shelves.settings
    shelves.settings = Settings({**settings.as_dict(), "models.text": SMALL})
    with pytest.raises(UsageError) as caught:
        shelves.shelf.remove(SMALL)
    assert caught.value.code == "model.active"
    shelves.settings = settings
    assert shelves.shelf.remove(SMALL) == 900_001
    assert sorted(path.name for path in shelves.models.iterdir() if not path.name.startswith(".")) == []
    assert not list((shelves.models / ".receipts").iterdir())


def test_what_comes_with_the_program_stays_with_it(shelves: Shelves) -> None:
    shelves.settings = Settings({**shelves.settings.as_dict(), "models.text": SMALL})
    entry = load_catalog().find("starter")
    assert entry is not None
    with pytest.raises(UsageError) as caught:
        shelves.shelf.remove("starter")
    assert caught.value.code == "model.shipped"
    assert entry.path(shelves.models).is_file()


def test_the_folder_of_a_picture_model_is_removed_whole(shelves: Shelves) -> None:
    folder = shelves.models / "ViT-B-16-SigLIP2-256"
    folder.mkdir()
    (folder / "open_clip_config.json").write_text("{}")
    (folder / "open_clip_model.safetensors").write_bytes(bytes(100))
    assert shelves.shelf.remove(folder.name) == 102
    assert not folder.exists()


@pytest.mark.parametrize(
    ("settings", "environ", "urls"),
    [
        ({}, {}, ["https://huggingface.co", "https://www.modelscope.cn"]),
        (
            {},
            {"HF_ENDPOINT": "https://mirror.example/"},
            ["https://mirror.example", "https://www.modelscope.cn"],
        ),
        (
            {"download.huggingface": "https://mine.example"},
            {"HF_ENDPOINT": "https://mirror.example"},
            ["https://mine.example", "https://www.modelscope.cn"],
        ),
        ({"download.source": "modelscope"}, {"MODELSCOPE_DOMAIN": "ms.example"}, ["https://ms.example"]),
        ({"download.source": "huggingface"}, {}, ["https://huggingface.co"]),
    ],
)
def test_where_models_come_from(
    settings: dict[str, Any], environ: dict[str, str], urls: list[str], tmp_path: Path
) -> None:
    found = hubs(Settings(settings), {**environ, "HF_HOME": str(tmp_path)})
    assert [hub.url for hub in found] == urls


def test_an_address_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"HF_ENDPOINT is 'mirror\.example'"):
        hubs(Settings({}), {"HF_ENDPOINT": "mirror.example", "HF_HOME": str(tmp_path)})


def test_tokens_are_those_of_the_hubs_own_tools(tmp_path: Path) -> None:
    def token(**environ: str) -> str:
        first, _ = hubs(Settings({}), {"HF_HOME": str(tmp_path), **environ})
        return first.token

    assert token() == ""
    (tmp_path / "token").write_text("hf_file\n")
    assert token() == "hf_file"
    assert token(HF_TOKEN="hf_env") == "hf_env"
    assert token(HF_HUB_DISABLE_IMPLICIT_TOKEN="1") == ""
    other = tmp_path / "elsewhere"
    other.write_text("hf_other")
    assert token(HF_TOKEN_PATH=str(other)) == "hf_other"
    _, second = hubs(Settings({}), {"HF_HOME": str(tmp_path), "MODELSCOPE_API_TOKEN": "ms"})
    assert second.token == "ms"


def test_every_hub_has_a_page_for_the_way_by_hand() -> None:
    assert HuggingFace().page_of("a/b") == "https://huggingface.co/a/b/tree/main"
    assert ModelScope().page_of("a/b") == "https://www.modelscope.cn/models/a/b/files"
    for entry in load_catalog().models:
        assert entry.downloadable == bool(entry.huggingface or entry.modelscope)


def test_a_family_is_named_exactly_before_it_is_used(shelves: Shelves) -> None:
    family = "Qwen3-Embedding-0.6B"
    assert exact(family, shelves.models) == exact(f"gguf:{family}", shelves.models) == SMALL
    (shelves.models / "Qwen3-Embedding-0.6B-f16.gguf").write_bytes(b"GGUF")
    assert exact(family, shelves.models) == LARGE, "the one that is here"
    for name in ("starter", SMALL, f"gguf:{SMALL}", "gguf:/home/own.gguf", "openai:http://a/b", "nothing"):
        assert exact(name, shelves.models) == name
