"""Hundreds of changes under the eyes of the watcher: afterwards the index is that of the final tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from qwen_finder.engine import Engine


@pytest.mark.parametrize("seed", [1, 2])
def test_after_many_changes_the_index_is_a_clean_one(
    seed: int,
    tmp_path: Path,
    scripts: Callable[[str], ModuleType],
    engine_opener: Callable[[Path], Engine],
) -> None:
    result = scripts("churn").churn(engine_opener, tmp_path.resolve(), 200, seed, pause_s=0.02)
    assert result["modes"] == ["live"]
    assert result["differences"] == []
    assert result["files"] > 30
