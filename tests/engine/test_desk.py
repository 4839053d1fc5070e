"""What a window asks of the engine: looking into files, passages of one, failures, exclusions, privacy."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from qwen_finder.core.desk import FilePreview, Form
from qwen_finder.core.document import Kind, Unit
from qwen_finder.core.errors import FileError, FolderError, UsageError
from qwen_finder.core.query import SearchRequest

from .conftest import MODELS, Home

SAMPLES = Path(__file__).parents[1] / "data" / "samples"

CODE = "import os\n\n\ndef ferry_times(harbour):\n    return os.listdir(harbour)\n"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, used_home: Path) -> Iterator[Any]:
    """A home with a file of each form, for the tests that change nothing."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(used_home, folder / "home")
    home = Home(folder, MODELS)
    fill(home)
    yield home
    home.close()


def fill(home: Any) -> None:
    home.write("ferry.txt", "One.\n\nThe ferry leaves the harbour at nine.\nAnd the train at ten.\n")
    home.write("times.py", CODE)
    home.write("notes.md", "# Boats\n\nThe ferry is late.")
    home.write("empty.txt", "")
    home.write("broken.pdf", "%PDF-1.7 and nothing else")
    shutil.copy(SAMPLES / "writer-en.pdf", home.files / "lighthouse.pdf")
    Image.new("RGB", (300, 200), "red").save(home.files / "red.png")
    with zipfile.ZipFile(home.files / "boats.zip", "w") as archive:
        archive.writestr("inner/ferry log.txt", "The ferry captain sleeps.\n")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ann@example.org", "bob@example.org", "Ferry tickets"
    mail.set_content("The ferry tickets are attached.\n")
    mail.add_attachment(b"Seat twelve on the ferry.\n", "text", "plain", filename="ticket.txt")
    (home.files / "mail.eml").write_bytes(mail.as_bytes())
    home.start().add_folder(str(home.files))
    home.settle()


def look(home: Any, name: str, **place: Any) -> FilePreview:
    asked = {"page": None, "line": None, "member": "", "query": "", **place}
    shown: FilePreview = home.engine.desk.previews.of(str(home.files / name), **asked)
    return shown


def marked(preview: FilePreview) -> list[str]:
    return [preview.text[start:end] for start, end in preview.highlights]


def test_each_form_of_file_is_shown(shared: Any) -> None:
    home = shared
    text = look(home, "ferry.txt", query="ferry leave")
    assert (text.form, text.first_line, text.language) == (Form.TEXT, 1, "")
    assert text.text.startswith("One.\n\nThe ferry")
    assert marked(text) == ["ferry leaves"]
    facts = dict(text.metadata)
    assert facts["size"] == str((home.files / "ferry.txt").stat().st_size)
    assert facts["modified"].endswith("Z")

    code = look(home, "times.py", query="ferryTimes")
    assert (code.form, code.language, code.text) == (Form.CODE, "python", CODE)
    assert marked(code) == ["ferry_times"]

    notes = look(home, "notes.md", query='"is late"')
    assert (notes.form, notes.language, marked(notes)) == (Form.TEXT, "markdown", ["is late"])
    assert "About this document" not in notes.text

    picture = look(home, "red.png", query="red")
    assert (picture.form, picture.kind) == (Form.IMAGE, Kind.IMAGE)
    assert picture.reason == ""

    mail = look(home, "mail.eml", query="tickets")
    assert mail.form is Form.TEXT
    assert "tickets are attached" in mail.text
    assert "Seat twelve" not in mail.text


def test_a_part_of_a_container_is_shown_by_its_name(shared: Any) -> None:
    home = shared
    ticket = look(home, "mail.eml", member="ticket.txt", query="seat")
    assert ticket.text.strip() == "Seat twelve on the ferry."
    assert (ticket.member, marked(ticket)) == ("ticket.txt", ["Seat"])
    assert "captain" in look(home, "boats.zip", member="inner/ferry log.txt").text


def test_pages_are_shown_as_they_are_printed_with_the_matches_boxed(shared: Any) -> None:
    home, desk = shared, shared.engine.desk
    shown = look(home, "lighthouse.pdf", query="reached the pier early", page=1)
    assert (shown.form, shown.pages, shown.page, shown.unit) == (Form.PAGES, 3, 1, Unit.PAGE)
    assert any("pier early" in stretch for stretch in marked(shown))
    assert dict(shown.metadata)["author"] == "Rosalind Pryce"

    path = str(home.files / "lighthouse.pdf")
    plain, boxed = (desk.previews.page(path, 1, 600, query) for query in ("", "pier"))
    assert (plain.boxed, boxed.boxed) == (0, 1)
    with Image.open(io.BytesIO(boxed.content)) as image, Image.open(io.BytesIO(plain.content)) as clean:
        assert (image.format, image.width) == ("WEBP", 600)
        yellow = [pixel for pixel in pixels(image) if pixel[0] > 180 and pixel[1] > 140 and pixel[2] < 110]
        assert 50 < len(yellow) < 5_000
        assert not [pixel for pixel in pixels(clean) if pixel[0] > 180 and pixel[2] < 110]
        assert clean.size == image.size

    assert look(home, "lighthouse.pdf", page=99).page == 1
    with pytest.raises(FileError, match="no page 99"):
        desk.previews.page(path, 99, 600, "")
    with pytest.raises(UsageError, match="pixels wide"):
        desk.previews.page(path, 1, 100_000, "")
    with pytest.raises(FileError, match="is not a PDF"):
        desk.previews.page(str(home.files / "ferry.txt"), 1, 600, "")


