"""Thumbnails of what is in the index: kept, made when they are missing, and gone with their files."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from qwen_finder.core.document import FileRecord, Kind
from qwen_finder.core.errors import FileError, UsageError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.core.ports import CatalogFile, SeenFile
from qwen_finder.engine.previews import SIDES, Previews
from qwen_finder.extraction.pictures import decode_file
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.settings.store import Settings
from qwen_finder.storage.catalog import SqliteCatalog


class Bench:
    """A catalog with one folder, and previews that count how often a picture is decoded."""

    def __init__(self, folder: Path) -> None:
        self.catalog = SqliteCatalog(folder / "catalog.db")
        self.files = folder / "files"
        self.files.mkdir()
        self.folder = self.catalog.add_folder(str(self.files)).id
        self.cache = folder / "cache"
        self.decoded = 0
        self.settings = Settings({})
        self.previews = self.open()

    def open(self) -> Previews:
        return Previews(self.catalog, self.cache, self.settings, self.decode)

    def decode(self, path: str, limits: PictureLimits, framing: Framing) -> Picture:
        self.decoded += 1
        return decode_file(path, limits, framing)

    def picture(self, name: str, size: tuple[int, int] = (2000, 1000)) -> CatalogFile:
        Image.new("RGB", size, "red").save(self.files / name)
        return self.enter(name)

    def enter(self, name: str, kind: Kind = Kind.IMAGE) -> CatalogFile:
        record = FileRecord(str(self.files / name), 1, 1)
        (number,) = self.catalog.enter(self.folder, [SeenFile(record, kind)])
        return self.catalog.files([number])[number]

    def on_disk(self) -> list[str]:
        return sorted(path.name for path in self.cache.rglob("*.webp"))


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.catalog.close()


def size_of(content: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "WEBP"
        return image.size


def test_a_missing_thumbnail_is_made_once_in_both_sizes(bench: Bench) -> None:
    path = bench.picture("a.png").path
    assert size_of(bench.previews.of(path, 256).content()) == (256, 128)
    assert size_of(bench.previews.of(path, 1024).content()) == (1024, 512)
    assert bench.decoded == 1


def test_one_that_came_with_indexing_is_not_made_again(bench: Bench) -> None:
    file = bench.picture("a.png")
    bench.previews.keep(file, [(256, b"kept")])
    assert bench.previews.of(file.path, 256).content() == b"kept"
    assert bench.decoded == 0


def test_small_pictures_have_thumbnails_too(bench: Bench) -> None:
    path = bench.picture("icon.png", (16, 16)).path
    assert size_of(bench.previews.of(path, 256).content()) == (16, 16)


def test_a_picture_that_changed_has_another_tag_and_thumbnail(bench: Bench) -> None:
    file = bench.picture("a.png")
    bench.previews.keep(file, [(256, b"old")])
    before = bench.previews.of(file.path, 256)
    bench.picture("a.png", (100, 100))
    after = bench.previews.of(file.path, 256)
    assert after.tag != before.tag
    assert bench.previews.of(file.path, 1024).tag != after.tag
    assert size_of(after.content()) == (100, 100)
    assert not any(name.startswith(f"{file.id}-{file.generation}-") for name in bench.on_disk())


def test_nothing_is_shown_that_is_not_in_the_index(bench: Bench, tmp_path: Path) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "secret.png")
    Image.new("RGB", (100, 100)).save(bench.files / "not indexed.png")
    bench.picture("a.png")
    for path in (
        str(tmp_path / "secret.png"),
        str(bench.files / "not indexed.png"),
        str(bench.files / ".." / "secret.png"),
        str(bench.files / ".." / "files" / "a.png"),
        str(bench.files),
        "",
        "a\0b",
    ):
        with pytest.raises(UsageError) as raised:
            bench.previews.of(path, 256)
        assert raised.value.code == "file.unknown"
    assert bench.decoded == 0


def test_only_pictures_and_only_two_sizes(bench: Bench) -> None:
    text = bench.enter("notes.txt", Kind.TEXT)
    with pytest.raises(UsageError) as raised:
        bench.previews.of(text.path, 256)
    assert raised.value.code == "thumbnail.unknown"
    picture = bench.picture("a.png")
    with pytest.raises(UsageError) as raised:
        bench.previews.of(picture.path, 300)
    assert raised.value.code == "thumbnail.size"


def test_why_a_picture_cannot_be_shown_is_told(bench: Bench) -> None:
    (bench.files / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 50)
    with pytest.raises(FileError) as raised:
        bench.previews.of(bench.enter("broken.png").path, 256).content()
    assert raised.value.code == "file.broken"


def test_forgotten_files_leave_none(bench: Bench) -> None:
    files = [bench.picture(name) for name in ("a.png", "b.png")]
    for file in files:
        bench.previews.of(file.path, 256).content()
    bench.previews.forget([files[0].id])
    assert bench.on_disk() == [
        f"{files[1].id}-{files[1].generation}-{side}.webp" for side in sorted(SIDES, key=str)
    ]


def test_one_that_is_forgotten_while_it_is_looked_at_leaves_none(bench: Bench) -> None:
    file = bench.picture("a.png")
    preview = bench.previews.of(file.path, 256)
    bench.catalog.forget([file.id])
    assert size_of(preview.content()) == (256, 128)
    assert bench.on_disk() == []


def test_what_a_crash_left_is_removed_at_the_next_start(bench: Bench) -> None:
    file, gone = bench.picture("a.png"), bench.picture("b.png")
    for kept in (file, gone):
        bench.previews.keep(kept, [(256, b"kept")])
    bench.catalog.forget([gone.id])
    again = bench.open()
    again.start()
    again.close()
    assert bench.on_disk() == [f"{file.id}-{file.generation}-256.webp"]


def test_the_room_on_disk_is_a_setting(bench: Bench) -> None:
    path = bench.picture("a.png").path
    bench.previews.of(path, 256).content()
    bench.previews.follow(Settings({"index.thumbnails_mb": 0}))
    assert bench.on_disk() == []
    assert size_of(bench.previews.of(path, 256).content()) == (256, 128)
    assert bench.on_disk() == []
