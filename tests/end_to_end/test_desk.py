"""What a window asks for, over HTTP: the real client and the real service over the demo folder."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from qwen_finder.api.client import Client
from qwen_finder.api.launcher import Launcher
from qwen_finder.core.desk import Form
from qwen_finder.core.errors import FileError, FolderError, UsageError
from qwen_finder.core.query import SearchRequest
from qwen_finder.settings.paths import find_paths

SAMPLE = Path(__file__).parents[1] / "data" / "samples" / "writer-en.pdf"


@pytest.fixture
def client(
    copy_of_demo: Callable[[Path], dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    for name, value in copy_of_demo(tmp_path / "home").items():
        monkeypatch.setenv(name, value)
    launcher = Launcher(find_paths())
    yield Client(launcher)
    launcher.stop()


def names(client: Client, text: str) -> list[str]:
    return [Path(hit.path).name for hit in client.search(SearchRequest(text)).hits]


def test_a_window_gets_all_it_asks_for(client: Client, demo_folder: Path, tmp_path: Path) -> None:
    lease = next(demo_folder.rglob("lease agreement.md"))
    query = "may we keep a pet in the flat"
    hit = next(hit for hit in client.search(SearchRequest(query)).hits if hit.path == str(lease))
    preview = client.preview(hit.path, line=hit.passages[0].line, query=query)
    assert (preview.form, preview.language, preview.first_line) == (Form.TEXT, "markdown", 1)
    assert preview.text == lease.read_text("utf-8")
    marked = {preview.text[start:end].lower() for start, end in preview.highlights}
    assert any("keep" in stretch for stretch in marked)
    assert "the" not in marked

    passages = client.passages(hit.path, query)
    assert len(passages) >= 2
    assert "may keep one cat" in passages[0].text.replace("\n", " ")

    chinese = next(demo_folder.rglob("給外婆的信.txt"))
    shown = client.preview(str(chinese), query="白內障 手術")
    assert "手術" in {shown.text[start:end] for start, end in shown.highlights}

    files = tmp_path / "files"
    files.mkdir()
    pdf = shutil.copy(SAMPLE, files / "light house & café.pdf")
    (files / "broken.pdf").write_text("%PDF-1.7 and nothing else")
    client.add_folder(str(files))
    wait_until_idle(client)
    printed = client.preview(str(pdf), query="pier")
    assert (printed.form, printed.pages, printed.page) == (Form.PAGES, 3, 1)
    with Image.open(io.BytesIO(client.preview_page(str(pdf), 1, 700, "pier"))) as image:
        assert image.width == 700
    with pytest.raises(FileError, match="no page 9"):
        client.preview_page(str(pdf), 9, 700)
    with pytest.raises(UsageError, match="pixels wide"):
        client.preview_page(str(pdf), 1, 70_000)
    for path in ("/etc/passwd", f"{files}/../home/data/catalog.sqlite", str(files / "new.txt")):
        with pytest.raises(UsageError, match="not in the index"):
            client.preview(path)
        with pytest.raises(UsageError, match="not in the index"):
            client.preview_page(path, 1, 100)

    assert client.preview(str(files / "broken.pdf")).reason
    # Two of the demo folder are broken on purpose.
    assert client.retry() == 3
    assert client.retry([str(pdf)]) == 0
    wait_until_idle(client)

    assert pdf.name in names(client, "lighthouse keeper Gannet Point")
    assert client.exclude(str(pdf)) == client.excluded() == [str(pdf)]
    assert pdf.name not in names(client, "lighthouse keeper Gannet Point")
    assert client.include(str(pdf)) == []
    with pytest.raises(FolderError, match="one of the indexed folders"):
        client.exclude(str(files))
    wait_until_idle(client)
    assert pdf.name in names(client, "lighthouse keeper Gannet Point")

    report = client.privacy()
    assert {place.what: place.bytes > 0 for place in report.places}["texts"]
    assert report.connections == ()
    client.forget_everything()
    assert client.folders() == []
    assert names(client, query) == []
    texts = {place.what: place.bytes for place in report.places}["texts"]
    assert {place.what: place.bytes for place in client.privacy().places}["texts"] < texts / 2


def wait_until_idle(client: Client) -> None:
    while not client.status().idle:
        client.events(0, timeout_s=0.2)
