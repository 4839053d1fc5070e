"""Outlook messages: every form a body can have, people, messages within messages, and damage."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qwen_finder.core.document import Document
from qwen_finder.core.errors import FileError

ROOT = Path(__file__).resolve().parents[3]
Read = Callable[..., Document]


@pytest.fixture(scope="module")
def compound_file() -> Callable[[dict[str, Any]], bytes]:
    """The writer of compound files that the samples are made with."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from sample_compound import compound_file
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return compound_file


@pytest.fixture
def message(read: Read, compound_file: Callable[[dict[str, Any]], bytes]) -> Callable[..., Document]:
    """``message(tree)``: the document of an Outlook message with these streams and storages."""
    return lambda tree: read("a.msg", compound_file({"__properties_version1.0": bytes(32), **tree}))


def wide(tag: int, text: str) -> dict[str, bytes]:
    return {f"__substg1.0_{tag:04X}001F": text.encode("utf-16-le")}


def text_of(document: Document) -> str:
    return "".join(segment.text for segment in document.segments)


def test_a_web_page_is_read_when_there_is_no_plain_body(message: Callable[..., Document]) -> None:
    page = "<html><body><h1>Tide</h1><p>high at nööñ</p></body></html>".encode()
    document = message({**wide(0x0037, "Times"), "__substg1.0_10130102": page})
    assert "high at nööñ" in text_of(document)
    assert document.segments[-1].path == ("Times", "Tide")


def test_packed_rtf_is_read_when_there_is_nothing_else(message: Callable[..., Document]) -> None:
    rtf = rb"{\rtf1\ansi the fog horn \'e4chzt\par}"
    stored = struct.pack("<II4sI", len(rtf) + 12, len(rtf), b"MELA", 0) + rtf
    assert "the fog horn ächzt" in text_of(message({"__substg1.0_10090102": stored}))


def test_old_messages_are_in_a_code_page(message: Callable[..., Document]) -> None:
    fixed = bytes(32) + struct.pack("<HHIQ", 0x0003, 0x3FFD, 6, 1251)
    body = "маяк погас".encode("cp1251")
    document = message({"__properties_version1.0": fixed, "__substg1.0_1000001E": body})
    assert "маяк погас" in text_of(document)


def test_people_are_told_by_name_and_address(message: Callable[..., Document]) -> None:
    copy = struct.pack("<HHIQ", 0x0003, 0x0C15, 6, 2)
    document = message(
        {
            **wide(0x0C1A, "Ann"),
            **wide(0x0C1F, "/O=EXCHANGE/CN=ANN"),
            **wide(0x0E04, "Ben; Cas"),
            **wide(0x1000, "hello"),
            "__recip_version1.0_#00000000": {
                "__properties_version1.0": bytes(8) + copy,
                **wide(0x3001, "Dee"),
                **wide(0x39FE, "dee@example.org"),
            },
        }
    )
    assert "From: Ann\nTo: Ben; Cas\nCc: Dee <dee@example.org>\n" in text_of(document)


def test_a_message_within_is_a_member_with_its_own_attachments(message: Callable[..., Document]) -> None:
    note = {
        "__properties_version1.0": bytes(8),
        **wide(0x3707, "note.txt"),
        "__substg1.0_37010102": b"the innermost note",
    }
    inner: dict[str, Any] = {
        **wide(0x0037, "Forwarded"),
        **wide(0x1000, "look"),
        "__attach_version1.0_#00000000": note,
    }
    outer: dict[str, Any] = {
        **wide(0x1000, "see below"),
        "__attach_version1.0_#00000000": {
            "__properties_version1.0": bytes(8),
            "__substg1.0_3701000D": {"__properties_version1.0": bytes(24), **inner},
        },
    }
    document = message(outer)
    places = {segment.member: segment.text for segment in document.segments}
    (place,) = [place for place, text in places.items() if "innermost" in text]
    assert place.startswith("Forwarded")
    assert place.endswith("› note.txt")


def nested(compound_file: Callable[[dict[str, Any]], bytes], depth: int) -> bytes:
    """A message with a body, and so many storages within each other."""
    tree: dict[str, Any] = {"leaf": b"x"}
    for _ in range(depth):
        tree = {"inner": tree}
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return compound_file({"__properties_version1.0": bytes(32), **wide(0x1000, "body"), **tree})
    finally:
        sys.setrecursionlimit(limit)


def test_storages_may_nest(read: Read, compound_file: Callable[[dict[str, Any]], bytes]) -> None:
    assert "body" in text_of(read("a.msg", nested(compound_file, 50)))


@pytest.mark.parametrize("depth", [900, 2000])
def test_storages_nested_without_end_are_damage(
    read: Read, compound_file: Callable[[dict[str, Any]], bytes], depth: int
) -> None:
    with pytest.raises(FileError) as error:
        read("a.msg", nested(compound_file, depth))
    assert error.value.code == "file.broken"
