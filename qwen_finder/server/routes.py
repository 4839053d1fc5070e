"""The HTTP interface: each route reads a request, asks the engine in a worker thread, answers in JSON."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import psutil
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from qwen_finder import __version__
from qwen_finder.api.wire import search, status
from qwen_finder.api.wire.fields import WireError
from qwen_finder.core.errors import FileError, FinderError, ServiceError, UnusableError, UsageError
from qwen_finder.server.answers import answer, error_answer, picture_answer
from qwen_finder.server.desk_routes import DeskRoutes
from qwen_finder.server.embedding_routes import EmbeddingRoutes
from qwen_finder.server.model_routes import Line, ModelRoutes
from qwen_finder.server.requests import invalid, query_number, query_path, read_body, read_fields
from qwen_finder.server.stream import wait_for_events
from qwen_finder.server.switch_routes import SwitchRoutes

if TYPE_CHECKING:
    from qwen_finder.engine import Engine

Result = TypeVar("Result")
_LONGEST_POLL_S = 60.0
_LONGEST_ORDER_S = 366 * 86_400.0


class Routes:
    """The routes over one engine. ``shut_down`` is called when a client asks for the service to end."""

    def __init__(self, engine: Engine, shut_down: Callable[[], None]) -> None:
        self._engine = engine
        self._shut_down = shut_down
        self._process = psutil.Process()
        self._started = time.monotonic()
        # Apart from each other, so that estimates of whole disks never keep a search waiting.
        self._quick = CapacityLimiter(16)
        self._slow = CapacityLimiter(2)
        self._reading = CapacityLimiter(4)

    def application(self) -> Starlette:
        routes: list[Line] = [
            *DeskRoutes(self._engine.desk, self._ask).table(),
            ("/v1/search", self.search, "POST"),
            ("/v1/similar", self.similar, "POST"),
            ("/v1/thumbnail", self.thumbnail, "GET"),
            ("/v1/status", self.status, "GET"),
            ("/v1/events", self.events, "GET"),
            ("/v1/folders", self.folders, "GET"),
            ("/v1/folders", self.add_folder, "POST"),
            ("/v1/folders", self.remove_folder, "DELETE"),
            ("/v1/index", self.index, "POST"),
            ("/v1/pace", self.pace, "POST"),
            ("/v1/failures", self.failures, "GET"),
            ("/v1/settings", self.settings, "GET"),
            ("/v1/settings", self.change_settings, "PATCH"),
            ("/v1/doctor", self.doctor, "GET"),
            ("/v1/doctor/repair", self.repair, "POST"),
            ("/v1/shutdown", self.shutdown, "POST"),
        ]
        routes += EmbeddingRoutes(self._engine.embeddings, self._ask).table()
        routes += SwitchRoutes(self._engine.switching, self._ask).table()
        routes += ModelRoutes(self._engine.shelf, self._ask, self._slow).table()
        return Starlette(
            routes=[Route(path, endpoint, methods=[method]) for path, endpoint, method in routes],
            exception_handlers={
                FinderError: _finder_error,
                WireError: _wire_error,
                HTTPException: _http_error,
                Exception: _internal_error,
            },
        )

    async def search(self, request: Request) -> Response:
        wanted = search.request_from_json(await read_body(request))
        if not wanted.text.strip():
            raise UsageError("query.empty", "The query is empty.", "Say what you are looking for.")
        wanted = replace(wanted, limit=wanted.limit or self._usual_limit())
        return answer(search.response_to_json(await self._ask(lambda: self._engine.search(wanted))))

    async def similar(self, request: Request) -> Response:
        wanted = search.similar_from_json(await read_body(request))
        if not wanted.path.strip():
            raise UsageError("similar.empty", "No file is named.", "Name the file that others shall be like.")
        wanted = replace(wanted, limit=wanted.limit or self._usual_limit())
        # Reading a file that is not indexed may take as long as a worker gives it.
        response = await self._ask(lambda: self._engine.similar(wanted), self._reading)
        return answer(search.response_to_json(response))

    async def thumbnail(self, request: Request) -> Response:
        path, side = query_path(request, "path"), int(query_number(request, "size", 256, 1e6))
        preview = await self._ask(lambda: self._engine.thumbnail(path, side))
        tag = f'"{preview.tag}"'
        # Kept by who shows it, asked for again each time: the picture may be another one by then.
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        try:
            return picture_answer(await self._ask(preview.content, self._reading), headers)
        except FileError as error:
            return error_answer(error, 404)

    async def status(self, request: Request) -> Response:
        def ask() -> status.ServiceStatus:
            # Idle first: files that turn up in between then show as pending, never as done.
            idle = self._engine.idle()
            process = status.ProcessStatus(
                os.getpid(), __version__, time.monotonic() - self._started, self._process.memory_info().rss
            )
            return status.ServiceStatus(process, self._engine.status(), idle)

        return answer(status.service_status_to_json(await self._ask(ask)))

    async def events(self, request: Request) -> Response:
        since = int(query_number(request, "since", 0, 1e15))
        timeout_s = query_number(request, "timeout", 25.0, _LONGEST_POLL_S)
        events = await wait_for_events(self._engine.events, since, timeout_s)
        return answer({"events": [status.event_to_json(event) for event in events]})

    async def folders(self, request: Request) -> Response:
        folders = await self._ask(self._engine.folders)
        return answer({"folders": [status.folder_to_json(folder) for folder in folders]})

    async def add_folder(self, request: Request) -> Response:
        path = (await read_fields(request, "the folder")).text("path")
        return answer(status.folder_to_json(await self._ask(lambda: self._engine.add_folder(path))), 201)

    async def remove_folder(self, request: Request) -> Response:
        path = (await read_fields(request, "the folder")).text("path")
        return answer(status.folder_to_json(await self._ask(lambda: self._engine.remove_folder(path))))

    async def index(self, request: Request) -> Response:
        fields = await read_fields(request, "the request")
        folders, dry_run = fields.texts("folders"), fields.flag("dry_run", False)
        if dry_run:
            estimate = await self._ask(lambda: self._engine.estimate(folders), self._slow)
            return answer(status.estimate_to_json(estimate))
        await self._ask(lambda: self._engine.index(folders))
        return answer({}, 202)

    async def pace(self, request: Request) -> Response:
        fields = await read_fields(request, "the request")
        mode, seconds = fields.text("mode"), fields.optional_number("seconds")
        if seconds is not None and not 0 < seconds <= _LONGEST_ORDER_S:
            most = f"{_LONGEST_ORDER_S:g}"
            raise UsageError("request.invalid", f"seconds is a number above 0 and up to {most}.")
        pace = await self._ask(lambda: self._engine.set_pace(mode, seconds))
        return answer({"pace": pace.mode.value, "pace_reason": pace.reason})

    async def failures(self, request: Request) -> Response:
        failures = await self._ask(lambda: list(self._engine.failures()), self._slow)
        return answer({"failures": [status.failure_to_json(failure) for failure in failures]})

    async def settings(self, request: Request) -> Response:
        return answer({"settings": await self._ask(self._engine.settings)})

    async def change_settings(self, request: Request) -> Response:
        changes = (await read_fields(request, "the request")).mapping("settings")
        return answer({"settings": await self._ask(lambda: self._engine.change_settings(changes))})

    async def doctor(self, request: Request) -> Response:
        checks = await self._ask(lambda: list(self._engine.checks()), self._slow)
        return answer({"checks": [status.check_to_json(check) for check in checks]})

    async def repair(self, request: Request) -> Response:
        return answer({"done": await self._ask(self._engine.repair, self._slow)})

    async def shutdown(self, request: Request) -> Response:
        self._shut_down()
        return answer({}, 202)

    def _usual_limit(self) -> int:
        limit = self._engine.settings()["search.limit"]
        assert isinstance(limit, int)
        return limit

    async def _ask(self, question: Callable[[], Result], limiter: CapacityLimiter | None = None) -> Result:
        try:
            return await to_thread.run_sync(question, limiter=limiter or self._quick, abandon_on_cancel=True)
        except asyncio.CancelledError:
            # The server has waited long enough: the end of the service is not held up by one request.
            raise ServiceError("service.stopping", "The service is stopping.", "Try again.") from None


async def _finder_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, FinderError)
    return error_answer(error)


async def _wire_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, WireError)
    return error_answer(invalid(error))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = f"{request.method} {request.url.path:.200} is not something this service does."
    return error_answer(UsageError("request.route", sentence), error.status_code)


async def _internal_error(request: Request, error: Exception) -> Response:
    # Starlette raises the error again for the server to log.
    return error_answer(
        UnusableError(
            "service.internal",
            f"The service failed at this request ({type(error).__name__}).",
            "Its log says more; `qwen-finder doctor` shows where it is.",
        ),
        500,
    )
