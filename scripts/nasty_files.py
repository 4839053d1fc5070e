"""Makes every bad file that a home folder may hold, so that each room is tried against the same ones.

    python scripts/nasty_files.py FOLDER [--large]

Names of the returned paths are stable; tests ask for them by name. Nothing here is random and nothing leaves
FOLDER, except that two links point at ``/dev/zero`` and at nothing. It knows no reader: what must happen to
each file is for the tests to say. Remove the folder with ``remove``, since one of its folders cannot be read.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import stat
import struct
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

LONG_LINE_BYTES = 20_000_000
UNBROKEN_CHARACTERS = 1_000_000
LARGE_LOG_BYTES = 300_000_000
LONGEST_NAME_BYTES = 255

GERMAN = "Die Straßenbahn fährt über die alte Brücke, und Fräulein Müller grüßt den Schaffner.\n"
CHINESE = "河边的老茶馆每天清晨六点开门，茶客们带着鸟笼来聊天。春天的时候，柳絮飘进窗户，落在茶碗里。\n"
JAPANESE = "夏祭りの夜、川沿いの道に提灯が並び、子どもたちは金魚すくいに夢中になっている。\n"
RUSSIAN = "Бабушка поставила самовар, и весь дом наполнился запахом свежих пирогов с яблоками.\n"


def create(folder: Path, *, large: bool = False) -> dict[str, Path]:
    """Fills ``folder`` (made when missing) and returns name → path.

    ``large`` adds a log of 300 MB; without it everything takes about 21 MB. Raises ``OSError`` on a
    system without POSIX files; one kind that this file system refuses, such as a name that is not UTF-8,
    is left out of the returned names.
    """
    if os.name != "posix":
        raise OSError("nasty_files needs a POSIX system: FIFOs, links and byte names do not exist here")
    folder.mkdir(parents=True, exist_ok=True)
    made: dict[str, Path] = {}
    for make in (_empty_and_binary, _encodings, _shapes, _models, _ignore_rules):
        made |= make(_room(folder, make.__name__))
    for name, attempt in _refusable(folder).items():
        # A file system may refuse a name or a kind of file; then there is nothing to be tried here.
        with contextlib.suppress(OSError):
            made[name] = attempt()
    made |= _unreadable(_room(folder, "unreadable"))
    if large:
        made["large_log"] = _large_log(folder / "large.log")
    return made


def remove(folder: Path) -> None:
    """Removes what ``create`` made, the unreadable folder included."""
    (folder / "unreadable" / "folder").chmod(0o700)
    shutil.rmtree(folder)


def _room(folder: Path, name: str) -> Path:
    room = folder / name.lstrip("_")
    room.mkdir(exist_ok=True)
    return room


def _write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _noise(count: int) -> bytes:
    """Bytes that look random and are always the same."""
    state, out = 0x2545F491, bytearray()
    while len(out) < count:
        state ^= (state << 13) & 0xFFFFFFFF
        state ^= state >> 17
        state ^= (state << 5) & 0xFFFFFFFF
        out += struct.pack("<I", state)
    return bytes(out[:count])


def _empty_and_binary(room: Path) -> dict[str, Path]:
    archive = b"PK\x03\x04" + _noise(2_000)
    return {
        "empty": _write(room / "empty.txt", b""),
        "binary_as_text": _write(room / "binary.txt", b"\x7fELF\x02\x01\x01\x00" + _noise(50_000)),
        "nuls_as_text": _write(room / "nuls.txt", bytes(65_536)),
        "text_then_binary": _write(room / "half_binary.txt", GERMAN.encode() * 120 + _noise(20_000)),
        "truncated_archive": _write(room / "report.docx", archive),
        "text_without_suffix": _write(room / "LIESMICH", GERMAN.encode()),
        "truncated_json": _write(room / "truncated.json", b'{"name": "barometer", "values": [1013.2, 10'),
        "deep_json": _write(room / "deep.json", b"[" * 100_000),
        "truncated_notebook": _write(room / "truncated.ipynb", b'{"cells": [{"cell_type": "code", "sour'),
        "notebook_not_json": _write(room / "no_json.ipynb", GERMAN.encode()),
        "unclosed_html": _write(room / "unclosed.html", b"<html><body><div><p>Barometer" + b"<div>" * 5_000),
        "unclosed_xml": _write(room / "unclosed.xml", b"<?xml version='1.0'?><a><b>Barometer</a>"),
        "ragged_csv": _write(room / "ragged.csv", b'a,b,c\n1\n1,2,3,4,5\n"open quote, 2\n\n,,\n'),
    }


def _encodings(room: Path) -> dict[str, Path]:
    broken = (
        GERMAN.encode() * 3 + b"\xc3\x28 \xff\xfe \xe2\x82\n" + GERMAN.encode("latin-1") + CHINESE.encode()
    )
    return {
        "gbk": _write(room / "gbk.txt", (CHINESE * 4).encode("gbk")),
        "big5": _write(
            room / "big5.txt", ("老街的郵局門口有一棵大榕樹，老人們在樹下下棋。\n" * 8).encode("big5")
        ),
        "shift_jis": _write(room / "shift_jis.txt", (JAPANESE * 4).encode("shift_jis")),
        "windows_1251": _write(room / "windows_1251.txt", (RUSSIAN * 4).encode("cp1251")),
        "latin_1": _write(room / "latin_1.txt", (GERMAN * 4).encode("latin-1")),
        "utf_8_bom": _write(room / "utf_8_bom.txt", GERMAN.encode("utf-8-sig")),
        "utf_16_bom": _write(room / "utf_16_bom.txt", GERMAN.encode("utf-16")),
        "utf_16_le_no_bom": _write(room / "utf_16_le.txt", (GERMAN * 4).encode("utf-16-le")),
        "utf_16_be_no_bom": _write(room / "utf_16_be.txt", (GERMAN * 4).encode("utf-16-be")),
        "utf_16_cjk_no_bom": _write(room / "utf_16_cjk.txt", (CHINESE * 4).encode("utf-16-le")),
        "utf_8_truncated": _write(room / "utf_8_truncated.txt", (CHINESE * 4).encode()[:-2]),
        "mixed_encodings": _write(room / "mixed.txt", broken),
        "control_characters": _write(
            room / "control.txt", b"Barometer\x00\x07\x1b[31m red\x1b[0m \x08\x0c end\n"
        ),
        "lone_surrogates": _write(
            room / "surrogates.txt", ("moon \ud83c\n" * 4).encode("utf-8", "surrogatepass")
        ),
        "old_mac_lines": _write(room / "cr_only.txt", GERMAN.replace("\n", "\r").encode() * 50),
    }


def _shapes(room: Path) -> dict[str, Path]:
    sentence = b"One endless line about barometers, rivers and bread. "
    line = (sentence * (LONG_LINE_BYTES // len(sentence) + 1))[:LONG_LINE_BYTES]
    alphabet = b"abcdefghijklmnopqrstuvwxyz0123456789"
    unbroken = (alphabet * (UNBROKEN_CHARACTERS // len(alphabet) + 1))[:UNBROKEN_CHARACTERS]
    cjk = ("山高水长流" * (UNBROKEN_CHARACTERS // 20)).encode()
    deep = room.joinpath(*("d" for _ in range(60)))
    deep.mkdir(parents=True, exist_ok=True)
    return {
        "long_line": _write(room / "long_line.txt", line),
        "unbroken": _write(room / "unbroken.txt", unbroken),
        "unbroken_cjk": _write(room / "unbroken_cjk.txt", cjk),
        "minified_javascript": _write(
            room / "minified.js", b"var a=[" + b"function(){return[1,2]}," * 4_000 + b"0];"
        ),
        "deep_brackets": _write(room / "brackets.py", b"x = " + b"(" * 5_000 + b")" * 5_000 + b"\n"),
        "blank_lines": _write(room / "blank_lines.txt", b"\n" * 200_000),
        "deep_folder": _write(deep / "deep.txt", GERMAN.encode()),
    }


def _models(room: Path) -> dict[str, Path]:
    """Files with the ending of a model that are none: no loader may crash or hang on them."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    dot = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(
        b"IDAT", zlib.compress(b"\0\x80")
    )
    header = b"GGUF" + struct.pack("<IQQ", 3, 101, 24)
    key = b"general.architecture"
    entry = struct.pack("<Q", len(key)) + key + struct.pack("<IQ", 8, 4) + b"bert"
    return {
        "foreign_gguf": _write(room / "picture.gguf", b"\x89PNG\r\n\x1a\n" + dot + chunk(b"IEND", b"")),
        "empty_gguf": _write(room / "empty.gguf", b""),
        "truncated_gguf": _write(room / "truncated.gguf", header + entry + key[:9]),
        "header_only_gguf": _write(room / "header_only.gguf", header),
        "future_gguf": _write(room / "future.gguf", b"GGUF" + struct.pack("<IQQ", 9_999, 0, 0)),
        "boastful_gguf": _write(room / "boastful.gguf", b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60)),
        "noise_gguf": _write(room / "noise.gguf", b"GGUF" + _noise(100_000)),
    }


