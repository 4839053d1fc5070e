"""What a file is compared by: vectors that are there already, or its text and its looks as they are now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes.embedder import HashingEmbedder
from fakes.picture_embedder import PALETTE, ColourEmbedder
from fakes.picture_store import MemoryPictureStore
from fakes.vector_store import MemoryVectorStore
from qwen_finder.core.document import Chunk, Document, FileFields, FileRecord, Kind, Segment
from qwen_finder.core.errors import FileError, ModelError, UsageError
from qwen_finder.core.picture import EmbeddedPicture, Framing, Picture
from qwen_finder.core.ports import EmbeddedChunk, SeenFile
from qwen_finder.engine.examples import Examples
from qwen_finder.extraction.kind import kind_of
from qwen_finder.search.looks import Looks
from qwen_finder.search.similar import MOST_PASSAGES
from qwen_finder.storage.catalog import SqliteCatalog


class Desk:
    """An index of one folder, and what workers read from files: ``documents`` and ``colours`` by name."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "files"
        self.root.mkdir()
        self.catalog = SqliteCatalog(folder / "catalog.sqlite")
        self.folder = self.catalog.add_folder(str(self.root))
        self.embedder = HashingEmbedder(32)
        self.eye = ColourEmbedder(32)
        self.store = MemoryVectorStore(dimensions=32)
        self.pictures = MemoryPictureStore(dimensions=32)
        self.documents: dict[str, Document] = {}
        self.colours: dict[str, str] = {}
        self.read: list[str] = []
        self.examples = Examples(
            self.catalog,
            self.store,
            self.embedder,
            Looks(self.pictures, self.eye),
            extract=self._extract,
            decode=self._decode,
        )

    def enter(self, name: str, *texts: str, colour: str = "") -> int:
        """An indexed file, with the vectors of these passages and of a picture of this colour."""
        path = self.root / name
        path.touch()
        kind = kind_of(name)
        (file,) = self.catalog.enter(self.folder.id, [SeenFile(FileRecord(str(path), 0, 0), kind)])
        fields = FileFields(file, 0, name, "", kind, 0, 0)
        chunks = [Chunk(at, text, "", 0, 1, 1, 1, None, f"{file}-{at}") for at, text in enumerate(texts)]
        vectors = self.embedder.embed_documents(texts)
        self.store.replace(
            [file],
            [EmbeddedChunk(fields, chunk, vector) for chunk, vector in zip(chunks, vectors, strict=True)],
        )
        if colour:
            (vector,) = self.eye.embed_pictures(self._view(colour))
            self.pictures.replace([file], [EmbeddedPicture(fields, 0, vector, 40, 30)])
        return file

    def _view(self, colour: str) -> np.ndarray:
        size = self.eye.framing.size
        return np.full((1, size, size, 3), PALETTE[colour], np.uint8)

    def _extract(self, path: str) -> Document:
        self.read.append(path)
        if (name := os.path.basename(path)) not in self.documents:
            raise FileError("file.password", f"{path} needs a password.", "Unlock it.")
        return self.documents[name]

    def _decode(self, path: str, framing: Framing) -> Picture:
        assert framing == self.eye.framing
        self.read.append(path)
        if (name := os.path.basename(path)) not in self.colours:
            raise FileError("file.broken", "The picture is damaged.")
        return Picture(self._view(self.colours[name]), 40, 30)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.catalog.close()


@pytest.fixture
def outside(tmp_path: Path) -> Callable[[str], str]:
    """Makes a file that is in no indexed folder; its path."""

    def make(name: str) -> str:
        (tmp_path / name).touch()
        return str(tmp_path / name)

    return make


def text_of(*paragraphs: str) -> Document:
    return Document(Kind.TEXT, tuple(Segment(text, start=at * 1000) for at, text in enumerate(paragraphs)))


