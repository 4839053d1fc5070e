"""The seams of the program: what indexing and search need from models and storage.

Implementations live in ``models`` and ``storage``; ``engine`` puts them together. The Embedder and
VectorStore ports, and those of pictures, have a fake in ``tests/fakes`` and a contract suite that runs
against fake and real.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from qwen_finder.core.document import Chunk, ChunkId, FileFields, FileId, FileRecord, FileState, Kind
from qwen_finder.core.picture_ports import PictureCatalog, PictureEmbedder, PictureOutcome, PictureStore
from qwen_finder.core.query import Candidate, Filter, StoredChunk, TextQuery
from qwen_finder.core.status import Failure, FileCounts, Folder, IndexSize
from qwen_finder.core.switch_ports import VectorsBeside

__all__ = [
    "Backlog", "Catalog", "CatalogFile", "EmbeddedChunk", "Embedder", "Journal", "KnownFile", "ModelSpec",
    "NameMatch", "Outcome", "PictureCatalog", "PictureEmbedder", "PictureOutcome", "PictureStore",
    "Placed", "Placement", "Reranker", "SeenFile", "VectorStore",
]  # fmt: skip

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Vectors = npt.NDArray[np.float32]
    """Shape (n, dimensions), float32, each row of unit length."""

    Vector = npt.NDArray[np.float32]
    """Shape (dimensions,), float32, unit length."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is known of a loaded model.

    ``fingerprint`` changes whenever the same text would get another vector (weights, pooling, document
    instruction, dimensions). ``max_tokens`` is the longest input in tokens, special tokens included.
    ``related`` and ``unrelated`` are the mean cosines that it gives to ``core.probes.PLAIN_PAIRS``: of a
    question and its answer, and of a question and another's; None when it was loaded without a self-test.
    ``lineage`` is equal for models of which one's vectors are the beginnings of the other's; "" when that
    cannot be told.
    """

    name: str
    modality: str
    dimensions: int
    max_tokens: int
    languages: str
    fingerprint: str
    related: float | None = field(default=None, compare=False)
    unrelated: float | None = field(default=None, compare=False)
    lineage: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a model is: ``device`` computes it ("CPU", "NVIDIA H200"), ``layers`` of it are on a graphics
    card ("36/36"), and it takes ``memory_bytes`` there or, with none of them, of the computer's memory."""

    device: str
    layers: str
    memory_bytes: int


@runtime_checkable
class Placed(Protocol):
    """A model that knows where it is, unless it is not loaded."""

    @property
    def placement(self) -> Placement | None: ...


class Embedder(Protocol):
    """A text model. Thread-safe: a query may be embedded while documents are."""

    @property
    def spec(self) -> ModelSpec: ...

    def embed_documents(self, inputs: Sequence[str]) -> Vectors:
        """Vectors of shape (len(inputs), dimensions), in the order of the inputs."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Like ``embed_documents``, with the model's query instruction added."""
        ...

    def count_tokens(self, text: str) -> int:
        """How many tokens ``text`` has for this model, special tokens not counted."""
        ...

    def close(self) -> None: ...


class Reranker(Protocol):
    """A model that reads query and passage together, and says whether one answers the other. Thread-safe."""

    @property
    def name(self) -> str: ...

    def score(self, query: str, passages: Sequence[str], *, seconds: float = inf) -> list[float] | None:
        """For each passage the probability that it answers ``query``, 0 to 1, in their order; None if they
        cannot all be judged in ``seconds``, which it keeps to within a batch.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class EmbeddedChunk:
    """A chunk ready to be stored: the file's fields, the passage and its vector."""

    fields: FileFields
    chunk: Chunk
    vector: Vector


