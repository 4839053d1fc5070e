"""The VectorStore port in memory: exact cosine, plain BM25, phrases by regular expression.

As strict as the real one about vectors, filters and order, and simple enough to be right by reading. It
splits words where the real tokenizer does for spaced scripts, takes pairs of characters for the others, and
knows no stems.
"""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from fakes.filters import passes
from qwen_finder.core.document import CHUNK_BITS, ChunkId, FileFields, FileId, chunk_id
from qwen_finder.core.errors import StorageError
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Candidate, Filter, StoredChunk, TextQuery
from qwen_finder.core.status import IndexSize
from qwen_finder.core.switch_ports import StoredPassage

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vector, Vectors

_CJK = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_TOKEN = re.compile(rf"[{_CJK}]+|(?:[^\W_{_CJK}]+(?:\+\+|#)?)")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


class MemoryVectorStore:
    """A VectorStore without a disk. Thread-safe."""

    def __init__(self, *, dimensions: int) -> None:
        self._dimensions = dimensions
        self._rows: dict[ChunkId, EmbeddedChunk] = {}
        self._beside: dict[str, MemoryVectorsBeside] = {}
        self._lock = threading.RLock()

    def replace(self, files: Sequence[FileId], rows: Sequence[EmbeddedChunk]) -> None:
        added = self._checked(rows)
        with self._lock:
            self._remove(set(files))
            self._rows.update(added)

    def add(self, rows: Sequence[EmbeddedChunk]) -> None:
        added = self._checked(rows)
        with self._lock:
            self._rows.update(added)

    def delete(self, files: Sequence[FileId]) -> None:
        with self._lock:
            self._remove(set(files))
            for beside in self._beside.values():
                beside.forget(files)

    def nearest(self, query: Vector, k: int, where: Filter) -> list[Candidate]:
        asked = self._unit(query)
        return _best(((number, float(row.vector @ asked)) for number, row in self._passing(where)), max(k, 0))

    def matching(self, terms: TextQuery, k: int, where: Filter) -> list[Candidate]:
        words = _tokens(terms.words)
        phrases = [_phrase(text) for text in terms.phrases if text.strip()]
        if not words and not phrases:
            return []
        with self._lock:
            documents = {number: Counter(_tokens(_body(row))) for number, row in self._rows.items()}
            passing = self._passing(where)
        rarity = _rarity(documents.values())
        mean = sum(map(Counter.total, documents.values())) / max(1, len(documents))
        scored = []
        for number, row in passing:
            if not all(phrase.search(row.chunk.text) for phrase in phrases):
                continue
            score = _bm25(documents[number], words, rarity, mean)
            if score > 0 or phrases:
                scored.append((number, score + len(phrases)))
        return _best(scored, max(k, 0))

    def chunks(self, ids: Sequence[ChunkId]) -> dict[ChunkId, StoredChunk]:
        with self._lock:
            return {number: _stored(number, self._rows[number]) for number in ids if number in self._rows}

    def ordinals(self, file: FileId) -> set[int]:
        with self._lock:
            return {row.chunk.ordinal for row in self._rows.values() if row.fields.file == file}

    def vectors_by_hash(self, files: Sequence[FileId]) -> dict[str, Vector]:
        wanted = set(files)
        with self._lock:
            return {row.chunk.hash: row.vector for row in self._rows.values() if row.fields.file in wanted}

    def sample(self, n: int) -> Vectors:
        with self._lock:
            vectors = [row.vector for row in self._rows.values()]
        drawn = np.random.default_rng(0).permutation(len(vectors))[:n]
        if not len(drawn):
            return np.empty((0, self._dimensions), dtype=np.float32)
        return np.stack([vectors[number] for number in drawn])

    def beside(self, dimensions: int, fingerprint: str) -> MemoryVectorsBeside:
        with self._lock:
            return self._beside.setdefault(fingerprint, MemoryVectorsBeside(self, dimensions))

    def keep_only(self, fingerprints: Collection[str]) -> int:
        with self._lock:
            before = len(self._beside)
            self._beside = {name: one for name, one in self._beside.items() if name in fingerprints}
            return before - len(self._beside)

    def size(self) -> IndexSize:
        with self._lock:
            text = sum(len(_body(row).encode("utf-8", "replace")) for row in self._rows.values())
            return IndexSize(chunks=len(self._rows), bytes=text + 4 * self._dimensions * len(self._rows))

    def chunk_counts(self) -> dict[FileId, int]:
        with self._lock:
            return dict(Counter(number >> CHUNK_BITS for number in self._rows))

    def check(self) -> None:
        """Memory can always be read."""

    def recall(self, k: int) -> float | None:
        return None

    def maintain(self, *, exclusive: bool = False) -> bool:
        """There is never anything to do in memory."""
        return False

    def close(self) -> None:
        with self._lock:
            self._rows.clear()

    def _remove(self, files: Collection[FileId]) -> None:
        self._rows = {number: row for number, row in self._rows.items() if number >> CHUNK_BITS not in files}

    def _checked(self, rows: Sequence[EmbeddedChunk]) -> dict[ChunkId, EmbeddedChunk]:
        return {
            chunk_id(row.fields.file, row.chunk.ordinal): EmbeddedChunk(
                row.fields, row.chunk, self._unit(row.vector)
            )
            for row in rows
        }

    def _passing(self, where: Filter) -> list[tuple[ChunkId, EmbeddedChunk]]:
        with self._lock:
            return [(number, row) for number, row in self._rows.items() if passes(row.fields, where)]

    def _unit(self, vector: Vector) -> Vector:
        return _unit(vector, self._dimensions)


