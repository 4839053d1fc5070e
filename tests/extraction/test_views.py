"""What a model is shown: the very pixels that open_clip's own transform makes, and parts of long pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image

from qwen_finder.core.picture import Fit, Framing, Interpolation
from qwen_finder.extraction.pictures import decode
from qwen_finder.extraction.reading import PictureLimits, Source
from qwen_finder.extraction.views import MOST_TILES, framed, tiles
from qwen_finder.models.torch_stack import open_clip_library

SIZE = 64
LIMITS = PictureLimits(50_000_000, min_side=0, thumbnails=())
Floats = np.ndarray[Any, np.dtype[np.float32]]


def scene(size: tuple[int, int]) -> Image.Image:
    """Something with soft and sharp edges, coarse and fine, as photos have."""
    width, height = size
    across, down = np.meshgrid(np.arange(width), np.arange(height))
    waves = np.stack([np.sin(across / 37 + down / 91 * part) for part in (1, 2, 3)], -1)
    boxes = ((across // max(1, width // 9) + down // max(1, height // 7)) % 2)[..., None]
    noise = np.random.default_rng(3).normal(0, 6, (height, width, 3))
    return Image.fromarray((110 + 60 * waves + 50 * boxes + noise).clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def theirs() -> Callable[[Image.Image, Framing], Floats]:
    """The tensor of open_clip's transform for inference, back as numbers from 0 to 1."""
    library = open_clip_library()

    def transformed(image: Image.Image, framing: Framing) -> Floats:
        transform = library.image_transform(
            framing.size,
            is_train=False,
            mean=(0.0, 0.0, 0.0),
            std=(1.0, 1.0, 1.0),
            resize_mode=framing.fit.value,
            interpolation=framing.interpolation.value,
            fill_color=framing.fill,
        )
        found: Floats = transform(image).numpy()
        return found

    return transformed


def ours(image: Image.Image, framing: Framing, format: str = "PNG", **options: Any) -> Floats:
    """The same of the first view, by way of a file."""
    stream = io.BytesIO()
    image.save(stream, format, **options)
    with Source.of_bytes("a", stream.getvalue()) as source:
        view = decode(source, LIMITS, framing).views[0]
    found: Floats = view.transpose(2, 0, 1).astype(np.float32) / 255
    return found


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("interpolation", Interpolation)
@pytest.mark.parametrize(
    "size", [(640, 480), (333, 517), (64, 64), (64, 200), (63, 65), (20, 15), (127, 128), (900, 70)]
)
def test_views_are_those_of_open_clip(
    theirs: Callable[..., Floats], fit: Fit, interpolation: Interpolation, size: tuple[int, int]
) -> None:
    framing = Framing(SIZE, fit, interpolation, fill=90)
    image = scene(size)
    np.testing.assert_array_equal(ours(image, framing), theirs(image, framing))


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize("size", [(1600, 1200), (1111, 3000)])
def test_photos_that_are_decoded_smaller_stay_near(
    theirs: Callable[..., Floats], fit: Fit, size: tuple[int, int]
) -> None:
    stream = io.BytesIO()
    image = scene(size)
    image.save(stream, "JPEG", quality=92)
    framing = Framing(SIZE, fit)
    difference = np.abs(
        ours(image, framing, "JPEG", quality=92) - theirs(Image.open(stream).convert("RGB"), framing)
    )
    assert difference.mean() < 0.006
    assert np.quantile(difference, 0.99) < 0.03


def test_photos_that_are_small_are_decoded_as_they_are(theirs: Callable[..., Floats]) -> None:
    stream = io.BytesIO()
    image = scene((250, 180))
    image.save(stream, "JPEG")
    framing = Framing(SIZE)
    np.testing.assert_array_equal(ours(image, framing, "JPEG"), theirs(Image.open(stream), framing))


def test_a_very_long_picture_is_cut_before_it_is_fitted() -> None:
    image = scene((30_000, 100)).resize((30_000, 20))
    framing = Framing(SIZE, Fit.SHORTEST)
    found = np.asarray(framed(image, framing)).astype(int)
    middle = image.crop((15_000 - 30, 0, 15_000 + 30, 20)).resize((3 * SIZE, SIZE), Image.Resampling.BICUBIC)
    expected = np.asarray(middle.crop((SIZE, 0, 2 * SIZE, SIZE))).astype(int)
    assert np.abs(found - expected).mean() < 4


@pytest.mark.parametrize("size", [(640, 480), (1999, 1000), (1, 1), (100, 51)])
def test_most_pictures_are_shown_whole_only(size: tuple[int, int]) -> None:
    assert tiles(*size) == []


@pytest.mark.parametrize("size", [(2000, 1000), (1000, 2000), (2500, 1000), (300, 1000), (10_000, 7), (1, 9)])
def test_tiles_cover_all_of_a_long_picture(size: tuple[int, int]) -> None:
    found = tiles(*size)
    assert 2 <= len(found) <= MOST_TILES
    covered = np.zeros((size[1], size[0]), bool)
    for left, top, right, bottom in found:
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        covered[top:bottom, left:right] = True
    assert covered.all()
    assert len({(right - left, bottom - top) for left, top, right, bottom in found}) == 1
    if max(size) <= MOST_TILES * min(size):
        assert all(right - left == bottom - top for left, top, right, bottom in found)
