"""The workers together: who reads a file asks the pool, and waits until one of them has read it.

A file that hangs, crashes or outgrows its worker costs that worker and gets its reason; the next file gets
another one. Workers start when they are needed and end when they were not needed for a while.
"""

from __future__ import annotations

import logging
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path

from qwen_finder.core.desk import PageView
from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError, Interrupted, UnusableError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.reading import Limits, PageRequest, PictureLimits
from qwen_finder.extraction.sandbox import verdicts
from qwen_finder.extraction.sandbox.codec import (
    AnyQuestion,
    Bug,
    OutOfMemory,
    Question,
    Verdict,
    decode_answer,
    encode_question,
)
from qwen_finder.extraction.sandbox.command import worker_command
from qwen_finder.extraction.sandbox.frames import Malformed
from qwen_finder.extraction.sandbox.page_codec import PageQuestion
from qwen_finder.extraction.sandbox.picture_codec import PictureQuestion
from qwen_finder.extraction.sandbox.process import Cause, Worker, WorkerLost

log = logging.getLogger(__name__)

# What readers leak is given back this often, or when it becomes much.
FILES_A_LIFE = 500
MOST_GROWTH_BYTES = 400_000_000

IDLE_SECONDS = 120.0
LOOK_SECONDS = 20.0

# A start takes a tenth of a second; on a machine that swaps it may take much longer.
START_SECONDS = 60.0
START_PAUSES = (0.0, 0.3, 1.5)
REFUSE_SECONDS = 10.0

# The part of a file's time that readers may plan with; the rest is for what they cannot foresee.
PLANNED = 0.8

_BARE = frozenset({Kind.TEXT, Kind.CODE})
"""What holds no pictures and no other files."""

_LOSSES = frozenset({"file.timeout", "file.crashed", "file.memory"})
"""What becomes of a file that a worker is lost over."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What reading may cost: ``workers`` at once (0: one per core), ``memory_bytes`` for each, and for a file
    ``seconds`` with ``seconds_per_mb`` for each megabyte of its size.
    """

    workers: int = 0
    memory_bytes: int = 1_500_000_000
    seconds: float = 30.0
    seconds_per_mb: float = 2.0

    @property
    def count(self) -> int:
        return self.workers or available_cores()

    def seconds_for(self, size: int) -> float:
        return self.seconds + self.seconds_per_mb * size / 1_000_000