def test_what_cannot_be_shown_says_why(shared: Any) -> None:
    home = shared
    broken = look(home, "broken.pdf")
    assert (broken.form, broken.text) == (Form.NONE, "")
    assert "cannot be read as a PDF" in broken.reason
    assert "is empty" in look(home, "empty.txt").reason
    os.rename(home.files / "notes.md", home.files / "gone.md")
    try:
        gone = look(home, "notes.md")
    finally:
        os.rename(home.files / "gone.md", home.files / "notes.md")
    assert (gone.form, gone.text) == (Form.NONE, "")
    assert gone.reason


def test_only_what_the_index_holds_is_opened(shared: Any, tmp_path: Path) -> None:
    home, desk = shared, shared.engine.desk
    secret = tmp_path / "secret.txt"
    secret.write_text("The safe is behind the painting.")
    env = home.write(".env", "PASSWORD=behind the painting")
    left_out = home.write("node_modules/secret.txt", "The safe is behind the painting.")
    outside = [
        str(secret),
        f"{home.files}/../secret.txt",
        str(home.files),
        str(env),
        str(left_out),
        "ferry.txt",
        "",
        "/etc/passwd",
        f"{home.files}/ferry.txt\0",
    ]
    for path in outside:
        for ask in (
            lambda: desk.previews.of(path, page=None, line=None, member="", query=""),  # noqa: B023
            lambda: desk.previews.page(path, 1, 100, ""),  # noqa: B023
            lambda: desk.passages(path, "safe"),  # noqa: B023
            lambda: home.engine.thumbnail(path, 256),  # noqa: B023
        ):
            with pytest.raises(UsageError, match="not in the index"):
                ask()


