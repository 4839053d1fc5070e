"""A search from the request to the hits, over a real catalog."""

from __future__ import annotations

import contextlib
import os
import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qwen_finder.core.document import Kind
from qwen_finder.core.errors import ModelError, UsageError
from qwen_finder.core.query import Mode, Strength
from qwen_finder.search import retrieve as retrieve_module


def fill(room: Any, count: int = 30) -> None:
    """Files about other things, so that a query has a background."""
    for number in range(count):
        room.add(f"other/{number}.txt", f"Entry {number} of a list about weather, rain and wind {number}.")


def test_a_hit_says_everything(room: Any) -> None:
    fill(room)
    room.add("ferry.md", "The ferry leaves the harbour at nine.", mtime=1_719_735_300)
    response = room.search("ferry harbour")
    hit = response.hits[0]
    assert hit.path == str(room.root / "ferry.md")
    assert hit.uri == (room.root / "ferry.md").as_uri()
    assert (hit.kind, hit.modified) == (Kind.DOCUMENT, "2024-06-30T08:15:00Z")
    assert hit.size == os.path.getsize(hit.path)
    assert hit.strength is response.strength is Strength.STRONG
    assert hit.passages[0].text == "The ferry leaves the harbour at nine."
    assert [hit.passages[0].text[a:b] for a, b in hit.passages[0].highlights] == ["ferry", "harbour"]
    assert hit.why["text"] == {"rank": 1, "score": hit.why["text"]["score"]}
    assert {"vectors", "names", "coverage", "context"} <= set(hit.why)
    assert response.query == "ferry harbour"
    assert response.took_ms > 0


def test_chunks_are_grouped_by_file_best_first(room: Any) -> None:
    texts = [f"The lighthouse of island {number}." for number in range(6)]
    room.add("islands.txt", *texts, "The lighthouse keeper counts every lighthouse.")
    hits = room.hits("lighthouse keeper")
    assert list(hits) == ["islands.txt"]
    hit = hits["islands.txt"]
    assert len(hit.passages) == 3
    assert hit.more_passages == 4
    assert "keeper" in hit.passages[0].text


def test_exact_names_come_first(room: Any) -> None:
    room.add("budget.txt", "Nothing of interest.")
    for number in range(10):
        room.add(f"report{number}.txt", "budget budget budget, the budget of the year")
    assert room.names("budget")[0] == "budget.txt"
    assert room.names("budget.txt")[0] == "budget.txt"
    assert room.hits("budget.txt")["budget.txt"].strength is Strength.STRONG


def test_more_of_the_querys_words_rank_higher(room: Any) -> None:
    fill(room)
    room.add("both.txt", "The bicycle chain must be oiled.")
    room.add("one.txt", "The bicycle is red.")
    room.add("other.txt", "A chain of shops.")
    hits = room.hits("bicycle chain", mode=Mode.KEYWORD)
    assert next(iter(hits)) == "both.txt"
    assert hits["both.txt"].why["coverage"] == 1.0
    assert hits["one.txt"].why["coverage"] < 1.0


def test_identical_copies_are_folded(room: Any) -> None:
    room.add("a/ferry.txt", "The ferry leaves at nine.")
    room.add("b/ferry.txt", "The ferry leaves at nine.")
    room.add("c/ferry.txt", "The ferry leaves at ten.")
    hits = room.hits("ferry")
    assert len(hits) == 2
    folded = next(hit for hit in hits.values() if hit.copies)
    paths = {os.path.relpath(path, room.root) for path in (folded.path, *folded.copies)}
    assert paths == {"a/ferry.txt", "b/ferry.txt"}


def test_files_without_content_are_no_copies_of_each_other(room: Any) -> None:
    room.add("ferry1.png")
    room.add("ferry2.png")
    assert len(room.hits("ferry")) == 2


def test_vanished_files_are_dropped_and_reported(room: Any) -> None:
    gone = room.add("gone.txt", "The ferry leaves at nine.")
    room.add("here.txt", "The ferry returns at ten.")
    os.unlink(room.root / "gone.txt")
    assert room.names("ferry") == ["here.txt"]
    assert room.gone == [gone]


def test_the_limit_counts_hits_that_exist(room: Any) -> None:
    for number in range(8):
        room.add(f"{number}.txt", f"The ferry number {number}.")
    os.unlink(room.root / "0.txt")
    assert len(room.names("ferry", limit=5)) == 5
    assert room.names("ferry", limit=0) == []


