"""Opening a picture file with Pillow: only formats that are meant to be read, and none of absurd size.

Headers only: what is made of the picture is up to ``image`` (its words) and ``pictures`` (its looks).
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.image_facts import DAMAGED
from qwen_finder.extraction.reading import Source

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_PIXELS = 200_000_000
"""A file of some kilobytes can say that it holds billions. Panoramas and scans of maps stay below."""

SCALED_FORMATS = frozenset({"JPEG", "MPO"})
"""Formats that can be decoded at a smaller size, for a fraction of the time and memory."""

# Pillow knows more: EPS, which starts Ghostscript, and formats that nobody keeps pictures in.
_FORMATS = (
    "JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "TIFF", "BMP", "DIB", "ICO", "CUR", "ICNS", "JPEG2000",
    "MPO", "PSD", "PPM", "PCX", "QOI", "SGI", "SUN", "DDS", "XBM", "XPM", "TGA",
)  # fmt: skip


def open_image(source: Source) -> ImageFile | None:
    """The picture with its headers read; None when its format is none of those that are read.

    Raises FileError "file.broken", and as skipped "file.too_large".
    """
    from PIL import Image as Pillow
    from PIL import UnidentifiedImageError

    _know_heif()
    Pillow.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            return Pillow.open(source.stream(), formats=[name for name in _FORMATS if name in _known()])
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
        raise too_many_pixels(source.path, MAX_PIXELS) from error
    except UnidentifiedImageError as error:
        if _is_well_known(source.head):
            raise broken(source.path) from error
        return None
    except DAMAGED as error:
        raise broken(source.path) from error


def broken(path: str) -> FileError:
    return FileError(
        "file.broken",
        f"{path} cannot be read as a picture: it is damaged or cut off.",
        "It is found by its name.",
    )


def too_many_pixels(path: str, most: int) -> FileError:
    return FileError(
        "file.too_large",
        f"{path} says that it has more than {most // 1_000_000} megapixels.",
        "It is found by its name only.",
        skipped=True,
    )


def _known() -> set[str]:
    """The formats this Pillow was built with."""
    from PIL import Image as Pillow

    Pillow.init()
    return set(Pillow.OPEN)


def _know_heif() -> None:
    """Let Pillow open the photos of telephones, where the decoder is installed."""
    try:
        import pi_heif
    except ImportError:
        return
    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _is_well_known(head: bytes) -> bool:
    """Whether it begins like the formats that Pillow always reads: then it is damaged, and not unknown."""
    return head.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")) or head[8:12] == b"WEBP"
