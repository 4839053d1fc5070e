"""One file to chunks, or to the reason why it has none."""

from __future__ import annotations

import logging
import os
from typing import Any

import pytest

from qwen_finder.chunking.chunker import Chunker
from qwen_finder.core.document import Document, FileState, Kind, Segment
from qwen_finder.core.errors import FileError, ModelError, StorageError
from qwen_finder.core.ports import CatalogFile
from qwen_finder.indexing.prepare import fields_of, hash_file


def entered(room: Any, name: str, content: str | bytes = "some words here") -> CatalogFile:
    room.write(name, content)
    room.reconcile()
    file: CatalogFile = room.file(name)
    return file


def raising(error: Exception) -> Any:
    def extract(_path: str) -> Document:
        raise error

    return extract


def test_a_readable_file_becomes_chunks_with_everything_about_it(room: Any) -> None:
    file = entered(room, "Notes/Größe.TXT", "The size of the garden is given in acres.")
    done = room.prepare(file)
    assert done.outcome.state is FileState.INDEXED
    assert done.outcome.stamp == room.stamps.indexing
    assert done.outcome.chunks == len(done.chunks) == 1
    assert done.outcome.content_hash == hash_file(file.path)
    assert (done.outcome.code, done.outcome.message) == ("", "")
    assert done.vectors == [None]
    assert done.fields.name == "größe.txt"
    assert done.fields.ext == "txt"
    assert done.fields.language == done.outcome.language


@pytest.mark.parametrize(
    ("skipped", "state"), [(True, FileState.SKIPPED), (False, FileState.FAILED)], ids=["skipped", "failed"]
)
def test_a_file_error_becomes_an_outcome(room: Any, skipped: bool, state: FileState) -> None:
    room.extract = raising(FileError("file.code", "what happened", "the cure", skipped=skipped))
    outcome = room.prepare(entered(room, "a.txt")).outcome
    assert (outcome.state, outcome.stamp) == (state, room.stamps.reading)
    assert (outcome.code, outcome.message, outcome.hint) == ("file.code", "what happened", "the cure")
    assert (outcome.chunks, outcome.content_hash) == (0, "")


def test_an_os_error_fails_the_file(room: Any) -> None:
    room.extract = raising(PermissionError(13, "Permission denied"))
    outcome = room.prepare(entered(room, "a.txt")).outcome
    assert (outcome.state, outcome.code) == (FileState.FAILED, "file.unreadable")
    assert "Permission denied" in outcome.message


@pytest.mark.parametrize("error", [ValueError("odd"), RecursionError("deep"), MemoryError(), KeyError("k")])
def test_a_bug_in_a_reader_fails_the_file_and_is_logged(
    room: Any, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    room.extract = raising(error)
    with caplog.at_level(logging.ERROR):
        outcome = room.prepare(entered(room, "a.txt")).outcome
    assert (outcome.state, outcome.code) == (FileState.FAILED, "file.reader_bug")
    assert type(error).__name__ in outcome.message
    assert "reading a file failed unexpectedly" in caplog.text


def test_a_bug_in_chunking_fails_the_file_too(room: Any) -> None:
    room.chunker.chunk = lambda _document, _name: [][0]
    assert room.prepare(entered(room, "a.txt")).outcome.code == "file.reader_bug"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.txt", b"", "file.empty"),
        ("blank.txt", b" \n\t\n", "file.empty"),
        ("signs.txt", b"--- *** ---", "file.no_text"),
        ("backup.rar", b"Rar!\x1a\x07\x01\x00", "file.no_reader"),
        ("disguised.txt", bytes(range(256)) * 4, "file.binary"),
    ],
)
def test_files_without_text_are_skipped_with_a_reason(
    room: Any, name: str, content: bytes, code: str
) -> None:
    done = room.prepare(entered(room, name, content))
    assert (done.outcome.state, done.outcome.code) == (FileState.SKIPPED, code)
    assert done.outcome.message
    assert not done.chunks
    assert done.outcome.stamp == room.stamps.reading


def test_a_file_that_vanished_ends_as_an_outcome(room: Any) -> None:
    file = entered(room, "a.txt")
    os.unlink(file.path)
    assert room.prepare(file).outcome.code == "file.vanished"


def test_a_file_that_vanishes_between_reading_and_hashing_ends_as_an_outcome(room: Any) -> None:
    file = entered(room, "a.txt")
    read = room.extract

    def extract(path: str) -> Document:
        document: Document = read(path)
        os.unlink(path)
        return document

    room.extract = extract
    assert room.prepare(file).outcome.code == "file.unreadable"


