import threading

from qwen_finder.core.events import EventLog


def test_events_come_in_order_and_only_the_new_ones():
    log = EventLog()
    first = log.publish("folder", path="/a")
    log.publish("indexed", files=2)
    assert [event.kind for event in log.since(0)] == ["folder", "indexed"]
    assert [event.data for event in log.since(first.sequence)] == [{"files": 2}]


def test_waiting_ends_with_the_first_event():
    log = EventLog()
    threading.Timer(0.05, log.publish, ["progress"]).start()
    assert [event.kind for event in log.since(0, timeout_s=10)] == ["progress"]


def test_waiting_ends_without_an_event():
    assert EventLog().since(0, timeout_s=0.01) == []


def test_only_the_last_events_are_kept():
    log = EventLog(capacity=2)
    for number in range(5):
        log.publish("progress", done=number)
    assert [event.data["done"] for event in log.since(0)] == [3, 4]


def test_a_number_from_an_earlier_life_gets_everything():
    log = EventLog()
    log.publish("folder")
    assert len(log.since(700)) == 1


def test_a_subscriber_is_called_until_it_leaves():
    log, calls = EventLog(), []
    leave = log.subscribe(lambda: calls.append(len(log.since(0))))
    log.publish("folder")
    leave()
    log.publish("folder")
    assert calls == [1]
