"""A small canvas for the demo pictures: smooth edges, gradients, glow and reflections on top of Pillow.

Coordinates are final pixels with the origin at the top left. It knows no picture; those are in
``demo_scenes.py``.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageColor, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 320, 240
# Shapes are painted this much larger and then scaled down: Pillow itself does not smooth edges.
OVERSAMPLING = 3

Point = tuple[float, float]


class Canvas:
    """One picture being painted; ``finished`` gives the smooth image."""

    def __init__(self, background: str, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.width, self.height = width, height
        self._image = Image.new("RGB", (width * OVERSAMPLING, height * OVERSAMPLING), background)
        self._draw = ImageDraw.Draw(self._image)

    def finished(self) -> Image.Image:
        return self._image.resize((self.width, self.height), Image.Resampling.LANCZOS)

    def gradient(self, top: str, bottom: str, y0: float, y1: float) -> None:
        """A full-width vertical gradient between two heights."""
        first, last = ImageColor.getrgb(top)[:3], ImageColor.getrgb(bottom)[:3]
        start, end = round(y0 * OVERSAMPLING), round(y1 * OVERSAMPLING)
        for y in range(start, end):
            t = (y - start) / max(1, end - start - 1)
            colour = tuple(round(a + (b - a) * t) for a, b in zip(first, last, strict=True))
            self._draw.line([(0, y), (self._image.width, y)], fill=colour)

    def oval(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float | None = None,
        fill: str | None = None,
        outline: str | None = None,
        width: float = 1,
    ) -> None:
        """An ellipse around (x, y); a circle when only one radius is given."""
        ry = rx if ry is None else ry
        corners = self._scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self._draw.ellipse(corners, fill=fill, outline=outline, width=round(width * OVERSAMPLING))

    def arc(
        self, x: float, y: float, rx: float, ry: float, start: float, end: float, colour: str, w: float
    ) -> None:
        """Part of an ellipse's outline, degrees clockwise from three o'clock."""
        box = self._scaled([(x - rx, y - ry), (x + rx, y + ry)])
        self._draw.arc(box, start, end, fill=colour, width=round(w * OVERSAMPLING))

    def box(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        fill: str | None = None,
        radius: float = 0,
        outline: str | None = None,
        width: float = 1,
    ) -> None:
        """A rectangle, with round corners on demand."""
        self._draw.rounded_rectangle(
            self._scaled([(x0, y0), (x1, y1)]),
            radius * OVERSAMPLING,
            fill=fill,
            outline=outline,
            width=round(width * OVERSAMPLING),
        )

    def polygon(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon(self._scaled(points), fill=fill)

    def line(self, points: Sequence[Point], colour: str, width: float = 2) -> None:
        self._draw.line(self._scaled(points), fill=colour, width=round(width * OVERSAMPLING), joint="curve")
        for x, y in points:
            self.oval(x, y, width / 2, fill=colour)

    def text(
        self, x: float, y: float, words: str, size: float, colour: str = "#222222", anchor: str = "la"
    ) -> None:
        font = ImageFont.load_default(size * OVERSAMPLING)
        self._draw.text((x * OVERSAMPLING, y * OVERSAMPLING), words, fill=colour, font=font, anchor=anchor)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.7) -> None:
        """Soft light around a lamp or the sun."""
        mask = Image.new("L", self._image.size, 0)
        reach = radius * 0.55 * OVERSAMPLING
        cx, cy = x * OVERSAMPLING, y * OVERSAMPLING
        ImageDraw.Draw(mask).ellipse(
            [cx - reach, cy - reach, cx + reach, cy + reach], fill=round(255 * strength)
        )
        mask = mask.filter(ImageFilter.GaussianBlur(reach / 2))
        self._image.paste(Image.new("RGB", self._image.size, colour), mask=mask)

    def mirror_down(self, y: float, tint: str, amount: float) -> None:
        """Reflects what is above ``y`` in the water below it, mixed with the colour of the water."""
        edge = round(y * OVERSAMPLING)
        depth = self._image.height - edge
        above = self._image.crop((0, edge - depth, self._image.width, edge))
        mirrored = above.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        water = Image.new("RGB", mirrored.size, tint)
        self._image.paste(Image.blend(mirrored, water, amount), (0, edge))

    @staticmethod
    def _scaled(points: Sequence[Point]) -> list[Point]:
        return [(x * OVERSAMPLING, y * OVERSAMPLING) for x, y in points]
