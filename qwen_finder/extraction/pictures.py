"""What a picture looks like: the views a model is shown, thumbnails, colours, size and when it was taken.

The words of a picture (its description, the text on it) are ``image``'s business. Which model will look is
not known here, only how it wants to be shown pictures.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from qwen_finder.core.errors import FileError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.extraction import drawings, raw_photos
from qwen_finder.extraction.colours import dominant_colours
from qwen_finder.extraction.formats import Format, format_of
from qwen_finder.extraction.image_facts import DAMAGED, facts_of
from qwen_finder.extraction.image_file import MAX_PIXELS, SCALED_FORMATS, broken, open_image, too_many_pixels
from qwen_finder.extraction.kind import extension_of
from qwen_finder.extraction.pixels import flat, upright
from qwen_finder.extraction.reading import PictureLimits, Source
from qwen_finder.extraction.views import views_of

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

DECODER_VERSION = "1"
"""Part of what a picture's outcome is stamped with: raise it when the same file gives other views."""

DRAFT = 2
"""Pictures are decoded at no less than this many times the size that the model looks at."""

ENLARGED = 4
"""A drawing is rendered at most at this many times its size: filters and masks take time by the pixel."""

_UNSCALED_PIXELS = 100_000_000
"""Of formats that cannot be decoded at a smaller size, a picture beyond takes too much memory."""
_MOST_PREVIEW_BYTES = 64 << 20
_ORIENTATION = 0x0112
_TURNED = frozenset({5, 6, 7, 8})
_WEBP_QUALITY, _WEBP_EFFORT = 80, 1
_BY_NAME = "It is found by its name only."
_CUT_OFF = "A part of the picture could not be decoded: the file is damaged or cut off."
_TAKEN = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d))?")
_SVG = re.compile(rb"<(?:[\w-]+:)?svg[\s>]")


@dataclass(slots=True)
class _Decoded:
    """``image`` may be smaller than the picture, whose own size as it is shown is ``width`` × ``height``."""

    image: Image
    width: int
    height: int
    taken: int | None = None
    partial: str = ""


def decode_file(path: str, limits: PictureLimits, framing: Framing) -> Picture:
    """As ``decode``, of the file at ``path``; also "file.vanished", "file.unreadable", "file.placeholder"."""
    with Source(path) as source:
        return decode(source, limits, framing)


def decode(source: Source, limits: PictureLimits, framing: Framing) -> Picture:
    """The picture as ``framing`` wants it.

    Raises FileError "file.broken", and as skipped "file.empty", "file.no_picture", "file.too_small",
    "file.too_large".
    """
    if not source.head:
        raise FileError("file.empty", f"{source.path} is empty.", _BY_NAME, skipped=True)
    if source.size > limits.max_bytes:
        sentence = f"{source.path} is larger than {limits.max_bytes:,} bytes."
        raise FileError("file.too_large", sentence, _BY_NAME, skipped=True)
    with warnings.catch_warnings():
        # What there is to say of a damaged picture is told by the outcome.
        warnings.simplefilter("ignore")
        found = _reader(source)(source, limits, framing)
        return Picture(
            views=views_of(found.image, framing),
            width=found.width,
            height=found.height,
            taken=found.taken,
            colours=dominant_colours(found.image),
            thumbnails=tuple((side, _thumbnail(found.image, side)) for side in limits.thumbnails),
            partial=found.partial,
        )


_Reader = Callable[[Source, PictureLimits, Framing], _Decoded]


def _reader(source: Source) -> _Reader:
    extension = extension_of(source.name)
    found = format_of(source)
    if extension in raw_photos.EXTENSIONS and not source.head.startswith((b"\xff\xd8\xff", b"\x89PNG")):
        return _raw_photo
    if found is Format.IMAGE:
        return _photo
    if found in (Format.XML, Format.TEXT) and (extension == "svg" or _SVG.search(source.head[:4096])):
        return _drawing
    if found is Format.GZIP and extension == "svgz":
        return _drawing
    raise _no_picture(source.path, f"is no picture ({found.value})")


# The sorts of pictures.


def _photo(source: Source, limits: PictureLimits, framing: Framing) -> _Decoded:
    try:
        return _loaded(source, limits, framing)
    except _CutOff:
        pass
    except DAMAGED as error:
        raise broken(source.path) from error
    from PIL import ImageFile

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        found = _loaded(source, limits, framing)
    except (_CutOff, *DAMAGED) as error:
        raise broken(source.path) from error
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
    found.partial = _CUT_OFF
    return found