class VectorStore(Protocol):
    """Chunks with their vectors and full text. One writer; searches may run meanwhile from any thread."""

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedChunk]) -> None:
        """Remove every chunk of ``files`` and add ``rows`` (idempotent: a replay changes nothing)."""
        ...

    def add(self, rows: Sequence[EmbeddedChunk]) -> None:
        """Add ``rows`` to what their files hold, in place of the same chunks (idempotent likewise)."""
        ...

    def delete(self, files: Sequence[FileId]) -> None: ...

    def nearest(self, query: Vector, k: int, where: Filter) -> list[Candidate]:
        """The ``k`` chunks with the highest cosine similarity among those that pass ``where``."""
        ...

    def matching(self, terms: TextQuery, k: int, where: Filter) -> list[Candidate]:
        """The ``k`` chunks with the highest BM25 score. A phrase must occur word for word."""
        ...

    def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, StoredChunk]:
        """The stored chunks of these ids; ids that are not there are left out."""
        ...

    def ordinals(self, file: FileId) -> set[int]:
        """Which chunks of ``file`` are here, each with its text and its vector."""
        ...

    def vectors_by_hash(self, files: Sequence[FileId]) -> dict[str, Vector]:
        """Chunk hash → vector of every chunk of ``files``: what an edit need not embed again."""
        ...

    def sample(self, n: int) -> Vectors:
        """Up to ``n`` stored vectors drawn at random, to standardise a query's scores against."""
        ...

    def beside(self, dimensions: int, fingerprint: str) -> VectorsBeside:
        """The vectors of another model for the same passages; none at first. What is deleted here is deleted
        there too."""
        ...

    def keep_only(self, fingerprints: Collection[str]) -> int:
        """Delete what is ``beside`` for other models than these; of how many there was any."""
        ...

    def size(self) -> IndexSize: ...

    def chunk_counts(self) -> dict[FileId, int]:
        """How many chunks each file has here; −1 for one whose texts and vectors do not belong together."""
        ...

    def check(self) -> None:
        """Read everything that is stored; StorageError if something cannot be. Takes seconds."""
        ...

    def recall(self, k: int) -> float | None:
        """The share of the true ``k`` nearest that ``nearest`` finds, measured on stored vectors; None when
        it is exact. Takes seconds.
        """
        ...

    def maintain(self, *, exclusive: bool = False) -> bool:
        """Compact and index what the policy says is due; True if anything was done.

        ``exclusive`` promises that nobody else reads, so that old versions go at once.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class CatalogFile:
    """A file as the catalog knows it. ``generation`` grows with each change seen on disk; ``suspicion``
    weighs the crashes during which this version of it was being worked on, ``stamp`` is its last outcome's.
    """

    id: FileId
    folder: int
    directory: int
    path: str
    kind: Kind
    size: int
    mtime_ns: int
    state: FileState
    generation: int
    content_hash: str = ""
    language: str = ""
    chunks: int = 0
    suspicion: int = 0
    stamp: str = ""


class KnownFile(NamedTuple):
    """The part of a catalog entry that a scan is compared with. ``stamp`` is the outcome's ``stamp``,
    ``views`` the number of its pictures in the index.

    A tuple, since a folder may have a million of them and each look at it makes them all.
    """

    id: FileId
    size: int
    mtime_ns: int
    state: FileState
    stamp: str
    views: int = 0


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A new or changed file to enter into the catalog as pending."""

    record: FileRecord
    kind: Kind


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a pending file of this ``generation``; one that is still pending is stored in part.

    ``code``, ``message`` and ``hint`` explain failed and skipped files, and indexed ones of which a part
    was left out. ``stamp`` names the versions that decided (extractor, chunker, model fingerprint): a file
    is done again when it differs. ``kind`` is what the contents turned out to be, None when they were not
    read: the name alone says less.
    """

    file: FileId
    generation: int
    state: FileState
    stamp: str
    content_hash: str = ""
    language: str = ""
    kind: Kind | None = None
    chunks: int = 0
    code: str = ""
    message: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Backlog:
    """Pending files of one sort. ``readable``: their bytes, of each file only those whose text is taken."""

    files: int
    bytes: int
    readable: int


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A file whose name answers a query. ``exact``: the name, with or without extension, is the query."""

    file: FileId
    score: float
    exact: bool


