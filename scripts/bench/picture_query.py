"""Search time among pictures against numpy brute force over the same vectors, without embedding the query.

    python scripts/bench/picture_query.py [--pictures 200000] [--dimensions 768] [--queries 50]

Prints one JSON object: the median milliseconds of both, their ratio (aim: at most 0.5) and the recall of as
many pictures as a search asks for. Vectors as in query.py.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from query import Cloud

from qwen_finder.core.document import FileFields, Kind
from qwen_finder.core.picture import EmbeddedPicture
from qwen_finder.core.query import Filter
from qwen_finder.search.looks import LOOKS_K
from qwen_finder.storage.pictures import LancePictureStore

_T = TypeVar("_T")

AIM = 0.5
_BATCH = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=int, default=200_000)
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--queries", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Path(folder), options.pictures, options.dimensions, options.queries)
    print(json.dumps({"benchmark": "picture_query", "cores": os.cpu_count(), **measured, "aim": AIM}))


def measure(folder: Path, pictures: int, dimensions: int, queries: int) -> dict[str, object]:
    cloud = Cloud(pictures, dimensions)
    vectors = np.concatenate([cloud.draw(_BATCH) for _ in range(-(-pictures // _BATCH))])[:pictures]
    store = LancePictureStore(folder, dimensions=dimensions, fingerprint="benchmark")
    for start in range(0, pictures, _BATCH):
        files = range(start, min(start + _BATCH, pictures))
        store.replace([], [picture(file, vectors[file]) for file in files])
    store.maintain(exclusive=True)
    asked = cloud.draw(queries)
    recalls, ours, brute = [], [], []
    for query in asked:
        exact, spent = timed(partial(top, vectors, query, LOOKS_K))
        brute.append(spent)
        found, spent = timed(partial(store.nearest, query, LOOKS_K, Filter()))
        ours.append(spent)
        recalls.append(len(exact & {one.file for one in found}) / LOOKS_K)
    store.close()
    return {
        "pictures": pictures,
        "dimensions": dimensions,
        "ours_ms": round(statistics.median(ours), 2),
        "numpy_ms": round(statistics.median(brute), 2),
        "ratio": round(statistics.median(ours) / statistics.median(brute), 3),
        f"recall@{LOOKS_K}": round(statistics.mean(recalls), 4),
    }


def picture(file: int, vector: np.ndarray) -> EmbeddedPicture:
    fields = FileFields(file, 1, f"{file}.jpg", "jpg", Kind.IMAGE, 3_000_000, 1_700_000_000 + file)
    return EmbeddedPicture(fields, 0, vector, 4000, 3000)


def top(vectors: np.ndarray, query: np.ndarray, k: int) -> set[int]:
    return set(np.argpartition(vectors @ query, -k)[-k:].tolist())


def timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """The result of ``work`` and its milliseconds."""
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
