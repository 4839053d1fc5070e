"""A cheap token counter that behaves like a real one: words in pieces, CJK by the character."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

_PIECE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]{1,5}|[^\w\s]|_")


class Counter:
    """Counts tokens, and how often it was asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, text: str) -> int:
        self.calls += 1
        return sum(1 for _ in _PIECE.finditer(text))


@pytest.fixture
def counter() -> Callable[[str], int]:
    return Counter()
