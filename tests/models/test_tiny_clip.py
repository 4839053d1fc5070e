"""The tiny CLIP that the tests search with: its training runs, and what is kept of it knows its shapes."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data" / "tiny_clip"


def test_a_few_steps_of_training_leave_a_folder_that_open_clip_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script = importlib.import_module("train_tiny_clip")
    assert script.main([str(tmp_path / "made"), "--steps", "2"]) == 0
    assert {path.name for path in (tmp_path / "made").iterdir()} == {path.name for path in KEPT.iterdir()}
    # Two steps teach nothing, but the folder was loaded to find that out.
    assert "ja: " in capsys.readouterr().out
    assert all(right >= 0.95 for right in script.top_1(KEPT).values())


def test_the_kept_model_is_small_and_has_all_its_files() -> None:
    sizes = {path.name: path.stat().st_size for path in KEPT.iterdir()}
    assert set(sizes) == {
        "open_clip_config.json",
        "open_clip_model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    }
    assert sum(sizes.values()) < 2_000_000
