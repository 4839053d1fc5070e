"""``POST /v1/embeddings`` as the OpenAI protocol has it, for other programs of this user.

It takes what clients of that protocol send: one text or several, ``dimensions``, and vectors as numbers or as
base64. Lists of tokens are refused, since tokens of another model mean nothing to this one.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from qwen_finder.api.wire.fields import Fields
from qwen_finder.core.errors import ServiceError, UsageError
from qwen_finder.server.answers import answer, error_answer
from qwen_finder.server.requests import read_fields

if TYPE_CHECKING:
    from qwen_finder.engine.embeddings import Embedded, Embeddings

# Path, endpoint and method of a route.
Line = tuple[str, Callable[[Request], Awaitable[Response]], str]

MOST_TEXTS = 2_048

# One is embedded at a time; more than so many do not wait for that.
MOST_WAITING = 8


class EmbeddingRoutes:
    """The route over ``embeddings``. ``ask`` runs a question off the event loop, within a limit of how
    many."""

    def __init__(self, embeddings: Embeddings, ask: Callable[..., Awaitable[Any]]) -> None:
        self._embeddings = embeddings
        self._ask = ask
        self._one = CapacityLimiter(1)
        self._waiting = 0

    def table(self) -> list[Line]:
        return [("/v1/embeddings", self.embed, "POST")]

    async def embed(self, request: Request) -> Response:
        fields = await read_fields(request, "the request")
        texts, dimensions = _texts(fields), fields.optional_integer("dimensions")
        form = fields.text("encoding_format", "float")
        if form not in ("float", "base64"):
            raise UsageError("request.invalid", f"encoding_format is float or base64, not {form!r:.40}.")
        if self._waiting >= MOST_WAITING:
            busy = ServiceError(
                "service.busy", "Too many programs ask for embeddings at once.", "Try again in a moment."
            )
            return error_answer(busy, 429)
        self._waiting += 1
        try:
            embedded = await self._ask(lambda: self._embeddings.of(texts, dimensions), self._one)
        finally:
            self._waiting -= 1
        # Megabytes of digits are not written on the event loop.
        return answer(await anyio.to_thread.run_sync(_told, embedded, form == "base64"))


def _texts(fields: Fields) -> list[str]:
    given = fields.any("input")
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise UsageError("request.invalid", "input is a text or a list of texts.")
    if any(isinstance(text, int | list) for text in texts):
        raise UsageError(
            "embeddings.tokens",
            "input is a list of tokens; this service takes texts.",
            "Send the text itself: tokens of another model mean nothing here. In LangChain: "
            "check_embedding_ctx_length=False.",
        )
    if not all(isinstance(text, str) for text in texts):
        raise UsageError("request.invalid", "input is a text or a list of texts.")
    if len(texts) > MOST_TEXTS:
        raise UsageError(
            "request.too_large", f"At most {MOST_TEXTS} texts at once, not {len(texts)}.", "Ask for less."
        )
    return texts


def _told(embedded: Embedded, as_base64: bool) -> dict[str, object]:
    little = embedded.vectors.astype("<f4")
    rows = [base64.b64encode(row.tobytes()).decode("ascii") if as_base64 else row.tolist() for row in little]
    return {
        "object": "list",
        "data": [
            {"object": "embedding", "index": number, "embedding": row} for number, row in enumerate(rows)
        ],
        "model": embedded.model,
        "usage": {"prompt_tokens": embedded.tokens, "total_tokens": embedded.tokens},
    }