def test_rows_of_files_that_the_catalog_forgot_are_no_hits(room: Any) -> None:
    file = room.add("a.txt", "The ferry leaves at nine.")
    room.catalog.forget([file])
    assert room.names("ferry") == []


# The query language.


def test_a_phrase_restricts(room: Any) -> None:
    room.add("exact.txt", "They sell sea shells.")
    room.add("apart.txt", "Shells from the sea.")
    room.add("sea shells.png")
    hits = room.hits('"sea shells"')
    assert set(hits) == {"exact.txt", "sea shells.png"}
    assert hits["exact.txt"].strength is Strength.STRONG
    assert room.names('"sea shells" "they sell"') == ["exact.txt"]
    assert room.names('"mountain hut"') == []


def test_an_excluded_word_excludes(room: Any) -> None:
    room.add("cat.txt", "The jaguar is a big cat.")
    room.add("car.txt", "The jaguar is a fast car.")
    assert room.names("jaguar -car") == ["cat.txt"]
    assert room.names('jaguar -"big cat"') == ["car.txt"]


def test_each_filter_restricts(room: Any) -> None:
    room.add("taxes/2023/report.md", "The ferry report.", mtime=1_680_000_000)
    room.add("taxes/2024/report.txt", "The ferry report.", "More of the ferry.", mtime=1_710_000_000)
    room.add("code/ferry.py", "def ferry(): pass", mtime=1_720_000_000, size=5_000_000)

    def found(filters: str) -> set[str]:
        return set(room.names(f"ferry {filters}"))

    report23, report24, code = "taxes/2023/report.md", "taxes/2024/report.txt", "code/ferry.py"
    assert found("type:code") == {code}
    assert found("type:document") == {report23, report24}
    assert found("ext:md,py") == {report23, code}
    assert found("in:2024") == {report24}
    assert found("in:taxes") == {report23, report24}
    assert found(f"in:{room.root}/code") == {code}
    assert found("in:nowhere") == set()
    assert found("name:report") == {report23, report24}
    assert found("-name:report") == {code}
    assert found("after:2024") == {report24, code}
    assert found("before:2024") == {report23}
    assert found("after:2024-01 before:2024-06-30") == {report24}
    assert found("size:>1mb") == {code}
    assert found("size:<1mb") == {report23, report24}
    assert found("lang:en") == {report23, report24, code}
    assert found("lang:zh") == set()
    assert found("type:code ext:md") == set()


def test_options_add_to_the_query(room: Any) -> None:
    room.add("a/ferry.md", "The ferry.", mtime=1_680_000_000)
    room.add("b/ferry.py", "ferry = 1", mtime=1_710_000_000)
    assert room.names("ferry", types=("code",)) == ["b/ferry.py"]
    assert room.names("ferry", exts=(".MD",)) == ["a/ferry.md"]
    assert room.names("ferry", folders=(str(room.root / "a"),)) == ["a/ferry.md"]
    assert room.names("ferry", after="2024") == ["b/ferry.py"]
    assert room.names("ferry", before="2024") == ["a/ferry.md"]
    with pytest.raises(UsageError):
        room.search("ferry", types=("nonsense",))
    with pytest.raises(UsageError):
        room.search("ferry", after="soon")


def test_filters_alone_list_the_latest_files(room: Any) -> None:
    for number in range(6):
        room.add(f"{number}.md", f"text {number}", mtime=1_700_000_000 + number)
    room.add("code.py", "pass", mtime=1_800_000_000)
    assert room.names("ext:md", limit=4) == ["5.md", "4.md", "3.md", "2.md"]
    response = room.search("type:code")
    assert [hit.strength for hit in response.hits] == [Strength.GOOD]
    assert room.names("after:2300") == []
    assert room.names("size:>" + "9" * 40) == []
    assert len(room.names("before:2300 size:<" + "9" * 40)) == 7


@pytest.mark.parametrize("text", ["", "  ", '""', "\x00"])
def test_an_empty_query_is_refused(room: Any, text: str) -> None:
    with pytest.raises(UsageError) as raised:
        room.search(text)
    assert raised.value.code == "query.empty"


# Modes and missing parts.