def test_a_link_put_in_the_place_of_a_file_or_folder_leads_nowhere(home: Any, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (away / "diary.txt").write_text("The safe is behind the painting.")
    home.write("papers/diary.txt", "Rain all day.")
    home.write("diary.txt", "Rain all day.")
    home.start().add_folder(str(home.files))
    home.settle()
    shutil.rmtree(home.files / "papers")
    (home.files / "papers").symlink_to(away)
    with pytest.raises(UsageError, match="not in the index"):
        look(home, "papers/diary.txt")
    os.unlink(home.files / "diary.txt")
    (home.files / "diary.txt").symlink_to(away / "diary.txt")
    shown = look(home, "diary.txt") if "diary.txt" in home.names("diary") else None
    assert shown is None or (shown.form is Form.NONE and "painting" not in shown.text)


def test_all_passages_of_a_file_that_answer_are_given_best_first(home: Any) -> None:
    others = [
        f"The market of street number {number} sells plain bread and cheese. " * 12 for number in range(8)
    ]
    ferry = "The ferry to the island leaves the harbour in the morning. " * 12
    island = "On the island a boat takes people back to the harbour by night. " * 12
    texts = [*others[:4], island, *others[4:], ferry]
    home.write("guide.md", "\n\n".join(f"# Part {n}\n\n{text}" for n, text in enumerate(texts)))
    home.write("other.txt", "The ferry is blue.")
    home.start().add_folder(str(home.files))
    home.settle()
    path = str(home.files / "guide.md")
    passages = home.engine.desk.passages(path, "ferry to the island")
    assert "ferry" in passages[0].text
    assert any("boat takes people" in passage.text for passage in passages)
    assert all(passage.line and passage.highlights for passage in passages[:2])
    assert not any("The ferry is blue" in passage.text for passage in passages)
    exact = home.engine.desk.passages(path, '"boat takes people"')
    assert exact
    assert all("boat takes people" in passage.text for passage in exact)
    assert home.engine.desk.passages(path, "ext:md") == []


def test_failed_files_are_tried_again_on_demand(home: Any) -> None:
    home.write("broken.pdf", "%PDF-1.7 and nothing else")
    home.start().add_folder(str(home.files))
    home.settle()
    desk = home.engine.desk
    path = str(home.files / "broken.pdf")
    assert [failure.path for failure in home.engine.failures() if failure.state == "failed"] == [path]
    assert desk.retry(["/nowhere"]) == 0
    shutil.copy(SAMPLES / "writer-en.pdf", path)
    stamp = os.stat(path).st_mtime_ns
    assert desk.retry([path]) == 1
    home.settle()
    assert [failure.path for failure in home.engine.failures() if failure.path == path] == []
    assert desk.retry() == 0
    assert os.stat(path).st_mtime_ns == stamp


ODD_NAMES = ["plain.txt", "a [1] *!?.txt", "#hash.txt", "!bang.txt", "back\\slash.txt", "ends with space "]


def test_excluded_files_are_gone_until_they_are_taken_back(home: Any) -> None:
    paths = [
        str(home.write(f"sub/{name}", f"The walrus sings {number}.")) for number, name in enumerate(ODD_NAMES)
    ]
    home.write("sub/near.txt", "The walrus sleeps.")
    for number, name in enumerate(ODD_NAMES):
        home.write(f"other/{name}", f"The walrus swims {number}.")
    kept = {"sub/near.txt", *(f"other/{name}" for name in ODD_NAMES)}
    home.start().add_folder(str(home.files))
    home.settle()
    desk = home.engine.desk
    for path in paths:
        assert path in desk.exclude(path)
        assert path not in {hit.path for hit in home.engine.search(walrus()).hits}
    home.index()
    found = {os.path.relpath(hit.path, home.files) for hit in home.engine.search(walrus()).hits}
    assert found == kept
    assert desk.exclude(paths[0]) == paths

    home.close()
    desk = home.start().desk
    home.settle()
    assert desk.excluded() == paths
    for path in paths:
        left = desk.include(path)
    assert left == []
    home.index()
    assert set(paths) <= {hit.path for hit in home.engine.search(walrus()).hits}


def test_a_folder_is_excluded_with_everything_in_it(home: Any) -> None:
    home.write("a/deep/one.txt", "The walrus sings.")
    home.write("a/two.txt", "The walrus sleeps.")
    home.write("b/a/three.txt", "The walrus swims.")
    home.start().add_folder(str(home.files))
    home.settle()
    home.engine.desk.exclude(str(home.files / "a"))
    assert home.names("walrus") == ["three.txt"]
    home.index()
    assert home.names("walrus") == ["three.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_a_name_that_is_no_unicode_is_excluded_like_any_other(home: Any) -> None:
    path = os.fsdecode(os.fsencode(home.files) + b"/caf\xe9.txt")
    Path(path).write_text("The walrus sings.")
    home.start().add_folder(str(home.files))
    home.settle()
    desk = home.engine.desk
    assert desk.exclude(path) == [path]
    home.index()
    assert home.names("walrus") == []
    assert desk.include(path) == []


def test_only_what_is_in_a_folder_can_be_excluded(shared: Any) -> None:
    home, desk = shared, shared.engine.desk
    with pytest.raises(FolderError, match="one of the indexed folders"):
        desk.exclude(str(home.files))
    for path in ("/etc/passwd", f"{home.files}/../x", "ferry.txt", ""):
        with pytest.raises(UsageError, match="none of the indexed folders"):
            desk.exclude(path)
    with pytest.raises(UsageError, match="is not excluded"):
        desk.include(str(home.files / "ferry.txt"))
    assert desk.excluded() == []


def test_what_is_kept_where_and_every_connection_is_told(shared: Any) -> None:
    home, desk = shared, shared.engine.desk
    home.engine.connections.note("models.example", "model download")
    report = desk.privacy()
    places = {place.what: place for place in report.places}
    assert set(places) == {
        "names", "texts", "pictures", "thumbnails", "models", "settings", "logs", "history"
    }  # fmt: skip
    assert places["names"].bytes > 10_000
    assert places["texts"].bytes > 1_000
    assert places["texts"].path == str(home.paths.vectors_folder)
    assert [(seen.host, seen.count) for seen in report.connections] == [("models.example", 1)]


def test_forgetting_everything_leaves_no_word_on_the_disk(home: Any) -> None:
    word = "quokkazebra"
    home.write(f"{word}.txt", f"The {word} hides here.")
    home.write("notes.md", "Rain all day.")
    Image.new("RGB", (300, 200), "red").save(home.files / f"{word}.png")
    home.start().add_folder(str(home.files))
    home.settle()
    desk = home.engine.desk
    assert home.names(word)[0] == f"{word}.txt"
    desk.exclude(str(home.files / "notes.md"))
    home.paths.history_file.write_text(f'["{word}"]')
    desk.forget_everything()
    home.settle()
    assert home.engine.folders() == ()
    assert desk.excluded() == []
    assert home.names(word) == []
    home.close()
    holding = [
        str(file)
        for file in home.paths.data.parent.rglob("*")
        if file.is_file() and word.encode() in file.read_bytes()
    ]
    assert holding == []


def walrus() -> SearchRequest:
    return SearchRequest("walrus", limit=50)


def pixels(image: Image.Image) -> list[tuple[int, int, int]]:
    raw = image.convert("RGB").tobytes()
    return list(zip(raw[::3], raw[1::3], raw[2::3], strict=True))
