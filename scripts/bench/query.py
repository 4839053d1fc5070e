"""Search time of the vector index against numpy brute force over the same vectors, without embedding.

    python scripts/bench/query.py [--sizes 20000,100000,1000000] [--dimensions 384] [--queries 50]

Vectors are drawn around cluster centres which themselves lie around a few topics, as embeddings of real
text do: uniformly random vectors have no neighbours worth finding. Queries are new points of the clusters.
Prints one JSON object with, for each size, the median milliseconds of both, their ratio and recall@10.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qwen_finder.core.document import CHUNK_BITS, Chunk, FileFields, Kind
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.core.query import Filter, TextQuery
from qwen_finder.storage.vectors import LanceVectorStore

_Array = npt.NDArray[np.float32]
_T = TypeVar("_T")
_BATCH = 10_000
_CHUNKS_PER_FILE = 5
_TOPICS = 64
_K = 10
_CANDIDATES = 100
_WORDS = [
    a + b for a in ("lo", "mi", "ra", "te", "su", "vo", "pa", "ne") for b in ("ka", "ri", "do", "mel", "sen")
]


class Cloud:
    """A mixture of clusters on the unit sphere; one cluster for about 200 vectors."""

    def __init__(self, size: int, dimensions: int) -> None:
        self._random = np.random.default_rng(7)
        topics = self._noise(_TOPICS, dimensions)
        clusters = max(50, size // 200)
        self._centres = _unit(
            topics[self._random.integers(0, _TOPICS, clusters)] + 0.8 * self._noise(clusters, dimensions)
        )

    def draw(self, count: int) -> _Array:
        centres = self._centres[self._random.integers(0, len(self._centres), count)]
        return _unit(centres + 0.7 * self._noise(*centres.shape))

    def _noise(self, count: int, dimensions: int) -> _Array:
        return self._random.standard_normal((count, dimensions), dtype=np.float32) / np.float32(
            dimensions**0.5
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="20000,100000,1000000")
    parser.add_argument("--dimensions", type=int, default=384)
    parser.add_argument("--queries", type=int, default=50)
    options = parser.parse_args()
    results = []
    for size in map(int, options.sizes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            results.append(measure(Path(folder), size, options.dimensions, options.queries))
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    print(
        json.dumps(
            {"benchmark": "query", "machine": machine, "dimensions": options.dimensions, "results": results}
        )
    )


def measure(folder: Path, size: int, dimensions: int, queries: int) -> dict[str, object]:
    """Build an index of ``size`` chunks in ``folder`` and time ``queries`` searches."""
    cloud = Cloud(size, dimensions)
    store = LanceVectorStore(folder / "index", dimensions=dimensions, fingerprint="bench")
    matrix = np.empty((size, dimensions), dtype=np.float32)
    _say(f"{size}: writing")
    writing = time.perf_counter()
    for first in range(0, size, _BATCH):
        drawn = cloud.draw(min(_BATCH, size - first))
        matrix[first : first + len(drawn)] = drawn
        store.replace([], [_row(first + at, vector) for at, vector in enumerate(drawn)])
    writing = time.perf_counter() - writing
    _say(f"{size}: indexing")
    indexing, _ = _timed(partial(store.maintain, exclusive=True))
    asked = cloud.draw(queries)
    _say(f"{size}: searching")
    code = Filter(kinds=(Kind.CODE,))
    for query in asked[:3]:
        store.nearest(query, _CANDIDATES, Filter())
    found = [_timed(partial(store.nearest, query, _CANDIDATES, Filter())) for query in asked]
    exact = [_timed(partial(_brute_force, matrix, query, _CANDIDATES)) for query in asked]
    filtered = [_timed(partial(store.nearest, query, _CANDIDATES, code)) for query in asked[:20]]
    texts = [TextQuery(_text(at)[:40]) for at in range(20)]
    words = [_timed(partial(store.matching, text, _CANDIDATES, Filter())) for text in texts]
    fetched = [_timed(partial(store.chunks, [hit.chunk for hit in hits[:50]])) for _, hits in found[:20]]
    recalled = [
        len({_position(hit.chunk) for hit in hits[:_K]} & set(truth[:_K].tolist())) / _K
        for (_, hits), (_, truth) in zip(found, exact, strict=True)
    ]
    ours, numpys = _median_ms(found), _median_ms(exact)
    used = store.size()
    store.close()
    return {
        "chunks": size,
        "search_ms": ours,
        "numpy_ms": numpys,
        "ratio": round(ours / numpys, 3),
        "recall_at_10": round(statistics.mean(recalled), 4),
        "filtered_ms": _median_ms(filtered),
        "full_text_ms": _median_ms(words),
        "fetch_50_chunks_ms": _median_ms(fetched),
        "write_s": round(writing, 1),
        "index_s": round(indexing, 1),
        "bytes_per_chunk": round(used.bytes / size),
    }


def _row(number: int, vector: _Array) -> EmbeddedChunk:
    file, ordinal = divmod(number, _CHUNKS_PER_FILE)
    kind = Kind.CODE if file % 10 == 0 else Kind.TEXT
    fields = FileFields(
        file + 1, file // 20, f"file{file}.txt", "txt", kind, 1000, 1_600_000_000 + file, "en"
    )
    text = _text(number)
    return EmbeddedChunk(fields, Chunk(ordinal, text, "", 0, len(text), 1, 1, None, f"{number:x}"), vector)


def _text(number: int) -> str:
    """Some words that depend on the number, the first ones often, the last ones seldom used."""
    random = np.random.default_rng(number)
    return " ".join(_WORDS[at] + _WORDS[other] for at, other in random.integers(0, len(_WORDS), (12, 2)) // 2)


def _position(chunk: int) -> int:
    return ((chunk >> CHUNK_BITS) - 1) * _CHUNKS_PER_FILE + (chunk & (1 << CHUNK_BITS) - 1)


def _brute_force(matrix: _Array, query: _Array, k: int) -> npt.NDArray[np.intp]:
    similarity = matrix @ query
    best = np.argpartition(similarity, -k)[-k:]
    return best[np.argsort(-similarity[best])]


def _unit(matrix: _Array) -> _Array:
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def _timed(action: Callable[[], _T]) -> tuple[float, _T]:
    begin = time.perf_counter()
    result = action()
    return time.perf_counter() - begin, result


def _median_ms(timed: Sequence[tuple[float, object]]) -> float:
    return round(1000 * statistics.median(seconds for seconds, _ in timed), 2)


def _say(text: str) -> None:
    print(text, file=sys.stderr)


if __name__ == "__main__":
    main()
