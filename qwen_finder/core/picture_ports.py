"""The seams of pictures: a model that sees, a store of looks, and the picture side of the catalog.

Part of ``ports``, which everybody imports them from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qwen_finder.core.document import FileId, FileState
from qwen_finder.core.picture import EmbeddedPicture, Framing, PictureCandidate, StoredPicture
from qwen_finder.core.query import Filter
from qwen_finder.core.status import FileCounts, IndexSize

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import CatalogFile, ModelSpec, Vector, Vectors


class PictureEmbedder(Protocol):
    """A model that sees pictures and reads queries. Thread-safe: a query overtakes pictures being indexed."""

    @property
    def spec(self) -> ModelSpec:
        """Its ``modality`` is "image"."""
        ...

    @property
    def framing(self) -> Framing:
        """How it wants to be shown pictures; part of the spec's fingerprint."""
        ...

    def embed_pictures(self, views: Pixels) -> Vectors:
        """Vectors of shape (n, dimensions) for views of shape (n, size, size, 3)."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dimensions), near those of pictures that show what is said."""
        ...

    def close(self) -> None: ...


class PictureStore(Protocol):
    """Pictures by their looks. One writer; searches may run meanwhile from any thread."""

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedPicture]) -> None:
        """Remove every view of ``files`` and add ``rows`` (idempotent: a replay changes nothing)."""
        ...

    def delete(self, files: Sequence[FileId]) -> None: ...

    def nearest(self, query: Vector, k: int, where: Filter) -> list[PictureCandidate]:
        """The ``k`` pictures with the highest cosine among those that pass ``where``, each once by its best
        view."""
        ...

    def pictures(self, files: Sequence[FileId]) -> dict[FileId, StoredPicture]: ...

    def vectors(self, file: FileId) -> Vectors:
        """The vectors of its views in their order, shape (n, dimensions); n = 0 when it is not here."""
        ...

    def sample(self, n: int) -> Vectors:
        """Up to ``n`` stored vectors of whole pictures drawn at random."""
        ...

    def size(self) -> IndexSize:
        """``chunks`` counts pictures."""
        ...

    def counts(self) -> dict[FileId, int]:
        """How many views each file has here; −1 for one of which a view is here twice."""
        ...

    def check(self) -> None:
        """As of ``VectorStore``."""
        ...

    def recall(self, k: int) -> float | None:
        """As of ``VectorStore``."""
        ...

    def maintain(self, *, exclusive: bool = False) -> bool:
        """As of ``VectorStore``."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class PictureOutcome:
    """What became of the looks of a file of this ``generation``, whatever became of its text.

    ``state`` is indexed, skipped or failed, ``views`` how many vectors it has. ``stamp`` names what decided:
    its looks are wanted again when that or the generation differs. Vectors depend on the part before "#"
    alone (decoder, model fingerprint), what follows are limits. ``content_hash`` is that of its bytes, ""
    when they were not read. The rest as in ``Outcome``.
    """

    file: FileId
    generation: int
    state: FileState
    stamp: str
    content_hash: str = ""
    views: int = 0
    code: str = ""
    message: str = ""
    hint: str = ""


class PictureCatalog(Protocol):
    """What the catalog knows of the looks of files, which are decided on apart from their text."""

    def pictures_wanted(self, stamp: str, limit: int) -> list[CatalogFile]:
        """Picture files whose looks were not yet decided on by ``stamp`` as they now are, the most recent
        first. Suspects are not among them.
        """
        ...

    def picture_suspects(self, stamp: str) -> list[CatalogFile]:
        """Those of which nothing but the looks is wanted, with crashes held against them, the least
        suspected first.
        """
        ...

    def pictures_waiting(self, stamp: str) -> int:
        """How many picture files ``pictures_wanted`` and ``picture_suspects`` have in all."""
        ...

    def finish_pictures(self, outcomes: Sequence[PictureOutcome]) -> None:
        """Record outcomes in one transaction; one whose generation is no longer current is ignored."""
        ...

    def want_pictures(self, files: Sequence[FileId]) -> None:
        """Want the looks of ``files`` again, whatever was decided."""
        ...

    def same_pictures(self, stamp: str, content_hashes: Sequence[str]) -> dict[str, list[FileId]]:
        """Content hash → the files that had it when their looks were indexed, with the vectors that ``stamp``
        would give them now."""
        ...

    def picture_counts(self, stamp: str) -> FileCounts:
        """Picture files by what was decided on their looks; what another stamp decided is pending."""
        ...

    def pictures_of_size(self, stamp: str, size: int) -> bool:
        """Whether ``same_pictures`` may be found for a file of so many bytes."""
        ...

    def picture_views(self, stamp: str | None = None) -> dict[FileId, int]:
        """How many views the last picture outcome of each file stored, those by ``stamp`` only unless None;
        files with none are left out."""
        ...