def test_modes_ask_their_retrievers_only(room: Any) -> None:
    fill(room)
    room.add("ferry.txt", "It leaves at nine.")
    room.add("other.txt", "The ferry is late.")
    assert room.names("ferry", mode=Mode.NAME) == ["ferry.txt"]
    keyword = room.hits("ferry", mode=Mode.KEYWORD)
    assert "other.txt" in keyword
    assert all("vectors" not in hit.why and "names" not in hit.why for hit in keyword.values())
    semantic = room.hits("ferry", mode=Mode.SEMANTIC)
    assert all("text" not in hit.why and "names" not in hit.why for hit in semantic.values())


def test_without_a_model_words_and_names_answer(room: Any) -> None:
    room.add("ferry.txt", "It leaves at nine.")
    room.add("other.txt", "The ferry is late.")
    room.embedder = room.eye = None
    assert set(room.names("ferry")) == {"ferry.txt", "other.txt"}
    with pytest.raises(ModelError) as raised:
        room.search("ferry", mode=Mode.SEMANTIC)
    assert raised.value.code == "model.none"
    assert raised.value.hint


def test_without_a_store_names_answer(room: Any) -> None:
    room.add("ferry.txt", "It leaves at nine.")
    room.store = None
    assert room.names("ferry") == ["ferry.txt"]
    assert room.names("ferry", mode=Mode.KEYWORD) == []
    assert room.names('"ferry"') == ["ferry.txt"]
    assert room.names("ferry -nine") == ["ferry.txt"]
    assert room.names("ext:txt") == ["ferry.txt"]


def test_a_word_that_very_many_passages_hold_is_left_out_all_the_same(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than the filter inside the searches can name."""
    monkeypatch.setattr(retrieve_module, "EXACT_K", 2)
    for number in range(8):
        room.add(f"{number}.txt", *(f"The jaguar is a car, model {number}.{part}." for part in range(4)))
    room.add("cat.txt", "The jaguar is a cat.")
    room.add("jaguar-car.txt", "Of something else.")
    assert room.names("jaguar -car") == ["cat.txt"]
    assert room.names("jaguar") != ["cat.txt"]


def test_a_language_that_the_model_does_not_read_has_no_meaning(room: Any) -> None:
    fill(room)
    room.add("boat.txt", "The ferry leaves at nine.")
    room.reads = False
    hit = room.hits("ferry")["boat.txt"]
    assert "z" not in hit.why
    room.reads = True
    assert "z" in room.hits("ferry")["boat.txt"].why


# Strength.


def test_min_strength_leaves_out_what_is_weaker(room: Any) -> None:
    fill(room)
    room.add("ferry.txt", "The ferry leaves the harbour at nine.")
    everything = room.hits("ferry harbour")
    for least in (Strength.WEAK, Strength.GOOD, Strength.STRONG):
        some = room.hits("ferry harbour", min_strength=least)
        assert set(some) == {name for name, hit in everything.items() if hit.strength.rank >= least.rank}
    assert list(room.hits("ferry harbour", min_strength=Strength.STRONG)) == ["ferry.txt"]


def test_nothing_relevant_is_said(room: Any) -> None:
    fill(room)
    response = room.search("xylophone quartz")
    assert response.strength in (Strength.NONE, Strength.WEAK)
    assert room.search("xylophone quartz", min_strength=Strength.GOOD).hits == ()


def test_an_empty_index_answers_nothing(room: Any) -> None:
    response = room.search("anything")
    assert (response.hits, response.strength) == ((), Strength.NONE)


# Hostile and concurrent.


def test_names_that_are_not_unicode_are_hits(room: Any) -> None:
    name = os.fsdecode(b"ferry-caf\xe9.txt")
    room.add(name, "It leaves at nine.")
    (hit,) = room.search("ferry").hits
    assert hit.path == str(room.root / name)
    assert hit.uri.endswith("ferry-caf%E9.txt")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60), mode=st.sampled_from(Mode))
def test_no_query_raises_but_the_empty_one(room: Any, text: str, mode: Mode) -> None:
    if str(room.root / "ferry.txt") not in room.catalog.known_files(room.folder.id):
        room.add("ferry.txt", "The ferry leaves at nine. 猫 हिन्दी")
    with contextlib.suppress(UsageError):
        room.search(text, mode=mode)


def test_ten_thousand_words_are_answered(room: Any) -> None:
    room.add("ferry.txt", "The ferry leaves at nine.")
    assert room.names("the ferry leaves " + "word " * 10_000) == ["ferry.txt"]


def test_many_threads_may_search(room: Any) -> None:
    fill(room)
    answers: list[list[str]] = []
    threads = [threading.Thread(target=lambda: answers.append(room.names("rain wind"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
