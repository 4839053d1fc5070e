"""How hard indexing may work: full, balanced, quiet or paused, and the waits that make it so.

The user's word comes first, then what the machine is doing; a full disk stops everything. It knows shares of
time, not what the work is: whoever works asks for a rest after each piece, and gets a longer one while a
query runs.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from qwen_finder.core.errors import UsageError
from qwen_finder.indexing.surroundings import Surroundings


class Mode(StrEnum):
    """The share of time that indexing works: all, somewhat more than half, a fifth, none."""

    FULL = "full"
    BALANCED = "balanced"
    QUIET = "quiet"
    PAUSED = "paused"


SHARES = {Mode.FULL: 1.0, Mode.BALANCED: 0.55, Mode.QUIET: 0.2}
AUTO = "auto"

LOW_BATTERY_PERCENT = 20.0
BUSY_SHARE = 0.5

# How old a look at the machine may be, and how soon a full disk or an empty battery is looked at again.
LOOK_SECONDS = 2.0
RECHECK_SECONDS = 30.0

# A query is a matter of milliseconds: one that takes longer than this must not stop indexing for good.
LONGEST_QUERY_SECONDS = 5.0
LONGEST_NAP_SECONDS = 0.25

_REMEMBERED = "pace"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the settings ask for: ``mode`` is a Mode or "auto"; ``idle_s`` without input makes a user idle;
    with less than ``least_free_bytes`` on the disk nothing is stored.
    """

    mode: str = AUTO
    idle_s: float = 300.0
    least_free_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace and why. ``recheck_s``: when a pause may be over, None if only the user ends it."""

    mode: Mode
    reason: str
    recheck_s: float | None = None
    asked: bool = False
    """The user said so, for now; settings and the machine did not decide."""


@dataclass(frozen=True, slots=True)
class _Order:
    """What the user said until further notice (``until`` None) or for ``seconds`` from when it was said."""

    mode: Mode
    seconds: float | None
    until: float | None

    def left(self, now: float) -> float | None:
        """Seconds to go; never more than were asked for, whatever becomes of the clock."""
        if self.until is None or self.seconds is None:
            return None
        return min(self.until - now, self.seconds)


class Pacer:
    """One per service. ``recall`` and ``remember`` keep the user's word beyond its life; any thread may call.

    ``look`` is asked at most every two seconds, and only while somebody works or asks.
    """

    def __init__(
        self,
        *,
        wish: Callable[[], Wish],
        look: Callable[[], Surroundings],
        recall: Callable[[str], str | None],
        remember: Callable[[str, str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._wish = wish
        self._look = look
        self._remember = remember
        self._clock = clock
        self._changed = threading.Condition()
        self._looking = threading.Lock()
        self._seen: tuple[float, Surroundings] | None = None
        self._order = _parse(recall(_REMEMBERED))
        self._hurried = False
        self._queries = 0
        self._last_query: float | None = None

    # What users say.

    def order(self, mode: str, seconds: float | None = None) -> None:
        """Keep to ``mode`` for ``seconds``, or until told otherwise; "auto" takes former orders back.

        Raises UsageError for another mode.
        """
        if mode == AUTO:
            order = None
        elif mode in set(Mode):
            until = None if seconds is None else self._clock() + seconds
            order = _Order(Mode(mode), seconds, until)
        else:
            known = ", ".join([AUTO, *Mode])
            raise UsageError("pace.unknown", f"There is no pace {mode!r}.", f"It is one of: {known}.")
        self._remember(_REMEMBERED, _format(order))
        with self._changed:
            self._order = order
            self._changed.notify_all()

    def hurry(self) -> None:
        """Somebody waits for the index: full pace until ``drained``."""
        with self._changed:
            self._hurried = True
            self._changed.notify_all()

    def drained(self) -> None:
        """Nothing is left to do."""
        self._hurried = False

    # What work asks.

    def current(self) -> Pace:
        order = self._order
        now = self._clock()
        if order is not None and (left := order.left(now)) is not None and left <= 0:
            # Unless somebody has said something new meanwhile.
            with self._changed:
                self._order = order = None if self._order is order else self._order
        if order is not None and order.mode is Mode.PAUSED:
            return _ordered(order, now)
        wish = self._wish()
        seen = self._surroundings()
        if seen.free_bytes < wish.least_free_bytes:
            reason = f"only {seen.free_bytes / 1e9:.1f} GB are free on the disk of the index"
            return Pace(Mode.PAUSED, reason, RECHECK_SECONDS)
        if order is not None:
            return _ordered(order, now)
        if self._hurried:
            return Pace(Mode.FULL, "somebody waits for the index")
        if wish.mode != AUTO:
            return Pace(Mode(wish.mode), "the setting pace.mode says so")
        return choose(seen, wish.idle_s, self._since_query())

    def rest(self, worked_s: float, halted: Callable[[], bool]) -> bool:
        """Wait as the pace demands after ``worked_s`` seconds of work, and while a query runs.

        Returns False at once when work is to pause; returns early when ``halted`` says so.
        """
        pace = self.current()
        if pace.mode is Mode.PAUSED:
            return False
        began = time.monotonic()
        due = began + rest_after(pace.mode, worked_s)
        while not halted():
            now = time.monotonic()
            with self._changed:
                querying = self._queries > 0 and now - began < LONGEST_QUERY_SECONDS
                if now >= due and not querying:
                    break
                nap = LONGEST_NAP_SECONDS if querying else min(due - now, LONGEST_NAP_SECONDS)
                woken = self._changed.wait(nap)
            # Not under the lock, which queries take: to look at the machine may take a moment.
            if woken:
                pace = self.current()
                if pace.mode is Mode.PAUSED:
                    return False
                due = began + rest_after(pace.mode, worked_s)
        return True

    def let_queries_pass(self, most_s: float) -> None:
        """Wait while a query runs, at most so long: for work that no pause of indexing holds up."""
        due = time.monotonic() + most_s
        with self._changed:
            while self._queries > 0 and (left := due - time.monotonic()) > 0:
                self._changed.wait(left)

    def at_once(self, most: int) -> int:
        """How many of ``most`` that could work may do so, at least one."""
        return max(1, round(most * SHARES.get(self.current().mode, 0.0)))

    def has_room(self) -> bool:
        """Whether something may be stored now; looks at the disk itself, however short ago it was."""
        least = self._wish().least_free_bytes
        if not least:
            return True
        with self._looking:
            self._seen = None
        return self._surroundings().free_bytes >= least

    @contextmanager
    def query(self) -> Iterator[None]:
        """A query runs in this block: indexing waits at the edge of its next piece."""
        with self._changed:
            self._queries += 1
        try:
            yield
        finally:
            self._last_query = time.monotonic()
            with self._changed:
                self._queries -= 1
                self._changed.notify_all()

    # Inside.

    def _surroundings(self) -> Surroundings:
        with self._looking:
            now = time.monotonic()
            if self._seen is None or now - self._seen[0] > LOOK_SECONDS:
                self._seen = (now, self._look())
            return self._seen[1]

    def _since_query(self) -> float | None:
        return None if self._last_query is None else time.monotonic() - self._last_query


def choose(seen: Surroundings, idle_s: float, since_query_s: float | None = None) -> Pace:
    """The pace that fits what the machine and its user do. A user of whom nothing is known is active."""
    if seen.battery_percent is not None and not seen.plugged:
        if seen.battery_percent < LOW_BATTERY_PERCENT:
            reason = f"the battery is at {seen.battery_percent:.0f} %"
            return Pace(Mode.PAUSED, reason, RECHECK_SECONDS)
        return Pace(Mode.QUIET, "on battery")
    if since_query_s is not None and since_query_s < idle_s:
        return Pace(Mode.BALANCED, "you are searching")
    if seen.idle_s is None or seen.idle_s < idle_s:
        return Pace(Mode.BALANCED, "you are active")
    if seen.others_share > BUSY_SHARE:
        return Pace(Mode.BALANCED, "other programs are busy")
    return Pace(Mode.FULL, "nobody needs the machine")


def rest_after(mode: Mode, worked_s: float) -> float:
    """Seconds of rest that keep work to the share of ``mode``, which must not be paused."""
    return worked_s * (1.0 / SHARES[mode] - 1.0)


def span(seconds: float) -> str:
    """``42 min``, ``1 h 5 min``, ``2 d 3 h``: rounded up, since a pause of "0 min" is none."""
    minutes = max(1, -int(-seconds // 60))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 1440:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def _ordered(order: _Order, now: float) -> Pace:
    left = order.left(now)
    lasting = "until you resume" if left is None else f"for {span(left)}"
    if order.mode is Mode.PAUSED:
        return Pace(order.mode, lasting, left, asked=True)
    return Pace(order.mode, f"you asked for it, {lasting}", asked=True)


def _format(order: _Order | None) -> str:
    if order is None:
        return ""
    return json.dumps({"mode": order.mode.value, "seconds": order.seconds, "until": order.until})


def _parse(text: str | None) -> _Order | None:
    if not text:
        return None
    value = json.loads(text)
    return _Order(Mode(value["mode"]), value["seconds"], value["until"])
