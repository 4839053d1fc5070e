"""What is embedded before a passage so that it can be found by what surrounds it: name and headings.

``lease-agreement_2024.md`` under ``Deposit`` becomes "lease agreement 2024 › Deposit".
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

_SEPARATOR = " › "
_MAX_BYTES = 120
_CAMEL = re.compile(r"(?<=[a-z\d])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINTS = re.compile(r"[\s_\-.+]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")


def readable_name(name: str) -> str:
    """A file name as words: no extension, no underscores, camelCase split."""
    stem = os.path.splitext(name)[0]
    return _JOINTS.sub(" ", _CAMEL.sub(" ", _UNPRINTABLE.sub(" ", stem))).strip()


def context_of(name: str, path: Sequence[str], max_bytes: int = _MAX_BYTES) -> str:
    """The readable file name and the path of a segment, at most about 40 tokens and ``max_bytes`` long.

    When it would be longer, the outer headings give way: the innermost says most about the passage.
    """
    limit = min(max_bytes, _MAX_BYTES)
    inner: list[str] = []
    if path:
        inner.append(clipped(path[-1], limit * 2 // 3))
    left = limit - sum(map(_cost, inner))
    outer = clipped(readable_name(name), left)
    left -= len(outer.encode("utf-8"))
    for part in reversed(path[:-1]):
        left -= _cost(part)
        if left < 0:
            break
        inner.append(clipped(part, limit))
    return _SEPARATOR.join(part for part in [outer, *reversed(inner)] if part)


def _cost(part: str) -> int:
    return len(part.encode("utf-8", "replace")) + len(_SEPARATOR.encode("utf-8"))


def clipped(text: str, size: int) -> str:
    """``text``, cut at a character so that it has at most ``size`` UTF-8 bytes."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= size:
        return encoded.decode("utf-8")
    shorter = encoded[: max(0, size - 3)].decode("utf-8", "ignore").rstrip()
    return shorter + "…" if shorter else ""
