"""Which picture models the self-test lets through. What a trained one gets is shown in test_open_clip.py."""

from __future__ import annotations

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.picture_selftest import COLOURS, SHAPES, luck, probes, self_test

COUNT = len(COLOURS) + len(SHAPES)


def random_vectors(seed: int, dimensions: int = 16) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(COUNT, dimensions)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_each_picture_has_its_caption() -> None:
    pictures, captions = probes(32)
    assert pictures.shape == (COUNT, 32, 32, 3)
    assert pictures.dtype == np.uint8
    assert captions[0] == "a red circle"
    assert captions[-1] == "a red star"
    assert tuple(pictures[2, 16, 16]) == COLOURS["blue"]
    assert tuple(pictures[2, 0, 0]) == (245, 245, 245)
    # The shapes, unlike the circle that is drawn twice, all differ.
    assert len({picture.tobytes() for picture in pictures}) == COUNT - 1


def test_towers_that_agree_need_no_luck() -> None:
    vectors = random_vectors(1)
    assert luck(vectors, vectors) == pytest.approx(1 / (720 * 120))
    self_test("sound", 16, lambda _views: vectors, lambda _texts: vectors)


def test_a_gap_between_the_towers_changes_nothing() -> None:
    """Real models put all pictures into one corner and all texts into another, and like some texts best."""
    vectors = random_vectors(2)
    liked = np.linspace(0, 5, COUNT, dtype=np.float32)[:, None]
    pictures, captions = np.hstack([vectors, np.full_like(liked, -3)]), np.hstack([vectors, liked])
    assert luck(pictures, captions) == pytest.approx(1 / (720 * 120))


def test_the_luck_of_random_towers_is_spread_evenly() -> None:
    found = [luck(random_vectors(seed), random_vectors(10_000 + seed)) for seed in range(200)]
    assert 0.4 < float(np.mean(found)) < 0.6
    assert sum(value <= 0.1 for value in found) < 40
    assert min(found) > 0.001


@pytest.mark.parametrize(
    ("pictures", "captions"),
    [
        (random_vectors(3), random_vectors(4)),
        (np.ones((COUNT, 16), np.float32), random_vectors(5)),
        (random_vectors(6), np.ones((COUNT, 16), np.float32)),
        (np.full((COUNT, 16), np.nan, np.float32), random_vectors(7)),
        (random_vectors(8), random_vectors(8)[::-1]),
        (random_vectors(9), -random_vectors(9)),
    ],
    ids=["random", "one picture", "one caption", "nan", "wrong order", "inverted"],
)
def test_a_model_that_does_not_see_is_refused(pictures: np.ndarray, captions: np.ndarray) -> None:
    with pytest.raises(ModelError, match="tell plain coloured shapes apart") as caught:
        self_test("blind", 16, lambda _views: pictures, lambda _texts: captions)
    assert caught.value.code == "model.broken"
