"""Coloured shapes and how six languages say them: what the tiny CLIP of the tests has learnt to see.

``scripts/train_tiny_clip.py`` trains on these drawings; tests draw others of the same kind, which it has
never seen. Needs Pillow only. Drawing is deterministic in the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from math import cos, pi, sin
from random import Random

from PIL import Image, ImageDraw

Rgb = tuple[int, int, int]
Point = tuple[float, float]

LANGUAGES = ("en", "de", "fr", "zh", "ru", "ja")
COLOURS: dict[str, Rgb] = {
    "red": (220, 30, 30),
    "green": (30, 160, 50),
    "blue": (30, 60, 220),
    "yellow": (240, 215, 20),
    "purple": (140, 40, 170),
    "black": (15, 15, 15),
}
SHAPES = ("circle", "square", "triangle", "star", "cross")
THINGS: tuple[tuple[str, str], ...] = tuple(product(COLOURS, SHAPES))
"""Every (colour, shape) there is."""

_STEMS = {
    "de": dict(zip(COLOURS, ("rot", "grün", "blau", "gelb", "lila", "schwarz"), strict=True)),
    "ru": dict(zip(COLOURS, ("красн", "зелён", "син", "жёлт", "фиолетов", "чёрн"), strict=True)),
    "zh": dict(zip(COLOURS, ("红色", "绿色", "蓝色", "黄色", "紫色", "黑色"), strict=True)),
    "ja": dict(zip(COLOURS, ("赤い", "緑の", "青い", "黄色い", "紫の", "黒い"), strict=True)),
}
_FRENCH = {
    "m": dict(zip(COLOURS, ("rouge", "vert", "bleu", "jaune", "violet", "noir"), strict=True)),
    "f": dict(zip(COLOURS, ("rouge", "verte", "bleue", "jaune", "violette", "noire"), strict=True)),
}
_NOUNS = {
    "de": dict(zip(SHAPES, ("Kreis", "Quadrat", "Dreieck", "Stern", "Kreuz"), strict=True)),
    "fr": dict(zip(SHAPES, ("cercle", "carré", "triangle", "étoile", "croix"), strict=True)),
    "ru": dict(zip(SHAPES, ("круг", "квадрат", "треугольник", "звезда", "крест"), strict=True)),
    "zh": dict(zip(SHAPES, ("圆形", "正方形", "三角形", "星形", "十字"), strict=True)),
    "ja": dict(zip(SHAPES, ("丸", "四角", "三角形", "星", "十字"), strict=True)),
}
_GERMAN_GENDER = dict(zip(SHAPES, "mnnmn", strict=True))
_FRENCH_GENDER = dict(zip(SHAPES, "mmmff", strict=True))


def captions(language: str, colour: str, shape: str) -> tuple[str, ...]:
    """Ways to say it, the plainest first."""
    if language == "en":
        thing = f"{colour} {shape}"
        return thing, f"a {thing}", f"a picture of a {thing}"
    noun = _NOUNS[language][shape]
    if language == "de":
        ending = {"m": "er", "n": "es"}[_GERMAN_GENDER[shape]]
        stem = _STEMS["de"][colour]
        thing = f"{stem if stem == 'lila' else stem + ending} {noun}"
        return thing, f"ein {thing}", f"ein Bild: {thing}"
    if language == "fr":
        gender = _FRENCH_GENDER[shape]
        thing = f"{noun} {_FRENCH[gender][colour]}"
        return thing, f"{'un' if gender == 'm' else 'une'} {thing}", f"une image : {thing}"
    if language == "ru":
        stem = _STEMS["ru"][colour]
        soft = colour == "blue"
        ending = ("яя" if soft else "ая") if shape == "star" else ("ий" if soft else "ый")
        return f"{stem}{ending} {noun}", f"на картинке {stem}{ending} {noun}", f"{noun} {stem}{ending}"
    stem = _STEMS[language][colour]
    if language == "zh":
        return f"{stem}{noun}", f"{stem}的{noun}", f"一张{stem}{noun}的图片"
    return f"{stem}{noun}", f"{stem}{noun}の絵", f"{stem}{noun}の画像"


def draw(colour: str, shape: str, seed: int, size: tuple[int, int] = (64, 64)) -> Image.Image:
    """The shape somewhere on a pale background: place, size, turn, shade and noise follow the seed."""
    random = Random(f"{colour} {shape} {seed}")
    picture = background(random, size)
    side = min(size)
    radius = side * random.uniform(0.22, 0.4)
    x, y = (random.uniform(radius, length - radius) for length in size)
    turn = random.uniform(-0.25, 0.25)
    red, green, blue = (max(0, min(255, part + random.randint(-20, 20))) for part in COLOURS[colour])
    # Drawn larger and reduced, which is how Pillow smooths edges.
    large = Image.new("L", (size[0] * 3, size[1] * 3))
    ImageDraw.Draw(large).polygon(
        [(3 * (x + radius * px), 3 * (y + radius * py)) for px, py in _turned(_OUTLINES[shape](), turn)],
        fill=255,
    )
    picture.paste((red, green, blue), mask=large.resize(size, Image.Resampling.BOX))
    return picture


def background(random: Random, size: tuple[int, int]) -> Image.Image:
    """A pale surface that darkens towards one side."""
    pale = [random.randint(190, 255) for _ in range(3)]
    dark = tuple(max(0, part - random.randint(0, 40)) for part in pale)
    shade = Image.linear_gradient("L").rotate(random.choice((0, 90, 180, 270))).resize(size)
    return Image.composite(Image.new("RGB", size, dark), Image.new("RGB", size, tuple(pale)), shade)


def draw_other(seed: int, size: tuple[int, int] = (64, 64)) -> Image.Image:
    """A picture that shows no shape: an empty surface, lines of writing, or a coloured mosaic."""
    random = Random(f"other {seed}")
    picture = background(random, size)
    brush = ImageDraw.Draw(picture)
    sort = random.choice(("empty", "lines", "mosaic"))
    if sort == "lines":
        step = random.randint(4, 9)
        for y in range(step, size[1], step):
            brush.line((4, y, random.randint(size[0] // 3, size[0] - 4), y), fill=(90, 90, 90))
    elif sort == "mosaic":
        count = random.randint(3, 9)
        colours = [tuple(random.randint(0, 255) for _ in range(3)) for _ in range(count * count)]
        mosaic = Image.new("RGB", (count, count))
        mosaic.putdata(colours)
        picture = mosaic.resize(size, random.choice((Image.Resampling.NEAREST, Image.Resampling.BICUBIC)))
    return picture


def _circle() -> Iterator[Point]:
    return ((cos(angle * pi / 24), sin(angle * pi / 24)) for angle in range(48))


def _square() -> Iterator[Point]:
    return iter([(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)])


def _triangle() -> Iterator[Point]:
    return ((sin(corner * 2 * pi / 3), -cos(corner * 2 * pi / 3)) for corner in range(3))


def _star() -> Iterator[Point]:
    for corner in range(10):
        radius = 0.42 if corner % 2 else 1.0
        yield radius * sin(corner * pi / 5), -radius * cos(corner * pi / 5)


def _cross() -> Iterator[Point]:
    arm = 0.28
    quarter = [(-arm, -1.0), (arm, -1.0), (arm, -arm)]
    for turns in range(4):
        for x, y in quarter:
            for _ in range(turns):
                x, y = -y, x
            yield x, y


_OUTLINES: dict[str, Callable[[], Iterator[Point]]] = {
    "circle": _circle,
    "square": _square,
    "triangle": _triangle,
    "star": _star,
    "cross": _cross,
}


def _turned(points: Iterator[Point], angle: float) -> Iterator[Point]:
    for x, y in points:
        yield x * cos(angle) - y * sin(angle), x * sin(angle) + y * cos(angle)
