"""Says what indexing a folder would cost before it is done, by reading a random sample of its files."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from qwen_finder.core.document import Chunk, Document, FileRecord
from qwen_finder.core.errors import FileError
from qwen_finder.core.ports import KnownFile
from qwen_finder.core.status import Estimate
from qwen_finder.indexing.reconcile import needs_indexing

# A few large files hold most of the text, so files are sampled by size class: the classes are these shares of
# the files, smallest first, and each gives as many to the sample as the others.
SIZE_CLASSES = (0.5, 0.25, 0.15, 0.07, 0.02, 0.01)
FILES_PER_CLASS = 12
SAMPLE_FILES = FILES_PER_CLASS * len(SIZE_CLASSES)
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
    is_picture: Callable[[str], bool] = lambda path: False,
    seed: int = 0,
) -> Estimate:
    """Files are counted exactly; text, time and disk are those of a sample, scaled up.

    Each size class is scaled by its number of files, since sizes of unread formats say little about their
    text. A few of the sample's chunks are embedded to see how long this machine takes. Which of the files
    would be looked at is told by ``is_picture`` from their paths.
    """
    files = size = 0
    wanted: list[FileRecord] = []
    for record in records:
        files += 1
        size += record.size
        if needs_indexing(known.get(record.path), record, stamps):
            wanted.append(record)
    chunks: list[Chunk] = []
    total_chunks = without_text = 0.0
    draw = random.Random(seed)
    for files_of_class in _size_classes(wanted):
        sample = draw.sample(files_of_class, min(FILES_PER_CLASS, len(files_of_class)))
        for record in sample:
            try:
                cut_up = cut(extract(record.path), os.path.basename(record.path))
            except (FileError, OSError):
                cut_up = ()
            scale = len(files_of_class) / len(sample)
            total_chunks += scale * len(cut_up)
            without_text += scale * (not cut_up)
            chunks.extend(cut_up)
    return Estimate(
        files=files,
        bytes=size,
        to_index=len(wanted),
        unchanged=files - len(wanted),
        skipped=round(without_text),
        seconds=round(total_chunks * _seconds_per_chunk(chunks, embed), 1),
        index_bytes=round(total_chunks * bytes_per_chunk),
        pictures=sum(is_picture(record.path) for record in wanted),
    )


def _size_classes(records: Sequence[FileRecord]) -> Iterator[Sequence[FileRecord]]:
    """The records by size, cut into ``SIZE_CLASSES``; classes that would be empty are left out."""
    ordered = sorted(records, key=lambda record: record.size)
    start, share = 0, 0.0
    for part in SIZE_CLASSES:
        share += part
        end = round(len(ordered) * share)
        if end > start:
            yield ordered[start:end]
        start = end


def _seconds_per_chunk(chunks: Sequence[Chunk], embed: Callable[[Sequence[str]], object]) -> float:
    timed = random.Random(0).sample(chunks, min(TIMED_CHUNKS, len(chunks)))
    if not timed:
        return 0.0
    started = time.perf_counter()
    embed([chunk.embedded_text for chunk in timed])
    return (time.perf_counter() - started) / len(timed)
