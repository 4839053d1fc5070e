"""The list of connections that left this machine."""

from __future__ import annotations

import threading
import time

from qwen_finder.core.outgoing import OutgoingLog


def test_each_host_and_reason_is_told_once_with_how_often():
    log = OutgoingLog()
    log.note("models.example", "model download")
    log.note("embed.example", "embedding")
    log.note("models.example", "model download")
    first, second = log.connections()
    assert (first.host, first.why, first.times) == ("models.example", "model download", 2)
    assert (second.host, second.times) == ("embed.example", 1)
    assert log.since <= second.time <= first.time <= time.time()


def test_any_thread_may_note():
    log = OutgoingLog()
    threads = [threading.Thread(target=lambda: [log.note("h", "w") for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [seen.times for seen in log.connections()] == [2000]
