"""The service is killed again and again at random moments, and its index ends up as a clean one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from qwen_finder.engine import Engine


def test_after_many_kills_the_index_is_a_clean_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    scripts: Callable[[str], ModuleType],
    engine_opener: Callable[[Path], Engine],
) -> None:
    script = scripts("kill_test")
    monkeypatch.setattr(script, "LATEST_S", 7.0)
    result = script.kill_test(engine_opener, tmp_path.resolve(), kills=5, files=80, seed=1)
    assert result["differences"] == []
    assert result["failures"] == []
    assert result["files"] >= 70
