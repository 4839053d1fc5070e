from __future__ import annotations

import threading

from qwen_finder.core.connections import Connections


def test_what_was_spoken_to_is_told_with_its_reason_and_how_often() -> None:
    known = Connections()
    known.note("hub.example", "download of A")
    known.note("cdn.example", "download of A")
    known.note("hub.example", "download of A")
    cdn, hub = known.list()
    assert (cdn.host, cdn.count) == ("cdn.example", 1)
    assert (hub.host, hub.why, hub.count) == ("hub.example", "download of A", 2)
    assert hub.first <= cdn.first <= hub.last


def test_another_reason_is_another_entry() -> None:
    known = Connections()
    known.note("hub.example", "download of A")
    known.note("hub.example", "download of B")
    assert [entry.why for entry in known.list()] == ["download of A", "download of B"]


def test_only_the_last_ones_are_kept() -> None:
    known = Connections(capacity=2)
    for number in range(5):
        known.note(f"{number}.example", "a reason")
    assert [entry.host for entry in known.list()] == ["3.example", "4.example"]


def test_many_threads_lose_no_count() -> None:
    known = Connections()

    def speak() -> None:
        for _ in range(500):
            known.note("hub.example", "a reason")

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert known.list()[0].count == 2000
