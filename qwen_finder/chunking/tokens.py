"""A budget in tokens, the model's counter, and what can be guessed without asking it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_BYTES_PER_TOKEN = 3.2
"""UTF-8 bytes per token differ little between languages: CJK has three for a character of one token."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most ``max_tokens`` as ``count`` counts them; ``overlap`` of them repeated at cut sentences."""

    count: Callable[[str], int]
    max_tokens: int
    overlap: int


def estimate_tokens(text: str) -> int:
    """About how many tokens ``text`` has, for any tokenizer; rounded up."""
    return int(byte_length(text) / _BYTES_PER_TOKEN) + 1


def byte_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