def _ignore_rules(room: Path) -> dict[str, Path]:
    """A nested ``.gitignore`` with negations; names tell what git itself does with each file."""
    inner, build = room / "inner", room / "build"
    inner.mkdir(exist_ok=True)
    build.mkdir(exist_ok=True)
    _write(
        room / ".gitignore",
        b"*.log\n!keep.log\n/build/\n!/build/rescued.txt\n\\#sharp.txt\ntrailing.txt   \n",
    )
    _write(inner / ".gitignore", b"!*.log\nsecret.log\n*.tmp\n")
    return {
        "ignored": _write(room / "ignored.log", b"ignored\n"),
        "kept_by_negation": _write(room / "keep.log", b"kept\n"),
        "kept_by_nested_negation": _write(inner / "inner.log", b"kept\n"),
        "ignored_by_nested_rule": _write(inner / "secret.log", b"ignored\n"),
        # A negation cannot rescue a file whose folder is ignored.
        "ignored_with_its_folder": _write(build / "rescued.txt", b"ignored\n"),
        "ignored_escaped_name": _write(room / "#sharp.txt", b"ignored\n"),
        "ignored_despite_trailing_spaces": _write(room / "trailing.txt", b"ignored\n"),
    }


def _refusable(folder: Path) -> dict[str, Callable[[], Path]]:
    """Names and kinds of file that some file systems do not allow."""
    names, links, special = _room(folder, "names"), _room(folder, "links"), _room(folder, "special")
    text = GERMAN.encode()

    def named(name: str | bytes) -> Callable[[], Path]:
        return lambda: _write(names / os.fsdecode(name), text)

    def link(name: str, target: str | Path) -> Callable[[], Path]:
        return lambda: _symlink(links / name, target)

    loop = links / "loop"
    return {
        "name_newline": named("two\nlines.txt"),
        "name_tab_and_quotes": named("tab\t\"double\" 'single'.txt"),
        "name_emoji": named("holiday 🏖️👩‍👩‍👧.txt"),
        "name_invalid_utf_8": named(b"caf\xe9 \xff.txt"),
        "name_longest": named("n" * (LONGEST_NAME_BYTES - 4) + ".txt"),
        "name_longest_multibyte": named("雨" * 83 + "ab.txt"),
        "name_decomposed": named("Mu\u0308ller.txt"),
        "name_right_to_left": named("تقرير\u202efdp.txt"),
        "name_leading_dash": named("-rf.txt"),
        "name_sql": named("'; DROP TABLE files; --.txt"),
        "name_glob": named("[abc]*?.txt"),
        "name_spaces": named(" .txt"),
        "name_percent": named("100%25 %s %n.txt"),
        "link_to_itself": link("self", "self"),
        "link_to_parent": link("parent", ".."),
        "link_loop": lambda: (_symlink(links / "pool", "loop"), _symlink(loop, "pool"))[1],
        "link_dangling": link("dangling.txt", "nowhere.txt"),
        "link_to_dev_zero": link("zero.txt", "/dev/zero"),
        "fifo": lambda: _fifo(special / "fifo.txt"),
        "socket": lambda: _socket(special / "socket.txt"),
        "device": lambda: _device(special / "device.txt"),
    }


