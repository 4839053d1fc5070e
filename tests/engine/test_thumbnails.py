"""Thumbnails in a whole engine: of what is indexed, gone from the disk with a file and with its folder."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from qwen_finder.core.errors import UsageError

TINY_CLIP = Path(__file__).parents[1] / "data" / "tiny_clip"


def on_disk(home: Any) -> set[str]:
    """Names of all files that the cache holds."""
    return {path.name for path in home.paths.cache.rglob("*") if path.is_file()}


def draw(home: Any, name: str, size: tuple[int, int] = (1500, 1000)) -> str:
    path = os.path.realpath(home.files / name)
    Image.new("RGB", size, "red").save(path)
    return path


def shown(home: Any, path: str, side: int) -> tuple[int, int]:
    with Image.open(io.BytesIO(home.engine.thumbnail(path, side).content())) as image:
        return image.size


def test_thumbnails_come_with_indexing_and_go_with_files_and_folders(home: Any) -> None:
    red, other = draw(home, "red.png"), draw(home, "other.jpg", (300, 600))
    engine = home.start()
    engine.change_settings({"models.image": f"clip:{TINY_CLIP}"})
    engine.add_folder(str(home.files))
    home.settle()
    assert len(on_disk(home)) == 2
    assert shown(home, red, 256) == (256, 171)
    assert len(on_disk(home)) == 2
    assert shown(home, red, 1024) == (1024, 683)
    assert len(on_disk(home)) == 3

    os.unlink(red)
    home.index()
    assert len(on_disk(home)) == 1
    with pytest.raises(UsageError, match="not in the index"):
        engine.thumbnail(red, 256)

    assert shown(home, other, 1024) == (300, 600)
    engine.remove_folder(str(home.files))
    assert on_disk(home) == set()


def test_without_a_picture_model_they_are_made_when_they_are_asked_for(home: Any) -> None:
    red = draw(home, "red.png")
    engine = home.start()
    engine.add_folder(str(home.files))
    home.settle()
    assert on_disk(home) == set()
    assert shown(home, red, 256) == (256, 171)
    engine.remove_folder(str(home.files))
    assert on_disk(home) == set()
