"""Pictures through the whole engine, with real decoding and storing and a model that sees colours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fakes.patience import wait_for
from fakes.picture_embedder import PALETTE, ColourEmbedder
from qwen_finder.core.errors import ModelError
from qwen_finder.core.query import SearchRequest
from qwen_finder.core.status import CheckState, FileCounts
from qwen_finder.engine.sight import REMEMBERED
from qwen_finder.models import factory


class NoticingEmbedder(ColourEmbedder):
    """As the real one, it says when it runs less well than it could."""

    notice = ""


class Models:
    """Stands in for the library: what was loaded, and what goes wrong when it is."""

    def __init__(self) -> None:
        self.loaded: list[NoticingEmbedder] = []
        self.error: ModelError | None = None
        self.fingerprint = ""
        self.notice = ""

    def open(self, address: str, models: Path, **options: Any) -> NoticingEmbedder:
        if self.error is not None:
            raise self.error
        self.loaded.append(NoticingEmbedder(fingerprint=self.fingerprint))
        self.loaded[-1].notice = self.notice
        return self.loaded[-1]

    @property
    def embedded(self) -> int:
        return sum(model.embedded for model in self.loaded)


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Models:
    made = Models()
    monkeypatch.setattr(factory, "open_picture_embedder", made.open)
    return made


@pytest.fixture
def seeing(home: Any, models: Models, tmp_path: Path) -> Iterator[Any]:
    """A home whose settings name a picture model, started."""
    yield from _see(home, tmp_path / "model")


@pytest.fixture
def seeing_in_english(fresh_home: Any, models: Models, tmp_path: Path) -> Iterator[Any]:
    """The same with the English text model."""
    yield from _see(fresh_home, tmp_path / "model", 'text = "starter-en"\n')


def _see(home: Any, folder: Path, more: str = "") -> Iterator[Any]:
    folder.mkdir()
    (folder / "weights").write_bytes(b"1")
    home.paths.settings_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.settings_file.write_text(f'[models]\nimage = "clip:{folder}"\n{more}')
    home.start()
    yield home
    home.close()


def paint(home: Any, name: str, colour: str, size: tuple[int, int] = (96, 96)) -> Path:
    path: Path = home.files / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, PALETTE[colour]).save(path)
    return path


def shown(home: Any, colour: str) -> list[str]:
    """The names of the pictures found for ``colour``, best first."""
    return home.names(colour, types=("image",))  # type: ignore[no-any-return]


def check(home: Any, name: str) -> Any:
    return next(item for item in home.engine.checks() if item.name == name)


def test_pictures_are_indexed_and_told_of(seeing: Any, models: Models) -> None:
    for colour in ("red", "blue", "green"):
        paint(seeing, f"{colour}.png", colour)
    paint(seeing, "icon.png", "red", (16, 16))
    (seeing.files / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(400))
    seeing.write("notes.txt", "Words about nothing in particular.")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    status = seeing.engine.status()
    assert status.pictures == FileCounts(indexed=3, skipped=1, failed=1)
    assert (status.image_model.name, status.image_model.state) == ("colours", "loaded")
    assert status.index.chunks == seeing.engine._catalog.chunk_count()
    codes = {os.path.basename(item.path): item.code for item in seeing.engine.failures()}
    assert codes == {"icon.png": "file.too_small", "broken.jpg": "file.broken"}
    for colour in ("red", "blue", "green"):
        assert shown(seeing, colour)[0] == f"{colour}.png"
    assert check(seeing, "picture model").state is CheckState.OK
    assert check(seeing, "pictures").state is CheckState.OK
    assert "3 pictures looked at" in check(seeing, "pictures").detail
    assert [item for item in seeing.engine.shelf.models() if item.modality == "image" and item.active]


def test_a_picture_is_known_by_its_contents(seeing: Any, models: Models) -> None:
    paint(seeing, "red.png", "red").rename(seeing.files / "scan of a thing")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    assert shown(seeing, "red") == ["scan of a thing"]


def test_a_start_with_nothing_to_do_loads_no_picture_model(seeing: Any, models: Models) -> None:
    paint(seeing, "red.png", "red")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    assert len(models.loaded) == 1
    seeing.close()
    seeing.start()
    seeing.index()
    assert len(models.loaded) == 1
    assert seeing.engine.status().image_model.state == "idle"
    # A new picture needs it, and so does a query.
    paint(seeing, "blue.png", "blue")
    seeing.index()
    assert len(models.loaded) == 2
    assert shown(seeing, "blue")[0] == "blue.png"


def test_what_is_remembered_of_a_model_counts_until_its_files_change(
    seeing: Any, models: Models, tmp_path: Path
) -> None:
    paint(seeing, "red.png", "red")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    seeing.close()
    (tmp_path / "model" / "weights").write_bytes(b"22")
    models.fingerprint = "another-model"
    seeing.start()
    seeing.settle()
    assert len(models.loaded) == 2
    assert models.embedded == 2
    assert seeing.engine.status().pictures == FileCounts(indexed=1)
    seeing.close()
    # Whatever stands there, it is no reason not to start.
    seeing.start()
    seeing.engine._catalog.set(REMEMBERED, '{"state": 3}')
    seeing.close()
    seeing.start()
    seeing.settle()
    assert seeing.engine.status().image_model.name == "colours"


def test_a_moved_library_is_not_encoded_again(seeing: Any, models: Models) -> None:
    for number, colour in enumerate(PALETTE):
        paint(seeing, f"photos/{number}.png", colour, (80 + number, 80))
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    before = models.embedded
    (seeing.files / "photos").rename(seeing.files / "holiday")
    seeing.index()
    assert models.embedded == before == len(PALETTE)
    assert seeing.engine.status().pictures == FileCounts(indexed=len(PALETTE))
    assert seeing.engine._sight.opened.store.size().chunks == len(PALETTE)
    assert check(seeing, "pictures").state is CheckState.OK


def test_removing_a_folder_takes_its_pictures_from_the_disk(seeing: Any, models: Models) -> None:
    paint(seeing, "unmistakable-name.png", "red")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    stores, thumbnails = seeing.paths.pictures_folder, seeing.paths.thumbnails_folder
    assert _holds(stores, b"unmistakable-name")
    assert list(thumbnails.rglob("*.webp"))
    seeing.engine.remove_folder(str(seeing.files))
    assert not list(thumbnails.rglob("*.webp"))
    assert seeing.engine._sight.opened.store.counts() == {}
    wait_for(lambda: not _holds(stores, b"unmistakable-name"))


def _holds(folder: Path, text: bytes) -> bool:
    for file in folder.rglob("*"):
        try:
            if file.is_file() and text in file.read_bytes():
                return True
        except FileNotFoundError:
            continue
    return False


def test_pictures_go_from_the_disk_when_the_model_was_taken_away(seeing: Any, models: Models) -> None:
    paint(seeing, "red.png", "red")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    seeing.engine.change_settings({"models.image": "off"})
    seeing.settle()
    assert seeing.engine.status().image_model is None
    assert seeing.engine._sight.opened.store.counts() != {}
    seeing.engine.remove_folder(str(seeing.files))
    assert seeing.engine._sight.opened.store.counts() == {}


def test_who_asks_for_pictures_is_not_told_what_the_text_model_reads(seeing_in_english: Any) -> None:
    def told(**options: Any) -> list[str]:
        notices = seeing_in_english.engine.search(SearchRequest("日落", **options)).notices
        return [notice for notice in notices if "reads English" in notice]

    assert told(types=("image",)) == []
    (notice,) = told()
    assert "texts were searched for by words" in notice


def test_without_a_picture_model_it_is_said_once_what_it_would_add(home: Any) -> None:
    home.start()
    home.write("notes.txt", "a red car")
    home.engine.add_folder(str(home.files))
    home.settle()
    assert not _told(home.engine.status().notices), "there are no pictures"
    paint(home, "red.png", "red")
    home.index()
    status = home.engine.status()
    (said,) = _told(status.notices)
    assert "1.5 GB" in said
    assert "`qwen-finder models download ViT-B-32-SigLIP2-256`" in said
    assert (status.image_model, status.pictures) == (None, FileCounts())
    assert not _told(home.engine.search(SearchRequest("car", exts=("txt",))).notices)
    assert _told(home.engine.search(SearchRequest("car type:image")).notices)
    assert _told(home.engine.search(SearchRequest("car", types=("image",))).notices)
    assert _told(home.engine.search(SearchRequest("red")).notices), "a picture is among the hits"
    assert check(home, "picture model").state is CheckState.OK
    assert "1.5 GB" in check(home, "picture model").detail
    home.engine.change_settings({"models.image": "off"})
    home.settle()
    assert not _told(home.engine.status().notices)


def _told(notices: tuple[str, ...]) -> list[str]:
    return [notice for notice in notices if "picture model" in notice]


def test_the_default_model_is_taken_when_it_is_there(
    make_home: Callable[..., Any], models: Models, tmp_path: Path
) -> None:
    home = make_home()
    folder = tmp_path / "models"
    shutil.copytree(home.paths.models, folder, ignore=shutil.ignore_patterns("*[!f]"))
    for file in home.paths.models.glob("*.gguf"):
        shutil.copy(file, folder)
    home.paths.models = folder
    (folder / "ViT-B-32-SigLIP2-256").mkdir()
    home.start()
    home.settle()
    assert home.engine.status().image_model.name == "colours"


def test_a_model_that_cannot_be_used_stops_no_text(seeing: Any, models: Models, tmp_path: Path) -> None:
    (tmp_path / "model" / "weights").write_bytes(b"random")
    models.error = ModelError("model.broken", "The weights are random.", "Fetch them again.")
    seeing.engine.change_settings({"models.image": f"clip:{tmp_path / 'model'}"})
    paint(seeing, "red.png", "red")
    seeing.write("notes.txt", "Words that are found by their meaning.")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    status = seeing.engine.status()
    assert status.files.indexed == 1
    assert status.image_model.state == "broken"
    assert [notice for notice in status.notices if "weights are random" in notice]
    assert check(seeing, "picture model").state is CheckState.FAILED
    assert seeing.names("meaning")[0] == "notes.txt"


def test_a_model_that_fails_later_stops_no_text_and_is_tried_again(seeing: Any, models: Models) -> None:
    seeing.engine._sight.wait()
    models.loaded[0].broken = True
    paint(seeing, "red.png", "red")
    seeing.write("notes.txt", "Words that are found by their meaning.")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    status = seeing.engine.status()
    assert status.files.indexed == 1
    assert [notice for notice in status.notices if "does not work any more" in notice]
    assert status.pictures == FileCounts(pending=1)
    assert check(seeing, "picture model").state is CheckState.FAILED
    models.loaded[0].broken = False
    seeing.index()
    wait_for(lambda: seeing.engine.status().pictures == FileCounts(indexed=1))


def test_what_a_model_complains_of_is_shown(seeing: Any, models: Models) -> None:
    seeing.engine._sight.wait()
    models.loaded[0].notice = "The graphics memory is short."
    assert "The graphics memory is short." in seeing.engine.status().notices
    assert check(seeing, "picture model").state is CheckState.WARNING


def test_a_damaged_picture_index_is_rebuilt_and_the_text_is_not(seeing: Any, models: Models) -> None:
    paint(seeing, "red.png", "red")
    seeing.write("notes.txt", "Words.")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    for data in seeing.paths.pictures_folder.glob("*.lance/data/*"):
        data.write_bytes(b"damage")
    assert check(seeing, "pictures").state is CheckState.FAILED
    assert "rebuilt" in " ".join(seeing.engine.repair())
    seeing.settle()
    wait_for(lambda: seeing.engine.status().pictures == FileCounts(indexed=1))
    assert shown(seeing, "red") == ["red.png"]
    assert seeing.engine._backend.opened.rebuilt == ""
    assert seeing.names("words")[0] == "notes.txt"
    assert check(seeing, "pictures").state is CheckState.OK


def test_repair_puts_pictures_right(seeing: Any, models: Models) -> None:
    paint(seeing, "red.png", "red")
    paint(seeing, "blue.png", "blue")
    seeing.engine.add_folder(str(seeing.files))
    seeing.settle()
    known = seeing.engine._catalog.known_files(seeing.engine._catalog.folders()[0].id)
    seeing.engine._sight.opened.store.delete([known[str(seeing.files / "red.png")].id])
    assert check(seeing, "pictures").state is CheckState.WARNING
    assert "1 pictures that were missing" in " ".join(seeing.engine.repair())
    seeing.settle()
    assert check(seeing, "pictures").state is CheckState.OK


def test_a_dry_run_counts_pictures_where_they_are_looked_at(seeing: Any, models: Models) -> None:
    for colour in ("red", "blue"):
        paint(seeing, f"{colour}.png", colour)
    seeing.write("notes.txt", "Words.")
    assert seeing.engine.estimate([str(seeing.files)]).pictures == 2
    seeing.engine.change_settings({"models.image": "off"})
    assert seeing.engine.estimate([str(seeing.files)]).pictures == 0


def test_a_service_without_pictures_imports_no_torch(home: Any) -> None:
    program = (
        "import sys; from qwen_finder.engine import Engine;"
        "from qwen_finder.settings.paths import find_paths;"
        "from qwen_finder.settings.store import load; paths = find_paths(); paths.create();"
        "engine = Engine(paths, load(paths.settings_file)); engine.start(); engine.checks();"
        "engine._sight.wait(); engine.status(); engine.close();"
        "sys.exit(f'torch was imported' if 'torch' in sys.modules else 0)"
    )
    environment = os.environ | {
        "QWEN_FINDER_HOME": str(home.paths.data.parent), "QWEN_FINDER_MODELS": str(home.paths.models),
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
