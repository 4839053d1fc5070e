"""Wishes for the next look: merged, taken once, and pending until the look is done."""

from __future__ import annotations

import threading

from qwen_finder.indexing.requests import Requests


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


def test_without_a_wish_everything_is_looked_at_after_a_while() -> None:
    assert Requests().take(0.01).folders is None


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
