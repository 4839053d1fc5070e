from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject, QThread

from qwen_finder.core.errors import UsageError


class Listener(QObject):
    def __init__(self):
        super().__init__()
        self.heard = []

    def hear(self, answer):
        self.heard.append(answer)


def test_an_answer_comes_back_on_the_thread_that_asked(qtbot, session):
    heard = []
    session.ask(
        lambda client: threading.current_thread(),
        lambda thread: heard.append((thread, QThread.currentThread().isMainThread())),
    )
    qtbot.waitUntil(lambda: bool(heard))
    assert heard[0][0] is not threading.main_thread()
    assert heard[0][1]


def test_an_error_goes_to_who_wants_to_know(qtbot, session):
    heard = []

    def fail(client):
        raise UsageError("x", "No.")

    session.ask(fail, heard.append, lambda error: heard.append(error.code))
    session.ask(lambda client: 1 / 0, heard.append, lambda error: heard.append(error.code))
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert set(heard) == {"x", "window.fault"}


def test_the_newest_of_a_lane_wins_and_the_others_are_not_even_asked(qtbot, session):
    heard, asked, hold = [], [], threading.Event()

    def question(number):
        def ask(client):
            asked.append(number)
            hold.wait(5)
            return number

        return ask

    for number in range(30):
        session.ask(question(number), heard.append, lane="search")
    hold.set()
    qtbot.waitUntil(lambda: heard == [29])
    qtbot.wait(50)
    assert heard == [29]
    assert len(asked) <= 4


def test_a_slow_answer_does_not_keep_the_next_one_waiting(qtbot, session):
    heard, hold = [], threading.Event()
    session.ask(lambda client: hold.wait(5), heard.append, lane="search")
    session.ask(lambda client: "new", heard.append, lane="search")
    qtbot.waitUntil(lambda: heard == ["new"])
    hold.set()


def test_lanes_do_not_disturb_each_other(qtbot, session):
    heard = []
    session.ask(lambda client: 1, heard.append, lane="a")
    session.ask(lambda client: 2, heard.append, lane="b")
    session.ask(lambda client: 3, heard.append)
    session.ask(lambda client: 4, heard.append)
    qtbot.waitUntil(lambda: sorted(heard) == [1, 2, 3, 4])


def test_what_is_dropped_is_not_heard(qtbot, session):
    heard, hold = [], threading.Event()
    session.ask(lambda client: hold.wait(5), heard.append, lane="a")
    session.drop("a")
    hold.set()
    qtbot.wait(80)
    assert heard == []


def test_who_is_gone_hears_nothing(qtbot, session):
    from shiboken6 import delete

    listener, hold, others = Listener(), threading.Event(), []
    session.ask(lambda client: hold.wait(5), listener.hear)
    delete(listener)
    hold.set()
    session.ask(lambda client: 1, others.append)
    qtbot.waitUntil(lambda: others == [1])


def test_status_and_events_are_followed(qtbot, session, fake_client):
    kinds = []
    session.event.connect(lambda event: kinds.append(event.kind))
    with qtbot.waitSignal(session.status):
        session.start()
    assert session.state == "connected"
    fake_client.publish("indexed", files=3)
    qtbot.waitUntil(lambda: "indexed" in kinds)


def test_a_service_that_was_stopped_stays_so_until_somebody_starts_it(qtbot, session, fake_client):
    session.start()
    qtbot.waitUntil(lambda: session.state == "connected")
    fake_client.stays_stopped = True
    fake_client.stop()
    qtbot.waitUntil(lambda: session.state == "lost")
    seen = len(fake_client.orders("status"))
    qtbot.wait(200)
    assert len(fake_client.orders("status")) <= seen + 1
    session.begin_service()
    qtbot.waitUntil(lambda: session.state == "connected")


@pytest.mark.parametrize("closed_first", [True, False])
def test_a_closed_session_says_nothing(qtbot, session, closed_first):
    heard = []
    if closed_first:
        session.close()
    session.ask(lambda client: 1, heard.append)
    session.close()
    qtbot.wait(50)
    assert heard == []
