"""Refuses a picture model that does not see: random or damaged weights, towers of two different models.

Such a model gives unit vectors and never fails. So it is shown plain coloured shapes and asked which caption
belongs to which picture. Random towers are as likely to prefer any assignment as the right one, so the share
of all assignments that they like at least as well is their chance of being let through.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw

from qwen_finder.core.errors import ModelError

if TYPE_CHECKING:
    import numpy.typing as npt

    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vectors

COLOURS = {
    "red": (220, 30, 30),
    "green": (30, 160, 50),
    "blue": (30, 60, 220),
    "yellow": (240, 215, 20),
    "purple": (140, 40, 170),
    "black": (15, 15, 15),
}
SHAPES: dict[str, tuple[tuple[float, float], ...]] = {
    "circle": (),
    "square": ((0.22, 0.22), (0.78, 0.22), (0.78, 0.78), (0.22, 0.78)),
    "triangle": ((0.5, 0.15), (0.83, 0.7), (0.17, 0.7)),
    "cross": (
        *((0.4, 0.15), (0.6, 0.15), (0.6, 0.4), (0.85, 0.4), (0.85, 0.6), (0.6, 0.6)),
        *((0.6, 0.85), (0.4, 0.85), (0.4, 0.6), (0.15, 0.6), (0.15, 0.4), (0.4, 0.4)),
    ),
    "star": (
        *((0.5, 0.14), (0.589, 0.378), (0.842, 0.389), (0.643, 0.547), (0.712, 0.791)),
        *((0.5, 0.65), (0.288, 0.791), (0.357, 0.547), (0.158, 0.389), (0.411, 0.378)),
    ),
}
"""Corners as shares of the side; the circle has none."""

MOST_LUCK = 0.001
"""A model passes if at most this share of all assignments suits it as well as the right one."""

_PAPER = (245, 245, 245)


def probes(size: int) -> tuple[Pixels, list[str]]:
    """Pictures of ``size`` pixels, each with its caption: a circle in each colour, then each shape in red."""
    things = [(colour, "circle") for colour in COLOURS] + [("red", shape) for shape in SHAPES]
    drawn = np.stack([np.asarray(_draw(colour, shape, size)) for colour, shape in things])
    return drawn, [f"a {colour} {shape}" for colour, shape in things]


def self_test(
    name: str,
    size: int,
    embed_pictures: Callable[[Pixels], Vectors],
    embed_queries: Callable[[Sequence[str]], Vectors],
) -> None:
    """Raises ModelError "model.broken" if the model ``name`` does not see what a picture shows."""
    pictures, captions = probes(size)
    chance = luck(embed_pictures(pictures), embed_queries(captions))
    if chance > MOST_LUCK:
        raise ModelError(
            "model.broken",
            f"The picture model {name} does not work: it cannot tell plain coloured shapes apart "
            f"({chance:.1%} of all wrong answers suit it as well as the right one).",
            "Its weights may be damaged, untrained or of two models. Fetch it again or use another.",
        )


def luck(pictures: Vectors, captions: Vectors) -> float:
    """The share of assignments of captions to pictures that the cosines like at least as well as the right
    one; uniform between 0 and 1 for towers that know nothing of each other. NaN counts as 1.
    """
    cosines = pictures @ captions.T
    if not np.isfinite(cosines).all():
        return 1.0
    colours = len(COLOURS)
    by_colour = _sums(cosines[:colours, :colours])
    by_shape = _sums(cosines[colours:, colours:])
    all_sums = by_colour[:, None] + by_shape[None, :]
    # The identity is the first permutation. Sums that differ by rounding only are equal.
    return float((all_sums >= all_sums[0, 0] - 1e-6).mean())


def _sums(cosines: Vectors) -> npt.NDArray[np.float64]:
    """The sum of cosines under each assignment, in units of their spread, so that a model that is surer of
    colours than of shapes is tested on both. How much a picture or a caption likes all others cancels out.
    """
    count = len(cosines)
    orders = np.array(list(permutations(range(count))))
    sums = cosines[np.arange(count), orders].sum(axis=1, dtype=np.float64)
    return np.asarray((sums - sums.mean()) / (sums.std() or 1.0))


def _draw(colour: str, shape: str, size: int) -> Image.Image:
    # Drawn larger and reduced, which is how Pillow smooths edges.
    side = 4 * size
    picture = Image.new("RGB", (side, side), _PAPER)
    brush = ImageDraw.Draw(picture)
    if corners := SHAPES[shape]:
        brush.polygon([(x * side, y * side) for x, y in corners], fill=COLOURS[colour])
    else:
        brush.ellipse((0.2 * side, 0.2 * side, 0.8 * side, 0.8 * side), fill=COLOURS[colour])
    return picture.resize((size, size), Image.Resampling.BOX)
