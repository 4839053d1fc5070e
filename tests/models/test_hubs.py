"""What hubs say of their files, and what is no such thing; how long to wait for them."""

from __future__ import annotations

import threading
import time
from email.utils import formatdate
from typing import Any

import pytest

from qwen_finder.models.hubs import HuggingFace, MissingFiles, ModelScope, UnreadableListing, host_of
from qwen_finder.models.patience import Halt, Halted, Patience, retry_after

SHA = "AB" * 32
LARGE = {"rfilename": "a.gguf", "size": 9, "blobId": "1" * 40, "lfs": {"sha256": SHA, "size": 9}}
SMALL = {"rfilename": "a.json", "size": 5, "blobId": "2" * 40}


def test_hugging_face_tells_of_large_files_what_they_hold_and_of_small_ones_their_name_in_git() -> None:
    listing = {"sha": "c0ffee", "siblings": [LARGE, SMALL]}
    snapshot = HuggingFace("https://hub.example").read_listing(listing, "o/r", "main", ["a.json", "a.gguf"])
    small, large = snapshot.files
    assert (small.sha256, small.blob, small.size) == ("", "2" * 40, 5)
    assert (large.sha256, large.blob, large.size) == (SHA.lower(), "", 9)
    assert large.url == "https://hub.example/o/r/resolve/c0ffee/a.gguf"
    assert (snapshot.commit, snapshot.size) == ("c0ffee", 14)


def test_modelscope_tells_the_commit_of_each_file() -> None:
    rows = [{"Path": "a.gguf", "Size": 9, "Sha256": SHA, "Revision": "c1"}, {"Path": "b", "Size": 1}]
    snapshot = ModelScope("https://ms.example").read_listing(
        {"Data": {"Files": rows}}, "o/r", "", ["a.gguf", "b"]
    )
    first, second = snapshot.files
    assert first.url == "https://ms.example/models/o/r/resolve/c1/a.gguf"
    assert second.url == "https://ms.example/models/o/r/resolve/master/b"
    assert (first.sha256, second.sha256, snapshot.commit) == (SHA.lower(), "", "c1")


@pytest.mark.parametrize("hub", [HuggingFace(), ModelScope()], ids=["huggingface", "modelscope"])
@pytest.mark.parametrize(
    "listing",
    [
        None,
        [],
        "text",
        {},
        {"sha": "", "siblings": []},
        {"sha": 5, "siblings": []},
        {"sha": "c", "siblings": {}},
        {"sha": "c", "siblings": ["a"]},
        {"sha": "c", "siblings": [{**LARGE, "lfs": {"sha256": SHA, "size": -1}}]},
        {"sha": "c", "siblings": [{**SMALL, "rfilename": "a.gguf", "size": "9"}]},
        {"Data": None},
        {"Data": {"Files": None}},
        {"Data": {"Files": [{"Path": "a.gguf", "Size": True}]}},
        {"Data": {"Files": [{"Size": 9}]}},
    ],
)
def test_what_is_no_list_of_files_is_never_taken_for_one(hub: Any, listing: object) -> None:
    with pytest.raises(UnreadableListing):
        hub.read_listing(listing, "o/r", "", ["a.gguf"])


def test_a_file_that_is_not_in_the_list_is_named() -> None:
    with pytest.raises(MissingFiles, match=r"a\.gguf"):
        HuggingFace().read_listing({"sha": "c", "siblings": [SMALL]}, "o/r", "main", ["a.gguf"])
    with pytest.raises(MissingFiles, match=r"a\.gguf"):
        ModelScope().read_listing({"Data": {"Files": []}}, "o/r", "", ["a.gguf"])


def test_a_hash_that_is_none_is_not_believed() -> None:
    listing = {"sha": "c", "siblings": [{**LARGE, "lfs": {"sha256": "z" * 64, "size": 9}}]}
    assert HuggingFace().read_listing(listing, "o/r", "main", ["a.gguf"]).files[0].key == ""


def test_names_are_quoted_in_addresses() -> None:
    listing = {"sha": "c", "siblings": [{"rfilename": "a b#?.gguf", "size": 9}]}
    file = HuggingFace("https://hub.example").read_listing(listing, "o/r", "main", ["a b#?.gguf"]).files[0]
    assert file.url.endswith("/a%20b%23%3F.gguf")
    assert (
        HuggingFace("https://h")
        .listing_url("o/r", "refs/pr/1")
        .endswith("/revision/refs%2Fpr%2F1?blobs=true")
    )
    assert host_of(file.url) == "hub.example"


def test_waiting_doubles_up_to_a_limit_and_varies() -> None:
    never, always = Patience(chance=lambda: 0.0), Patience(chance=lambda: 1.0)
    assert [never.delay(tried) for tried in (1, 2, 3, 20)] == [0.5, 1.0, 2.0, 30.0]
    assert [always.delay(tried) for tried in (1, 2, 20)] == [1.5, 3.0, 90.0]
    assert never.delay(1, 17.0) == 17.0, "who asks for more gets it"


@pytest.mark.parametrize(
    ("header", "seconds"), [(None, None), ("", None), ("12", 12.0), ("0.5", 0.5), ("-3", 0.0), ("soon", None)]
)
def test_a_server_says_when_to_come_back(header: str | None, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_a_server_may_say_it_by_a_date() -> None:
    found = retry_after(formatdate(time.time() + 100, usegmt=True))
    assert found is not None
    assert 90 < found <= 100
    assert retry_after(formatdate(0, usegmt=True)) == 0.0


def test_whoever_waits_is_woken_and_what_goes_on_is_cut() -> None:
    halt, cuts = Halt(), []
    halt.watch(lambda: cuts.append("line"))
    threading.Timer(0.05, halt.tell).start()
    with pytest.raises(Halted):
        halt.sleep(20)
    assert cuts == ["line"]
    halt.watch(lambda: cuts.append("late"))
    assert cuts == ["line", "late"], "what begins afterwards is cut at once"
    with pytest.raises(Halted):
        halt.check()
