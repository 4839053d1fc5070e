"""Puts one question to the service and reads the answer: what every part of the client stands on.

A service that is missing is started, one that dies under a request is started again, once.
"""

from __future__ import annotations

from collections.abc import Callable

from qwen_finder.api.endpoint import Endpoint
from qwen_finder.api.http import Unreachable, exchange
from qwen_finder.api.launcher import Launcher
from qwen_finder.api.wire.errors import error_from_json
from qwen_finder.api.wire.fields import Fields, WireError
from qwen_finder.api.wire.text import dumps, loads
from qwen_finder.core.errors import ServiceError

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Item = TypeVar("Item")

QUICK_S = 60.0
# The first query waits for its model to load from a cold disk; an estimate reads whole folders.
SLOW_S = 600.0


class _Line:
    """The service that answered last, as those know it who ask together."""

    endpoint: Endpoint | None = None


class Asking:
    """Speaks to the service that ``launcher`` finds. Every method raises FinderError and nothing else."""

    def __init__(self, launcher: Launcher) -> None:
        self._launcher = launcher
        self._line = _Line()
        self._follows = False

    def _list(
        self,
        decode: Callable[[object], Item],
        key: str,
        method: str,
        target: str,
        *,
        timeout_s: float = QUICK_S,
    ) -> list[Item]:
        def decode_all(value: object) -> list[Item]:
            return [decode(item) for item in Fields(value, "the answer").items(key)]

        return self._ask(decode_all, method, target, timeout_s=timeout_s)

    def _ask(
        self,
        decode: Callable[[object], Item],
        method: str,
        target: str,
        body: object = None,
        *,
        timeout_s: float = QUICK_S,
        repeat: bool = True,
    ) -> Item:
        """``repeat`` allows sending the request again when the first may have been carried out."""
        content = b"" if body is None else dumps(body)
        answer = self._fetch(method, target, content, timeout_s, repeat=repeat)
        try:
            return decode(loads(answer))
        except (ValueError, WireError) as cause:
            raise _unreadable(cause) from cause

    def _fetch(self, method: str, target: str, content: bytes, timeout_s: float, *, repeat: bool) -> bytes:
        """The body of the answer; the error in it is raised."""
        status, answer = self._exchange(method, target, content, timeout_s, repeat)
        if status < 400:
            return answer
        try:
            error = error_from_json(Fields(loads(answer), "the answer").mapping("error"))
        except (ValueError, WireError) as cause:
            raise _unreadable(cause) from cause
        raise error

    def _exchange(
        self, method: str, target: str, content: bytes, timeout_s: float, repeat: bool
    ) -> tuple[int, bytes]:
        endpoint = self._line.endpoint or self._launcher.connect()
        try:
            status, answer = exchange(endpoint, method, target, content, timeout_s)
            # Somebody else listens on the port of a service that was killed.
            lost = status == 401
        except Unreachable as broken:
            if broken.sent and not repeat:
                self._line.endpoint = None
                raise ServiceError(
                    "service.died",
                    "The service ended before it answered; the change may or may not have been made.",
                    "`qwen-finder folders list` shows what is indexed now.",
                ) from broken
            lost = True
        if lost:
            follow = self._follows and self._line.endpoint is not None
            endpoint = self._launcher.succeed(endpoint) if follow else self._launcher.connect(dead=endpoint)
            try:
                status, answer = exchange(endpoint, method, target, content, timeout_s)
            except Unreachable as broken:
                raise ServiceError(
                    "service.unreachable",
                    f"The service was started again and still does not answer: {broken}.",
                    "`qwen-finder doctor` says more.",
                ) from broken
        self._line.endpoint = endpoint
        return status, answer


def _unreadable(cause: Exception) -> ServiceError:
    return ServiceError(
        "service.answer",
        f"The service's answer cannot be read: {cause}.",
        "`qwen-finder service stop` ends it; the next command starts a fresh one.",
    )
