"""Downloads from a hub of our own over real sockets, whatever goes wrong on the way."""

from __future__ import annotations

import hashlib
import random
import resource
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes.hub import Fault, Hub, open_hub
from qwen_finder.core.connections import Connections
from qwen_finder.core.errors import ModelError
from qwen_finder.models import download as download_module
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.download import Download, Step
from qwen_finder.models.hubs import HuggingFace, ModelScope
from qwen_finder.models.patience import Halt, Halted, Patience
from qwen_finder.models.receipts import compare, read_receipt
from qwen_finder.models.staging import Staging

REPOSITORY = "Qwen/Qwen3-Embedding-4B-GGUF"
NAME = "Qwen3-Embedding-4B-Q4_K_M.gguf"
MODEL = "Qwen3-Embedding-4B-Q4_K_M"
SIZE = 2_000_003
CONTENT = random.Random(7).randbytes(SIZE)
OTHER = random.Random(8).randbytes(SIZE)
IMPATIENT = Patience(tries=4, first_s=0.01, most_s=0.02, connect_s=5.0, silence_s=20.0, longest_wait_s=2.0)
HASTY = replace(IMPATIENT, silence_s=0.3)


@pytest.fixture
def hub() -> Iterator[Hub]:
    with open_hub() as hub:
        hub.publish(REPOSITORY, {NAME: CONTENT, "LICENSE": b"words"})
        yield hub


class Fetching:
    """Downloads into one models folder; what was told and spoken to."""

    def __init__(self, models: Path) -> None:
        self.models = models
        self.connections = Connections()
        self.steps: list[Step] = []
        self.halt = Halt()

    def __call__(self, *hubs: Any, entry: CatalogEntry | None = None, patience: Patience = IMPATIENT) -> None:
        Download(
            entry or model_entry(),
            self.models,
            hubs,
            connections=self.connections,
            halt=self.halt,
            told=self.steps.append,
            patience=patience,
        ).run()

    def fails(self, *hubs: Any, **options: Any) -> ModelError:
        with pytest.raises(ModelError) as caught:
            self(*hubs, **options)
        assert not (self.models / NAME).exists(), "what is not whole is not there"
        return caught.value

    @property
    def part(self) -> bytes:
        (part,) = Staging(self.models, MODEL).folder.glob("*.part")
        return part.read_bytes()


@pytest.fixture
def fetch(tmp_path: Path) -> Fetching:
    models = tmp_path / "models"
    models.mkdir()
    return Fetching(models)


def model_entry() -> CatalogEntry:
    entry = load_catalog().find(MODEL)
    assert entry is not None
    return entry


def face(hub: Hub, token: str = "") -> HuggingFace:
    return HuggingFace(hub.url, token)


def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_model_comes_whole_with_its_receipt(hub: Hub, fetch: Fetching) -> None:
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    receipt = read_receipt(fetch.models, MODEL)
    assert receipt is not None
    assert receipt.commit == hub.commit(REPOSITORY, "main")[0]  # type: ignore[index]
    assert receipt.files[0].sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert compare(model_entry(), fetch.models, receipt) == ""
    assert sorted(path.name for path in fetch.models.iterdir()) == [".downloads", ".receipts", NAME]
    assert Staging.begun(fetch.models) == []


def test_the_addresses_are_those_that_the_hub_has(hub: Hub, fetch: Fetching) -> None:
    fetch(face(hub))
    commit = hub.commit(REPOSITORY, "main")[0]  # type: ignore[index]
    listing, resolve, bytes_ = hub.requests
    assert listing.path == f"/api/models/{REPOSITORY}/revision/main?blobs=true"
    assert resolve.path == f"/{REPOSITORY}/resolve/{commit}/{NAME}", "the commit, not the branch"
    assert bytes_.host == "localhost"
    assert "range" not in bytes_.headers