def _symlink(path: Path, target: str | Path) -> Path:
    path.unlink(missing_ok=True)
    path.symlink_to(target)
    return path


def _fifo(path: Path) -> Path:
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def _device(path: Path) -> Path:
    """One that reads as zeros for ever; only the administrator may make it."""
    path.unlink(missing_ok=True)
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    return path


def _socket(path: Path) -> Path:
    """A Unix socket that nobody listens to. Bound by its short name: its address may have 108 bytes."""
    path.unlink(missing_ok=True)
    with _working_folder(path.parent), socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)
    return path


@contextlib.contextmanager
def _working_folder(folder: Path) -> Iterator[None]:
    before = os.open(".", os.O_RDONLY)
    os.chdir(folder)
    try:
        yield
    finally:
        os.fchdir(before)
        os.close(before)


def _unreadable(room: Path) -> dict[str, Path]:
    """Without any permission. The administrator reads them all the same: tests must ask ``os.access``."""
    file, folder = room / "file.txt", room / "folder"
    if not file.exists():
        _write(file, GERMAN.encode()).chmod(0)
    if not folder.exists():
        folder.mkdir()
        _write(folder / "inside.txt", GERMAN.encode())
        folder.chmod(0)
    return {"unreadable_file": file, "unreadable_folder": folder}


def _large_log(path: Path) -> Path:
    """300 MB of log lines with one needle near the end; written in blocks, so memory stays small."""
    lines = b"".join(
        b"2024-06-11T07:%02d:%02d info  pump %d pressure 2.%d bar\n" % (n // 60 % 60, n % 60, n % 7, n % 10)
        for n in range(20_000)
    )
    with path.open("wb") as log:
        for _ in range(LARGE_LOG_BYTES // len(lines)):
            log.write(lines)
        log.write(b"2024-06-11T08:00:00 error the heron pulled the plug of pump 3\n")
        log.write(lines)
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description="Makes every bad file that a home folder may hold.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--large", action="store_true", help="also write a log of 300 MB")
    arguments = parser.parse_args()
    try:
        made = create(arguments.folder, large=arguments.large)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1
    for name, path in made.items():
        print(f"{name:32} {str(path.relative_to(arguments.folder))[:80]!a}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
