"""One HTTP/1.1 exchange with our own service, over a socket of its own.

``http.client`` would double the start-up time of the command line (it imports email and ssl). The service
on the other side is ours: it always sends a Content-Length and closes, so that is all this understands.
"""

from __future__ import annotations

import socket

from qwen_finder.api.endpoint import Endpoint
from qwen_finder.core.errors import ServiceError

_CHUNK = 1 << 16


class Unreachable(Exception):
    """No complete answer came. ``sent``: the request may have been carried out nevertheless."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


class TimedOut(ServiceError):
    """The answer took too long."""


def exchange(
    endpoint: Endpoint, method: str, target: str, body: bytes, timeout_s: float
) -> tuple[int, bytes]:
    """Send one request and return status code and body of the answer.

    Raises Unreachable when nobody listens or the connection breaks off, TimedOut when nothing comes for
    ``timeout_s`` seconds, ServiceError when what comes is no HTTP.
    """
    head = (
        f"{method} {target} HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{endpoint.port}\r\n"
        f"Authorization: Bearer {endpoint.token}\r\n"
        "Connection: close\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Not `create_connection`: resolving even this address loads the tables of international names.
        connection.settimeout(timeout_s)
        connection.connect(("127.0.0.1", endpoint.port))
    except OSError as error:
        connection.close()
        raise Unreachable(str(error), sent=False) from error
    with connection:
        try:
            connection.sendall(head.encode("ascii") + body)
            answer = bytearray()
            while received := connection.recv(_CHUNK):
                answer += received
        except TimeoutError as error:
            raise TimedOut(
                "service.timeout",
                f"The service did not answer within {timeout_s:.0f} s.",
                "`qwen-finder status` shows what it is busy with; `qwen-finder service stop` ends it.",
            ) from error
        except OSError as error:
            raise Unreachable(str(error), sent=True) from error
    return _parse(bytes(answer))


def _parse(answer: bytes) -> tuple[int, bytes]:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        raise Unreachable("the service closed the connection without an answer", sent=True)
    first, *lines = head.split(b"\r\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)
    }
    try:
        version, code, *_ = first.split(b" ")
        status, length = int(code), int(headers[b"content-length"])
        if not version.startswith(b"HTTP/1."):
            raise ValueError(version)
    except (ValueError, KeyError) as error:
        raise ServiceError(
            "service.answer",
            "Something that is not the Qwen Finder service answered.",
            "`qwen-finder service stop`, then try again.",
        ) from error
    if len(body) < length:
        raise Unreachable("the answer broke off", sent=True)
    return status, body[:length]
