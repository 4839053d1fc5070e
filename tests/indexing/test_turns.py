"""Who computes when texts and pictures both want to, and how far both are together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from fakes.embedder import HashingEmbedder
from fakes.patience import wait_for
from qwen_finder.core.status import Progress
from qwen_finder.indexing.picture_progress import PictureMeter, together
from qwen_finder.indexing.turns import TEXT_PAUSE_SECONDS, TEXTS_FOR_PICTURES, TakingTurns, Turns


def never() -> bool:
    return False


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def text(turns: Turns, clock: Clock, seconds: float) -> None:
    with turns.text():
        clock.now += seconds


def looked(turns: Turns, clock: Clock, seconds: float) -> None:
    with turns.pictures(never) as mine:
        assert mine
        clock.now += seconds


def may_look(turns: Turns, deadline_s: float = 0.25) -> bool:
    """Whether a picture would have its turn now."""
    end = time.monotonic() + deadline_s
    with turns.pictures(lambda: time.monotonic() > end) as mine:
        return mine


def test_texts_have_most_of_the_time_while_there_are_any() -> None:
    clock = Clock()
    turns = Turns(clock)
    looked(turns, clock, 1.0)
    text(turns, clock, 1.0)
    assert not may_look(turns)
    text(turns, clock, TEXTS_FOR_PICTURES - 1.0)
    assert may_look(turns)


def test_pictures_need_not_wait_when_there_is_no_text_to_embed() -> None:
    clock = Clock()
    turns = Turns(clock)
    text(turns, clock, 0.1)
    looked(turns, clock, 1.0)
    text(turns, clock, 0.1)
    assert not may_look(turns)
    clock.now += TEXT_PAUSE_SECONDS + 0.01
    assert may_look(turns)


def test_only_one_computes_at_a_time() -> None:
    turns, inside, most = Turns(), [0], [0]

    def enter(turn: Callable[[], Any]) -> None:
        for _ in range(20):
            with turn():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.001)
                inside[0] -= 1

    threads = [
        threading.Thread(target=enter, args=(turn,)) for turn in (turns.text, lambda: turns.pictures(never))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1]


def test_who_waits_for_a_turn_can_be_called_off() -> None:
    turns, halted, answers = Turns(), threading.Event(), list[bool]()

    def look() -> None:
        with turns.pictures(halted.is_set) as mine:
            answers.append(mine)

    with turns.text():
        waiting = threading.Thread(target=look)
        waiting.start()
        halted.set()
        wait_for(lambda: bool(answers))
    waiting.join()
    assert answers == [False]


def test_documents_take_turns_and_queries_do_not() -> None:
    turns = Turns()
    embedder = TakingTurns(HashingEmbedder(), turns)
    done: list[str] = []

    def embed() -> None:
        embedder.embed_documents(["a document"])
        done.append("document")

    with turns.pictures(never):
        waiting = threading.Thread(target=embed)
        waiting.start()
        assert embedder.embed_queries(["a query"]).shape == (1, embedder.spec.dimensions)
        assert embedder.count_tokens("two words") == 2
        assert done == []
    waiting.join(10)
    assert done == ["document"]


def test_progress_of_pictures() -> None:
    clock, left = Clock(), [90]
    meter = PictureMeter(lambda: left[0], clock)
    assert (meter.progress().total, meter.progress().eta_s, meter.progress().share) == (90, None, 0.0)
    meter.looking("/a/b.jpg")
    clock.now += 10
    meter.stored(30, 3_000)
    told = meter.progress()
    assert (told.done, told.current, told.bytes_done) == (30, "/a/b.jpg", 3_000)
    assert told.rate == 3.0
    left[0] = 60
    clock.now += 6
    told = meter.progress()
    assert (told.total, told.share) == (90, round(30 / 90, 4))
    assert told.eta_s is not None
    meter.begin()
    assert meter.progress().done == 0


def test_progress_of_both() -> None:
    texts = Progress(10, 100, 2.0, 45.0, "a.txt", 1_000, 9_000, share=0.2)
    pictures = Progress(30, 60, 3.0, 90.0, "b.jpg", share=0.5)
    assert together(None, None) is None
    assert together(texts, None) == together(texts, Progress(0, 0, 0.0, None, "")) == texts
    assert together(None, pictures) == pictures
    both = together(texts, pictures)
    assert both is not None
    assert (both.done, both.total, both.rate, both.eta_s) == (40, 160, 5.0, 90.0)
    assert (both.current, both.bytes_total) == ("a.txt", 9_000)
    assert 0.2 < both.share < 0.5
