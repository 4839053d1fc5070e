"""Drawings (SVG) as pixels, rendered by resvg, which runs no scripts.

What a drawing refers to outside of itself is taken out before, and files that define entities are refused:
they make megabytes of kilobytes.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from qwen_finder.core.errors import FileError
from qwen_finder.extraction.image_file import broken
from qwen_finder.extraction.reading import Source

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_CHARACTERS = 10_000_000
_GZIP = b"\x1f\x8b"
_ENTITY = "<!ENTITY"
_LENGTH = re.compile(r"\s*\+?(\d*\.?\d+(?:e\+?\d+)?)\s*(px|pt|pc|mm|cm|in|)\s*", re.IGNORECASE)
_PIXELS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_MOST_PIXELS = 1e6
_DEFAULT_SIZE = (100.0, 100.0)


class Drawing(NamedTuple):
    """A drawing that refers to nothing but itself; its own size in pixels, as the browser would show it."""

    markup: str
    width: int
    height: int


def read_drawing(source: Source) -> Drawing:
    """Raises FileError "file.broken", and as skipped "file.too_large"."""
    markup = _markup(source)
    if _ENTITY in markup:
        raise FileError(
            "file.broken",
            f"{source.path} is a drawing that defines entities, which is not rendered.",
            "It is found by its name and its text.",
            skipped=True,
        )
    try:
        root = ElementTree.fromstring(markup)
    except (ElementTree.ParseError, ValueError) as error:
        raise broken(source.path) from error
    for element in root.iter():
        for name in [name for name in element.attrib if name.rpartition("}")[2] == "href"]:
            if not element.attrib[name].lstrip().startswith(("#", "data:")):
                del element.attrib[name]
    width, height = _size(root)
    return Drawing(ElementTree.tostring(root, encoding="unicode"), width, height)


def render(drawing: Drawing, side: int, path: str) -> Image:
    """RGBA pixels whose longer side is ``side``. Raises FileError "file.broken"; ``path`` names the file."""
    import resvg_py
    from PIL import Image as Pillow

    try:
        content = resvg_py.svg_to_bytes(svg_string=drawing.markup, width=side, height=side, dpi=96.0)
    except ValueError as error:
        raise broken(path) from error
    return Pillow.open(io.BytesIO(content))


def _markup(source: Source) -> str:
    if source.head.startswith(_GZIP):
        try:
            with gzip.open(source.stream()) as unpacked:
                content = unpacked.read(_MOST_CHARACTERS + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise broken(source.path) from error
        source = Source.of_bytes(source.path, content)
    text, whole = source.read_text(_MOST_CHARACTERS)
    if not whole:
        raise FileError(
            "file.too_large",
            f"{source.path} is a drawing of more than {_MOST_CHARACTERS:,} characters.",
            "It is found by its name and its text.",
            skipped=True,
        )
    return text


def _size(root: ElementTree.Element) -> tuple[int, int]:
    """Width and height in whole pixels, at least 1."""
    box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    inner = [_length(part) for part in box[2:]] if len(box) == 4 else []
    wide, high = _DEFAULT_SIZE
    if len(inner) == 2 and inner[0] and inner[1]:
        wide, high = inner[0], inner[1]
    width, height = _length(root.get("width")), _length(root.get("height"))
    if width and height:
        wide, high = width, height
    elif width:
        wide, high = width, width * high / wide
    elif height:
        wide, high = height * wide / high, height
    return max(1, round(min(wide, _MOST_PIXELS))), max(1, round(min(high, _MOST_PIXELS)))


def _length(text: str | None) -> float | None:
    """A positive length in pixels; None for none, and for one that depends on what is around it."""
    match = _LENGTH.fullmatch(text or "")
    value = float(match[1]) * _PIXELS[match[2].lower()] if match else 0.0
    return value or None
