"""Who may ask: this user's own programs, over the loopback, and no web page.

A web page can make a browser send requests to 127.0.0.1. It cannot know the token; the checks of Host (DNS
rebinding) and Origin stand even if it did.
"""

from __future__ import annotations

import hmac

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qwen_finder.core.errors import ServiceError
from qwen_finder.server.answers import error_answer


class Guard:
    """ASGI middleware that lets only requests with ``token``, meant for ``port`` of this host, through."""

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app = app
        self._authorization = f"Bearer {token}".encode("ascii")
        self._hosts = {f"127.0.0.1:{port}".encode("ascii"), f"localhost:{port}".encode("ascii")}
        self._origins = {b"http://" + host for host in self._hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["type"] != "http":
            return _refuse(403, "service.forbidden", "This service speaks plain HTTP only.")
        headers: list[tuple[bytes, bytes]] = scope["headers"]
        hosts = [value for name, value in headers if name == b"host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return _refuse(403, "service.host", "The request is meant for another host.")
        if any(name == b"origin" and value.lower() not in self._origins for name, value in headers):
            return _refuse(403, "service.origin", "Requests from web pages are refused.")
        given = next((value for name, value in headers if name == b"authorization"), b"")
        if not hmac.compare_digest(given, self._authorization):
            return _refuse(401, "service.token", "The request does not carry this service's token.")
        return None


def _refuse(status: int, code: str, sentence: str) -> Response:
    return error_answer(ServiceError(code, sentence), status)