class Journal(Protocol):
    """What is being worked on this moment, kept where the death of the process does not reach."""

    def note(self, stage: str, files: Sequence[FileId]) -> None:
        """``stage`` ("reading", "embedding"; of pictures "decoding", "encoding") works on these files now and
        on no others; cheap."""
        ...


class Catalog(PictureCatalog, Protocol):
    """The truth about folders and files. Thread-safe."""

    def folders(self) -> list[Folder]: ...

    def add_folder(self, path: str) -> Folder: ...

    def remove_folder(self, folder: int) -> list[FileId]:
        """Forget a folder and its files; returns the ids of the files it held."""
        ...

    def known_files(self, folder: int, below: Sequence[str] | None = None) -> dict[str, KnownFile]:
        """Path → what the catalog knows, for every file of the folder, or those at and below these paths."""
        ...

    def pending_versions(self, picture_stamp: str | None = None) -> set[tuple[int, int]]:
        """(size, mtime_ns) of every pending file, and of those that ``pictures_wanted`` by that stamp."""
        ...

    def enter(self, folder: int, files: Sequence[SeenFile]) -> list[FileId]:
        """Enter or update files by path as pending, with a new generation; ids in the order given."""
        ...

    def forget(self, files: Sequence[FileId]) -> None: ...

    def requeue(self, files: Sequence[FileId]) -> None:
        """Mark files pending again (new generation)."""
        ...

    def pending(self, limit: int) -> list[CatalogFile]:
        """Pending files: small and recent first. Suspects are not among them."""
        ...

    def suspect(self, files: Sequence[FileId], weight: int) -> None:
        """Hold a crash against those of ``files`` that are pending or pictures, until they are finished or
        change."""
        ...

    def suspects(self) -> list[CatalogFile]:
        """Pending files with crashes held against them, the least suspected first."""
        ...

    def finish(self, outcomes: Sequence[Outcome]) -> None:
        """Record outcomes in one transaction; one whose generation is no longer current is ignored."""
        ...

    def files(self, ids: Sequence[FileId]) -> dict[FileId, CatalogFile]: ...

    def same_content(self, content_hashes: Sequence[str]) -> dict[str, list[FileId]]:
        """Content hash → the indexed files that have it."""
        ...

    def names(self, text: str, k: int, where: Filter) -> list[NameMatch]:
        """Files whose name holds words of ``text``, best first. An empty ``text`` asks for every file that
        passes ``where``, most recently modified first (score 1.0, not exact).
        """
        ...

    def directories_below(self, path: str) -> tuple[int, ...]:
        """Ids of the directories at and below ``path``; a bare name matches any directory so called."""
        ...

    def counts(self) -> Mapping[int, FileCounts]:
        """Folder id → files by state."""
        ...

    def pending_again(self) -> int:
        """How many of the pending files were indexed before, as they then were."""
        ...

    def backlog(self, readable: int) -> Mapping[tuple[Kind, str], Backlog]:
        """Pending files by kind and extension; ``readable`` is how many bytes of a file count at most."""
        ...

    def chunk_count(self) -> int:
        """How many chunks the indexed files have by their outcomes."""
        ...

    def chunk_counts(self) -> dict[FileId, tuple[FileState, int]]:
        """Every file's state and how many chunks its last outcome stored."""
        ...

    def failures(self) -> Iterator[Failure]: ...

    def get(self, key: str) -> str | None:
        """A remembered value (active table, tuning results); None when there is none."""
        ...

    def set(self, key: str, value: str) -> None: ...

    def take_over(self, values: Mapping[str, str], stamps: Mapping[str, str]) -> None:
        """In one transaction: remember ``values``, and give indexed files with a stamp of ``stamps`` the one
        in its place."""
        ...

    def wipe(self) -> None:
        """Remove the names of forgotten files from the disk. Takes up to a second for 100,000 files."""
        ...

    def close(self) -> None: ...
