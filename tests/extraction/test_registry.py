"""Whatever a file turns out to be: a document, or an error that names the file and the reason."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction import reading
from qwen_finder.extraction.registry import Limits, extract

LIMITS = Limits(max_bytes=1_000_000, max_characters=100_000)
Read = Callable[..., Document]


def refusal(path: Path, limits: Limits = LIMITS) -> FileError:
    with pytest.raises(FileError) as error:
        extract(str(path), limits)
    assert str(path) in error.value.message
    return error.value


def test_plain_text_is_one_segment_with_its_language(read: Read) -> None:
    document = read("note.txt", "The cat is on the mat.\r\nAnd that is all there is to it.\r\n")
    (segment,) = document.segments
    assert segment.text == "The cat is on the mat.\nAnd that is all there is to it.\n"
    assert (document.kind, document.language, document.partial) == (Kind.TEXT, "en", "")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "file.empty"),
        ("a.md", b" \n\t\n", "file.empty"),
        ("a.txt", bytes(range(256)) * 40, "file.binary"),
        ("noname", b"\x7fELF\x02\x01\x01" + b"\0" * 50, "file.no_reader"),
        ("a.gguf", b"GGUF\x03\0\0\0", "file.no_reader"),
        ("a.bin", b"\0" * 4096, "file.binary"),
    ],
)
def test_files_without_text_are_skipped_with_a_reason(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)
    error = refusal(tmp_path / name)
    assert (error.code, error.skipped) == (code, True)
    assert "name" in error.hint


def test_random_bytes_in_a_text_file_never_raise_anything_else(tmp_path: Path) -> None:
    chance = random.Random(7)
    codes = set()
    for extension in ("txt", "md", "html", "csv", "json", "srt", "py", "ipynb", "rst", "tex"):
        for size in (1, 3, 50, 3000):
            path = tmp_path / f"noise.{extension}"
            path.write_bytes(bytes(chance.choices(range(9, 256), k=size)))
            try:
                extract(str(path), LIMITS)
            except FileError as error:
                codes.add(error.code)
    assert codes <= {"file.empty", "file.binary", "file.broken"}


def test_a_file_that_vanished(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.txt").code == "file.vanished"


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path)

    (tmp_path / "locked.txt").write_text("text")
    monkeypatch.setattr(os, "open", refusing)
    error = refusal(tmp_path / "locked.txt")
    assert (error.code, error.skipped) == ("file.unreadable", False)
    assert error.hint


def test_what_was_swapped_in_for_a_file_is_not_followed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "link.txt").symlink_to("/etc/passwd")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "folder.txt").mkdir()
    for name in ("pipe.txt", "link.txt", "zero.txt", "folder.txt"):
        assert refusal(tmp_path / name).code == "file.unreadable"
    assert refusal(Path("/dev/zero")).code == "file.unreadable"


def test_a_long_log_is_read_up_to_the_limit_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "long.log"
    with path.open("wb") as file:
        file.write(b"2026-11-22 something happened here\n" * 10_000)
        file.truncate(300_000_000)
    document = extract(str(path), LIMITS)
    assert sum(len(segment.text) for segment in document.segments) == 100_000
    assert "100,000" in document.partial


def test_one_endless_line(read: Read) -> None:
    document = read("line.json", '{"a":[' + "1," * 2_000_000 + "1]}")
    assert len(document.segments) == 1
    assert document.partial


def test_only_as_much_is_read_as_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.txt"
    path.write_bytes(b"a b c d\n" * 1_000_000)
    total = 0
    plain = os.read

    def counting(file: int, size: int) -> bytes:
        nonlocal total
        piece = plain(file, size)
        total += len(piece)
        return piece

    monkeypatch.setattr(os, "read", counting)
    extract(str(path), LIMITS)
    assert total < 600_000


def test_line_ends_between_two_blocks_count_once(read: Read) -> None:
    size = reading.HEAD_BYTES - 1
    document = read("a.txt", b"x" * size + b"\r\ny" + b"z" * 400_000 + b"\r")
    assert document.segments[0].text == "x" * size + "\ny" + "z" * 400_000 + "\n"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "growing.log"
    path.write_text("first line\n")
    stop = threading.Event()

    def grow() -> None:
        with path.open("a") as file:
            while not stop.wait(0.0005):
                file.write("another line\n" * 500)
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        for _ in range(20):
            text = "".join(segment.text for segment in extract(str(path), LIMITS).segments)
            assert text.startswith("first line\n")
            assert len(text) <= LIMITS.max_characters
    finally:
        stop.set()
        writer.join()


def test_names_that_are_hard_to_handle(tmp_path: Path) -> None:
    for name in (b"line\nbreak.txt", b"\xff\xfe.txt", "🙂.md".encode(), b"n" * 251 + b".txt"):
        path = os.path.join(os.fsencode(tmp_path), name)
        with open(path, "wb") as file:
            file.write(b"some text")
        assert extract(os.fsdecode(path), LIMITS).segments[0].text == "some text"


def test_a_script_without_extension_is_code(read: Read) -> None:
    document = read("deploy", "#!/usr/bin/env bash\nset -e\n\ngreet() {\n  echo hello\n}\n")
    assert document.kind is Kind.CODE
    assert document.segments[-1].path == ("greet",)


def test_code_has_no_language_of_people(read: Read) -> None:
    assert read("a.py", "# this is the one and only comment of the file\nx = 1\n").language == ""


def test_a_pointer_of_git_lfs_is_a_placeholder_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n")
    error = refusal(path)
    assert (error.code, error.skipped) == ("file.placeholder", True)


@pytest.mark.parametrize("field", [{"st_file_attributes": 0x400000}, {"st_flags": 0x40000000}])
def test_a_file_that_is_in_the_cloud_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: dict[str, int]
) -> None:
    """Opening or reading one would download it."""
    path = tmp_path / "report.txt"
    path.write_text("text")
    monkeypatch.setattr(os, "lstat", lambda path: SimpleNamespace(**field))
    monkeypatch.setattr(os, "open", lambda path, flags: pytest.fail("was opened"))
    error = refusal(path)
    assert (error.code, error.skipped) == ("file.placeholder", True)
