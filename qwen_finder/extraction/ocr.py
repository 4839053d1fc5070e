"""Text recognition: the words that a picture shows, as text in reading order.

RapidOCR does it with models that lie in its package, so nothing is downloaded; they read Latin letters of
all languages, Chinese and Japanese. What stands there in a script they do not know is left to Tesseract if
it is installed with that language. Knows pictures (Pillow), not files; runs in a worker only, on one thread.
"""

from __future__ import annotations

import functools
import logging
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qwen_finder.core.errors import FinderError
from qwen_finder.extraction import tesseract
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading_order import Line, in_order

if TYPE_CHECKING:
    from PIL.Image import Image

log = logging.getLogger(__name__)

_MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
}
_MIN_SIDE = 64
"""Pixels: icons and rules are smaller."""
_FULL_SIDE = 3200
"""Pixels: larger pictures are scaled down; print of 6 points on a page of A4 is still read."""
_DETECTION_SIDE = 1280
_GLANCE_SIDE = 640
"""Finding lines costs time by the pixel: at 640 a quarter of what it costs at 1280."""
_MAX_LINES = 600
_MIN_SCORE = 0.5
_READ = 0.4
"""Letters per line, in line heights: half of it is what text of narrow letters has at least, and what is left
of a script that the model does not know is far below."""


class Unavailable(FinderError):
    """Text recognition cannot be had; the message says why."""


def recognise(image: Image, seconds: float, *, glance: bool = False) -> str:
    """The text on ``image``, "" when there is none. Lines that ``seconds`` do not suffice for are left out.

    ``glance`` looks at a small copy first and goes no further when nothing on it looks like text: for photos,
    most of which show none. Raises Unavailable.
    """
    end = time.monotonic() + seconds
    if min(image.size) < _MIN_SIDE:
        return ""
    picture = _prepared(image)
    try:
        engine = _engine()
    except Unavailable:
        if not tesseract.languages():
            raise
        return in_order(tesseract.lines(picture, seconds))
    if glance and not engine.find(picture, _GLANCE_SIDE):
        return ""
    boxes = engine.find(picture, _DETECTION_SIDE)
    lines = engine.read(picture, boxes, end)
    if _unread(boxes, lines) and tesseract.languages(foreign=True) and time.monotonic() < end:
        foreign = tesseract.lines(picture, end - time.monotonic(), foreign=True)
        if _letters(foreign) > _letters(lines):
            lines = foreign
    return in_order(lines)


def _prepared(image: Image) -> Image:
    """The picture as dark or light as it is seen, in colours, and no larger than needed."""
    from PIL import Image as Pillow

    if max(image.size) > _FULL_SIDE:
        scale = _FULL_SIDE / max(image.size)
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Pillow.Resampling.BILINEAR, reducing_gap=2.0)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        # Text on nothing is usually dark and shown on white.
        layers = image.convert("RGBA")
        image = Pillow.new("RGBA", image.size, "white")
        image.alpha_composite(layers)
    return image.convert("RGB")


class _Engine:
    """RapidOCR, loaded once per process."""

    def __init__(self) -> None:
        try:
            import rapidocr
        except ImportError as error:
            raise Unavailable(
                "ocr.missing", f"RapidOCR is not installed ({error})", "pip install rapidocr onnxruntime"
            ) from error
        models = Path(rapidocr.__file__).parent / "models"
        lacking = [name for name in _MODELS.values() if not (models / name).is_file()]
        if lacking:
            # Left to itself the library would download them.
            raise Unavailable("ocr.missing", f"RapidOCR lacks its model {lacking[0]}", "Install it again.")
        threads = "EngineConfig.onnxruntime"
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": 2 * _FULL_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECTION_SIDE,
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
                **{f"{part}.model_path": str(models / name) for part, name in _MODELS.items()},
            }
        )

    def find(self, picture: Image, side: int) -> list[Any]:
        """The corners of each line of text, as arrays (4, 2) in pixels of ``picture``, from top to bottom."""
        import numpy

        scale = min(1.0, side / max(picture.size))
        small = picture
        if scale < 1.0:
            size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
            small = picture.resize(size, reducing_gap=3.0)
        found = self._engine(_pixels(small), use_det=True, use_cls=False, use_rec=False).boxes
        if found is None:
            return []
        return [numpy.array(box, dtype=numpy.float32) / scale for box in found[:_MAX_LINES]]

    def read(self, picture: Image, boxes: list[Any], end: float) -> list[Line]:
        """The words in ``boxes``, as far as they are read before ``end`` (of the monotonic clock)."""
        from rapidocr.utils.process_img import get_rotate_crop_image

        pixels = _pixels(picture)
        lines: list[Line] = []
        for box in boxes:
            if time.monotonic() > end:
                break
            part = get_rotate_crop_image(pixels, box)
            if min(part.shape[:2]) < 4:
                continue
            # One at a time: a batch is as wide as its widest line, and takes the memory for it.
            found = self._engine(part, use_det=False, use_cls=False, use_rec=True)
            for text, score in zip(found.txts or (), found.scores or (), strict=False):
                words = clean(text).strip()
                if words and score >= _MIN_SCORE:
                    (left, top), (right, bottom) = box.min(axis=0), box.max(axis=0)
                    lines.append(Line(words, float(left), float(top), float(right), float(bottom)))
        return lines


@functools.cache
def _engine() -> _Engine:
    # OpenCV and OpenMP would take all cores; the user's work comes first.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import cv2

    cv2.setNumThreads(1)
    return _Engine()


def _pixels(picture: Image) -> Any:
    """(height, width, 3) uint8 in the order blue, green, red, as the models were trained."""
    import numpy

    return numpy.ascontiguousarray(numpy.asarray(picture)[:, :, ::-1])


def _letters(lines: list[Line]) -> int:
    return sum(character.isalnum() for line in lines for character in line.text)


def _unread(boxes: list[Any], lines: list[Line]) -> bool:
    """Whether there is text, but in a script of which next to nothing was recognised."""
    room = 0.0
    for box in boxes:
        width, height = box.max(axis=0) - box.min(axis=0)
        room += float(width) / max(float(height), 1.0)
    return len(boxes) >= 2 and _letters(lines) < _READ * room
