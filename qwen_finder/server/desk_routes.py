"""The routes that a window needs: looking into files, failures, exclusions, privacy."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from qwen_finder.api.wire import desk as wire
from qwen_finder.core.errors import FileError, UsageError
from qwen_finder.server.answers import answer, error_answer, picture_answer
from qwen_finder.server.requests import query_number, query_path, query_text, read_fields

if TYPE_CHECKING:
    from qwen_finder.engine.desk import Desk

# Path, endpoint and method of a route.
Line = tuple[str, Callable[[Request], Awaitable[Response]], str]

_MOST_NUMBER = 1e9


class DeskRoutes:
    """The routes over ``desk``. ``ask`` runs a question off the event loop, within a limit of how many."""

    def __init__(self, desk: Desk, ask: Callable[..., Awaitable[Any]]) -> None:
        self._desk = desk
        self._ask = ask
        # Apart from other readers: an estimate of whole disks keeps nobody from looking at a file.
        self._looking = CapacityLimiter(4)
        self._deciding = CapacityLimiter(2)

    def table(self) -> list[Line]:
        return [
            ("/v1/preview", self.preview, "GET"),
            ("/v1/preview/page", self.page, "GET"),
            ("/v1/passages", self.passages, "POST"),
            ("/v1/failures/retry", self.retry, "POST"),
            ("/v1/exclusions", self.exclusions, "GET"),
            ("/v1/exclusions", self.exclude, "POST"),
            ("/v1/exclusions", self.include, "DELETE"),
            ("/v1/privacy", self.privacy, "GET"),
            ("/v1/privacy/forget", self.forget, "POST"),
        ]

    async def preview(self, request: Request) -> Response:
        path, member, query = query_path(request, "path"), query_text(request, "member"), _query(request)
        page, line = _optional(request, "page"), _optional(request, "line")
        preview = await self._ask(
            lambda: self._desk.previews.of(path, page=page, line=line, member=member, query=query),
            self._looking,
        )
        return answer(wire.preview_to_json(preview))

    async def page(self, request: Request) -> Response:
        path, query = query_path(request, "path"), _query(request)
        number = int(query_number(request, "page", 1, _MOST_NUMBER))
        width = int(query_number(request, "width", 1_000, _MOST_NUMBER))
        try:
            view = await self._ask(
                lambda: self._desk.previews.page(path, number, width, query), self._looking
            )
        except FileError as error:
            return error_answer(error, 404)
        return picture_answer(view.content, {"Cache-Control": "private, no-cache"})

    async def passages(self, request: Request) -> Response:
        fields = await read_fields(request, "the request")
        path, query = fields.text("path"), fields.text("query")
        passages = await self._ask(lambda: self._desk.passages(path, query), self._looking)
        return answer(wire.passages_to_json(passages))

    async def retry(self, request: Request) -> Response:
        paths = (await read_fields(request, "the request")).texts("paths")
        return answer({"files": await self._ask(lambda: self._desk.retry(paths), self._deciding)}, 202)

    async def exclusions(self, request: Request) -> Response:
        return answer({"excluded": await self._ask(self._desk.excluded)})

    async def exclude(self, request: Request) -> Response:
        path = (await read_fields(request, "the request")).text("path")
        return answer({"excluded": await self._ask(lambda: self._desk.exclude(path), self._deciding)})

    async def include(self, request: Request) -> Response:
        path = (await read_fields(request, "the request")).text("path")
        return answer({"excluded": await self._ask(lambda: self._desk.include(path), self._deciding)})

    async def privacy(self, request: Request) -> Response:
        return answer(wire.privacy_to_json(await self._ask(self._desk.privacy, self._deciding)))

    async def forget(self, request: Request) -> Response:
        if not (await read_fields(request, "the request")).flag("everything", False):
            raise UsageError("request.invalid", "Say that everything is to be forgotten.")
        await self._ask(self._desk.forget_everything, self._deciding)
        return answer({})


def _query(request: Request) -> str:
    return query_text(request, "query")


def _optional(request: Request, name: str) -> int | None:
    if name not in request.query_params:
        return None
    return int(query_number(request, name, 0, _MOST_NUMBER)) or None
