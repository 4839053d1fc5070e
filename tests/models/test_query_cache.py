"""Queries that come again are not embedded again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from qwen_finder.core.errors import ModelError
from qwen_finder.models.query_cache import LONGEST_TEXT, QueryCache
from qwen_finder.models.resting import RestingEmbedder


class Counting(HashingEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.queries: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> Any:
        self.queries += texts
        return super().embed_queries(texts)


@pytest.fixture
def asked() -> tuple[list[str], Callable[[Sequence[str]], Any]]:
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> Any:
        seen.extend(texts)
        return HashingEmbedder(8).embed_queries(texts)

    return seen, embed


def test_each_text_is_embedded_once_and_answered_in_order(asked: Any) -> None:
    seen, embed = asked
    cache = QueryCache()
    texts = ["red car", "blue car", "red car"]
    first = cache.answer("a", texts, embed)
    assert seen == ["red car", "blue car"]
    again = cache.answer("a", ["blue car", "green car", "red car"], embed)
    assert seen == ["red car", "blue car", "green car"]
    assert again[2] == pytest.approx(first[0])
    assert first == pytest.approx(HashingEmbedder(8).embed_queries(texts))


def test_another_model_has_vectors_of_its_own(asked: Any) -> None:
    seen, embed = asked
    cache = QueryCache()
    cache.answer("a", ["red car"], embed)
    cache.answer("b", ["red car"], embed)
    assert seen == ["red car", "red car"]


def test_it_is_bounded_and_keeps_what_is_used(asked: Any) -> None:
    seen, embed = asked
    cache = QueryCache(capacity=3)
    for text in ("a", "b", "c", "a", "d"):
        cache.answer("m", [text], embed)
    seen.clear()
    cache.answer("m", ["a", "c", "d"], embed)
    assert seen == []
    cache.answer("m", ["b"], embed)
    assert seen == ["b"]
    cache.answer("m", ["x" * (LONGEST_TEXT + 1)], embed)
    assert len(cache) == 3


def test_what_is_done_with_an_answer_does_not_come_back(asked: Any) -> None:
    _, embed = asked
    cache = QueryCache()
    first = cache.answer("m", ["a"], embed)
    expected = first.copy()
    first *= 0
    second = cache.answer("m", ["a"], embed)
    assert second == pytest.approx(expected)
    second *= 0
    assert cache.answer("m", ["a"], embed) == pytest.approx(expected)


def test_a_resting_model_need_not_wake_for_a_query_that_came_before() -> None:
    loaded: list[Counting] = []

    def load() -> Counting:
        loaded.append(Counting())
        return loaded[-1]

    embedder = RestingEmbedder(load, idle_s=0)
    first = embedder.embed_queries(["red car"])
    assert np.array_equal(embedder.embed_queries(["red car"]), first)
    assert loaded[0].queries == ["red car"]
    assert embedder.embed_queries([]).shape == (0, 64)
    embedder.close()
    with pytest.raises(ModelError) as raised:
        embedder.embed_queries(["red car"])
    assert raised.value.code == "model.closed"
