"""Pictures: what their headers say of them, and, if wanted, the text that they show.

Only headers are read unless text is recognised; decoding a photo costs more than everything else here. What
a picture looks like is not this module's business.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.image_facts import DAMAGED, Facts, facts_of
from qwen_finder.extraction.image_file import SCALED_FORMATS, open_image
from qwen_finder.extraction.ocr import Recogniser
from qwen_finder.extraction.reading import Limits, Source, left_out

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

_DECODED_PIXELS = 60_000_000
"""Of formats that cannot be decoded at a smaller size, a picture beyond takes too much memory."""
_MIN_SIDE = 64
_GLANCE_SIDE = 1280
_READ_SIDE = 3200
_PHOTO_FORMATS = frozenset({"JPEG", "MPO", "HEIF", "AVIF"})


def read_image(source: Source, limits: Limits) -> Document:
    """What is said of the picture as the first segment, then the text that it shows, page by page of a TIFF.

    Raises FileError "file.broken", and as skipped "file.no_text" and "file.too_large".
    """
    recogniser = Recogniser(limits, source.budget)
    with warnings.catch_warnings():
        # What it has to say of a damaged picture is told by the outcome.
        warnings.simplefilter("ignore")
        with _open(source) as image:
            facts = _facts(image)
            said = facts.sentences()
            size = f"{image.width} × {image.height} pixels"
            pages = list(_recognised(image, source, recogniser, limits)) if limits.ocr else []
    segments: list[Segment] = []
    length = 0
    partial = f"The text on it was not recognised: {recogniser.reason}." if _is_to_tell(recogniser) else ""
    for page, text in [(None, said), *pages]:
        room = limits.max_characters - length
        if len(text) > room:
            partial = left_out(limits)
        if text := (text and text + "\n\n")[:room]:
            segments.append(Segment(text, length, 0, page))
            length += len(text)
    if not segments:
        raise FileError(
            "file.no_text",
            f"{source.path} is a picture without a description{f' ({partial})' if partial else ''}.",
            "It is found by its name only.",
            skipped=True,
            kind=Kind.IMAGE,
        )
    return Document(
        Kind.IMAGE, tuple(segments), "", facts.title, {**facts.metadata(), "dimensions": size}, partial
    )


def _is_to_tell(recogniser: Recogniser) -> bool:
    """Whether the picture has words that were left out. That recognition is off, or not installed, is told
    once (by the settings, by `doctor`) and not for every picture."""
    return bool(recogniser.reason) and recogniser.wanted and recogniser.works


def _open(source: Source) -> ImageFile:
    image = open_image(source)
    if image is None:
        raise FileError(
            "file.no_text",
            f"{source.path} is a picture in a format that is not read.",
            "It is found by its name only.",
            skipped=True,
        )
    return image


def _facts(image: ImageFile) -> Facts:
    try:
        return facts_of(image)
    except DAMAGED:
        return Facts()


def _recognised(
    image: Image, source: Source, recogniser: Recogniser, limits: Limits
) -> Iterator[tuple[int | None, str]]:
    """(page, text) of what the picture shows; the page is None unless it has several."""
    if min(image.size) < _MIN_SIDE:
        return
    if image.width * image.height > _DECODED_PIXELS and image.format not in SCALED_FORMATS:
        recogniser.reason = "it has too many pixels"
        return
    frames = _frames(image)
    for number in range(min(frames, limits.max_pages)):
        text: str | None = ""
        try:
            if frames > 1:
                image.seek(number)
                text = recogniser.read(lambda: _decoded(image, _READ_SIDE))
            elif image.format not in _PHOTO_FORMATS or recogniser.glance(
                lambda: _decoded(image, _GLANCE_SIDE)
            ):
                with _open(source) as again:
                    text = recogniser.read(lambda: _decoded(again, _READ_SIDE))
        except DAMAGED:
            return
        if recogniser.reason:
            return
        if text:
            yield number + 1 if frames > 1 else None, text


def _frames(image: Image) -> int:
    """Pages of a TIFF; the frames of an animation count as one."""
    if image.format != "TIFF":
        return 1
    try:
        return int(getattr(image, "n_frames", 1))
    except DAMAGED:
        return 1


def _decoded(image: Image, side: int) -> Image:
    """The upright pixels, at least about ``side`` long where the format can be decoded at a smaller size."""
    from PIL import ImageOps

    image.draft("RGB", (side, side))
    return ImageOps.exif_transpose(image)
