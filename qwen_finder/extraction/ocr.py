"""Text recognition: the words that a picture shows, as text in reading order.

RapidOCR does it with models that lie in its package, so nothing is downloaded; they read Latin letters of
all languages, Chinese and Japanese. What stands there in a script they do not know is left to Tesseract if
it is installed with that language. Knows pictures (Pillow), not files; runs in a worker only, on one thread.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from qwen_finder.core.errors import FinderError
from qwen_finder.extraction import tesseract
from qwen_finder.extraction.budget import Budget
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.printed_text import page_text
from qwen_finder.extraction.reading import Limits
from qwen_finder.extraction.reading_order import Line, in_order

if TYPE_CHECKING:
    from PIL.Image import Image

Found = TypeVar("Found")

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


def missing() -> str:
    """What RapidOCR lacks to work, in a sentence; "" when it is complete. Loads nothing."""
    for name in ("rapidocr", "onnxruntime", "cv2"):
        if find_spec(name) is None:
            return f"The Python package {name} is not installed"
    lacking = [name for name in _MODELS.values() if not (_models() / name).is_file()]
    return f"The package rapidocr lacks its model {lacking[0]}" if lacking else ""


def _models() -> Path:
    spec = find_spec("rapidocr")
    return Path(spec.origin or "").parent / "models" if spec else Path()


class Recogniser:
    """Recognises the text of pictures within the time that one file, with all inside it, has for that.

    ``spent`` counts seconds, ``reason`` says why a picture was not read ("" before). ``wanted``
    is what the settings say, ``works`` is False when it cannot be had on this machine.
    """

    def __init__(self, limits: Limits, budget: Budget | None) -> None:
        self.spent = 0.0
        self.wanted, self.works = limits.ocr, True
        self.reason = "" if limits.ocr else "text recognition is off"
        self._seconds = min(limits.ocr_seconds, budget.ocr_seconds) if budget else limits.ocr_seconds
        self._budget = budget

    def read(self, picture: Callable[[], Image]) -> str | None:
        """The text of the picture, "" if there is none; None when it was not to be read, see ``reason``."""
        return self._timed(lambda seconds: recognise(picture(), seconds))

    def glance(self, picture: Callable[[], Image]) -> bool:
        """Whether a small copy of the picture looks as if there were text."""
        return bool(self._timed(lambda _: shows_text(picture())))

    def _timed(self, work: Callable[[float], Found]) -> Found | None:
        if self.reason:
            return None
        left = self._seconds - self.spent
        if left <= 0:
            self.reason = f"recognising it takes longer than {self._seconds:.0f} seconds"
            return None
        started = time.monotonic()
        try:
            return work(left)
        except Unavailable as error:
            self.reason, self.works = error.message, False
            return None
        finally:
            _give_back_memory()
            took = time.monotonic() - started
            self.spent += took
            if self._budget:
                self._budget.recognised(took)


def recognise(image: Image, seconds: float) -> str:
    """The text on ``image``, "" when there is none. Lines that ``seconds`` do not suffice for are left out.

    Raises Unavailable.
    """
    end = time.monotonic() + seconds
    if min(image.size) < _MIN_SIDE:
        return ""
    picture = _prepared(image)
    engine = _engine_or_none()
    if engine is None:
        return page_text(in_order(tesseract.lines(picture, seconds)))
    boxes = engine.find(picture, _DETECTION_SIDE)
    lines = engine.read(picture, boxes, end)
    if _unread(boxes, lines) and tesseract.languages(foreign=True) and time.monotonic() < end:
        foreign = tesseract.lines(picture, end - time.monotonic(), foreign=True)
        if _letters(foreign) > _letters(lines):
            lines = foreign
    return page_text(in_order(lines))


def shows_text(image: Image) -> bool:
    """Whether there seems to be text on ``image``: costs a tenth of a second. Raises Unavailable."""
    engine = _engine_or_none()
    return min(image.size) >= _MIN_SIDE and (
        engine is None or bool(engine.find(_prepared(image), _GLANCE_SIDE))
    )


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
        lacking = missing()
        if lacking:
            # Left to itself the library would download its models.
            raise Unavailable("ocr.missing", lacking, "pip install rapidocr onnxruntime")
        try:
            import cv2
            import rapidocr
        except ImportError as error:
            raise Unavailable("ocr.missing", f"RapidOCR cannot be loaded ({error})") from error
        cv2.setNumThreads(1)
        threads = "EngineConfig.onnxruntime"
        self._engine = rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.max_side_len": 2 * _FULL_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECTION_SIDE,
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
                **{f"{part}.model_path": str(_models() / name) for part, name in _MODELS.items()},
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


def _engine_or_none() -> _Engine | None:
    """None when Tesseract has to do; Unavailable when that is not there either."""
    try:
        return _engine()
    except Unavailable:
        if not tesseract.languages():
            raise
        return None


@functools.cache
def _engine() -> _Engine:
    # OpenCV and OpenMP would take all cores; the user's work comes first.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return _Engine()


def _give_back_memory() -> None:
    """Return what a picture took to the system: 200 MB, for which the worker would be replaced."""
    with contextlib.suppress(OSError, AttributeError):
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)


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
