"""A Reranker that counts shared words: deterministic, instant, surer the more of them a passage holds."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Sequence
from math import inf

from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import ModelSpec

_WORD = re.compile(r"\w+")


class OverlapReranker:
    """``delay_s`` is what each passage takes. ``asked`` are the passages seen, for tests that count them."""

    def __init__(self, delay_s: float = 0.0) -> None:
        self.asked: list[str] = []
        self._delay_s = delay_s
        self._lock = threading.Lock()
        self._closed = False

    @property
    def name(self) -> str:
        return "overlap"

    @property
    def spec(self) -> ModelSpec:
        return ModelSpec("overlap", "reranker", 0, 10_000, "any", "overlap")

    def score(self, query: str, passages: Sequence[str], *, seconds: float = inf) -> list[float] | None:
        if self._closed:
            raise ModelError("model.closed", "the model has been unloaded", "Load it again.")
        deadline = time.monotonic() + seconds
        wanted = set(_WORD.findall(query.lower()))
        scores = []
        for passage in passages:
            time.sleep(self._delay_s)
            if time.monotonic() >= deadline:
                return None
            with self._lock:
                self.asked.append(passage)
            held = wanted & set(_WORD.findall(passage.lower()))
            scores.append(len(held) / len(wanted) if wanted else 0.5)
        return scores

    def close(self) -> None:
        self._closed = True
