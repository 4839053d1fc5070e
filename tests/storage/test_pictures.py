"""What only the real picture store can show: the disk, the index over many vectors, damage."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from qwen_finder.core.document import FileFields, Kind
from qwen_finder.core.errors import StorageError
from qwen_finder.core.picture import EmbeddedPicture
from qwen_finder.core.query import Filter
from qwen_finder.storage.maintenance import Policy
from qwen_finder.storage.pictures import LancePictureStore

DIMENSIONS = 32
SMALL = Policy(
    tail=200, max_tail=400, versions=12, scalar_index_from=300, vector_index_from=1000,
    keep_versions=timedelta(0),
)  # fmt: skip

OpenPictures = Callable[..., LancePictureStore]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pictures"


@pytest.fixture
def open_pictures(folder: Path) -> Iterator[OpenPictures]:
    opened: list[LancePictureStore] = []

    def open_one(fingerprint: str = "0123456789abcdef-and-more", **options: object) -> LancePictureStore:
        made: dict[str, object] = {"dimensions": DIMENSIONS, "fingerprint": fingerprint} | options
        opened.append(LancePictureStore(folder, **made))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def picture(file: int, views: int = 1) -> list[EmbeddedPicture]:
    about = FileFields(file, file % 7, f"photo{file}.jpg", "jpg", Kind.IMAGE, 100 * file, 1000 * file)
    drawn = np.random.default_rng(file).standard_normal((views, DIMENSIONS), dtype=np.float32)
    return [EmbeddedPicture(about, view, drawn[view], 640, 480, None, ("red",)) for view in range(views)]


def test_everything_is_there_after_reopening_for_the_owner_alone(
    open_pictures: OpenPictures, folder: Path
) -> None:
    store = open_pictures()
    store.replace([1], picture(1, views=3))
    store.close()
    assert open_pictures().counts() == {1: 3}
    assert folder.stat().st_mode & 0o777 == 0o700


def test_each_model_has_a_table_and_deleted_files_leave_all_of_them(
    open_pictures: OpenPictures, folder: Path
) -> None:
    (row,) = picture(1)
    open_pictures("model-old-fingerprint").replace([1], [row])
    new = open_pictures("model-new-fingerprint", dimensions=2 * DIMENSIONS)
    assert new.counts() == {}
    new.delete([1])
    new.maintain(exclusive=True)
    assert open_pictures("model-old-fingerprint").counts() == {}
    stored = row.vector / np.linalg.norm(row.vector.astype(np.float64))
    left = b"".join(file.read_bytes() for file in folder.rglob("*.lance") if file.is_file())
    assert stored.astype(np.float32).tobytes()[:32] not in left
    assert b"photo1.jpg" not in left


def test_many_pictures_are_found_through_an_index(open_pictures: OpenPictures) -> None:
    store = open_pictures(policy=SMALL)
    for first in range(1, 1201, 400):
        files = list(range(first, first + 400))
        store.replace(files, [row for file in files for row in picture(file, views=1 + (file % 5 == 0))])
    assert store.recall(10) is None
    assert store.maintain() is True
    assert store.size().unindexed_rows == 0
    share = store.recall(10)
    assert share is not None
    assert share > 0.9
    (best,) = store.nearest(picture(77)[0].vector, 1, Filter(kinds=(Kind.IMAGE,)))
    assert best.file == 77
    store.check()


def test_a_view_that_is_there_twice_is_told(open_pictures: OpenPictures) -> None:
    store = open_pictures()
    store.replace([1, 2], picture(1, views=2) + picture(2))
    # As a crash in the midst of a wipe leaves it.
    store.replace([], picture(1)[:1])
    assert store.counts() == {1: -1, 2: 1}
    store.replace([1], picture(1))
    assert store.counts() == {1: 1, 2: 1}


def test_a_crash_between_the_two_steps_of_a_replace_leaves_no_half(
    open_pictures: OpenPictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_pictures()
    store.replace([1], picture(1, views=2))

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crash:
        crash.setattr(store._table, "add", die)
        with pytest.raises(KeyboardInterrupt):
            store.replace([1], picture(1, views=5))
    assert open_pictures().counts() == {}


def test_other_columns_and_damage_are_told_apart(open_pictures: OpenPictures, folder: Path) -> None:
    open_pictures().replace([1], picture(1))
    with pytest.raises(StorageError) as foreign:
        open_pictures(dimensions=2 * DIMENSIONS)
    assert foreign.value.code == "storage.foreign"
    shutil.rmtree(next(folder.glob("pictures_*.lance")) / "data")
    with pytest.raises(StorageError) as broken:
        open_pictures().check()
    assert broken.value.code == "storage.broken"


def test_names_that_are_no_unicode_and_bounds_of_numbers(open_pictures: OpenPictures) -> None:
    store = open_pictures()
    (row,) = picture(1)
    about = replace(row.fields, name="bild-\udcff.jpg", size=2**40)
    store.replace([1], [replace(row, fields=about, taken=-(2**40), width=30_000)])
    assert store.pictures([1])[1].taken == -(2**40)
    assert [found.file for found in store.nearest(row.vector, 5, Filter(names=("bild",)))] == [1]
