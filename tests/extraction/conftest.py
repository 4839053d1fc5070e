"""Files made in a temporary folder, extracted with generous limits."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.core.document import Document
from qwen_finder.extraction.registry import Limits, extract

LIMITS = Limits(max_bytes=20_000_000, max_characters=1_000_000)

Read = Callable[..., Document]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """``read(name, content)``: the document of a file with this name and content (str is UTF-8)."""

    def read(name: str, content: str | bytes, limits: Limits = LIMITS) -> Document:
        path = tmp_path / name
        path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
        document = extract(str(path), limits)
        position = 0
        for segment in document.segments:
            assert segment.start == position
            assert segment.text
            position += len(segment.text)
        return document

    return read