class MemoryVectorsBeside:
    """The VectorsBeside port over a MemoryVectorStore."""

    def __init__(self, store: MemoryVectorStore, dimensions: int) -> None:
        self._store = store
        self._dimensions = dimensions
        self.rows: dict[ChunkId, tuple[str, FileFields, Vector]] = {}

    def align(self) -> tuple[int, Sequence[ChunkId]]:
        with self._store._lock:
            known = {text_hash: vector for text_hash, _, vector in self.rows.values()}
            right: dict[ChunkId, tuple[str, FileFields, Vector]] = {}
            missing: list[ChunkId] = []
            for number, row in self._store._rows.items():
                if row.chunk.hash in known:
                    right[number] = row.chunk.hash, row.fields, known[row.chunk.hash]
                else:
                    missing.append(number)
            self.rows = right
            return len(self._store._rows), missing

    def passages(self, ids: Sequence[ChunkId]) -> list[StoredPassage]:
        with self._store._lock:
            rows = {number: self._store._rows[number] for number in ids if number in self._store._rows}
        return [
            StoredPassage(number, row.chunk.hash, row.chunk.embedded_text) for number, row in rows.items()
        ]

    def vectors(self, ids: Sequence[ChunkId]) -> dict[ChunkId, tuple[str, Vector]]:
        with self._store._lock:
            rows = {number: self._store._rows[number] for number in ids if number in self._store._rows}
        return {number: (row.chunk.hash, row.vector) for number, row in rows.items()}

    def add(self, vectors: Mapping[ChunkId, tuple[str, Vector]]) -> None:
        with self._store._lock:
            for number, (text_hash, vector) in vectors.items():
                row = self._store._rows.get(number)
                if row is not None and row.chunk.hash == text_hash:
                    self.rows[number] = text_hash, row.fields, _unit(vector, self._dimensions)

    def drop(self) -> None:
        self.rows = {}

    def forget(self, files: Collection[FileId]) -> None:
        self.rows = {number: row for number, row in self.rows.items() if number >> CHUNK_BITS not in files}


def _unit(vector: Vector, dimensions: int) -> Vector:
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if vector.shape != (dimensions,) or not math.isfinite(length) or length == 0:
        raise StorageError("storage.vector", f"A vector of {dimensions} dimensions is needed.")
    return np.asarray(vector / length, dtype=np.float32)


def _best(scored: Iterable[tuple[ChunkId, float]], k: int) -> list[Candidate]:
    ranked = sorted(scored, key=lambda pair: (-pair[1], pair[0]))
    return [Candidate(number, number >> CHUNK_BITS, score) for number, score in ranked[:k]]


def _body(row: EmbeddedChunk) -> str:
    return f"{row.chunk.text}\n{row.chunk.context}"


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    for word in _TOKEN.findall(text):
        if re.match(f"[{_CJK}]", word):
            found += [word[at : at + 2] for at in range(max(1, len(word) - 1))]
            continue
        parts = [] if word.islower() else _CAMEL.findall(word)
        found += [word.lower(), *(part.lower() for part in parts if len(parts) > 1)]
    return found


def _phrase(text: str) -> re.Pattern[str]:
    pattern = r"\s+".join(re.escape(piece) for piece in text.split())
    spaced = re.compile(f"[^\\W_{_CJK}]")
    before = r"(?<![^\W_])" if spaced.match(text.strip()[0]) else ""
    after = r"(?![^\W_])" if spaced.match(text.strip()[-1]) else ""
    return re.compile(before + pattern + after, re.IGNORECASE)


def _rarity(documents: Iterable[Counter[str]]) -> dict[str, float]:
    held = Counter[str]()
    count = 0
    for document in documents:
        count += 1
        held.update(document.keys())
    return {word: math.log(1 + (count - n + 0.5) / (n + 0.5)) for word, n in held.items()}


def _bm25(document: Counter[str], words: Sequence[str], rarity: dict[str, float], mean: float) -> float:
    long = 0.25 + 0.75 * document.total() / (mean or 1)
    return sum(
        rarity[word] * document[word] * 2.2 / (document[word] + 1.2 * long)
        for word in dict.fromkeys(words)
        if document[word]
    )


def _stored(number: ChunkId, row: EmbeddedChunk) -> StoredChunk:
    chunk = row.chunk
    return StoredChunk(
        number, row.fields.file, chunk.text, chunk.context,
        chunk.start, chunk.end, chunk.line, chunk.end_line, chunk.page, chunk.unit, chunk.member,
    )  # fmt: skip
