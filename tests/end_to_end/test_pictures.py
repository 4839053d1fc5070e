"""Pictures by what they show: the real service, a picture model of our own, and files of every other sort.

The model (tests/data/tiny_clip) knows coloured shapes and six languages. The drawings here are none of those
that it was trained on, and lie in one index with the texts and pictures of the demo folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from fakes.shapes import LANGUAGES, THINGS, captions, draw
from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.query import Hit, Mode, SearchRequest, SimilarRequest, Strength
from qwen_finder.settings import store as settings_store
from qwen_finder.settings.paths import find_paths

ROOT = Path(__file__).resolve().parents[2]
TINY_CLIP = ROOT / "tests" / "data" / "tiny_clip"
HELD_OUT = 1_000_100
SIZES = ((160, 120), (120, 160))


class Program:
    """The program in a home of its own, over a folder of files."""

    def __init__(self, folder: Path, image_model: str, ocr: str) -> None:
        self.files = folder / "files"
        models = os.environ.get("QWEN_FINDER_MODELS") or str(ROOT / ".models")
        self.environ = {
            **os.environ,
            "QWEN_FINDER_HOME": str(folder / "home"),
            "QWEN_FINDER_MODELS": models,
            "NO_COLOR": "1",
        }
        self.paths = find_paths(self.environ)
        self.paths.create()
        for key, value in (("models.image", image_model), ("index.ocr", ocr), ("pace.mode", "full")):
            settings_store.save(self.paths.settings_file, key, value)
        self.client = Client(Launcher(self.paths, start=False))

    def __call__(self, *args: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "qwen_finder", *args],
            env=self.environ,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def add(self) -> None:
        added = self("folders", "add", self.files)
        assert added.returncode == 0, added.stderr
        self.index()

    def index(self) -> None:
        waited = self("index", "--wait")
        assert waited.returncode == 0, waited.stderr

    def ask(self, text: str, *types: str, limit: int = 3, mode: Mode = Mode.HYBRID) -> list[Hit]:
        return list(self.client.search(SearchRequest(text, limit=limit, types=types, mode=mode)).hits)

    def stop(self) -> None:
        Launcher(self.paths).stop()


def names(hits: list[Hit]) -> list[str]:
    return [os.path.basename(hit.path) for hit in hits]


@pytest.fixture(scope="module")
def drawn() -> dict[str, tuple[str, str]]:
    """Name → what is drawn. The names tell nothing."""
    order = [(thing, number) for number in range(len(SIZES)) for thing in THINGS]
    return {f"IMG_{4000 + 7 * place}.png": thing for place, (thing, _) in enumerate(order)}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, drawn: dict[str, tuple[str, str]]) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("pictures"), f"clip:{TINY_CLIP}", "off")
    shutil.copytree(ROOT / "resources" / "demo", program.files)
    (program.files / "Camera").mkdir()
    for place, (name, thing) in enumerate(drawn.items()):
        number = place // len(THINGS)
        draw(*thing, HELD_OUT + number, SIZES[number]).save(program.files / "Camera" / name)
    program.add()
    yield program
    program.stop()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_what_is_shown(
    language: str, program: Program, drawn: dict[str, tuple[str, str]]
) -> None:
    first, top = [], []
    for thing in THINGS:
        text = captions(language, *thing)[0]
        pictures = names(program.ask(text, "image"))
        first.append(drawn.get(pictures[0]) == thing)
        top.append(thing in [drawn.get(name) for name in names(program.ask(text))])
    assert sum(first) >= 0.95 * len(THINGS), f"among pictures: {sum(first)} of {len(THINGS)}"
    assert sum(top) >= 0.95 * len(THINGS), f"among all files, in the first three: {sum(top)}"


def test_the_command_line_shows_pictures(program: Program, drawn: dict[str, tuple[str, str]]) -> None:
    shown = program("query", "красный круг", "--type", "image", "-n", "1")
    assert shown.returncode == 0, shown.stderr
    title, place = shown.stdout.splitlines()
    assert drawn[title.split()[1]] == ("red", "circle")
    assert place.endswith(("160 × 120", "120 × 160"))
    answer = json.loads(program("query", "blue star", "--json").stdout)
    (hit,) = [hit for hit in answer["hits"] if "looks" in hit["why"] and hit["why"]["looks"]["rank"] == 1]
    assert drawn[os.path.basename(hit["path"])] == ("blue", "star")
    assert {hit["width"], hit["height"]} == {160, 120}
    assert "blue" in hit["colours"]
    assert hit["why"]["looks"]["z"] > 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("how much did the plumber charge", "invoice_plumber_2024.txt"),
        ("red lentil soup", "red lentil soup.md"),
        ("parse_bank_statement", "importer.py"),
    ],
)
def test_a_text_that_answers_is_not_topped_by_a_picture(text: str, name: str, program: Program) -> None:
    assert names(program.ask(text))[0] == name


def test_modes_that_look_for_words_do_not_look_at_pictures(program: Program) -> None:
    assert names(program.ask("紫色星形", mode=Mode.SEMANTIC))[0].startswith("IMG_4")
    for mode in (Mode.KEYWORD, Mode.NAME):
        assert not [hit for hit in program.ask("purple star", mode=mode, limit=50) if "looks" in hit.why]


def test_filters_hold_for_pictures(program: Program) -> None:
    assert not [hit for hit in program.ask("red circle ext:jpg", limit=20) if not hit.path.endswith(".jpg")]
    assert program.ask("red circle in:Camera", limit=20)
    assert not program.ask("red circle in:Camera before:2020")


def test_similar_finds_look_alikes(program: Program, drawn: dict[str, tuple[str, str]]) -> None:
    right = 0
    for name in list(drawn)[: len(THINGS)]:
        path = str(program.files / "Camera" / name)
        hits = list(program.client.similar(SimilarRequest(path, limit=1)).hits)
        assert name not in names(hits)
        right += drawn.get(names(hits)[0]) == drawn[name] and hits[0].strength.rank >= Strength.GOOD.rank
    assert right >= 0.9 * len(THINGS)


def test_similar_takes_a_picture_that_is_not_indexed(
    program: Program, drawn: dict[str, tuple[str, str]], tmp_path: Path
) -> None:
    own = tmp_path / "photo.jpg"
    draw("green", "cross", HELD_OUT + 50, (300, 200)).save(own)
    done = program("similar", own, "--json", "-n", "2")
    assert done.returncode == 0, done.stderr
    hits = json.loads(done.stdout)["hits"]
    assert drawn[os.path.basename(hits[0]["path"])] == ("green", "cross")
    assert hits[0]["why"]["looks"]["rank"] == 1
    shown = program("similar", own, "--paths", "-n", "1")
    assert shown.stdout == hits[0]["path"] + "\n"


def test_similar_folds_other_savings_of_a_picture(program: Program, tmp_path: Path) -> None:
    album = program.files / "Album"
    album.mkdir()
    picture = draw("yellow", "square", HELD_OUT + 51, (400, 200))
    for quality in (95, 90, 85):
        picture.save(album / f"saved{quality}.jpg", quality=quality)
    shutil.copy(album / "saved95.jpg", album / "copy.jpg")
    picture.resize((398, 199), Image.Resampling.LANCZOS).save(album / "smaller.png")
    program.index()
    own = tmp_path / "photo.png"
    picture.save(own)
    hits = list(program.client.similar(SimilarRequest(str(own), folders=(str(album),))).hits)
    assert len(hits) == 1
    # The copy counts as one when what it is a copy of is shown, else as one more that is almost the same.
    assert len(hits[0].copies) + hits[0].near_duplicates == 4
    assert hits[0].strength is Strength.STRONG


def test_similar_takes_texts(program: Program, tmp_path: Path) -> None:
    invoices = str(program.files / "Finance" / "invoice_plumber_2024.txt")
    hits = list(program.client.similar(SimilarRequest(invoices, limit=3)).hits)
    assert any("invoice" in name.lower() for name in names(hits))
    assert os.path.basename(invoices) not in names(hits)
    own = tmp_path / "bill.txt"
    own.write_text("Invoice. Plumbing work in the kitchen: new tap, two hours of work, travel. Total due.")
    done = program("similar", own, "--paths", "-n", "3")
    assert done.returncode == 0, done.stderr
    assert "invoice_plumber_2024.txt" in done.stdout
    empty = tmp_path / "empty.txt"
    empty.touch()
    assert program("similar", empty).returncode == 2


def test_without_a_model_pictures_are_found_by_what_is_known_of_them(
    tmp_path: Path,
) -> None:
    program = Program(tmp_path, "off", "auto")
    (program.files / "Norderney").mkdir(parents=True)
    pictures = ROOT / "resources" / "demo" / "Pictures"
    shutil.copy(pictures / "receipt_scan.png", program.files / "scan.png")
    shutil.copy(pictures / "red_car.jpg", program.files / "Norderney" / "red_car.jpg")
    described = Image.Exif()
    described[0x010E] = "Aunt Wilhelmina on the pier"
    draw("red", "circle", HELD_OUT, (160, 120)).save(program.files / "IMG_1.jpg", exif=described)
    program.add()
    try:
        assert names(program.ask("red car"))[0] == "red_car.jpg"
        assert names(program.ask("type:image in:Norderney"))[0] == "red_car.jpg"
        assert names(program.ask("Wilhelmina"))[0] == "IMG_1.jpg"
        (scan,) = [hit for hit in program.ask("in:files receipt", limit=20) if hit.path.endswith("scan.png")]
        assert scan.passages
        assert all("looks" not in hit.why for hit in program.ask("red circle"))
        like = program("similar", program.files / "scan.png")
        assert like.returncode in (0, 1)
        assert "by the words in it" in like.stderr
    finally:
        program.stop()
