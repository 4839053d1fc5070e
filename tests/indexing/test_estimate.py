"""What indexing would cost, told from a sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qwen_finder.core.errors import FileError
from qwen_finder.core.status import Estimate
from qwen_finder.indexing.estimate import SAMPLE_FILES, TIMED_CHUNKS, estimate


def estimate_of(room: Any, embed: Any = None) -> Estimate:
    return estimate(
        room.scan(),
        room.catalog.known_files(room.folder.id),
        room.stamps.current,
        extract=room.extract,
        cut=room.chunker.chunk,
        embed=embed or room.embedder.embed_documents,
        bytes_per_chunk=1_000.0,
    )


def test_files_are_counted_exactly_and_the_rest_scaled_up(room: Any) -> None:
    texts, pictures = SAMPLE_FILES * 3, SAMPLE_FILES
    for number in range(texts):
        room.write(f"{number}.txt", "one short note")
    for number in range(pictures):
        room.write(f"{number}.png", b"\x89PNG\r\n\x1a\n")
    told = estimate_of(room)
    assert told.files == told.to_index == texts + pictures
    assert told.bytes == texts * 14 + pictures * 8
    assert told.unchanged == 0
    assert abs(told.skipped - pictures) <= pictures * 0.6
    assert told.index_bytes == (told.files - told.skipped) * 1_000


def test_a_few_large_files_among_many_small_ones_are_weighed_right(room: Any) -> None:
    for number in range(300):
        room.write(f"{number}.txt", f"note {number}")
    for number in range(6):
        room.write(f"large {number}.txt", f"{number} rivers and harbours, locks and bridges.\n\n" * 2_000)
    told = estimate_of(room)
    room.index()
    assert abs(told.index_bytes / 1_000 - room.store.size().chunks) < 0.1 * room.store.size().chunks


def test_an_indexed_folder_costs_nothing(room: Any) -> None:
    room.write("a.txt", "one short note")
    room.write("b.png", b"\x89PNG\r\n\x1a\n")
    room.index()
    told = estimate_of(room)
    assert (told.files, told.to_index, told.unchanged) == (2, 0, 2)
    assert (told.seconds, told.index_bytes, told.skipped) == (0.0, 0, 0)


def test_an_empty_folder(room: Any) -> None:
    assert estimate_of(room) == Estimate(0, 0, 0, 0, 0, 0.0, 0)


def test_files_that_cannot_be_read_count_as_skipped(room: Any) -> None:
    def extract(_path: str) -> None:
        raise FileError("file.broken", "broken")

    room.extract = extract
    room.write("a.txt", "words")
    assert estimate_of(room).skipped == 1


def test_no_more_is_embedded_than_needed_to_time_it(room: Any) -> None:
    timed: list[int] = []

    def embed(texts: Sequence[str]) -> None:
        timed.append(len(texts))

    for number in range(100):
        room.write(f"{number}.txt", f"note {number}")
    estimate_of(room, embed)
    assert timed == [TIMED_CHUNKS]


def test_nothing_is_written(room: Any) -> None:
    room.write("a.txt", "words")
    estimate_of(room)
    assert room.states() == {}
    assert room.store.size().chunks == 0
