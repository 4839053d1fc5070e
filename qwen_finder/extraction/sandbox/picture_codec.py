"""Pictures in messages: what is asked of a worker, and the pixels that it answers with as plain bytes.

The body holds the views one after the other and then the thumbnails; the head says how long each is, and all
of it has to fit. Thumbnails are handed on as they are, only not without the mark of their format.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass

from qwen_finder.core.picture import Fit, Framing, Interpolation, Picture
from qwen_finder.extraction.colours import NAMES
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.extraction.sandbox.frames import Malformed
from qwen_finder.extraction.sandbox.values import fields, items, number, string, text, whole
from qwen_finder.extraction.views import MOST_TILES

_MOST_SIDE = 1 << 31
_MOST_SECONDS = 1 << 40
_MOST_THUMBNAILS = 8
_LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class PictureQuestion:
    """Look at this file."""

    path: str
    limits: PictureLimits
    framing: Framing


def question_fields(question: PictureQuestion) -> dict[str, object]:
    return {
        "path": question.path,
        "picture_limits": asdict(question.limits),
        "framing": asdict(question.framing),
    }


def question_of(values: dict[str, object]) -> PictureQuestion:
    """Raises Malformed."""
    limits, framing = fields(values.get("picture_limits")), fields(values.get("framing"))
    try:
        return PictureQuestion(
            text(values, "path"),
            PictureLimits(**{**limits, "thumbnails": tuple(map(number, items(limits.get("thumbnails"))))}),  # type: ignore[arg-type]
            Framing(
                whole(framing, "size"),
                Fit(text(framing, "fit")),
                Interpolation(text(framing, "interpolation")),
                whole(framing, "fill"),
            ),
        )
    except (TypeError, ValueError) as error:
        raise Malformed("the limits are not those of this version") from error


def picture_fields(picture: Picture) -> dict[str, object]:
    count, size = picture.views.shape[:2]
    return {
        "views": count,
        "size": size,
        "width": picture.width,
        "height": picture.height,
        "taken": picture.taken,
        "colours": picture.colours,
        "thumbnails": [(side, len(content)) for side, content in picture.thumbnails],
        "partial": picture.partial,
    }


def picture_body(picture: Picture) -> bytes:
    return b"".join((picture.views.tobytes(), *(content for _, content in picture.thumbnails)))


def picture_of(values: dict[str, object], body: bytes, framing: Framing) -> Picture:
    """The picture, framed as it was asked for. Raises Malformed."""
    import numpy as np

    count, size = whole(values, "views"), whole(values, "size")
    if not 1 <= count <= 1 + MOST_TILES or size != framing.size:
        raise Malformed("not the views that were asked for")
    rows = [items(row) for row in items(values.get("thumbnails"))]
    if len(rows) > _MOST_THUMBNAILS or any(len(row) != 2 for row in rows):
        raise Malformed("a thumbnail has other fields")
    lengths = [count * size * size * 3, *(number(row[1]) for row in rows)]
    if sum(lengths) != len(body):
        raise Malformed("the pixels and thumbnails do not make up the body")
    ends = itertools.accumulate(lengths, initial=0)
    pixels, *contents = (body[start:end] for start, end in itertools.pairwise(ends))
    return Picture(
        # Copied, since bytes cannot be written to and libraries complain of arrays that cannot.
        views=np.frombuffer(pixels, np.uint8).reshape(count, size, size, 3).copy(),
        width=_side(values.get("width")),
        height=_side(values.get("height")),
        taken=_seconds(values.get("taken")),
        colours=tuple(map(_colour, items(values.get("colours"))[: len(NAMES)])),
        thumbnails=tuple(
            (_side(row[0]), _webp(content)) for row, content in zip(rows, contents, strict=True)
        ),
        partial=text(values, "partial")[:_LONGEST_SENTENCE],
    )


def _side(value: object) -> int:
    if not 1 <= number(value) < _MOST_SIDE:
        raise Malformed("not a length in pixels")
    return number(value)


def _seconds(value: object) -> int | None:
    if value is not None and (type(value) is not int or abs(value) > _MOST_SECONDS):
        raise Malformed("not a time")
    return value


def _colour(value: object) -> str:
    if string(value) not in NAMES:
        raise Malformed("a colour that does not exist")
    return string(value)


def _webp(content: bytes) -> bytes:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        raise Malformed("a thumbnail in another format")
    return content
