import json
import os
from dataclasses import replace

import pytest

from qwen_finder.api.wire import models, search, status, switching
from qwen_finder.api.wire.errors import error_from_json, error_to_json
from qwen_finder.api.wire.fields import WireError
from qwen_finder.api.wire.text import dumps, loads
from qwen_finder.core.document import FileState, Kind
from qwen_finder.core.errors import (
    FinderError,
    FolderError,
    ModelError,
    ServiceError,
    SettingsError,
    StorageError,
    UsageError,
)
from qwen_finder.core.events import Event
from qwen_finder.core.query import Hit, Mode, Passage, SearchRequest, SearchResponse, SimilarRequest, Strength
from qwen_finder.core.status import (
    Check,
    CheckState,
    DownloadState,
    DownloadStatus,
    EngineStatus,
    Estimate,
    Failure,
    FileCounts,
    FolderStatus,
    IndexSize,
    ModelListing,
    ModelStatus,
    Progress,
)
from qwen_finder.core.switching import SwitchCost, SwitchStatus

REQUEST = SearchRequest(
    '猫 "exact" -word',
    limit=3,
    mode=Mode.KEYWORD,
    types=("text",),
    exts=("md", "txt"),
    folders=("/a b", "/\udcff"),
    after="2024",
    before="2025-01-02",
    min_strength=Strength.GOOD,
    explain=True,
    rerank=False,
)
HIT = Hit(
    path="/home/\udcff\n.txt",
    uri="file:///home/%FF",
    kind=Kind.CODE,
    score=0.25,
    strength=Strength.WEAK,
    modified="2026-11-22T09:00:00Z",
    size=12,
    passages=(Passage("a 猫", 3, None, ((2, 3),)), Passage("b", None, 7)),
    why={"names": {"rank": 1, "score": 0.5}},
    more_passages=2,
    copies=("/other",),
    near_duplicates=3,
    width=4000,
    height=3000,
    taken="2024-06-30T08:15:00",
    colours=("red", "grey"),
)
SIMILAR = SimilarRequest(
    "/home/\udcff.jpg", 5, ("image",), ("jpg",), ("/home",), "2024", "2025", Strength.WEAK, True
)
RESPONSE = SearchResponse("q", 1.25, Strength.GOOD, (HIT,), ("Still indexing.",))
SWITCH = SwitchStatus("gguf:/a.gguf", "building", 3, 9, 4.5, "It waits.", "Free space.", "starter")
FOLDER = FolderStatus("/home/\udce9", "timed", FileCounts(1, 2, 3, 4))
STATUS = status.ServiceStatus(
    status.ProcessStatus(12, "0.1.0", 3.5, 1000),
    EngineStatus(
        "full",
        (FOLDER, FolderStatus("/gone", "offline", FileCounts(5))),
        Progress(1, 9, 2.5, None, "/a", 100, 900, 0.25),
        ModelStatus(
            "starter", "Starter", "loaded", 384, "English", "detail", "NVIDIA H200", "6/6", 4_000, "host"
        ),
        IndexSize(5, 6, 7, 8),
        ("A notice.",),
        pace_reason="nobody needs the machine",
        reranker=ModelStatus("auto", "Qwen3-Reranker", "idle"),
        image_model=ModelStatus("auto", "SigLIP2", "idle", 768, "100", "short of memory"),
        pictures=FileCounts(6, 7, 8, 9),
        switch=SWITCH,
    ),
    idle=False,
)
DOWNLOAD = DownloadStatus("a", DownloadState.RUNNING, 1, 9, 2.5, None, "hub.example", "c", "m", "h")

ROUND_TRIPS = [
    (REQUEST, search.request_to_json, search.request_from_json),
    (SIMILAR, search.similar_to_json, search.similar_from_json),
    (RESPONSE, search.response_to_json, search.response_from_json),
    (STATUS, status.service_status_to_json, status.service_status_from_json),
    (
        replace(STATUS, engine=replace(STATUS.engine, progress=None, image_model=None, switch=None)),
        status.service_status_to_json,
        status.service_status_from_json,
    ),
    (FOLDER, status.folder_to_json, status.folder_from_json),
    (Failure("/a", FileState.SKIPPED, "c", "m", "h"), status.failure_to_json, status.failure_from_json),
    (
        ModelListing("a", "b", "text", "en", 3, 4, "MIT", True, False, "n"),
        models.model_to_json,
        models.model_from_json,
    ),
    (
        ModelListing(
            "a-Q8_0",
            "A",
            "text",
            "more than 100",
            2560,
            4,
            "MIT",
            False,
            False,
            "",
            "a",
            "Q8_0",
            32768,
            32,
            9,
            "tight",
            "little room",
            True,
            "the best",
            DOWNLOAD,
            {"de": 0.5},
        ),
        models.model_to_json,
        models.model_from_json,
    ),
    (DOWNLOAD, models.download_to_json, models.download_from_json),
    (Estimate(1, 2, 3, 4, 5, 6.5, 7, 8), status.estimate_to_json, status.estimate_from_json),
    (Check("a", CheckState.WARNING, "b", "c"), status.check_to_json, status.check_from_json),
    (SWITCH, switching.switch_to_json, switching.switch_from_json),
    (None, switching.optional_switch_to_json, switching.optional_switch_from_json),
    (SWITCH, switching.optional_switch_to_json, switching.optional_switch_from_json),
    (SwitchCost(1, 2, None, 4, 5), switching.cost_to_json, switching.cost_from_json),
    (SwitchCost(1, 2, 3.5, 4, 5), switching.cost_to_json, switching.cost_from_json),
    (Event(1, 2.5, "progress", {"done": 1}), status.event_to_json, status.event_from_json),
]


