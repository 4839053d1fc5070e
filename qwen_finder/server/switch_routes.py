"""Routes about the change from one text model to another: begin, cost, call off, go back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from qwen_finder.api.wire import switching as wire
from qwen_finder.core.errors import UsageError
from qwen_finder.server.answers import answer
from qwen_finder.server.requests import query_number, read_fields

if TYPE_CHECKING:
    from qwen_finder.engine.switching import Switching

# Path, endpoint and method of a route.
Line = tuple[str, Callable[[Request], Awaitable[Response]], str]

_MOST_DIMENSIONS = 8_192


class SwitchRoutes:
    """The routes over ``switching``; they go before those that take any path for a model's id. ``ask`` runs a
    question off the event loop, within a limit of how many."""

    def __init__(self, switching: Switching, ask: Callable[..., Awaitable[Any]]) -> None:
        self._switching = switching
        self._ask = ask
        # A model of gigabytes may be loaded meanwhile, and nobody shall load two.
        self._one = CapacityLimiter(1)

    def table(self) -> list[Line]:
        return [
            ("/v1/models/rollback", self.rollback, "POST"),
            ("/v1/models/switch", self.cancel, "DELETE"),
            ("/v1/models/{id:path}/use", self.use, "POST"),
            ("/v1/models/{id:path}/switch-cost", self.cost, "GET"),
        ]

    async def use(self, request: Request) -> Response:
        model: str = request.path_params["id"]
        fields = await read_fields(request, "the request")
        dimensions, consent = fields.optional_integer("dimensions"), fields.flag("consent", False)
        if dimensions is not None and not 0 <= dimensions <= _MOST_DIMENSIONS:
            raise UsageError(
                "request.invalid", f"dimensions is a number from 0 to {_MOST_DIMENSIONS}, not {dimensions}."
            )
        status = await self._ask(lambda: self._switching.use(model, dimensions, consent=consent), self._one)
        return answer(wire.switch_to_json(status), 202)

    async def rollback(self, request: Request) -> Response:
        return answer(wire.switch_to_json(await self._ask(self._switching.rollback, self._one)))

    async def cancel(self, request: Request) -> Response:
        return answer(wire.optional_switch_to_json(await self._ask(self._switching.cancel)))

    async def cost(self, request: Request) -> Response:
        model: str = request.path_params["id"]
        dimensions = int(query_number(request, "dimensions", 0, _MOST_DIMENSIONS))
        cost = await self._ask(lambda: self._switching.cost(model, dimensions), self._one)
        return answer(wire.cost_to_json(cost))
