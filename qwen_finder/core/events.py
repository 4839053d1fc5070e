"""What happened lately, so that clients need not ask again and again. Keeps nothing on disk.

Events are hints: whoever misses some asks for the status, which is the truth.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. ``sequence`` counts from 1 in each life of the service, ``time`` is in
    seconds since the epoch, ``data`` holds JSON values only."""

    sequence: int
    time: float
    kind: str
    data: Mapping[str, object] = field(default_factory=dict)


class EventLog:
    """The last ``capacity`` events. Any thread may publish, wait or subscribe."""

    def __init__(self, capacity: int = 1000) -> None:
        self._events: deque[Event] = deque(maxlen=capacity)
        self._changed = threading.Condition()
        self._latest = 0
        self._listeners: set[Callable[[], object]] = set()

    def publish(self, kind: str, **data: object) -> Event:
        """Append an event and wake everyone who waits."""
        with self._changed:
            self._latest += 1
            event = Event(self._latest, time.time(), kind, data)
            self._events.append(event)
            self._changed.notify_all()
            listeners = tuple(self._listeners)
        # Outside the lock, so that a listener may read the log.
        for listener in listeners:
            listener()
        return event

    def since(self, sequence: int, timeout_s: float = 0.0) -> list[Event]:
        """Events after ``sequence``, oldest first; waits up to ``timeout_s`` seconds for the first one.

        A number from the future belongs to an earlier life of the service: then every event is new.
        """
        with self._changed:
            if sequence > self._latest:
                sequence = 0
            self._changed.wait_for(lambda: self._latest > sequence, timeout_s)
            return [event for event in self._events if event.sequence > sequence]

    def subscribe(self, listener: Callable[[], object]) -> Callable[[], None]:
        """Call ``listener`` after each event, from the publishing thread; the result ends that."""
        with self._changed:
            self._listeners.add(listener)

        def unsubscribe() -> None:
            with self._changed:
                self._listeners.discard(listener)

        return unsubscribe
