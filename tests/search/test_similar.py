"""Files like another, over a real catalog."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

from qwen_finder.core.errors import UsageError
from qwen_finder.core.query import Hit, SimilarRequest, Strength
from qwen_finder.search.searcher import Searcher
from qwen_finder.search.similar import Example, spread, stacked

LEASE = (
    "The tenant pays the rent on the third day of each month.",
    "The landlord keeps the roof and the heating in order.",
    "Pets need the consent of the landlord in writing.",
)


def fill(room: Any, count: int = 30) -> None:
    for number in range(count):
        room.add(f"other/{number}.txt", f"Entry {number} of a list about weather, rain and wind {number}.")


def similar(room: Any, example: Example, path: str = "/example", **fields: Any) -> dict[str, Hit]:
    """Relative path → hit, best first."""
    searcher = Searcher(
        room.catalog, room.store, room.embedder, reads=lambda _: True, gone=room.gone.extend, looks=room.looks
    )
    response = searcher.similar(example, SimilarRequest(path, **fields))
    assert response.query == path
    return {os.path.relpath(hit.path, room.root): hit for hit in response.hits}


def text(room: Any, *passages: str, file: int | None = None) -> Example:
    return Example(file, room.embedder.embed_documents(passages), np.empty((0, 0), np.float32))


def picture(room: Any, file: int) -> Example:
    return Example(file, np.empty((0, 0), np.float32), room.pictures.vectors(file))


def test_a_text_that_says_the_same_comes_first(room: Any) -> None:
    fill(room)
    room.add("one sentence.txt", LEASE[1], "Nothing else about it.", "A long story of a cat.")
    room.add("in another order.txt", *reversed(LEASE))
    hits = similar(room, text(room, *LEASE))
    assert list(hits)[:2] == ["in another order.txt", "one sentence.txt"]
    best = hits["in another order.txt"]
    assert best.strength.rank > hits["other/3.txt"].strength.rank
    assert best.why["passages"] == {"alike": 3, "of": 3}
    assert best.passages[0].text in LEASE
    assert best.more_passages == 2


def test_a_file_is_not_like_itself_and_its_copies_are_one(room: Any) -> None:
    fill(room)
    own = room.add("lease.txt", *LEASE)
    room.add("copy/lease.txt", *LEASE)
    room.add("copy/again.txt", *LEASE)
    hits = similar(room, text(room, *LEASE, file=own))
    best = next(iter(hits.values()))
    assert {os.path.basename(path) for path in (best.path, *best.copies)} == {"lease.txt", "again.txt"}
    assert str(room.root / "lease.txt") not in {hit.path for hit in hits.values()}


def test_texts_that_are_almost_the_same_are_counted_and_not_shown(room: Any) -> None:
    fill(room)
    long = " ".join(f"{sentence} And so on, as was agreed between them." for sentence in LEASE)
    room.add("lease 1.txt", long + " Signed on 3 May.")
    room.add("lease 2.txt", long + " Signed on 4 May.")
    room.add("lease 3.txt", long + " Signed on 5 May.")
    hits = similar(room, text(room, long))
    (best, *others) = hits.items()
    assert best[0].startswith("lease")
    assert (best[1].near_duplicates, best[1].copies) == (2, ())
    assert not [name for name, _ in others if name.startswith("lease")]
    assert all(hit.near_duplicates < 30 for _, hit in others)


def test_pictures_that_look_alike(room: Any) -> None:
    room.paint("roll/red.jpg", *["red"] * 8)
    for number, colour in enumerate(("green", "blue", "yellow", "white") * 5):
        room.paint(f"roll/{number}.jpg", *[colour] * (4 + number % 4), *["grey"] * (4 - number % 4))
    room.paint("roll/mostly.jpg", *["red"] * 6, *["grey"] * 2)
    room.paint("roll/half.jpg", *["red"] * 4, *["blue"] * 4)
    own = room.paint("roll/own.jpg", *["red"] * 7, "blue")
    hits = similar(room, picture(room, own), limit=3)
    assert list(hits) == ["roll/red.jpg", "roll/mostly.jpg", "roll/half.jpg"]
    best = hits["roll/red.jpg"]
    assert best.strength is Strength.STRONG
    assert (best.width, best.height) == (4000, 3000)
    assert best.why["looks"]["rank"] == 1
    assert best.why["looks"]["resemblance"] > 0.9
    assert hits["roll/half.jpg"].strength.rank < Strength.STRONG.rank
    far = similar(room, picture(room, own), limit=30)["roll/3.jpg"]
    assert far.strength is Strength.NONE


def test_pictures_that_are_almost_the_same_are_counted_and_not_shown(room: Any) -> None:
    own = room.paint("own.jpg", *["red"] * 8)
    for number in range(4):
        room.paint(f"saved{number}.jpg", *["red"] * 7, "grey")
    room.paint("copy.jpg", *["red"] * 8, size=7)
    room.paint("copy of copy.jpg", *["red"] * 8, size=7)
    room.paint("other.jpg", *["red"] * 4, *["grey"] * 4)
    hits = similar(room, picture(room, own))
    assert list(hits)[1:] == ["other.jpg"]
    (best, _) = hits.values()
    assert (best.near_duplicates, len(best.copies)) == (4, 1)


def test_filters_and_strength_hold(room: Any) -> None:
    fill(room)
    room.add("old/lease.txt", *LEASE, mtime=1_500_000_000)
    room.add("new/lease.md", *LEASE, "And a garage.", "Signed in the presence of two.", mtime=1_750_000_000)
    example = text(room, *LEASE)
    assert list(similar(room, example, exts=("md",))) == ["new/lease.md"]
    assert list(similar(room, example, before="2018")) == ["old/lease.txt"]
    assert list(similar(room, example, folders=(str(room.root / "old"),))) == ["old/lease.txt"]
    assert set(similar(room, example, min_strength=Strength.STRONG)) == {"old/lease.txt", "new/lease.md"}
    assert len(similar(room, example, limit=4)) == 4
    with pytest.raises(UsageError):
        similar(room, example, types=("nonsense",))


def test_files_that_are_gone_are_reported(room: Any) -> None:
    gone = room.add("lease.txt", *LEASE)
    os.unlink(room.root / "lease.txt")
    assert similar(room, text(room, *LEASE)) == {}
    assert room.gone == [gone]


def test_an_index_without_stores_has_nothing_alike(room: Any) -> None:
    room.add("lease.txt", *LEASE)
    example = text(room, *LEASE)
    room.store = None
    assert similar(room, example) == {}


def test_rows_are_spread_from_first_to_last() -> None:
    rows = np.arange(100, dtype=np.float32).reshape(100, 1)
    assert spread(rows, 200) is rows
    assert spread(rows, 4)[:, 0].tolist() == [0, 33, 66, 99]
    assert stacked([]).shape == (0, 0)
    assert stacked([rows[0], rows[1]]).shape == (2, 1)
