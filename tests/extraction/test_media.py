"""Sound and video by their tags, fonts by their names: files made here byte by byte."""

from __future__ import annotations

import io
import random
import struct
import wave
import zlib
from collections.abc import Callable

import pytest

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.media import duration

Read = Callable[..., Document]


def mp3(**frames: str) -> bytes:
    """ID3 2.4 with text frames, then a second of silent frames (128 kbit/s, 44.1 kHz)."""
    body = b""
    for name, text in frames.items():
        # Comments and lyrics have a language and an empty description before the text.
        value = b"\3" + (b"eng\0" if name in ("COMM", "USLT") else b"") + text.encode()
        size = bytes(len(value) >> shift & 0x7F for shift in (21, 14, 7, 0))
        body += name.encode() + size + b"\0\0" + value
    size = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    frame = b"\xff\xfb\x90\x64" + bytes(413)
    return b"ID3\4\0\0" + size + body + frame * 38


def flac(**comments: str) -> bytes:
    entries = [f"{name}={text}".encode() for name, text in comments.items()]
    vorbis = struct.pack("<I", 0) + struct.pack("<I", len(entries))
    vorbis += b"".join(struct.pack("<I", len(entry)) + entry for entry in entries)
    rate, samples = 44_100, 44_100 * 185
    stream = struct.pack(">HH", 4096, 4096) + bytes(6)
    stream += struct.pack(">Q", rate << 44 | 1 << 41 | 15 << 36 | samples) + bytes(16)
    return b"fLaC\0\0\0" + bytes([len(stream)]) + stream + b"\x84" + len(vorbis).to_bytes(3, "big") + vorbis


def test_music_is_found_by_its_tags(read: Read) -> None:
    song = mp3(TIT2="Die Moldau", TPE1="Bedřich Smetana", TALB="Má vlast", TDRC="1874", USLT="la la\nla")
    document = read("track01.mp3", song)
    assert document.segments[0].text == (
        "Die Moldau\nArtist: Bedřich Smetana\nAlbum: Má vlast\nYear: 1874\n\nla la\nla\n"
    )
    assert (document.kind, document.title) == (Kind.AUDIO, "Die Moldau")
    assert document.metadata["author"] == "Bedřich Smetana"
    assert document.metadata["duration"] == "0:01"


def test_the_name_of_the_file_does_not_matter(read: Read) -> None:
    document = read("download", flac(TITLE="青花瓷", ARTIST="周杰倫", COMMENT="live"))
    assert document.segments[0].text == "青花瓷\nArtist: 周杰倫\n\nlive\n"
    assert (document.kind, document.metadata["duration"]) == (Kind.AUDIO, "3:05")


def test_sound_that_says_nothing_of_itself(read: Read) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes(bytes(1_000))
    for name, content, code in (
        ("a.wav", out.getvalue(), "file.no_text"),
        ("a.mkv", b"\x1aE\xdf\xa3" + bytes(100), "file.no_reader"),
        ("a.mid", b"MThd\0\0\0\6" + bytes(100), "file.no_reader"),
    ):
        with pytest.raises(FileError) as error:
            read(name, content)
        assert (error.value.code, error.value.skipped) == (code, True)


def test_damaged_music(read: Read) -> None:
    chance = random.Random(3)
    whole = [mp3(TIT2="Title", TPE1="Artist", COMM="words"), flac(TITLE="Title", ARTIST="Artist")]
    codes = set()
    for _ in range(300):
        content = bytearray(chance.choice(whole))
        for _ in range(5):
            content[chance.randrange(3, min(200, len(content)))] = chance.randrange(256)
        try:
            read("a.mp3", bytes(content[: chance.randrange(8, len(content))]))
        except FileError as error:
            codes.add(error.code)
    assert codes <= {"file.broken", "file.no_text", "file.no_reader", "file.empty"}


def test_durations_for_people() -> None:
    assert [duration(seconds) for seconds in (3.2, 65, 3_729)] == ["0:03", "1:05", "1:02:09"]


def name_table(names: list[tuple[int, int, int, str]]) -> bytes:
    """(platform, language, name id, text) as an OpenType table."""
    records, strings = b"", b""
    for platform, language, name, text in names:
        raw = text.encode("mac-roman" if platform == 1 else "utf-16-be")
        records += struct.pack(">6H", platform, 1, language, name, len(raw), len(strings))
        strings += raw
    return struct.pack(">HHH", 0, len(names), 6 + len(records)) + records + strings


NAMES = name_table(
    [
        (3, 0x411, 1, "源ノ明朝"),
        (3, 0x409, 1, "Source Serif"),
        (1, 0, 2, "Bold"),
        (3, 0x409, 4, "Source Serif Bold"),
        (3, 0x409, 9, "Ryoko"),
        (3, 0x409, 13, "a long licence"),
    ]
)


def true_type(offset: int = 0) -> bytes:
    return (
        b"\0\1\0\0"
        + struct.pack(">HHHH", 1, 0, 0, 0)
        + b"name"
        + struct.pack(">III", 0, offset + 28, len(NAMES))
        + NAMES
    )


def woff() -> bytes:
    packed = zlib.compress(NAMES)
    return (
        b"wOFF"
        + bytes(8)
        + struct.pack(">H", 1)
        + bytes(30)
        + b"name"
        + struct.pack(">IIII", 64, len(packed), len(NAMES), 0)
        + packed
    )


@pytest.mark.parametrize(
    "content", [true_type(), woff(), b"ttcf\0\1\0\0" + struct.pack(">II", 1, 16) + true_type(16)]
)
def test_fonts_are_found_by_their_names(read: Read, content: bytes) -> None:
    document = read("font.ttf", content)
    assert document.segments[0].text == (
        "Source Serif Bold\nFamily: Source Serif, 源ノ明朝\nStyle: Bold\nDesigner: Ryoko"
    )
    assert document.title == "Source Serif Bold"


def test_damaged_fonts(read: Read) -> None:
    chance = random.Random(5)
    codes = set()
    for _ in range(500):
        content = bytearray(chance.choice([true_type(), woff()]))
        content[chance.randrange(5, len(content))] = chance.randrange(256)
        try:
            read("a.ttf", bytes(content[: chance.randrange(5, len(content) + 1)]))
        except FileError as error:
            codes.add(error.code)
    assert codes <= {"file.broken", "file.empty"}
    with pytest.raises(FileError) as error:
        read("a.woff2", b"wOF2" + bytes(100))
    assert error.value.code == "file.no_reader"
