"""The square views of a picture that a model is shown: the whole of it first, then parts of a long one.

Geometry only, and the same as open_clip's own: for a picture that was not decoded at a smaller size each view
holds the very pixels that its transform makes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from qwen_finder.core.picture import Fit, Framing, Interpolation

if TYPE_CHECKING:
    from PIL.Image import Image, Resampling

    from qwen_finder.core.picture import Pixels

MOST_TILES = 4
LONG = 2.0
"""From this ratio of its sides on, a picture is shown in parts too: of the whole too little is to be seen.

Measured with the tiny CLIP of the tests, a shape somewhere in a panorama, found first by its name: at a ratio
of 2 in 97 of 100 cases by the whole alone and in 100 with tiles, at 3 in 50 and 100, at 4 in 30 and 100, at 6
in 7 and 93.
"""

# A side that grows beyond this when the shorter one is fitted is cut before and not after.
_MOST_SIDE = 1 << 14


def views_of(image: Image, framing: Framing) -> Pixels:
    """Shape (n, size, size, 3), uint8: 1 for most pictures, up to 1 + ``MOST_TILES`` for a long one."""
    import numpy as np

    parts = [image, *(image.crop(box) for box in tiles(*image.size))]
    return np.stack([np.asarray(framed(part, framing)) for part in parts])


def tiles(width: int, height: int) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) along the longer side that cover all of it, squares where they can."""
    short, long = sorted((width, height))
    if short == 0 or long < LONG * short:
        return []
    count = min(MOST_TILES, math.ceil(long / short))
    extent = max(short, math.ceil(long / count))
    starts = [round(number * (long - extent) / (count - 1)) for number in range(count)]
    if width > height:
        return [(start, 0, start + extent, height) for start in starts]
    return [(0, start, width, start + extent) for start in starts]


def framed(image: Image, framing: Framing) -> Image:
    """An RGB picture as the model's square."""
    from PIL import Image as Pillow

    resampling = {
        Interpolation.BICUBIC: Pillow.Resampling.BICUBIC,
        Interpolation.BILINEAR: Pillow.Resampling.BILINEAR,
    }[framing.interpolation]
    size = framing.size
    match framing.fit:
        case Fit.SQUASH:
            return image.resize((size, size), resampling)
        case Fit.SHORTEST:
            return _cut(image, size, resampling)
        case Fit.LONGEST:
            return _barred(image, size, resampling, framing.fill)


def _cut(image: Image, size: int, resampling: Resampling) -> Image:
    """The middle square of the picture made as small as its shorter side allows."""
    short = min(image.size)
    width, height = (size if side == short else int(size * side / short) for side in image.size)
    left, top = round((width - size) / 2), round((height - size) / 2)
    if max(width, height) <= _MOST_SIDE:
        return image.resize((width, height), resampling).crop((left, top, left + size, top + size))
    scale = short / size
    right, bottom = min((left + size) * scale, image.width), min((top + size) * scale, image.height)
    return image.resize((size, size), resampling, box=(left * scale, top * scale, right, bottom))


def _barred(image: Image, size: int, resampling: Resampling, fill: int) -> Image:
    """The whole picture, with bars of grey at its shorter sides."""
    from PIL import Image as Pillow

    ratio = max(image.size) / size
    width, height = (max(1, round(side / ratio)) for side in image.size)
    square = Pillow.new("RGB", (size, size), (fill, fill, fill))
    square.paste(image.resize((width, height), resampling), ((size - width) // 2, (size - height) // 2))
    return square
