"""Says what indexing a folder would cost before it is done, by reading a random sample of its files."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from qwen_finder.core.document import Chunk, Document, FileRecord
from qwen_finder.core.errors import FileError
from qwen_finder.core.ports import KnownFile
from qwen_finder.core.status import Estimate
from qwen_finder.indexing.reconcile import needs_indexing

SAMPLE_FILES = 60
TIMED_CHUNKS = 16


def estimate(
    records: Iterable[FileRecord],
    known: Mapping[str, KnownFile],
    stamps: Collection[str] | None,
    *,
    extract: Callable[[str], Document],
    cut: Callable[[Document, str], Sequence[Chunk]],
    embed: Callable[[Sequence[str]], object],
    bytes_per_chunk: float,
    seed: int = 0,
) -> Estimate:
    """Files are counted exactly; text, time and disk are those of a sample, scaled up.

    The sample is drawn from the files to be indexed, evenly, and the scale is the number of files, since
    sizes of unread formats say little about their text. A few of its chunks are embedded to see how long
    this machine takes.
    """
    files = size = 0
    wanted: list[FileRecord] = []
    for record in records:
        files += 1
        size += record.size
        if needs_indexing(known.get(record.path), record, stamps):
            wanted.append(record)
    sample = random.Random(seed).sample(wanted, min(SAMPLE_FILES, len(wanted)))
    chunks: list[Chunk] = []
    without_text = 0
    for record in sample:
        try:
            cut_up = cut(extract(record.path), os.path.basename(record.path))
        except (FileError, OSError):
            cut_up = ()
        without_text += not cut_up
        chunks.extend(cut_up)
    scale = len(wanted) / len(sample) if sample else 0.0
    return Estimate(
        files=files,
        bytes=size,
        to_index=len(wanted),
        unchanged=files - len(wanted),
        skipped=round(without_text * scale),
        seconds=round(len(chunks) * scale * _seconds_per_chunk(chunks, embed), 1),
        index_bytes=round(len(chunks) * scale * bytes_per_chunk),
    )


def _seconds_per_chunk(chunks: Sequence[Chunk], embed: Callable[[Sequence[str]], object]) -> float:
    timed = random.Random(0).sample(chunks, min(TIMED_CHUNKS, len(chunks)))
    if not timed:
        return 0.0
    started = time.perf_counter()
    embed([chunk.embedded_text for chunk in timed])
    return (time.perf_counter() - started) / len(timed)
