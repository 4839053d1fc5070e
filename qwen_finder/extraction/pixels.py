"""Pixels of every sort as 8-bit RGB, upright, with white behind what is transparent."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

# Colour conversions copy the picture once or twice: a large one is made smaller before.
_LARGE = 16_000_000
_REDUCED_TO = 2

_TWELVE_BITS = 4096


def flat(image: Image, side: int = 0) -> Image:
    """``image`` as RGB. One that is not and is very large is made smaller as long as its shorter side stays
    beyond twice ``side``; never when that is 0.
    """
    from PIL import Image as Pillow

    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    factor = 1
    if side and image.width * image.height > _LARGE:
        factor = max(1, min(image.size) // (_REDUCED_TO * side))
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return _scaled(image, factor)
    if factor > 1 and image.mode != "P":
        image = image.reduce(factor)
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    behind = Pillow.new("RGB", image.size, "white")
    behind.paste(image, mask=image.getchannel("A"))
    return behind


def upright(image: Image, orientation: int) -> Image:
    """``image`` turned and mirrored as its EXIF orientation (1 to 8) says."""
    from PIL import Image as Pillow

    turns = {
        2: Pillow.Transpose.FLIP_LEFT_RIGHT,
        3: Pillow.Transpose.ROTATE_180,
        4: Pillow.Transpose.FLIP_TOP_BOTTOM,
        5: Pillow.Transpose.TRANSPOSE,
        6: Pillow.Transpose.ROTATE_270,
        7: Pillow.Transpose.TRANSVERSE,
        8: Pillow.Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image


def _scaled(image: Image, factor: int) -> Image:
    """Measurements (16 and 32 bits, fractions) as grey: of 16 bits the upper 8, of others what they span.

    Of ``factor`` rows and columns one is taken.
    """
    import numpy as np
    from PIL import Image as Pillow

    values = np.nan_to_num(np.asarray(image)[::factor, ::factor].astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = 0.0, 65_535.0
    if not image.mode.startswith("I;16") or values.max() < _TWELVE_BITS:
        # X-rays and maps of heights use a small part of the range: as they are, they would be black.
        low, high = float(values.min()), float(values.max())
    grey = (values - low) * (255.0 / (high - low)) if high > low else np.zeros_like(values)
    return Pillow.fromarray(grey.round().astype(np.uint8)).convert("RGB")
