"""Routes about models: which there are, have them, check them, be rid of them.

An id may hold ":" and "/", so that it comes percent-encoded and stands for the rest of a path.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from qwen_finder.api.wire import models
from qwen_finder.server.answers import answer

if TYPE_CHECKING:
    from qwen_finder.engine.shelf import Shelf

# Path, endpoint and method of a route.
Line = tuple[str, Callable[[Request], Awaitable[Response]], str]


class ModelRoutes:
    """The routes over ``shelf``. ``ask`` runs a question off the event loop; ``slow`` limits long ones."""

    def __init__(self, shelf: Shelf, ask: Callable[..., Awaitable[Any]], slow: CapacityLimiter) -> None:
        self._shelf = shelf
        self._ask = ask
        self._slow = slow

    def table(self) -> list[Line]:
        return [
            ("/v1/models", self.models, "GET"),
            ("/v1/models/{id:path}/download", self.download, "POST"),
            ("/v1/models/{id:path}/download", self.pause, "DELETE"),
            ("/v1/models/{id:path}/verify", self.verify, "POST"),
            ("/v1/models/{id:path}", self.remove, "DELETE"),
        ]

    async def models(self, request: Request) -> Response:
        listed = await self._ask(self._shelf.models)
        # Beside ours, what clients of the OpenAI protocol read: the model that embeds for them.
        embedding = [
            {"id": model.id, "object": "model", "created": 0, "owned_by": "qwen-finder"}
            for model in listed
            if model.active and model.modality == "text"
        ]
        listing = [models.model_to_json(model) for model in listed]
        return answer({"object": "list", "data": embedding, "models": listing})

    async def download(self, request: Request) -> Response:
        model = request.path_params["id"]
        status = await self._ask(lambda: self._shelf.download(model))
        return answer(models.download_to_json(status), 202)

    async def pause(self, request: Request) -> Response:
        model = request.path_params["id"]
        discard = request.query_params.get("discard", "0") not in ("", "0", "false")
        status = await self._ask(lambda: self._shelf.pause(model, discard=discard))
        return answer(models.download_to_json(status))

    async def verify(self, request: Request) -> Response:
        model = request.path_params["id"]
        ok, detail = await self._ask(lambda: self._shelf.verify(model), self._slow)
        return answer(models.verdict_to_json(ok, detail))

    async def remove(self, request: Request) -> Response:
        model = request.path_params["id"]
        return answer({"bytes": await self._ask(lambda: self._shelf.remove(model), self._slow)})