class Pool:
    """Reads files in processes of their own. Any number of threads may ask at once.

    ``folder`` belongs to the pool: workers keep temporary files there, and what a former life left in it is
    removed. ``command`` starts a worker.
    """

    def __init__(self, folder: Path, allowance: Allowance, command: Sequence[str] | None = None) -> None:
        self._folder = folder
        self._allowance = allowance
        self._command = tuple(command or worker_command())
        self._changed = threading.Condition()
        self._idle: list[Worker] = []
        self._taken = 0
        self._closed = False
        self._refusal: tuple[float, UnusableError] | None = None
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None

    def allow(self, allowance: Allowance) -> None:
        """From now on; files that are being read are finished under the former one."""
        self._allowance = allowance

    def extract(self, path: str, limits: Limits, halted: Callable[[], bool] = lambda: False) -> Document:
        """The document that a worker reads from the file at ``path``; waits for a worker and for the answer.

        The time of ``limits`` is what the file's deadline leaves. A file that a worker was lost over is read
        once more without what it contains (attachments, members) and without text recognition: one of
        those may have been the cause, and its own text is still worth having.

        Raises FileError as the readers do, and "file.timeout", "file.crashed", "file.memory",
        "file.reader_bug"; UnusableError when no worker can be started; Interrupted as soon as ``halted``
        says so or the pool is closed.
        """

        try:
            return self._document(path, limits, halted)
        except FileError as error:
            plain = replace(limits, max_depth=0, ocr=False)
            if error.code not in _LOSSES or plain == limits or kind_of(os.path.basename(path)) in _BARE:
                raise
            try:
                document = self._document(path, plain, halted)
            except FileError:
                raise error from None
            left_out = f"Only its own text was read, since all of it could not be: {error.message}"
            return replace(document, partial=f"{left_out} {document.partial}".rstrip())

    def _document(self, path: str, limits: Limits, halted: Callable[[], bool]) -> Document:
        allowance = self._allowance
        seconds = allowance.seconds_for(_size(path))
        question = Question(path, replace(limits, max_seconds=PLANNED * seconds))
        if limits.ocr and kind_of(os.path.basename(path)) not in _BARE:
            seconds += limits.ocr_seconds
        document = self._verdict(question, seconds, allowance, halted)
        assert isinstance(document, Document)
        return document

    def picture(
        self,
        path: str,
        limits: PictureLimits,
        framing: Framing,
        halted: Callable[[], bool] = lambda: False,
    ) -> Picture:
        """What the picture in the file at ``path`` looks like, decoded by a worker; raises as ``extract``."""
        allowance = self._allowance
        seconds = allowance.seconds_for(_size(path))
        question = PictureQuestion(path, replace(limits, max_seconds=PLANNED * seconds), framing)
        picture = self._verdict(question, seconds, allowance, halted)
        assert isinstance(picture, Picture)
        return picture

    def page(self, path: str, request: PageRequest) -> PageView:
        """A page of the PDF at ``path``, drawn by a worker; raises as ``extract``."""
        allowance = self._allowance
        seconds = allowance.seconds_for(_size(path))
        question = PageQuestion(path, replace(request, max_seconds=PLANNED * seconds))
        page = self._verdict(question, seconds, allowance, lambda: False)
        assert isinstance(page, PageView)
        return page

    def workers(self) -> int:
        """How many processes there are now."""
        with self._changed:
            return self._taken + len(self._idle)

    def close(self) -> None:
        """End all workers at once; who waits for one is interrupted."""
        with self._changed:
            self._closed = True
            resting, self._idle = self._idle, []
            self._changed.notify_all()
            keeper = self._keeper
        for worker in resting:
            worker.end()
        with self._changed:
            # Those at work are ended by who waits for them, which looks every tenth of a second.
            self._changed.wait_for(lambda: not self._taken, timeout=1.0)
        if keeper is not None:
            self._orders.put(None)
            keeper.join(1.0)
        shutil.rmtree(self._folder, ignore_errors=True)

    # Asking.

    def _verdict(
        self,
        question: AnyQuestion,
        seconds: float,
        allowance: Allowance,
        halted: Callable[[], bool],
    ) -> Document | Picture | PageView:
        """What was asked for, from a worker that has ``seconds`` for it; raises as ``extract``."""

        def off() -> bool:
            return self._closed or halted()

        path = question.path
        worker = self._borrow(off)
        # What earlier files did to a worker is not this one's fault: then it is tried in a fresh one.
        if worker.files:
            try:
                return _sound(path, self._ask(worker, question, seconds, off))
            except WorkerLost as loss:
                if loss.cause is Cause.TIME:
                    raise verdicts.failure(path, loss, seconds, allowance.memory_bytes) from None
            worker = self._borrow(off, fresh=True)
        try:
            return _sound(path, self._ask(worker, question, seconds, off))
        except WorkerLost as loss:
            raise verdicts.failure(path, loss, seconds, allowance.memory_bytes) from None

    def _ask(
        self,
        worker: Worker,
        question: AnyQuestion,
        seconds: float,
        off: Callable[[], bool],
    ) -> Verdict:
        framing = question.framing if isinstance(question, PictureQuestion) else None
        try:
            frame = worker.ask(encode_question(question), seconds, off)
            answer = decode_answer(frame, framing, page=isinstance(question, PageQuestion))
            if isinstance(answer.verdict, OutOfMemory):
                raise WorkerLost(Cause.MEMORY, "a reader had no more memory")
        except WorkerLost as loss:
            log.warning("worker %d is lost after %d files: %s", worker.pid, worker.files, loss.detail)
            for line in verdicts.stack(worker.said):
                log.warning("  %s", line)
            self._discard(worker)
            raise
        except Malformed as error:
            self._discard(worker)
            raise WorkerLost(Cause.CRASH, f"its answer was none: {error}") from error
        except BaseException:
            self._discard(worker)
            raise
        worker.note_memory(answer.memory_bytes)
        self._give_back(worker)
        return answer.verdict

    def _borrow(self, off: Callable[[], bool], *, fresh: bool = False) -> Worker:
        """A worker that nobody else has; ``fresh``: one that has not read anything yet."""
        while True:
            with self._changed:
                if off():
                    raise Interrupted
                allowance = self._allowance
                former = None if fresh or not self._idle else self._idle.pop()
                if former is None and self._taken + len(self._idle) >= allowance.count:
                    if not (fresh and self._idle):
                        self._changed.wait(0.1)
                        continue
                    former, stale = self._idle.pop(0), True
                else:
                    stale = False
                self._taken += 1
            if former is None:
                return self._start(allowance, off)
            if not stale and former.alive and former.memory_bytes == allowance.memory_bytes:
                return former
            self._discard(former)

    def _give_back(self, worker: Worker) -> None:
        worn = worker.files >= FILES_A_LIFE or worker.grown_bytes > MOST_GROWTH_BYTES
        with self._changed:
            kept = not (worn or self._closed or self._taken + len(self._idle) > self._allowance.count)
            if kept:
                self._taken -= 1
                self._idle.append(worker)
                self._changed.notify()
        if not kept:
            self._discard(worker)

    def _discard(self, worker: Worker) -> None:
        worker.end()
        self._free()

    def _free(self) -> None:
        with self._changed:
            self._taken -= 1
            self._changed.notify_all()

    # Starting.

    def _start(self, allowance: Allowance, off: Callable[[], bool]) -> Worker:
        """A new worker in a place that is taken already; the place is free again when this raises."""
        try:
            return self._started(allowance, off)
        except BaseException:
            self._free()
            raise

    def _started(self, allowance: Allowance, off: Callable[[], bool]) -> Worker:
        if self._refusal is not None and time.monotonic() < self._refusal[0]:
            raise self._refusal[1]
        reason = ""
        for pause in START_PAUSES:
            due = time.monotonic() + pause
            while time.monotonic() < due:
                if off():
                    raise Interrupted
                time.sleep(0.05)
            try:
                worker = self._order(allowance.memory_bytes)
            except OSError as error:
                reason = error.strerror or str(error)
                log.error("no worker can be started: %s", reason)
                continue
            try:
                worker.get_ready(START_SECONDS, off)
            except (WorkerLost, Malformed) as error:
                # It has read no file yet, so that whatever it says may be told.
                worker.end()
                reason = worker.said.rpartition("\n")[2] or str(error)
                log.error("a worker did not start (%s):\n%s", error, worker.said)
                continue
            self._refusal = None
            return worker
        refusal = verdicts.refusal(reason)
        self._refusal = time.monotonic() + REFUSE_SECONDS, refusal
        raise refusal

    def _order(self, memory_bytes: int) -> Worker:
        """A process started by the keeper: the system may end it together with the thread that did."""
        order = _Order(memory_bytes, Future())
        with self._changed:
            if self._closed:
                raise Interrupted
            if self._keeper is None:
                self._keeper = threading.Thread(target=self._keep, name="workers", daemon=True)
                self._keeper.start()
            self._orders.put(order)
        return order.worker.result()

    def _keep(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        while True:
            try:
                order = self._orders.get(timeout=LOOK_SECONDS if self.workers() else None)
            except queue.Empty:
                self._send_home()
                continue
            if order is None:
                return
            try:
                order.worker.set_result(Worker(self._command, self._folder, order.memory_bytes))
            except Exception as error:  # noqa: BLE001 - raised where the order came from
                order.worker.set_exception(error)

    def _send_home(self) -> None:
        """End the workers that had nothing to do for a while."""
        latest = time.monotonic() - IDLE_SECONDS
        with self._changed:
            ended = [worker for worker in self._idle if worker.last_used < latest]
            self._idle = [worker for worker in self._idle if worker.last_used >= latest]
        for worker in ended:
            worker.end()


@dataclass(frozen=True, slots=True)
class _Order:
    memory_bytes: int
    worker: Future[Worker]


def _sound(path: str, verdict: Verdict) -> Document | Picture | PageView:
    if isinstance(verdict, Document | Picture | PageView):
        return verdict
    if isinstance(verdict, Bug):
        log.error("a reader raised %s: %s", verdict.type, " < ".join(reversed(verdict.places)))
        raise verdicts.bug(path, verdict)
    assert isinstance(verdict, FileError)
    raise verdict


def _size(path: str) -> int:
    try:
        return os.stat(path, follow_symlinks=False).st_size
    except (OSError, ValueError):
        # The worker will say what is wrong with it.
        return 0


def available_cores() -> int:
    """The processor cores this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1