def _raw_photo(source: Source, limits: PictureLimits, framing: Framing) -> _Decoded:
    """The preview in it, turned and dated as the file says when the preview does not."""
    stream = source.stream()
    preview = raw_photos.largest_preview(stream, source.size)
    if preview is None:
        raise _no_picture(source.path, "is a raw photo without a preview that could be shown")
    stream.seek(preview.start)
    content = stream.read(_MOST_PREVIEW_BYTES)
    with Source.of_bytes(source.path, content, source.name) as inner:
        found = _photo(inner, limits, framing)
        orientation = _headers(inner)[0]
    outer_orientation, outer_taken = _headers(source)
    if orientation is None and outer_orientation is not None:
        found.image = upright(found.image, outer_orientation)
        if outer_orientation in _TURNED:
            found.width, found.height = found.height, found.width
    if found.taken is None:
        found.taken = outer_taken
    return found


def _drawing(source: Source, limits: PictureLimits, framing: Framing) -> _Decoded:
    drawing = drawings.read_drawing(source)
    _check_size(source.path, (drawing.width, drawing.height), limits)
    side = min(max([DRAFT * framing.size, *limits.thumbnails]), ENLARGED * max(drawing.width, drawing.height))
    image = flat(drawings.render(drawing, side, source.path))
    return _Decoded(image, drawing.width, drawing.height)


# Decoding.


class _CutOff(Exception):
    """The headers are sound and the pixels are not."""


def _loaded(source: Source, limits: PictureLimits, framing: Framing) -> _Decoded:
    """Raises FileError, _CutOff, and whatever of ``DAMAGED`` headers may bring about."""
    from PIL import Image as Pillow

    opened = open_image(source)
    if opened is None:
        raise _no_picture(source.path, "is a picture in a format that is not read")
    with opened as image:
        width, height = image.size
        _check_size(source.path, image.size, limits)
        if width * height > _UNSCALED_PIXELS and image.format not in SCALED_FORMATS:
            raise too_many_pixels(source.path, _UNSCALED_PIXELS)
        orientation, taken = _said(image)
        _draft(image, limits, framing)
        try:
            image.load()
        except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError) as error:
            raise too_many_pixels(source.path, MAX_PIXELS) from error
        except DAMAGED as error:
            raise _CutOff from error
        small = upright(flat(image, DRAFT * framing.size), orientation or 1)
    if orientation in _TURNED:
        width, height = height, width
    return _Decoded(small, width, height, taken)


def _draft(image: ImageFile, limits: PictureLimits, framing: Framing) -> None:
    """Have a JPEG decoded no larger than what is made of it needs."""
    short, long = sorted(image.size)
    needed = max([DRAFT * framing.size / short, *(side / long for side in limits.thumbnails)])
    if needed < 1:
        image.draft("RGB", (int(image.width * needed), int(image.height * needed)))


def _headers(source: Source) -> tuple[int | None, int | None]:
    """As ``_said``, of a file that may not be one that Pillow opens."""
    try:
        image = open_image(source)
    except FileError:
        return None, None
    if image is None:
        return None, None
    with image:
        return _said(image)


def _said(image: ImageFile) -> tuple[int | None, int | None]:
    """The EXIF orientation and when it was taken; None when it does not say, or says nonsense."""
    try:
        orientation = image.getexif().get(_ORIENTATION)
        taken = _seconds(facts_of(image).taken)
    except DAMAGED:
        return None, None
    return (orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else None), taken


def _seconds(taken: str) -> int | None:
    match = _TAKEN.match(taken)
    if match is None:
        return None
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return int(datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp())
    except ValueError:
        return None


def _thumbnail(image: Image, side: int) -> bytes:
    from PIL import Image as Pillow

    long = max(image.size)
    if long > side:
        size = (max(1, round(image.width * side / long)), max(1, round(image.height * side / long)))
        image = image.resize(size, Pillow.Resampling.BICUBIC, reducing_gap=2.0)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=_WEBP_QUALITY, method=_WEBP_EFFORT)
    return stream.getvalue()


# What is left out.


def _check_size(path: str, size: tuple[int, int], limits: PictureLimits) -> None:
    if max(size) < limits.min_side:
        raise FileError(
            "file.too_small",
            f"{path} has only {size[0]} × {size[1]} pixels; pictures below {limits.min_side} are left out.",
            "Lower index.min_picture_px in the settings to have smaller ones looked at.",
            skipped=True,
        )


def _no_picture(path: str, why: str) -> FileError:
    return FileError("file.no_picture", f"{path} {why}.", _BY_NAME, skipped=True)
