"""Resources are found in a checkout; a wheel's place is checked where wheels are built."""

from __future__ import annotations

from pathlib import Path

import pytest

from qwen_finder.core import resources


def test_a_checkout_has_them_beside_the_package() -> None:
    assert resources.resource("demo").is_dir()


def test_an_installed_program_does_not_take_the_folder_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resources").mkdir()
    monkeypatch.setattr(resources, "_CHECKOUT", tmp_path)
    assert resources.resource("models").parent.name == "qwen-finder"
