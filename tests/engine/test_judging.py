"""Reranking as the engine does it: settings, requests, missing and broken rerankers, and the status."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes.tiny_models import tiny_judge, tiny_qwen3
from qwen_finder.core.errors import ModelError
from qwen_finder.core.query import Mode, SearchRequest
from qwen_finder.models.reranker import LlamaCppReranker


@pytest.fixture
def ferries(home: Any) -> Any:
    home.write("a.txt", "The ferry leaves the harbour at nine.")
    home.write("b.txt", "The ferry leaves in the evening.")
    home.start().add_folder(str(home.files))
    home.settle()
    return home


def use(home: Any, path: Path, **changes: Any) -> None:
    home.engine.change_settings({"models.reranker": f"gguf:{path}", **changes})
    home.settle()


def test_a_missing_reranker_is_an_error_for_who_asks_and_a_notice_for_who_set_it(ferries: Any) -> None:
    engine = ferries.engine
    with pytest.raises(ModelError, match="No reranker is installed") as caught:
        engine.search(SearchRequest("ferry", rerank=True))
    assert "models download Qwen3-Reranker" in caught.value.hint
    assert engine.status().reranker is None
    engine.change_settings({"search.rerank": True})
    response = engine.search(SearchRequest("ferry"))
    assert len(response.hits) == 2
    assert any("No reranker is installed" in notice for notice in response.notices)
    assert engine.status().reranker.state == "missing"
    quiet = engine.search(SearchRequest("ferry", rerank=False))
    assert not any("rerank" in notice for notice in quiet.notices)


def test_a_reranker_that_means_nothing_is_refused(ferries: Any, tmp_path: Path) -> None:
    tiny_judge().write_judge(tmp_path / "judge.gguf")
    use(ferries, tmp_path / "judge.gguf")
    with pytest.raises(ModelError, match="plain answers") as caught:
        ferries.engine.search(SearchRequest("ferry", rerank=True))
    assert caught.value.code == "model.broken"
    tiny_qwen3().write(tmp_path / "embedder.gguf")
    use(ferries, tmp_path / "embedder.gguf")
    with pytest.raises(ModelError, match="is not a Qwen3-Reranker"):
        ferries.engine.search(SearchRequest("ferry", rerank=True))
    ferries.engine.change_settings({"models.reranker": "starter"})
    with pytest.raises(ModelError, match="There is no reranker 'starter'"):
        ferries.engine.search(SearchRequest("ferry", rerank=True))


def test_hits_are_judged_by_the_model_and_it_says_where_it_is(
    ferries: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Random weights have no sense to test.
    monkeypatch.setattr(LlamaCppReranker, "_test", lambda self: None)
    tiny_judge().write_judge(tmp_path / "judge.gguf")
    use(ferries, tmp_path / "judge.gguf", **{"search.rerank_ms": 60_000})
    assert ferries.engine.status().reranker.state == "idle"
    response = ferries.engine.search(SearchRequest("when does the ferry leave", rerank=True))
    scores = [hit.why["rerank"]["score"] for hit in response.hits]
    assert len(scores) == 2
    assert scores == sorted(scores, reverse=True)
    status = ferries.engine.status().reranker
    assert (status.state, status.device, status.layers) == ("loaded", "CPU", "0/2")
    assert status.memory_bytes > 0
    named = ferries.engine.search(SearchRequest("a.txt", mode=Mode.NAME, rerank=True))
    assert "rerank" not in named.hits[0].why
    ferries.engine.change_settings({"models.reranker": "off"})
    ferries.settle()
    assert ferries.engine.status().reranker is None
    with pytest.raises(ModelError, match="switched off"):
        ferries.engine.search(SearchRequest("ferry", rerank=True))


def test_the_text_model_says_where_it_is(ferries: Any) -> None:
    status = ferries.engine.status().text_model
    assert (status.device, status.layers) == ("CPU", "0/6")
    assert status.memory_bytes > 20_000_000
