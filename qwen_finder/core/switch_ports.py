"""The seam through which the vectors of another model are made beside those in use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qwen_finder.core.document import ChunkId

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as it is embedded; passages of equal ``hash`` share a vector."""

    chunk: ChunkId
    hash: str
    text: str


class VectorsBeside(Protocol):
    """Vectors of another model for the passages of a store, which goes on living meanwhile.

    They are right for a passage when they were made of the same text and carry the same facts of its file;
    what became wrong since is found by comparing, so that whoever makes them may stop and go on at any time.
    """

    def align(self) -> tuple[int, Sequence[ChunkId]]:
        """Drop what is not right any more, take over what is right for another passage, and tell how many
        passages the store has and which still have no vector here."""
        ...

    def passages(self, ids: Sequence[ChunkId]) -> list[StoredPassage]:
        """The passages of these ids, as far as the store still has them."""
        ...

    def vectors(self, ids: Sequence[ChunkId]) -> dict[ChunkId, tuple[str, Vector]]:
        """Hash and vector of these passages in the store itself."""
        ...

    def add(self, vectors: Mapping[ChunkId, tuple[str, Vector]]) -> None:
        """Add a vector for each passage that still has the hash it was made for."""
        ...

    def drop(self) -> None:
        """Delete all of it."""
        ...
