"""What every PictureStore does, the fake and the real one alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from fakes.picture_store import MemoryPictureStore
from qwen_finder.core.document import FileFields, Kind
from qwen_finder.core.errors import StorageError
from qwen_finder.core.picture import EmbeddedPicture, StoredPicture
from qwen_finder.core.ports import PictureStore
from qwen_finder.core.query import Filter
from qwen_finder.storage.pictures import LancePictureStore

DIMENSIONS = 16
ANY = Filter()


def _lance(folder: Path) -> PictureStore:
    return LancePictureStore(folder / "pictures", dimensions=DIMENSIONS, fingerprint="0123456789abcdef")


def _memory(_folder: Path) -> PictureStore:
    return MemoryPictureStore(dimensions=DIMENSIONS)


@pytest.fixture(params=[_memory, _lance], ids=["fake", "lance"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PictureStore]:
    make: Callable[[Path], PictureStore] = request.param
    opened = make(tmp_path)
    yield opened
    opened.close()


def vector(seed: int) -> npt.NDArray[np.float32]:
    drawn = np.random.default_rng(seed).normal(size=DIMENSIONS)
    return np.asarray(drawn / np.linalg.norm(drawn), dtype=np.float32)


def fields(file: int, name: str = "photo.jpg", **more: object) -> FileFields:
    base = FileFields(
        file, directory=1, name=name, ext="jpg", kind=Kind.IMAGE, size=1000, mtime=1_700_000_000
    )
    return replace(base, **more)  # type: ignore[arg-type]


def row(about: FileFields | int, view: int = 0, **more: object) -> EmbeddedPicture:
    if isinstance(about, int):
        about = fields(about)
    one = EmbeddedPicture(
        about, view, vector(100 * about.file + view), 640, 480, 1_600_000_000, ("red", "grey")
    )
    return replace(one, **more)  # type: ignore[arg-type]


def put(store: PictureStore, *rows: EmbeddedPicture) -> None:
    store.replace(sorted({one.fields.file for one in rows}), rows)


def found(store: PictureStore, where: Filter = ANY) -> set[int]:
    return {candidate.file for candidate in store.nearest(vector(1), 100, where)}


def test_an_empty_store_answers_everything_with_nothing(store: PictureStore) -> None:
    assert store.nearest(vector(1), 5, ANY) == []
    assert store.pictures([1]) == store.counts() == {}
    assert store.vectors(1).shape == store.sample(10).shape == (0, DIMENSIONS)
    assert store.size().chunks == 0
    assert store.recall(10) is None
    store.check()
    store.delete([1, 2])
    store.replace([], [])


def test_nearest_gives_cosines_best_first(store: PictureStore) -> None:
    rows = [row(file) for file in range(1, 31)]
    put(store, *rows)
    asked = vector(99)
    exact = sorted(((float(one.vector @ asked), one.fields.file) for one in rows), reverse=True)[:7]
    answer = store.nearest(asked, 7, ANY)
    assert [candidate.file for candidate in answer] == [file for _, file in exact]
    assert [candidate.score for candidate in answer] == pytest.approx([score for score, _ in exact], abs=1e-5)
    assert store.nearest(asked, 0, ANY) == []


def test_a_picture_is_found_once_by_its_best_view(store: PictureStore) -> None:
    put(store, *(row(1, view) for view in range(9)), row(2), row(3))
    answer = store.nearest(row(1, 4).vector, 3, ANY)
    assert (answer[0].file, answer[0].view, answer[0].score) == (1, 4, pytest.approx(1.0, abs=1e-5))
    assert {candidate.file for candidate in answer} == {1, 2, 3}


def test_many_views_of_few_pictures_do_not_crowd_out_the_others(store: PictureStore) -> None:
    """All views of the first pictures are nearer than any of the last."""
    asked = vector(5)
    near = [row(file, view, vector=asked + 0.01 * vector(file)) for file in (1, 2) for view in range(20)]
    put(store, *near, row(3), row(4))
    assert {candidate.file for candidate in store.nearest(asked, 4, ANY)} == {1, 2, 3, 4}


@pytest.mark.parametrize(
    "broken",
    [
        np.full(DIMENSIONS, np.nan, dtype=np.float32),
        np.zeros(DIMENSIONS, dtype=np.float32),
        np.ones(DIMENSIONS - 1, dtype=np.float32),
    ],
    ids=["nan", "zero", "short"],
)
def test_a_broken_vector_is_refused_in_query_and_row(
    store: PictureStore, broken: npt.NDArray[np.float32]
) -> None:
    put(store, row(1))
    with pytest.raises(StorageError) as refused:
        store.nearest(broken, 3, ANY)
    assert refused.value.code == "storage.vector"
    with pytest.raises(StorageError):
        store.replace([1], [row(1, vector=broken)])
    assert store.counts() == {1: 1}


def test_vectors_are_stored_at_unit_length_in_the_order_of_views(store: PictureStore) -> None:
    put(store, row(1, 2), row(1, 0, vector=row(1, 0).vector * np.float32(40)), row(1, 1), row(2))
    expected = np.stack([row(1, view).vector for view in range(3)])
    assert np.allclose(store.vectors(1), expected, atol=1e-5)
    assert store.vectors(1).dtype == np.float32


def test_replace_forgets_what_the_files_held_and_a_replay_changes_nothing(store: PictureStore) -> None:
    put(store, row(1, 0), row(1, 1), row(2))
    for _ in range(2):
        put(store, row(1, 0, width=10, height=20))
    assert store.counts() == {1: 1, 2: 1}
    assert store.size().chunks == 2
    store.replace([1, 2], [])
    assert store.counts() == {}
    assert store.nearest(vector(1), 5, ANY) == []


def test_what_is_known_of_a_picture(store: PictureStore) -> None:
    put(store, row(1, 0), row(1, 1), row(2, taken=None, colours=(), width=30_000, height=200))
    assert store.pictures([1, 2, 99]) == {
        1: StoredPicture(1, 640, 480, 1_600_000_000, ("red", "grey")),
        2: StoredPicture(2, 30_000, 200, None, ()),
    }
    assert store.pictures([]) == {}


def test_a_sample_is_of_whole_pictures(store: PictureStore) -> None:
    put(store, *(row(file, view) for file in range(1, 9) for view in range(3)))
    wholes = {row(file).vector.round(4).tobytes() for file in range(1, 9)}
    drawn = store.sample(100)
    assert {one.round(4).tobytes() for one in drawn} == wholes
    assert len(drawn) == 8
    assert len(store.sample(3)) == 3
    assert store.sample(0).shape == (0, DIMENSIONS)


def test_deleted_files_are_gone(store: PictureStore) -> None:
    put(store, row(1, 0), row(1, 1), row(2))
    store.delete([1, 77])
    assert store.counts() == {2: 1}
    assert found(store) == {2}
    assert store.pictures([1]) == {}


FILES = [
    fields(1, "beach.jpg", directory=10, size=100, mtime=1000),
    fields(2, "hund.png", ext="png", directory=11, size=200, mtime=2000),
    fields(3, "o'reilly_1 100%.webp", ext="webp", directory=12, size=300, mtime=3000),
    fields(4, "海边.jpg", directory=20, size=400, mtime=4000),
    fields(5, "scan", ext="", kind=Kind.OTHER, directory=30, size=500, mtime=5000),
]


@pytest.mark.parametrize(
    ("where", "files"),
    [
        (Filter(), {1, 2, 3, 4, 5}),
        (Filter(kinds=(Kind.IMAGE,)), {1, 2, 3, 4}),
        (Filter(exts=("JPG", "png")), {1, 2, 4}),
        (Filter(languages=("zh",)), set()),
        (Filter(directories=(10, 11, 12)), {1, 2, 3}),
        (Filter(directories=()), set()),
        (Filter(files=(2, 3)), {2, 3}),
        (Filter(files=()), set()),
        (Filter(not_files=(1, 2, 3)), {4, 5}),
        (Filter(names=("海边",)), {4}),
        (Filter(names=("o're", "%")), {3}),
        (Filter(not_names=("h",)), {3, 4, 5}),
        (Filter(after=2000, before=4000), {2, 3}),
        (Filter(min_size=300), {3, 4, 5}),
        (Filter(max_size=300), {1, 2, 3}),
    ],
)
def test_filters_hold(store: PictureStore, where: Filter, files: set[int]) -> None:
    put(store, *(row(file) for file in FILES))
    assert found(store, where) == files


def test_a_filter_is_inside_the_search_not_after_it(store: PictureStore) -> None:
    put(store, *(row(file) for file in range(1, 60)), row(fields(99, directory=7)))
    (only,) = store.nearest(row(1).vector, 1, Filter(directories=(7,)))
    assert only.file == 99
