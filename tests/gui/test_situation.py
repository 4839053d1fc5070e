from __future__ import annotations

import datetime
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from fakes.pages import DOCUMENTS, DONE, GONE, LOADED, PROGRESS, status
from qwen_finder.core.errors import ServiceError
from qwen_finder.core.events import Event
from qwen_finder.core.switching import SwitchStatus
from qwen_finder.gui import pausing, words
from qwen_finder.gui.news import Newsreader
from qwen_finder.gui.situation import State, paused_by_user, situation
from qwen_finder.indexing.pace import Pacer, Wish
from qwen_finder.indexing.surroundings import Surroundings

pytestmark = pytest.mark.usefixtures("qapp")

FULL = "only 0.4 GB are free on the disk of the index"


@pytest.mark.parametrize(
    ("seen", "state", "headline"),
    [
        (status(DOCUMENTS, progress=PROGRESS), State.WORKING, "Indexing, 62 %"),
        (status(DONE, idle=True), State.IDLE, "Everything is indexed"),
        (status(), State.IDLE, "No folders yet"),
        (status(DOCUMENTS, pace="paused", reason="for 1 h 5 min"), State.PAUSED, "Paused for 1 h 5 min"),
        (status(DOCUMENTS, pace="paused", reason="until you resume"), State.PAUSED, "Paused until you"),
        (status(DOCUMENTS, pace="paused", reason="the battery is at 9 %"), State.PAUSED, "Paused: the batt"),
        (status(DOCUMENTS, pace="paused", reason=FULL), State.ATTENTION, "Paused: only 0.4 GB"),
        (status(DONE, GONE, idle=True), State.ATTENTION, "1 folder"),
        (status(DONE, text_model=replace(LOADED, state="missing")), State.ATTENTION, "The text model"),
        (status(DONE, switch=SwitchStatus("big", "building", 1, 4)), State.WORKING, "Preparing the new mo"),
        (status(DONE), State.WORKING, "Looking for changes"),
    ],
)  # fmt: skip
def test_one_word_and_one_sentence(seen, state: State, headline: str) -> None:
    now = situation(seen)
    assert now.state is state
    assert now.headline.startswith(headline)


def test_a_service_that_is_gone_needs_attention() -> None:
    now = situation(status(DONE), "lost", ServiceError("service.died", "It ended."))
    assert (now.state, now.detail) == (State.ATTENTION, "It ended.")
    assert situation(None, "connecting").state is State.WORKING


def test_a_percentage_is_never_full_before_the_end() -> None:
    assert words.percent(0.9999) == "99 %"
    assert words.percent(1.0) == "100 %"


def test_every_reason_of_the_real_pace_is_known() -> None:
    """The service's own sentences, so that a new wording there is noticed here."""
    look = Surroundings(idle_s=0, plugged=True, battery_percent=None, others_share=0, free_bytes=10**12)
    reasons = []
    for seen in (
        look,
        replace(look, idle_s=9999),
        replace(look, idle_s=9999, others_share=1.0),
        replace(look, plugged=False, battery_percent=50.0),
        replace(look, plugged=False, battery_percent=5.0),
        replace(look, free_bytes=10),
    ):
        pacer = Pacer(wish=lambda: Wish(least_free_bytes=10**9), look=lambda seen=seen: seen,
                      recall=lambda _: None, remember=lambda *_: None)  # fmt: skip
        reasons.append(pacer.current().reason)
        for mode, seconds in (("paused", None), ("paused", 3600.0), ("full", 90_000.0), ("full", None)):
            pacer.order(mode, seconds)
            paced = pacer.current()
            reasons.append(paced.reason)
            asked = paused_by_user(status(DONE, pace=paced.mode.value, reason=paced.reason))
            assert asked == (mode == "paused")
    assert words.free_space(reasons[-5]) == "0.0"
    unknown = [reason for reason in set(reasons) if words.pace_reason(reason) is reason]
    assert unknown == []


def test_until_tomorrow_is_the_next_morning() -> None:
    evening, night = datetime.datetime(2026, 3, 1, 22, 0), datetime.datetime(2026, 3, 2, 1, 30)
    assert pausing.until_morning(evening) == 9 * 3600
    assert pausing.until_morning(night) == 5.5 * 3600


def test_the_first_index_is_told_once() -> None:
    reader = Newsreader()
    empty = replace(DOCUMENTS, files=replace(DOCUMENTS.files, indexed=0))
    assert reader.status(status(empty)) == []
    assert [news.page for news in reader.status(status(DONE, idle=True))] == ["window"]
    assert reader.status(status(DONE, idle=True)) == []


def test_an_index_that_was_there_is_no_news() -> None:
    reader = Newsreader()
    assert reader.status(status(DOCUMENTS)) + reader.status(status(DONE, idle=True)) == []


def test_a_folder_that_goes_is_told_and_one_that_was_gone_is_not() -> None:
    reader = Newsreader()
    here = replace(GONE, mode="live")
    assert reader.status(status(DONE, GONE, idle=True)) == []
    assert reader.status(status(DONE, here, idle=True)) == []
    told = reader.status(status(DONE, GONE, idle=True))
    assert [(news.page, news.serious) for news in told] == [("folders", True)]
    assert GONE.path in told[0].text
    assert reader.status(status(DONE, GONE, idle=True)) == []


def test_a_full_disk_is_told_each_time_it_fills() -> None:
    reader = Newsreader()
    full = status(DONE, pace="paused", reason=FULL)
    assert [news.page for news in reader.status(full)] == ["indexing"]
    assert reader.status(full) == []
    assert reader.status(status(DONE, idle=True)) == []
    assert len(reader.status(full)) == 1


@pytest.mark.parametrize(
    ("kind", "data", "serious"),
    [
        ("model.download", {"id": "big", "state": "done"}, False),
        ("model.download", {"id": "big", "state": "failed", "message": "No room.", "hint": "Wait"}, True),
        ("model.switch", {"target": "big", "state": "ready"}, False),
        ("model.switch", {"target": "big", "state": "failed", "message": "It broke."}, True),
        ("model.download", {"id": "big", "state": "running"}, None),
        ("progress", {"done": 3}, None),
    ],
)  # fmt: skip
def test_models_are_news_when_they_come_or_fail(kind: str, data, serious: bool | None) -> None:
    told = Newsreader().event(Event(1, 0.0, kind, data))
    if serious is None:
        assert told == []
        return
    assert [(news.serious, news.page) for news in told] == [(serious, "models")]
    assert "big" in told[0].title + told[0].text
    assert data.get("message", "") in told[0].text


def test_words_are_plural_and_short(qapp: QApplication) -> None:
    assert words.size(999) == "999 bytes"
    assert words.size(2_540_000_000) == "2.5 GB"
    assert words.duration(45) == "45 s"
    assert words.duration(3 * 3600 + 125) == "3 h 2 min"
    assert words.rate(0.5) == "30 files a minute"
    assert words.language("de") == "Deutsch"
