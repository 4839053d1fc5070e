"""What the window may rely on, whichever client it has: the real one with a real service, or the fake."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from fakes.client import FakeClient
from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.desk import Form
from qwen_finder.core.errors import FolderError, ServiceError, SettingsError, UsageError
from qwen_finder.core.query import SearchRequest, SimilarRequest
from qwen_finder.settings.paths import find_paths

NOTE = "The plumber mended the copper pipe.\n\nThe invoice of the plumber is in the kitchen drawer.\n"
CODE = "def mend_pipe(length):\n    return length * 2\n"
LETTER = "Dear plumber, the copper pipe in our kitchen leaks again. Please come on Monday.\n"


def _fake(_home: Path) -> Iterator[Any]:
    client = FakeClient()
    yield SimpleNamespace(client=client, stop=client.stop, begin=client.begin)


def _real(home: Path) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        import os

        models = os.environ.get("QWEN_FINDER_MODELS", str(Path(__file__).parents[2] / ".models"))
        patch.setenv("QWEN_FINDER_HOME", str(home))
        patch.setenv("QWEN_FINDER_MODELS", models)
        launcher = Launcher(find_paths())
        yield SimpleNamespace(client=Client(launcher), stop=launcher.stop, begin=launcher.begin)
        launcher.stop()


@pytest.fixture(scope="module", params=[_fake, _real], ids=["fake", "service"])
def stand(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client over a folder of four files, and how to stop and start what answers it."""
    folder = Path(tmp_path_factory.mktemp("files"))
    (folder / "sub").mkdir()
    (folder / "note.txt").write_text(NOTE)
    (folder / "pipe.py").write_text(CODE)
    (folder / "sub" / "letter.txt").write_text(LETTER)
    Image.new("RGB", (128, 96), "red").save(folder / "picture.png")
    make: Callable[[Path], Iterator[Any]] = request.param
    for found in make(tmp_path_factory.mktemp("home")):
        found.folder = folder
        found.client.set_pace("full")
        found.client.add_folder(str(folder))
        settle(found.client)
        yield found


def settle(client: Any) -> None:
    deadline = time.monotonic() + 240
    while not client.status().idle:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def names(response: Any) -> set[str]:
    return {Path(hit.path).name for hit in response.hits}


def test_what_is_in_the_folder_is_found_with_the_match_marked(stand: Any) -> None:
    response = stand.client.search(SearchRequest("plumber invoice", limit=10))
    best = response.hits[0]
    assert Path(best.path).name == "note.txt"
    assert best.uri == (stand.folder / "note.txt").as_uri()
    marked = [passage.text[a:b].lower() for passage in best.passages for a, b in passage.highlights]
    assert {"plumber", "invoice"} & set(marked)
    assert best.strength.rank >= response.hits[-1].strength.rank
    assert best.why


def test_a_limit_is_kept_and_filters_are_read_from_the_text(stand: Any) -> None:
    assert len(stand.client.search(SearchRequest("plumber", limit=1)).hits) == 1
    assert names(stand.client.search(SearchRequest("type:image", limit=10))) == {"picture.png"}
    assert names(stand.client.search(SearchRequest("pipe in:sub", limit=10))) == {"letter.txt"}


def test_an_empty_query_and_a_folder_that_is_missing_are_refused(stand: Any) -> None:
    with pytest.raises(UsageError):
        stand.client.search(SearchRequest("  "))
    with pytest.raises(FolderError):
        stand.client.add_folder(str(stand.folder / "nowhere"))


def test_similar_files_are_others(stand: Any) -> None:
    path = str(stand.folder / "note.txt")
    found = names(stand.client.similar(SimilarRequest(path, limit=5)))
    assert "letter.txt" in found
    assert "note.txt" not in found


def test_files_are_looked_into(stand: Any) -> None:
    text = stand.client.preview(str(stand.folder / "note.txt"), line=1, query="plumber")
    assert (text.form, text.first_line) == (Form.TEXT, 1)
    assert {text.text[a:b].lower() for a, b in text.highlights} == {"plumber"}
    code = stand.client.preview(str(stand.folder / "pipe.py"))
    assert (code.form, code.language) == (Form.CODE, "python")
    assert code.text.startswith("def mend_pipe")
    picture = stand.client.preview(str(stand.folder / "picture.png"))
    assert picture.form is Form.IMAGE
    assert dict(picture.metadata)["size"] == str((stand.folder / "picture.png").stat().st_size)


def test_every_passage_of_a_file_is_given(stand: Any) -> None:
    found = stand.client.passages(str(stand.folder / "note.txt"), "plumber")
    assert found
    assert all("plumber" in passage.text.lower() for passage in found)


def test_thumbnails_are_pictures(stand: Any) -> None:
    picture = Image.open(io.BytesIO(stand.client.thumbnail(str(stand.folder / "picture.png"), 256)))
    assert picture.size == (128, 96)


def test_what_is_not_indexed_is_not_shown(stand: Any) -> None:
    for ask in (stand.client.preview, stand.client.thumbnail, lambda path: stand.client.passages(path, "x")):
        with pytest.raises(UsageError):
            ask("/etc/hostname")


def test_what_is_left_out_is_not_found_until_it_is_let_in_again(stand: Any) -> None:
    path = str(stand.folder / "sub" / "letter.txt")
    assert path in stand.client.exclude(path)
    assert path in stand.client.excluded()
    settle(stand.client)
    assert "letter.txt" not in names(stand.client.search(SearchRequest("plumber", limit=10)))
    assert path not in stand.client.include(path)
    settle(stand.client)
    assert "letter.txt" in names(stand.client.search(SearchRequest("plumber", limit=10)))


def test_settings_are_kept_and_checked(stand: Any) -> None:
    assert stand.client.change_settings({"search.limit": 7})["search.limit"] == 7
    assert stand.client.settings()["search.limit"] == 7
    with pytest.raises(SettingsError):
        stand.client.change_settings({"search.limit": 0})


def test_a_pause_shows_in_the_status(stand: Any) -> None:
    assert stand.client.set_pace("paused", 60.0)[0] == "paused"
    assert stand.client.status().engine.pace == "paused"
    assert stand.client.set_pace("auto")[0] != "paused"


def test_the_status_counts_the_files(stand: Any) -> None:
    status = stand.client.following().status()
    assert [folder.path for folder in status.engine.folders] == [str(stand.folder)]
    # A picture without words is known by name alone, unless a model looks at it.
    assert status.engine.files.indexed + status.engine.files.skipped == 4
    assert status.idle


def test_events_come_in_order_and_once(stand: Any) -> None:
    events = stand.client.events(0, 1.0)
    numbers = [event.sequence for event in events]
    assert numbers
    assert numbers == sorted(set(numbers))
    assert stand.client.following().events(numbers[-1], 0.1) == []


def test_who_watches_learns_that_the_service_was_stopped(stand: Any) -> None:
    """The last one: it takes the service away."""
    stand.client.following().status()
    assert stand.client.following().folders()
    stand.stop()
    following = stand.client.following()
    for ask in (lambda: following.status(), lambda: following.events(0, 0.1), lambda: following.folders()):
        with pytest.raises(ServiceError) as caught:
            ask()
        assert caught.value.code == "service.stopped"
    stand.begin()
    assert stand.client.following().status().engine.folders
