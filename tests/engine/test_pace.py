"""Pace and rest through the whole engine, with the real model and the real stores."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from qwen_finder.core.errors import UsageError
from qwen_finder.core.query import SearchRequest
from qwen_finder.engine import backend as backend_module
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.resting import RestingEmbedder


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_a_pause_outlives_the_service_and_says_how_to_end_it(home: Any) -> None:
    home.write("garden.md", "Water the tomatoes every evening in summer.")
    engine = home.start()
    assert engine.set_pace("paused", 3_600.0).reason == "for 1 h 0 min"
    engine.add_folder(str(home.files))
    home.settle()
    home.close()
    engine = home.start()
    home.settle()
    status = engine.status()
    assert (status.pace, status.files.pending, status.progress) == ("paused", 1, None)
    assert status.notices[0].endswith("for 1 h 0 min; `qwen-finder resume` goes on.")
    assert home.names("garden") == ["garden.md"], "names are searchable, and searching goes on"
    # Who asks for the index is told that it is paused, and does not get it.
    home.index()
    assert engine.status().files.pending == 1
    assert engine.set_pace("auto").mode.value != "paused"
    home.settle()
    assert engine.status().files.indexed == 1
    kinds = {event.kind for event in engine.events.since(0)}
    assert {"pace", "progress"} <= kinds


def test_an_unknown_pace_is_refused(home: Any) -> None:
    engine = home.start()
    with pytest.raises(UsageError, match="'fast'"):
        engine.set_pace("fast")


def test_the_pace_of_the_settings_is_kept(home: Any) -> None:
    engine = home.start()
    engine.change_settings({"pace.mode": "quiet"})
    assert (engine.status().pace, engine.status().pace_reason) == ("quiet", "the setting pace.mode says so")


def test_a_disk_without_room_is_said_and_nothing_stored(home: Any) -> None:
    home.write("garden.md", "Water the tomatoes every evening in summer.")
    engine = home.start()
    engine.change_settings({"index.min_free_mb": 10**9})
    engine.add_folder(str(home.files))
    home.settle()
    assert engine.status().pace == "paused"
    assert "GB are free on the disk of the index; it goes on by itself." in engine.status().notices[0]
    engine.change_settings({"index.min_free_mb": 0})
    wait_for(lambda: engine.status().files.indexed == 1)


def test_a_model_at_rest_comes_back_for_a_query(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hasty(RestingEmbedder):
        def __init__(self, load: Any, *, idle_s: float, unloaded: Any) -> None:
            super().__init__(load, idle_s=idle_s / 600, unloaded=unloaded)

    monkeypatch.setattr(backend_module, "RestingEmbedder", Hasty)
    home.write("garden.md", "Water the tomatoes every evening in summer.")
    engine = home.start()
    engine.change_settings({"models.idle_minutes": 1})
    engine.add_folder(str(home.files))
    home.settle()
    wait_for(lambda: engine.status().text_model.state == "idle")
    assert home.names("vegetables that need water", mode="semantic") == ["garden.md"]
    assert engine.status().text_model.state == "loaded"


def test_work_waits_for_a_query(home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        home.write(f"{number}.md", f"Note {number}: water the tomatoes every evening in summer. " * 40)
    asked, go_on = threading.Event(), threading.Event()
    embed_queries = LlamaCppEmbedder.embed_queries

    def slow(self: Any, texts: Any) -> Any:
        if texts[0] == "a slow query":
            asked.set()
            go_on.wait(30)
        return embed_queries(self, texts)

    monkeypatch.setattr(LlamaCppEmbedder, "embed_queries", slow)
    engine = home.start()
    home.settle()
    query = threading.Thread(target=engine.search, args=(SearchRequest("a slow query"),))
    query.start()
    assert asked.wait(30)
    engine.add_folder(str(home.files))
    wait_for(lambda: engine.status().files.pending == 6)
    time.sleep(0.3)
    assert engine.status().files.indexed == 0
    go_on.set()
    query.join()
    home.settle()
    assert engine.status().files.indexed == 6


def test_settings_changed_while_the_model_is_opened_leave_no_run_with_the_old_one(home: Any) -> None:
    for number in range(3):
        home.write(f"{number}.md", f"Note {number}: water the tomatoes every evening in summer.")
    engine = home.start()
    engine.add_folder(str(home.files))
    for minutes in (3, 4, 5):
        engine.change_settings({"models.idle_minutes": minutes})
    home.settle()
    assert list(engine.failures()) == []
    assert engine.status().files.indexed == 3
