"""The gate between searches and the deletion of old files."""

from __future__ import annotations

import threading

from qwen_finder.storage.gate import Gate


def test_many_share_it_and_one_has_it_alone() -> None:
    gate = Gate()
    together = threading.Barrier(3)
    alone = threading.Event()
    inside: list[str] = []

    def share() -> None:
        with gate.shared():
            together.wait(10)
            inside.append("shared")

    def wipe() -> None:
        with gate.alone():
            inside.append("alone")
            alone.set()

    readers = [threading.Thread(target=share) for _ in range(2)]
    for thread in readers:
        thread.start()
    with gate.shared():
        writer = threading.Thread(target=wipe)
        writer.start()
        assert not alone.wait(0.05)
        together.wait(10)
    for thread in (*readers, writer):
        thread.join(10)
    assert inside == ["shared", "shared", "alone"]


def test_an_error_inside_opens_it_again() -> None:
    gate = Gate()
    for enter in (gate.shared, gate.alone, gate.shared):
        try:
            with enter():
                raise ValueError
        except ValueError:
            pass
    with gate.alone():
        pass
