"""The service as the window sees it: questions go to threads, answers come back on the thread that paints.

A ``lane`` holds questions of which only the newest matters, as those of a search box: a newer one drops the
older ones' answers. Of one lane at most two are under way, so that a slow answer does not keep the newest
waiting and fast typing does not flood the service.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from qwen_finder.core.errors import FinderError, UnusableError

if TYPE_CHECKING:
    from qwen_finder.api.client import Client

Answer = TypeVar("Answer")

_THREADS = 6
_PER_LANE = 2
_BUSY_POLL_S = 1.0
_IDLE_POLL_S = 20.0
_LEAST_PAUSE_S = 0.35
_RETRY_S = 1.5


@dataclass(eq=False, slots=True)
class _Job:
    question: Callable[[Any], Any]
    done: Callable[[Any], None]
    failed: Callable[[FinderError], None] | None
    lane: str
    number: int
    """Counts the questions of the lane."""
    key: int
    """Counts all questions."""
    unasked: bool = False
    answer: Any = None
    error: FinderError | None = None


class Session(QObject):
    """Made once; ``start`` begins to watch the service, which is started when it is missing."""

    status = Signal(object)
    """A ServiceStatus, whenever it may have changed."""
    connection = Signal(str, object)
    """"connecting", "connected" or "lost", with the FinderError that says why in the last case."""
    # Qt's own `event` is never overridden here, so nothing is hidden by the name.
    event = Signal(object)  # type: ignore[assignment]
    """An Event of the service."""
    _answered = Signal(int)

    def __init__(
        self, client: Client, begin: Callable[[], object] | None = None, parent: QObject | None = None
    ) -> None:
        """``begin`` starts the service after somebody stopped it (``Launcher.begin``)."""
        super().__init__(parent)
        self.client = client
        self._following = client.following()
        self.state = "connecting"
        self.last_status: Any = None
        self._begin = begin
        self._lock = threading.Condition()
        # Jobs belong to the thread that paints: what they refer to may be widgets, and these die on it only.
        self._jobs: dict[int, _Job] = {}
        self._asked = 0
        self._waiting: deque[_Job] = deque()
        self._newest: dict[str, int] = {}
        self._under_way: dict[str, int] = {}
        self._threads = 0
        self._idle_threads = 0
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._told_begin = False
        self._restarted = threading.Event()
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.status.connect(self._keep_status)
        self.connection.connect(self._keep_state)

    def start(self) -> None:
        """Watch the service from now on."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def close(self) -> None:
        """No answer is delivered any more. Threads that wait for the service end with the process."""
        with self._lock:
            self._ended.set()
            self._waiting.clear()
            self._jobs.clear()
            self._lock.notify_all()
        self._wake.set()

    def ask(
        self,
        question: Callable[[Client], Answer],
        done: Callable[[Answer], None],
        failed: Callable[[FinderError], None] | None = None,
        *,
        lane: str = "",
        unasked: bool = False,
    ) -> None:
        """Have ``question`` answered by a thread; ``done`` or ``failed`` is called on the thread that paints.

        Neither is called when a newer question of ``lane`` was asked, or when they belong to a QObject that
        is gone by then. ``unasked``: the window wants to know it, not a person, so that it starts no service
        that somebody has stopped.
        """
        with self._lock:
            if self._ended.is_set():
                return
            number = self._newest.get(lane, 0) + 1
            self._newest[lane] = number
            if lane:
                self._forget_waiting(lane)
            self._asked += 1
            job = _Job(question, done, failed, lane, number, self._asked, unasked)
            self._jobs[job.key] = job
            self._waiting.append(job)
            if self._idle_threads == 0 and self._threads < _THREADS:
                self._threads += 1
                threading.Thread(target=self._work, name="ask", daemon=True).start()
            self._lock.notify()

    def drop(self, lane: str) -> None:
        """Forget what is asked in ``lane``: its answers are not delivered."""
        with self._lock:
            self._newest[lane] = self._newest.get(lane, 0) + 1
            self._forget_waiting(lane)

    def begin_service(self) -> None:
        """Start the service that somebody stopped, or try again after an error."""
        self._told_begin = True
        self.connection.emit("connecting", None)
        self._wake.set()

    def refresh(self) -> None:
        """Ask for the status soon."""
        self._wake.set()

    def say(self, _sentence: str) -> None:
        """The launcher starts or replaces the service; any thread may call this."""
        if not self._ended.is_set():
            self._restarted.set()
            self.connection.emit("connecting", None)

    def _keep_status(self, status: object) -> None:
        self.last_status = status

    def _keep_state(self, state: str, _error: object) -> None:
        self.state = state

    def _forget_waiting(self, lane: str) -> None:
        for job in [job for job in self._waiting if job.lane == lane]:
            self._waiting.remove(job)
            del self._jobs[job.key]

    def _work(self) -> None:
        while (key := self._work_once()) is not None:
            self._answered.emit(key)

    def _work_once(self) -> int | None:
        """Answer one question; its key. Nothing of it is referred to here when its answer is delivered."""
        job = self._take()
        if job is None:
            return None
        try:
            if self._current(job):
                job.answer = job.question(self._following if job.unasked else self.client)
        except FinderError as caught:
            job.error = caught
        except Exception as caught:  # noqa: BLE001 - a thread that died would take all later answers along
            job.error = UnusableError("window.fault", f"The window failed at this: {caught!r}.")
        with self._lock:
            self._under_way[job.lane] -= 1
            self._lock.notify()
            if self._ended.is_set():
                return None
        if job.error is not None and job.error.code.startswith("service."):
            self._wake.set()
        return job.key

    def _take(self) -> _Job | None:
        """The next job whose lane is free; None when the session is closed."""
        with self._lock:
            while not self._ended.is_set():
                for job in self._waiting:
                    if not job.lane or self._under_way.get(job.lane, 0) < _PER_LANE:
                        self._waiting.remove(job)
                        self._under_way[job.lane] = self._under_way.get(job.lane, 0) + 1
                        return job
                self._idle_threads += 1
                self._lock.wait()
                self._idle_threads -= 1
            return None

    def _current(self, job: _Job) -> bool:
        return not job.lane or self._newest[job.lane] == job.number

    def _deliver(self, key: int) -> None:
        with self._lock:
            job = self._jobs.pop(key, None)
        if job is None or self._ended.is_set() or not self._current(job):
            return
        heard: Callable[[Any], None] | None = job.done if job.error is None else job.failed
        owner = getattr(heard, "__self__", None)
        if heard is None or (isinstance(owner, QObject) and not isValid(owner)):
            return
        heard(job.answer if job.error is None else job.error)

    def _watch(self) -> None:
        """Follow events and status for as long as the process lives."""
        since, poll_s, known = 0, 0.0, ""
        while not self._ended.is_set():
            self._wake.clear()
            began = time.monotonic()
            try:
                if self._told_begin and self._begin is not None:
                    self._told_begin = False
                    self._begin()
                    since = 0
                status = (self._following if known else self.client).status()
                if self._ended.is_set():
                    return
                # Any question may have started the service again; that this one is answered shows it is up.
                if known != "connected" or self._restarted.is_set():
                    known = "connected"
                    self._restarted.clear()
                    self.connection.emit("connected", None)
                self.status.emit(status)
                poll_s = _IDLE_POLL_S if status.idle else _BUSY_POLL_S
                # Sooner than that there is nothing new for the eye.
                self._wake.wait(max(_LEAST_PAUSE_S - (time.monotonic() - began), 0))
                if self._wake.is_set():
                    continue
                for event in self._following.events(since, poll_s):
                    since = event.sequence
                    if not self._ended.is_set():
                        self.event.emit(event)
            except FinderError as error:
                if self._ended.is_set():
                    return
                known = "lost"
                self.connection.emit("lost", error)
                # One that somebody stopped stays so until a person says otherwise.
                self._wake.wait(None if error.code == "service.stopped" else _RETRY_S)