def test_every_step_is_told(hub: Hub, fetch: Fetching) -> None:
    fetch(face(hub))
    running = [step.done for step in fetch.steps if not step.checking]
    checking = [step.done for step in fetch.steps if step.checking]
    assert running[0] == 0
    assert running == sorted(running)
    assert len(running) > 4
    assert running[-1] == checking[-1] == SIZE
    assert {step.total for step in fetch.steps} == {SIZE}


def test_who_was_spoken_to_is_noted(hub: Hub, fetch: Fetching) -> None:
    fetch(face(hub))
    seen = {connection.host: connection.why for connection in fetch.connections.list()}
    assert seen == dict.fromkeys(("127.0.0.1", "localhost"), f"download of {MODEL}")


def test_the_token_is_for_the_hub_and_nobody_else(hub: Hub, fetch: Fetching) -> None:
    hub.token = "hf_secret"
    fetch(face(hub, "hf_secret"))
    for request in hub.requests:
        assert ("authorization" in request.headers) is (request.host == "127.0.0.1")


def test_modelscope_speaks_another_language_and_has_the_same_file(hub: Hub, fetch: Fetching) -> None:
    fetch(ModelScope(hub.url))
    commit = hub.commit(REPOSITORY, "main")[0]  # type: ignore[index]
    assert (fetch.models / NAME).read_bytes() == CONTENT
    listing, resolve, _ = hub.requests
    assert listing.path == f"/api/v1/models/{REPOSITORY}/repo/files?Revision=master&Recursive=true"
    assert resolve.path == f"/models/{REPOSITORY}/resolve/{commit}/{NAME}"


def test_a_mirror_that_lists_no_hashes_tells_them_of_the_file(hub: Hub, fetch: Fetching) -> None:
    hub.tells_hashes = False
    fetch(face(hub))
    receipt = read_receipt(fetch.models, MODEL)
    assert receipt is not None
    assert receipt.files[0].sha256 == hashlib.sha256(CONTENT).hexdigest()