def test_what_is_indexed_is_not_read_again(desk: Desk) -> None:
    note = desk.enter("note.txt", "The ferry leaves at nine.", "It returns at ten.")
    photo = desk.enter("photo.jpg", "Words on a sign.", colour="red")
    example, notice = desk.examples.of(str(desk.root / "note.txt"))
    assert (example.file, example.passages.shape, len(example.views), notice) == (note, (2, 32), 0, "")
    example, notice = desk.examples.of(str(desk.root / "photo.jpg"))
    assert (example.file, example.views.shape, len(example.passages), notice) == (photo, (1, 32), 0, "")
    assert desk.read == []


def test_a_link_to_an_indexed_file_is_that_file(desk: Desk, tmp_path: Path) -> None:
    note = desk.enter("note.txt", "The ferry leaves at nine.")
    os.symlink(desk.root / "note.txt", tmp_path / "link.txt")
    assert desk.examples.of(str(tmp_path / "link.txt"))[0].file == note


def test_a_text_from_anywhere_is_read_and_embedded(desk: Desk, outside: Callable[[str], str]) -> None:
    desk.documents["note.txt"] = text_of("The ferry leaves at nine.")
    path = outside("note.txt")
    example, notice = desk.examples.of(path)
    assert (example.file, example.passages.shape, notice) == (None, (1, 32), "")
    assert desk.read == [path]
    assert desk.catalog.known_files(desk.folder.id) == {}, "nothing of it is kept"


def test_of_a_long_text_only_some_passages_are_embedded(desk: Desk, outside: Callable[[str], str]) -> None:
    desk.documents["book.txt"] = text_of(*(f"Chapter {number}. " + "word " * 300 for number in range(60)))
    example, _ = desk.examples.of(outside("book.txt"))
    assert len(example.passages) == desk.embedder.embedded == MOST_PASSAGES


def test_a_picture_from_anywhere_is_looked_at(desk: Desk, outside: Callable[[str], str]) -> None:
    desk.colours["photo.jpg"] = "red"
    example, notice = desk.examples.of(outside("photo.jpg"))
    assert (example.file, example.views.shape, notice) == (None, (1, 32), "")


def test_a_picture_that_cannot_be_looked_at_is_compared_by_its_words(
    desk: Desk, outside: Callable[[str], str]
) -> None:
    path = outside("scan.jpg")
    desk.documents["scan.jpg"] = text_of("Receipt of the ironmonger.")
    example, notice = desk.examples.of(path)
    assert len(example.passages) == 1
    assert "by the words in it" in notice
    assert "damaged" in notice
    for looks in (None, Looks(desk.pictures, None)):
        example, notice = replace(desk.examples, looks=looks).of(path)
        assert len(example.passages) == 1
        assert "no picture model is in use" in notice


@pytest.mark.parametrize("name", ["absent.txt", "files", "bad\0name"])
def test_what_is_no_file_is_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError) as raised:
        desk.examples.of(str(tmp_path / name))
    assert raised.value.code == "similar.missing"


def test_a_relative_path_is_refused(desk: Desk) -> None:
    """It would be relative to where the service was started."""
    with pytest.raises(UsageError) as raised:
        desk.examples.of("pyproject.toml")
    assert raised.value.code == "similar.missing"


def test_why_nothing_can_be_like_a_file_is_said(desk: Desk, outside: Callable[[str], str]) -> None:
    with pytest.raises(UsageError) as raised:
        desk.examples.of(outside("locked.pdf"))
    assert (raised.value.code, raised.value.hint) == ("similar.unreadable", "Unlock it.")
    desk.documents["empty.txt"] = text_of()
    with pytest.raises(UsageError) as raised:
        desk.examples.of(outside("empty.txt"))
    assert raised.value.code == "similar.nothing"
    desk.enter("pending.txt")
    desk.documents["pending.txt"] = text_of("Found before it was indexed.")
    assert len(desk.examples.of(str(desk.root / "pending.txt"))[0].passages) == 1
    with pytest.raises(ModelError) as missing:
        replace(desk.examples, embedder=None).of(outside("empty.txt"))
    assert missing.value.code == "model.none"