def test_a_document_read_in_part_says_so(room: Any) -> None:
    room.extract = lambda _path: Document(Kind.TEXT, (Segment("words"),), "en", partial="Only the beginning.")
    outcome = room.prepare(entered(room, "a.txt")).outcome
    assert (outcome.state, outcome.code) == (FileState.INDEXED, "file.partial")
    assert outcome.message == "Only the beginning."


def test_known_vectors_are_reused_by_chunk_hash(room: Any) -> None:
    text = "\n\n".join(f"# Part {number}\n\nThe paragraph number {number} of many." for number in range(5))
    room.write("a.md", text)
    room.index()
    embedded = room.embedder.embedded
    assert embedded == room.file("a.md").chunks > 1

    room.write("a.md", text.replace("number 3", "number three"))
    room.reconcile()
    done = room.prepare(room.file("a.md"))
    missing = [chunk.text for chunk, vector in zip(done.chunks, done.vectors, strict=True) if vector is None]
    assert len(missing) == 1
    assert "number three" in missing[0]


def test_a_store_that_fails_is_no_fault_of_the_file(room: Any) -> None:
    def broken(_files: object) -> dict[str, object]:
        raise StorageError("storage.broken", "The index is damaged.")

    room.write("a.txt", "indexed once")
    room.index()
    room.write("a.txt", "changed since then")
    room.reconcile()
    room.store.vectors_by_hash = broken
    with pytest.raises(StorageError):
        room.prepare(room.file("a.txt"))


@pytest.mark.parametrize(
    ("name", "shown", "ext"),
    [
        ("Report.PDF", "report.pdf", "pdf"),
        (".bashrc", ".bashrc", ""),
        ("Makefile", "makefile", ""),
        ("archive.tar.gz", "archive.tar.gz", "gz"),
        ("ends.", "ends.", ""),
        ("ÜBER.Md", "über.md", "md"),
        (os.fsdecode(b"caf\xe9.txt"), "caf\ufffd.txt", "txt"),
    ],
)
def test_names_and_extensions_are_filterable(name: str, shown: str, ext: str) -> None:
    file = CatalogFile(1, 1, 1, f"/folder/{name}", Kind.TEXT, 1, 1_999_999_999, FileState.PENDING, 1)
    fields = fields_of(file, file.kind, "de")
    assert (fields.name, fields.ext, fields.mtime, fields.language) == (shown, ext, 1, "de")


def test_a_file_whose_name_is_not_unicode_is_read(room: Any) -> None:
    name = os.fsdecode(b"caf\xe9.txt")
    done = room.prepare(entered(room, name))
    assert done.outcome.state is FileState.INDEXED
    assert all(chunk.embedded_text.encode("utf-8") for chunk in done.chunks)


def test_the_contents_say_the_kind_where_the_name_does_not(room: Any) -> None:
    done = room.prepare(entered(room, "LIESMICH"))
    assert done.file.kind is Kind.OTHER
    assert done.outcome.kind is done.fields.kind is Kind.TEXT


def test_copies_have_one_hash(room: Any) -> None:
    first = hash_file(room.write("a.txt", "same"))
    assert first == hash_file(room.write("sub/b.txt", "same"))
    assert first != hash_file(room.write("c.txt", "Same"))
    assert len(first) == 32


def test_a_model_that_cannot_count_is_no_fault_of_the_file(room: Any) -> None:
    room.write("a.md", "# Title\n\nSome text that is long enough to be counted.")
    room.reconcile()
    (file,) = room.catalog.pending(10)

    def refuse(text: str) -> int:
        raise ModelError("model.missing", "the model is gone", "Fetch it.")

    room.chunker = Chunker(refuse, max_tokens=60)
    with pytest.raises(ModelError):
        room.prepare(file)


def test_a_file_without_words_still_says_what_it_is(room: Any) -> None:
    file = entered(room, "photo", "pixels")
    room.extract = lambda path: Document(Kind.IMAGE)
    assert file.kind is Kind.OTHER
    assert room.prepare(file).outcome.kind is Kind.IMAGE
    room.extract = raising(FileError("file.no_text", "No description.", skipped=True, kind="image"))
    assert room.prepare(file).outcome.kind is Kind.IMAGE
    room.extract = raising(FileError("file.broken", "It is damaged."))
    assert room.prepare(file).outcome.kind is None
