"""What every PictureEmbedder does, the fake and the real one alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from fakes.picture_embedder import ColourEmbedder
from qwen_finder.core.errors import ModelError
from qwen_finder.core.ports import PictureEmbedder
from qwen_finder.models.factory import open_picture_embedder
from qwen_finder.models.resting import RestingPictureEmbedder

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels

TEXTS = ["a red car", "", "海边的日落", "the sea at sunset " * 100, "x\n\0y"]


TINY_CLIP = Path(__file__).parents[1] / "data" / "tiny_clip"


def _fake(_folder: Path) -> PictureEmbedder:
    return ColourEmbedder()


def _open_clip(folder: Path) -> PictureEmbedder:
    return open_picture_embedder(f"clip:{TINY_CLIP}", folder)


def _resting(folder: Path) -> PictureEmbedder:
    # So short a rest that the model comes and goes all the time.
    embedder = RestingPictureEmbedder(
        lambda: open_picture_embedder(f"clip:{TINY_CLIP}", folder, self_test=False), idle_s=0.001
    )
    assert embedder.framing
    return embedder


@pytest.fixture(scope="module", params=[_fake, _open_clip, _resting], ids=["fake", "open_clip", "resting"])
def make(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], PictureEmbedder]:
    return partial(request.param, tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def embedder(make: Callable[[], PictureEmbedder]) -> Iterator[PictureEmbedder]:
    opened = make()
    yield opened
    opened.close()


def views(embedder: PictureEmbedder, count: int, seed: int = 0) -> Pixels:
    """Pictures of a few large squares in random colours."""
    size = embedder.framing.size
    coarse = np.random.default_rng(seed).integers(0, 256, (count, 2, 2, 3), dtype=np.uint8)
    return coarse.repeat(size // 2, axis=1).repeat(size // 2, axis=2)


def test_vectors_are_float32_of_unit_length(embedder: PictureEmbedder) -> None:
    for vectors, count in (
        (embedder.embed_pictures(views(embedder, 5)), 5),
        (embedder.embed_queries(TEXTS), len(TEXTS)),
    ):
        assert vectors.dtype == np.float32
        assert vectors.shape == (count, embedder.spec.dimensions)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)


def test_nothing_in_nothing_out(embedder: PictureEmbedder) -> None:
    assert embedder.embed_pictures(views(embedder, 0)).shape == (0, embedder.spec.dimensions)
    assert embedder.embed_queries([]).shape == (0, embedder.spec.dimensions)


def test_a_picture_in_a_batch_gets_the_vector_it_gets_alone(embedder: PictureEmbedder) -> None:
    pictures = views(embedder, 11)
    alone = np.concatenate([embedder.embed_pictures(picture[None]) for picture in pictures])
    assert (alone * embedder.embed_pictures(pictures)).sum(1).min() > 0.999


def test_vectors_come_in_order(embedder: PictureEmbedder) -> None:
    pictures = views(embedder, 7)
    forwards, backwards = embedder.embed_pictures(pictures), embedder.embed_pictures(pictures[::-1])
    assert (forwards * backwards[::-1]).sum(1).min() > 0.999
    one, other = embedder.embed_queries(TEXTS), embedder.embed_queries(TEXTS[::-1])
    assert (one * other[::-1]).sum(1).min() > 0.999


def test_views_are_left_as_they_are(embedder: PictureEmbedder) -> None:
    pictures = views(embedder, 3)
    kept = pictures.copy()
    pictures.flags.writeable = False
    embedder.embed_pictures(pictures)
    assert np.array_equal(pictures, kept)


def test_a_query_is_embedded_while_pictures_are(embedder: PictureEmbedder) -> None:
    pictures = views(embedder, 24)
    expected, asked = embedder.embed_pictures(pictures), embedder.embed_queries(["red"])
    found: list[float] = []

    def index() -> None:
        found.append(float((embedder.embed_pictures(pictures) * expected).sum(1).min()))

    threads = [threading.Thread(target=index) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        found.append(float((embedder.embed_queries(["red"]) * asked).sum()))
    for thread in threads:
        thread.join()
    assert min(found) > 0.999


def test_the_specification_is_stable(make: Callable[[], PictureEmbedder], embedder: PictureEmbedder) -> None:
    again = make()
    again.close()
    assert (again.spec, again.framing) == (embedder.spec, embedder.framing)
    assert embedder.spec.modality == "image"
    assert embedder.framing.size > 0
    assert embedder.spec.fingerprint.replace("-", "").isalnum()


def test_closing_twice_is_harmless_and_use_afterwards_an_error(make: Callable[[], PictureEmbedder]) -> None:
    closed = make()
    closed.close()
    closed.close()
    for use in (lambda: closed.embed_pictures(views(closed, 1)), lambda: closed.embed_queries(["red"])):
        with pytest.raises(ModelError) as caught:
            use()
        assert caught.value.code == "model.closed"
