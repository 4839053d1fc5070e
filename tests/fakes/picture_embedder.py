"""A PictureEmbedder that sees colours: a red picture is near "red", and near nothing else.

Each colour of a small palette has a direction of its own. A picture is the sum of those of its pixels, a
query that of the colours it names, in any of four languages.
"""

from __future__ import annotations

import re
import threading
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from qwen_finder.core.errors import ModelError
from qwen_finder.core.picture import Framing
from qwen_finder.core.ports import ModelSpec

if TYPE_CHECKING:
    import numpy.typing as npt

    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vectors

PALETTE: dict[str, tuple[int, int, int]] = {
    "red": (220, 30, 30),
    "green": (30, 160, 60),
    "blue": (30, 60, 220),
    "yellow": (240, 220, 40),
    "white": (255, 255, 255),
    "black": (0, 0, 0),
    "grey": (128, 128, 128),
}
_WORDS = {
    "red": "red rot rouge 红",
    "green": "green grün vert 绿",
    "blue": "blue blau bleu 蓝",
    "yellow": "yellow gelb jaune 黄",
    "white": "white weiß blanc 白",
    "black": "black schwarz noir 黑",
    "grey": "grey gray grau gris 灰",
}
_COLOUR_OF = {word: colour for colour, words in _WORDS.items() for word in words.split()}
_WORD = re.compile(r"[a-zäöüß]+|[\u4e00-\u9fff]")


class ColourEmbedder:
    """``embedded`` counts the views seen, so that tests can tell what was encoded and what reused."""

    def __init__(
        self, dimensions: int = 16, size: int = 8, *, fingerprint: str = "", broken: bool = False
    ) -> None:
        self.embedded = 0
        self.largest = 0
        """Views in the largest call so far."""
        self.broken = broken
        """It raises, as a model does whose device is gone."""
        self._lock = threading.Lock()
        self._closed = False
        self._framing = Framing(size)
        self._spec = ModelSpec(
            name="colours",
            modality="image",
            dimensions=dimensions,
            max_tokens=64,
            languages="any",
            fingerprint=fingerprint or f"colours-{dimensions}-{size}",
        )

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    @property
    def framing(self) -> Framing:
        return self._framing

    def embed_pictures(self, views: Pixels) -> Vectors:
        size = self._framing.size
        if views.dtype != np.uint8 or views.shape[1:] != (size, size, 3):
            raise ValueError(f"views of {views.dtype} {views.shape} for a model that looks at {size} pixels")
        if len(views):
            self._check_usable()
        with self._lock:
            self.embedded += len(views)
            self.largest = max(self.largest, len(views))
        return _unit(_shares(views) @ _directions(self._spec.dimensions))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        if texts:
            self._check_usable()
        shares = np.zeros((len(texts), len(PALETTE)), np.float32)
        names = list(PALETTE)
        for row, text in zip(shares, texts, strict=True):
            for word in _WORD.findall(text.lower()):
                if word in _COLOUR_OF:
                    row[names.index(_COLOUR_OF[word])] += 1.0
        vectors = shares @ _directions(self._spec.dimensions)
        for row, text in zip(vectors, texts, strict=True):
            # What it does not know points nowhere in particular, but always there.
            row += 0.1 * _direction(f"text:{text}", self._spec.dimensions)
        return _unit(vectors)

    def close(self) -> None:
        self._closed = True

    def _check_usable(self) -> None:
        if self._closed:
            raise ModelError("model.closed", "the model has been unloaded", "Load it again.")
        if self.broken:
            raise ModelError("model.broken", "The picture model does not work any more.", "Restart.")


def _shares(views: Pixels) -> npt.NDArray[np.float32]:
    """The share of each colour of the palette in each view, shape (n, colours)."""
    colours = np.array(list(PALETTE.values()), np.float32)
    pixels = views.reshape(len(views), views.shape[1] * views.shape[2], 1, 3).astype(np.float32)
    nearest = ((pixels - colours) ** 2).sum(axis=3).argmin(axis=2)
    return (nearest[:, :, None] == np.arange(len(colours))).mean(axis=1, dtype=np.float32)


def _unit(vectors: npt.NDArray[np.float32]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


@lru_cache
def _directions(dimensions: int) -> Vectors:
    return np.stack([_direction(colour, dimensions) for colour in PALETTE])


@lru_cache(maxsize=10_000)
def _direction(feature: str, dimensions: int) -> npt.NDArray[np.float32]:
    seed = zlib.crc32(feature.encode("utf-8", "replace"))
    drawn = np.random.default_rng(seed).normal(size=dimensions)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)
