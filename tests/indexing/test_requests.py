"""Wishes for the next look: merged, taken once, and pending until the look is done."""

from __future__ import annotations

import threading

from qwen_finder.indexing.requests import MOST_PATHS, Requests


def test_wishes_are_merged_and_taken_once() -> None:
    requests = Requests()
    requests.ask([1, 2])
    requests.ask([2])
    requests.hint(3, ["/a"])
    requests.hint(3, ["/a", "/b"])
    wishes = requests.take(0)
    assert (wishes.folders, wishes.paths) == ({1, 2}, {3: {"/a", "/b"}})
    assert requests.pending, "taken and not done"
    requests.done()
    assert not requests.pending


def test_without_a_wish_nothing_is_taken_after_a_while() -> None:
    assert not Requests().take(0.01)


def test_what_a_look_at_the_whole_folder_covers_is_not_kept() -> None:
    requests = Requests()
    requests.ask([1])
    requests.hint(1, ["/a"])
    requests.hint(2, [f"/{number}" for number in range(MOST_PATHS)])
    requests.hint(3, ["/b"])
    requests.hint(2, ["/one too many"])
    wishes = requests.take(0)
    assert (wishes.folders, wishes.paths) == ({1, 2}, {3: {"/b"}})


def test_a_wish_made_during_a_look_is_pending_after_it() -> None:
    requests = Requests()
    requests.ask([1])
    requests.take(0)
    requests.hint(1, ["/a"])
    requests.done()
    assert requests.pending
    assert requests.take(0).paths == {1: {"/a"}}


def test_closing_ends_the_wait_with_nothing_to_do() -> None:
    requests = Requests()
    taken = []
    thread = threading.Thread(target=lambda: taken.append(requests.take(60)))
    thread.start()
    requests.close()
    thread.join(10)
    assert [bool(wishes) for wishes in taken] == [False]
