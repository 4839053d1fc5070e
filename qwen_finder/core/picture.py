"""What flows through the indexing of pictures: pixels as a model wants them, and what is kept of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileFields, FileId

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]
    """Shape (n, size, size, 3): n square views of a picture in RGB, 0 to 255."""

    Vector = npt.NDArray[np.float32]


class Fit(StrEnum):
    """How a picture becomes a square: distorted, cut at its longer side, or with bars at its shorter one."""

    SQUASH = "squash"
    SHORTEST = "shortest"
    LONGEST = "longest"


class Interpolation(StrEnum):
    BICUBIC = "bicubic"
    BILINEAR = "bilinear"


@dataclass(frozen=True, slots=True)
class Framing:
    """The square of pixels that a picture model looks at; ``size`` is its side, ``fill`` the grey of bars."""

    size: int
    fit: Fit = Fit.SQUASH
    interpolation: Interpolation = Interpolation.BICUBIC
    fill: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file as it was decoded.

    ``views`` are what the model sees: the whole picture first, then parts of a long one. ``width`` and
    ``height`` are in pixels as it is shown (turned upright). ``taken`` is when it was taken in whole seconds
    since the epoch (local time of the camera read as UTC), None when the file does not say. ``colours`` are
    the names of its dominant colours, commonest first. ``thumbnails`` maps the longer side in pixels to WebP
    bytes. ``partial`` says in one sentence what could not be decoded ("" when all was).
    """

    views: Pixels
    width: int
    height: int
    taken: int | None = None
    colours: tuple[str, ...] = ()
    thumbnails: tuple[tuple[int, bytes], ...] = ()
    partial: str = ""


@dataclass(frozen=True, slots=True)
class EmbeddedPicture:
    """One view of a picture ready to be stored. ``view`` counts from 0, the whole picture."""

    fields: FileFields
    view: int
    vector: Vector
    width: int
    height: int
    taken: int | None = None
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PictureCandidate:
    """A picture found by its looks; ``score`` is the cosine (−1 to 1) of its best view."""

    file: FileId
    view: int
    score: float


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """What the index knows of a picture beside its vectors."""

    file: FileId
    width: int
    height: int
    taken: int | None
    colours: tuple[str, ...]
