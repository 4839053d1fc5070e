"""The best hits in the order of a reranker, and what happens when it does not manage."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from math import inf
from typing import Any

import pytest

from fakes.reranker import OverlapReranker
from qwen_finder.core.errors import ModelError
from qwen_finder.search.rerank import JUDGED, Bench, Judge


class Opinionated(OverlapReranker):
    """Finds a passage the better the more often it says "yes"."""

    def score(self, query: str, passages: Any, *, seconds: float = inf) -> list[float] | None:
        if super().score(query, passages, seconds=seconds) is None:
            return None
        return [1 - 0.5 ** passage.count("yes") for passage in passages]


@pytest.fixture
def thread() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


def judge_with(
    reranker: Any,
    thread: ThreadPoolExecutor,
    *,
    seconds: float = 5.0,
    patience: float = 5.0,
    demanded: bool = True,
) -> Judge:
    return Judge(Bench(reranker, thread), seconds=seconds, patience=patience, demanded=demanded)


def names(response: Any) -> list[str]:
    return [os.path.basename(hit.path) for hit in response.hits]


@pytest.fixture
def ferries(room: Any) -> Any:
    room.add("a.txt", "The ferry leaves the harbour at nine.")
    room.add("b.txt", "The ferry leaves in the evening, yes.")
    room.add("c.txt", "Nobody takes a ferry here, yes, yes, yes.")
    return room


def test_hits_come_in_the_order_of_judgement(ferries: Any, thread: ThreadPoolExecutor) -> None:
    assert names(ferries.search("ferry leaves harbour nine")) == ["a.txt", "b.txt", "c.txt"]
    judge = judge_with(Opinionated(), thread)
    response = ferries.search("ferry leaves harbour nine", judge)
    assert names(response) == ["c.txt", "b.txt", "a.txt"]
    assert response.hits[0].why["rerank"] == {"score": 0.875, "rank_before": 3}
    scores = [hit.score for hit in response.hits]
    assert scores == sorted(scores, reverse=True)
    assert response.notices == ()


def test_without_a_judge_nothing_says_so(ferries: Any) -> None:
    assert all("rerank" not in hit.why for hit in ferries.search("ferry").hits)


def test_passages_are_judged_with_what_they_are_about(ferries: Any, thread: ThreadPoolExecutor) -> None:
    reranker = OverlapReranker()
    ferries.search("ferry leaves", judge_with(reranker, thread))
    assert sorted(reranker.asked)[0] == "a\nThe ferry leaves the harbour at nine."


def test_the_file_of_exactly_this_name_stays_first(ferries: Any, thread: ThreadPoolExecutor) -> None:
    ferries.add("ferry.txt", "A timetable of the ferry.")
    assert names(ferries.search("ferry", judge_with(Opinionated(), thread)))[:2] == ["ferry.txt", "c.txt"]


def test_files_without_passages_keep_their_places(ferries: Any, thread: ThreadPoolExecutor) -> None:
    ferries.add("ferry leaves.bin")
    plain = names(ferries.search("the ferry leaves"))
    judged = names(ferries.search("the ferry leaves", judge_with(Opinionated(), thread)))
    assert judged.index("ferry leaves.bin") == plain.index("ferry leaves.bin")
    assert judged != plain


def test_only_the_best_are_judged(room: Any, thread: ThreadPoolExecutor) -> None:
    for number in range(JUDGED + 9):
        room.add(f"{number}.txt", "ferry " * (number + 1) + f"number {number}")
    reranker = OverlapReranker()
    room.search("ferry", judge_with(reranker, thread))
    assert len(reranker.asked) == JUDGED


def test_when_time_runs_out_the_order_stays(ferries: Any, thread: ThreadPoolExecutor) -> None:
    plain = names(ferries.search("ferry leaves harbour"))
    judge = judge_with(Opinionated(delay_s=0.2), thread, seconds=0.05)
    response = ferries.search("ferry leaves harbour", judge)
    assert names(response) == plain
    assert all("rerank" not in hit.why for hit in response.hits)
    (notice,) = response.notices
    assert "overlap did not manage" in notice


def test_a_search_does_not_wait_for_a_model_that_is_being_loaded(
    ferries: Any, thread: ThreadPoolExecutor
) -> None:
    loaded = threading.Event()
    thread.submit(loaded.wait, 30)
    plain = names(ferries.search("ferry leaves harbour"))
    judge = judge_with(Opinionated(), thread, seconds=0.05, patience=0.0)
    response = ferries.search("ferry leaves harbour", judge)
    loaded.set()
    assert names(response) == plain
    assert "still being loaded" in response.notices[0]


@pytest.mark.parametrize("demanded", [True, False])
def test_an_error_is_one_only_for_who_asked(ferries: Any, thread: ThreadPoolExecutor, demanded: bool) -> None:
    broken = OverlapReranker()
    broken.close()
    judge = judge_with(broken, thread, demanded=demanded)
    if demanded:
        with pytest.raises(ModelError):
            ferries.search("ferry", judge)
        return
    response = ferries.search("ferry", judge)
    assert len(response.hits) == 3
    assert "unloaded" in response.notices[0]
