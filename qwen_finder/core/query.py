"""What is asked and what is answered: filters, candidates, hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qwen_finder.core.document import ChunkId, FileId, Kind, Unit


class Mode(StrEnum):
    """Which retrievers answer a query."""

    HYBRID = "hybrid"
    SEMANTIC = "semantic"
    KEYWORD = "keyword"
    NAME = "name"


class Strength(StrEnum):
    """How well a hit answers the query, comparable across models and queries."""

    STRONG = "strong"
    GOOD = "good"
    WEAK = "weak"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for none up to 3 for strong."""
        return ("none", "weak", "good", "strong").index(self.value)


@dataclass(frozen=True, slots=True)
class Filter:
    """What every hit must satisfy; applied inside each search, never to its result.

    A ``None`` or empty field does not restrict. ``directories``, ``files`` and ``not_files`` hold catalog
    ids: an empty ``directories`` or ``files`` tuple (not None) matches nothing. ``after`` is inclusive and
    ``before`` exclusive, both in seconds since the epoch; sizes are inclusive, in bytes; ``names`` are
    lower-case substrings that the file name must all contain.
    """

    kinds: tuple[Kind, ...] = ()
    exts: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    directories: tuple[int, ...] | None = None
    files: tuple[FileId, ...] | None = None
    not_files: tuple[FileId, ...] = ()
    names: tuple[str, ...] = ()
    not_names: tuple[str, ...] = ()
    after: int | None = None
    before: int | None = None
    min_size: int | None = None
    max_size: int | None = None

    @property
    def unrestricted(self) -> bool:
        return self == Filter()


@dataclass(frozen=True, slots=True)
class TextQuery:
    """What full-text search looks for: any of ``words``, each of ``phrases`` in this order of words."""

    words: str = ""
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk found by one retriever, best first; ``score`` is comparable within that retriever only.

    Vector search scores are cosine similarities (-1 to 1), full-text scores BM25.
    """

    chunk: ChunkId
    file: FileId
    score: float


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as it is kept in the index."""

    chunk: ChunkId
    file: FileId
    text: str
    context: str
    start: int
    end: int
    line: int
    end_line: int
    page: int | None
    unit: Unit = Unit.PAGE
    member: str = ""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query as a client puts it. ``text`` may hold the query language; the fields add to it. ``rerank``:
    have the best hits judged by a reranker; None leaves it to the setting ``search.rerank``.
    """

    text: str
    limit: int = 20
    mode: Mode = Mode.HYBRID
    types: tuple[str, ...] = ()
    exts: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    min_strength: Strength = Strength.NONE
    explain: bool = False
    rerank: bool | None = None


@dataclass(frozen=True, slots=True)
class SimilarRequest:
    """A question for files like the one at ``path`` (absolute); the other fields as in SearchRequest."""

    path: str
    limit: int = 20
    types: tuple[str, ...] = ()
    exts: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    min_strength: Strength = Strength.NONE
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a file shown for a hit; ``highlights`` are [start, end) code-point ranges of ``text``.

    ``page``, ``unit`` and ``member`` as in ``Segment``. Pages and slides have no lines, sheets have rows.
    """

    text: str
    line: int | None = None
    page: int | None = None
    highlights: tuple[tuple[int, int], ...] = ()
    unit: Unit = Unit.PAGE
    member: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A file that answers a query. ``path`` may hold surrogate escapes; ``modified`` is ISO 8601, UTC.

    ``why`` maps each retriever that found the file to its rank and score, and names the context.
    ``more_passages`` counts further chunks of the file among the candidates; ``copies`` lists other paths
    with the same content, ``near_duplicates`` counts files left out because they are almost this one (other
    sizes of a photo, an edited letter). ``width`` and ``height`` are a picture's in pixels as it is shown,
    ``taken`` is when by the camera's clock (ISO 8601 without a zone, "" when unknown), ``colours`` its
    dominant ones; None and empty for what is no picture or not looked at yet.
    """

    path: str
    uri: str
    kind: Kind
    score: float
    strength: Strength
    modified: str
    size: int
    passages: tuple[Passage, ...] = ()
    why: Mapping[str, object] = field(default_factory=dict)
    more_passages: int = 0
    copies: tuple[str, ...] = ()
    near_duplicates: int = 0
    width: int | None = None
    height: int | None = None
    taken: str = ""
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """Hits, best first; ``query`` is what was asked, a path when it was a file. ``notices`` are sentences for
    the user (the index is still growing, …).
    """

    query: str
    took_ms: float
    strength: Strength
    hits: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