def test_a_line_that_breaks_is_gone_on_with(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend(Fault(cut_at=500_000) for _ in range(3))
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert [request.headers.get("range") for request in hub.served()] == [
        None,
        "bytes=500000-",
        "bytes=1000000-",
        "bytes=1500000-",
    ]
    assert all("if-range" in request.headers for request in hub.served()[1:])


def test_bytes_gained_give_new_patience(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend(Fault(cut_at=100_000) for _ in range(15))
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_a_stall_is_a_broken_line(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(cut_at=300_000, stall_s=1.0))
    fetch(face(hub), patience=HASTY)
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert hub.served()[1].headers["range"] == "bytes=300000-"


def test_a_server_that_stays_silent_is_given_up_and_nothing_lost(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(cut_at=300_000))
    hub.faults.extend(Fault(cut_at=0, stall_s=0.5) for _ in range(9))
    error = fetch.fails(face(hub), patience=HASTY)
    assert error.code == "download.stalled"
    assert "sent nothing for 0 s" in error.message
    assert "goes on from there" in error.hint
    assert fetch.part == CONTENT[:300_000]
    hub.faults.clear()
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_a_server_without_ranges_costs_time_and_nothing_else(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend([Fault(cut_at=1_500_000), Fault(ignore_range=True, cut_at=700_000)])
    hub.faults.append(Fault(ignore_range=True))
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert [request.headers.get("range") for request in hub.served()] == [
        None,
        "bytes=1500000-",
        "bytes=1500000-",
    ], "what was here stayed while less than that came again"


def test_a_busy_server_is_obeyed(hub: Hub, fetch: Fetching) -> None:
    hub.listing_faults.append(Fault(status=429, headers={"Retry-After": "0.2"}))
    hub.faults.extend([Fault(status=503), Fault(status=500)])
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_a_server_that_asks_for_an_hour_is_not_waited_for(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(status=429, headers={"Retry-After": "3600"}))
    error = fetch.fails(face(hub))
    assert error.code == "download.busy"
    assert "asks for patience (HTTP 429)" in error.message


def test_a_server_that_stays_broken_is_given_up(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend(Fault(status=500) for _ in range(9))
    assert fetch.fails(face(hub)).code == "download.busy"
    assert len(hub.faults) == 9 - IMPATIENT.tries


def test_a_denied_file_is_told_with_the_cure(hub: Hub, fetch: Fetching) -> None:
    hub.token = "hf_right"
    error = fetch.fails(face(hub, "hf_wrong"))
    assert error.code == "download.denied"
    assert "HF_TOKEN" in error.hint
    assert len(hub.requests) == 1, "asking again would not help"


def test_a_file_that_is_gone_is_told(hub: Hub, fetch: Fetching) -> None:
    hub.publish(REPOSITORY, {"LICENSE": b"words"})
    error = fetch.fails(face(hub))
    assert (error.code, NAME in error.message) == ("download.gone", True)
    assert f"put it at {fetch.models / NAME}" in error.hint


def test_a_page_for_people_is_not_taken_for_the_file(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(html=True))
    error = fetch.fails(face(hub))
    assert error.code == "download.foreign"
    assert "login" in error.hint
    hub.listing_faults.append(Fault(html=True))
    assert fetch.fails(face(hub)).code == "download.foreign"


@pytest.mark.parametrize("content", [CONTENT[:-5], CONTENT + b"tail"])
def test_a_file_of_another_length_is_refused(hub: Hub, fetch: Fetching, content: bytes) -> None:
    hub.faults.append(Fault(content=content))
    error = fetch.fails(face(hub))
    assert error.code == "download.length"
    assert f"instead of {SIZE:,}" in error.message


def test_a_file_of_other_contents_is_thrown_away(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(content=OTHER))
    error = fetch.fails(face(hub))
    assert error.code == "download.hash"
    assert not list(Staging(fetch.models, MODEL).folder.glob("*.part"))
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_a_part_that_was_damaged_is_fetched_again_by_itself(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend([Fault(cut_at=900_000)] + [Fault(status=500)] * 9)
    fetch.fails(face(hub))
    (part,) = Staging(fetch.models, MODEL).folder.glob("*.part")
    part.write_bytes(bytes(900_000))
    hub.faults.clear()
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_a_file_that_changed_at_the_server_is_begun_anew(hub: Hub, fetch: Fetching) -> None:
    """The same commit, other bytes: what a careless mirror does."""
    hub.faults.append(Fault(content=OTHER, cut_at=900_000))
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert hub.served()[1].headers["if-range"] != hub.served()[0].headers.get("etag")


def test_a_new_version_at_the_hub_does_not_touch_what_was_begun(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend([Fault(cut_at=900_000)] + [Fault(status=500)] * 9)
    fetch.fails(face(hub))
    hub.faults.clear()
    hub.publish(REPOSITORY, {NAME: OTHER})
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT, "the commit it was begun at"
    assert hub.served()[-1].headers["range"] == "bytes=900000-"


def test_a_version_that_is_gone_is_replaced_by_the_newest(hub: Hub, fetch: Fetching) -> None:
    hub.faults.extend([Fault(cut_at=900_000)] + [Fault(status=500)] * 9)
    fetch.fails(face(hub))
    hub.faults.clear()
    hub._commits[REPOSITORY].clear()
    hub.publish(REPOSITORY, {NAME: OTHER})
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == OTHER


def test_the_second_hub_is_asked_when_the_first_cannot_be_reached(hub: Hub, fetch: Fetching) -> None:
    fetch(HuggingFace(nobody()), ModelScope(hub.url))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    receipt = read_receipt(fetch.models, MODEL)
    assert receipt is not None
    assert receipt.source == "modelscope"


def test_the_second_hub_goes_on_where_the_first_stopped(hub: Hub, fetch: Fetching) -> None:
    with open_hub() as other:
        other.publish(REPOSITORY, {NAME: CONTENT})
        hub.faults.extend([Fault(cut_at=900_000)] + [Fault(status=500)] * 9)
        fetch(face(hub), ModelScope(other.url))
        assert (fetch.models / NAME).read_bytes() == CONTENT
        (request,) = other.served()
        assert request.headers["range"] == "bytes=900000-"
        assert "if-range" not in request.headers, "the tags of one server mean nothing to another"


def test_offline_the_way_by_hand_is_told(fetch: Fetching) -> None:
    error = fetch.fails(HuggingFace(nobody()), ModelScope(nobody()))
    assert error.code == "download.offline"
    assert error.message.count("cannot be reached") == 2
    assert f"fetch {NAME} from" in error.hint
    assert f"{REPOSITORY}/tree/main and put it at {fetch.models / NAME}." in error.hint


def test_a_hub_that_does_not_have_it_is_said_to_be_the_wrong_one(hub: Hub, fetch: Fetching) -> None:
    entry = replace(model_entry(), modelscope="")
    assert fetch.fails(ModelScope(hub.url), entry=entry).code == "download.source"


def test_a_proxy_of_the_environment_is_used(
    hub: Hub, fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.redirects = False
    monkeypatch.setenv("HTTP_PROXY", hub.url)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.delenv("no_proxy", raising=False)
    fetch(HuggingFace("http://hub.example"))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert hub.requests[0].path.startswith("http://hub.example/api/models/")


def test_a_proxy_that_is_none_is_said(hub: Hub, fetch: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "carrier-pigeon://coop")
    error = fetch.fails(face(hub))
    assert error.code == "download.proxy"
    assert "HTTP_PROXY" in error.hint


def test_a_certificate_that_proves_nothing_is_said_with_the_cure(
    hub: Hub, fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that looks into traffic signs with a certificate of its own."""
    certificate = Path(__file__).parents[1] / "data" / "self-signed.pem"
    with open_hub(certificate) as other:
        other.publish(REPOSITORY, {NAME: CONTENT})
        other.redirects = False
        error = fetch.fails(face(other))
        assert error.code == "download.certificate"
        assert "SSL_CERT_FILE" in error.hint
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        fetch(face(other))
    assert (fetch.models / NAME).read_bytes() == CONTENT


def test_who_does_not_speak_tls_is_not_reached(hub: Hub, fetch: Fetching) -> None:
    assert fetch.fails(HuggingFace(hub.url.replace("http://", "https://"))).code == "download.offline"


def test_without_room_on_the_disk_nothing_is_begun(
    hub: Hub, fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(fetch.models)._replace(free=SIZE + 1_000)
    monkeypatch.setattr(download_module.shutil, "disk_usage", lambda path: usage)
    error = fetch.fails(face(hub))
    assert error.code == "download.space"
    assert "QWEN_FINDER_MODELS" in error.hint
    assert not hub.served()


def test_a_disk_that_fills_up_keeps_what_it_has(hub: Hub, fetch: Fetching) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))
    try:
        error = fetch.fails(face(hub))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert error.code == "download.disk"
    assert "is full" in error.message
    assert "goes on where it stopped" in error.hint
    assert fetch.part == CONTENT[:1_000_000]
    fetch(face(hub))
    assert (fetch.models / NAME).read_bytes() == CONTENT
    assert hub.served()[-1].headers["range"] == "bytes=1000000-"


def test_a_folder_that_cannot_be_written_is_said(hub: Hub, fetch: Fetching) -> None:
    (fetch.models / ".downloads").write_text("a file in the way")
    error = fetch.fails(face(hub))
    assert error.code == "download.disk"
    assert "QWEN_FINDER_MODELS" in error.hint


def test_pausing_takes_effect_while_nothing_comes(hub: Hub, fetch: Fetching) -> None:
    hub.faults.append(Fault(cut_at=900_000, stall_s=15.0))

    def tell() -> None:
        while not any(step.done == 900_000 for step in fetch.steps):
            time.sleep(0.01)
        fetch.halt.tell()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    began = time.monotonic()
    with pytest.raises(Halted):
        fetch(face(hub))
    assert time.monotonic() - began < 12
    teller.join()
    assert fetch.part == CONTENT[:900_000]


def test_two_programs_do_not_fetch_the_same_model(hub: Hub, fetch: Fetching) -> None:
    from filelock import FileLock

    staging = Staging(fetch.models, MODEL)
    staging.create()
    with FileLock(staging.lock_file):
        assert fetch.fails(face(hub)).code == "download.busy"
    fetch(face(hub))


PICTURES = "ViT-B-32-SigLIP2-256"


@pytest.fixture
def picture_files() -> dict[str, bytes]:
    return {
        "open_clip_config.json": b'{"model_cfg": {}}',
        "open_clip_model.safetensors": CONTENT,
        "tokenizer.json": b'{"model": "' + b"x" * 90_000 + b'"}',
        "tokenizer_config.json": b"{}",
    }


def picture_entry() -> CatalogEntry:
    entry = load_catalog().find(PICTURES)
    assert entry is not None
    return entry


def test_a_model_of_several_files_is_there_all_at_once(
    hub: Hub, fetch: Fetching, picture_files: dict[str, bytes]
) -> None:
    hub.publish(f"timm/{PICTURES}", picture_files)
    hub.faults.extend([Fault(), Fault(cut_at=900_000)] + [Fault(status=500)] * 9)
    with pytest.raises(ModelError):
        fetch(face(hub), entry=picture_entry())
    assert not (fetch.models / PICTURES).exists()
    hub.faults.clear()
    fetch(face(hub), entry=picture_entry())
    found = {path.name: path.read_bytes() for path in (fetch.models / PICTURES).iterdir()}
    assert found == picture_files
    ranges = [request.headers.get("range") for request in hub.served()]
    assert ranges.count("bytes=900000-") >= 1
    names = [request.path.rpartition("/")[2] for request in hub.served()]
    assert names.count("open_clip_config.json") == 1, "what was here was not fetched again"


def test_small_files_are_checked_as_git_names_them(
    hub: Hub, fetch: Fetching, picture_files: dict[str, bytes]
) -> None:
    hub.publish(f"timm/{PICTURES}", picture_files)
    damaged = picture_files["open_clip_config.json"].replace(b"c", b"k")
    hub.faults.append(Fault(content=damaged))
    with pytest.raises(ModelError) as caught:
        fetch(face(hub), entry=picture_entry())
    assert caught.value.code == "download.hash"


def test_a_crash_while_the_files_are_moved_costs_nothing(
    hub: Hub, fetch: Fetching, picture_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.publish(f"timm/{PICTURES}", picture_files)

    def crash(self: Staging, parts: dict[str, Path], target: Path) -> None:
        whole = self.folder / "whole"
        whole.mkdir()
        for name in list(parts)[:2]:
            parts[name].rename(whole / name)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "place_folder", crash)
        with pytest.raises(KeyboardInterrupt):
            fetch(face(hub), entry=picture_entry())
    served = len(hub.served())
    fetch(face(hub), entry=picture_entry())
    assert {path.name for path in (fetch.models / PICTURES).iterdir()} == picture_files.keys()
    assert len(hub.served()) == served, "nothing was fetched twice"


def test_what_was_put_there_by_hand_and_is_not_whole_makes_room(
    hub: Hub, fetch: Fetching, picture_files: dict[str, bytes]
) -> None:
    hub.publish(f"timm/{PICTURES}", picture_files)
    (fetch.models / PICTURES).mkdir()
    (fetch.models / PICTURES / "tokenizer.json").write_text("half of it")
    fetch(face(hub), entry=picture_entry())
    assert (fetch.models / PICTURES / "tokenizer.json").read_bytes() == picture_files["tokenizer.json"]


def test_verifying_finds_a_damaged_byte(hub: Hub, fetch: Fetching) -> None:
    fetch(face(hub))
    receipt = read_receipt(fetch.models, MODEL)
    assert receipt is not None
    with (fetch.models / NAME).open("r+b") as file:
        file.seek(1_000)
        file.write(b"\0\0\0\0\0\0\0\0")
    assert "damaged" in compare(model_entry(), fetch.models, receipt)
    with (fetch.models / NAME).open("r+b") as file:
        file.truncate(5)
    assert "5 bytes instead of" in compare(model_entry(), fetch.models, receipt)
