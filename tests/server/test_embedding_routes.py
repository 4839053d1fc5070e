"""``/v1/embeddings``: more programs than can be served are told so."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import numpy as np

from qwen_finder.engine.embeddings import Embedded
from qwen_finder.server.embedding_routes import MOST_WAITING, EmbeddingRoutes


class Request:
    """As much of a request as is read."""

    async def stream(self) -> Any:
        yield json.dumps({"input": "text"}).encode()


def test_more_than_can_wait_are_turned_away() -> None:
    async def run() -> list[int]:
        release = asyncio.Event()

        async def ask(question: Any, limiter: Any) -> Embedded:
            await release.wait()
            return Embedded("model", np.ones((1, 4), np.float32), 1)

        routes = EmbeddingRoutes(None, ask)  # type: ignore[arg-type]
        asked = [asyncio.ensure_future(routes.embed(Request())) for _ in range(MOST_WAITING + 2)]  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        release.set()
        return [answer.status_code for answer in await asyncio.gather(*asked)]

    assert sorted(asyncio.run(run())) == [200] * MOST_WAITING + [429] * 2