@pytest.mark.parametrize(
    ("value", "encode", "decode"), ROUND_TRIPS, ids=[type(item[0]).__name__ for item in ROUND_TRIPS]
)
def test_everything_comes_back_as_it_went(value, encode, decode):
    assert decode(loads(dumps(encode(value)))) == value


@pytest.mark.parametrize(
    ("value", "encode", "decode"), ROUND_TRIPS, ids=[type(item[0]).__name__ for item in ROUND_TRIPS]
)
def test_unknown_fields_are_passed_over(value, encode, decode):
    assert decode({**encode(value), "from_the_future": [1]}) == value


def test_the_status_has_the_shape_of_the_contract():
    shape = status.service_status_to_json(STATUS)
    assert set(shape) >= {"service", "pace", "folders", "files", "progress", "models", "index"}
    assert shape["service"] == {"pid": 12, "version": "0.1.0", "uptime_s": 3.5, "memory_bytes": 1000}
    assert shape["files"] == {"indexed": 6, "pending": 2, "skipped": 3, "failed": 4}
    assert shape["progress"] == {
        "done": 1,
        "total": 9,
        "rate": 2.5,
        "eta_s": None,
        "current": "/a",
        "bytes_done": 100,
        "bytes_total": 900,
        "share": 0.25,
    }
    assert (shape["pace"], shape["pace_reason"]) == ("full", "nobody needs the machine")
    assert shape["index"] == {"chunks": 5, "bytes": 6, "dead_bytes": 7, "unindexed_rows": 8}


def test_a_response_has_the_shape_of_the_contract():
    shape = search.response_to_json(RESPONSE)
    assert set(shape) >= {"query", "took_ms", "strength", "hits"}
    (hit,) = shape["hits"]
    assert set(hit) >= {"path", "uri", "kind", "score", "strength", "modified", "size", "passages", "why"}
    assert hit["passages"][0] == {
        "text": "a 猫",
        "line": 3,
        "page": None,
        "unit": "page",
        "member": "",
        "highlights": [[2, 3]],
    }


def test_names_that_are_no_unicode_stay_valid_json_and_come_back():
    name = os.fsdecode(b"caf\xe9 \xe7\x8c\xab")
    content = dumps({"path": name})
    assert content == '{"path":"caf\\udce9 猫"}'.encode()
    assert os.fsencode(loads(content)["path"]) == b"caf\xe9 \xe7\x8c\xab"
    assert json.loads(content) == {"path": name}


def test_a_query_loses_what_is_no_unicode():
    assert search.request_from_json({"text": "a\udcffb"}).text == "a?b"


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[" * 100_000, b""])
def test_bad_json_is_a_value_error(content):
    with pytest.raises(ValueError, match=r"."):
        loads(content)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ([], "takes an object, not a list"),
        ({}, "'text' is missing"),
        ({"text": None}, "'text' takes a string, not null"),
        ({"text": "a", "limit": "5"}, "'limit' takes a whole number, not a string"),
        ({"text": "a", "limit": True}, "'limit' takes a whole number, not true or false"),
        ({"text": "a", "limit": 5000}, "'limit' is 1 to 1000"),
        ({"text": "a", "mode": "magic"}, "'mode' is one of hybrid, semantic, keyword, name, not 'magic'"),
        ({"text": "a", "types": [1]}, "'types' takes a list of strings"),
        ({"text": "a", "rerank": "yes"}, "'rerank' takes true or false"),
        ({"text": "a", "explain": "yes"}, "'explain' takes true or false"),
    ],
)
def test_a_wrong_request_is_named(body, sentence):
    with pytest.raises(WireError, match=sentence):
        search.request_from_json(body)


@pytest.mark.parametrize(
    "kind", [FinderError, UsageError, FolderError, SettingsError, ServiceError, ModelError, StorageError]
)
def test_an_error_arrives_as_what_it_was(kind):
    error = error_from_json(loads(dumps(error_to_json(kind("some.code", "A sentence.", "A cure.")))))
    assert type(error) is kind
    assert (error.code, error.message, error.hint) == ("some.code", "A sentence.", "A cure.")


def test_an_error_without_a_type_keeps_its_exit_code():
    error = error_from_json({"code": "a", "message": "b", "exit_code": 2})
    assert isinstance(error, UsageError)


def test_a_foreign_error_is_the_services():
    assert error_from_json("what?").code == "service.answer"
