"""Address books, calendars, property lists and shortcuts: what a person would have noted down."""

from __future__ import annotations

import plistlib
from collections.abc import Callable

import pytest

from qwen_finder.core.document import Document, Kind
from qwen_finder.core.errors import FileError

Read = Callable[..., Document]

CARD = """BEGIN:VCARD
VERSION:3.0
FN:Jörg Müller
N:Müller;Jörg;;;
ORG:Nordwind;Sails
item1.TEL;TYPE=cell:+49 170 1234567
ADR;TYPE=home:;;Hafenstraße 1;Kiel;;24103;Germany
NOTE:Likes\\, sailing\\nand long
  walks
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQ
 AAAAAAAAAAAAAA
UID:1234-5678
END:VCARD
BEGIN:VCARD
VERSION:2.1
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E6=9D=8E=
=E9=9B=B7
EMAIL:lilei@example.org
END:VCARD
"""

CALENDAR = """BEGIN:VCALENDAR
PRODID:-//Example//EN
X-WR-CALNAME:Club
BEGIN:VTIMEZONE
TZID:Europe/Berlin
END:VTIMEZONE
BEGIN:VEVENT
DTSTAMP:20240101T000000Z
DTSTART;TZID=Europe/Berlin:20240115T100000
DTEND:20240115T120000Z
SUMMARY:Regatta
LOCATION:Kiel
ATTENDEE;CN="Ann Smith";ROLE=REQ-PARTICIPANT:mailto:ann@example.org
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
END:VCALENDAR
"""


def test_an_address_book(read: Read) -> None:
    document = read("people.vcf", CARD.replace("\n", "\r\n"))
    first, second = document.segments
    assert first.text == (
        "Name: Jörg Müller\nOrganisation: Nordwind, Sails\nPhone: +49 170 1234567\n"
        "Address: Hafenstraße 1, Kiel, 24103, Germany\nNote: Likes, sailing\nand long walks\n\n"
    )
    assert (first.path, first.line) == (("Jörg Müller",), 1)
    assert second.text == "Name: 李雷\nMail: lilei@example.org\n\n"
    assert second.line == 14
    assert document.kind is Kind.TEXT


def test_a_calendar(read: Read) -> None:
    event, calendar = read("club.ics", CALENDAR).segments
    assert event.text == (
        "From: 2024-01-15 10:00\nTo: 2024-01-15 12:00 UTC\nSummary: Regatta\nPlace: Kiel\n"
        "With: Ann Smith <ann@example.org>\n\n"
    )
    assert (event.path, event.line) == (("Regatta",), 7)
    assert calendar.text == "Calendar: Club\n\n"


@pytest.mark.parametrize(
    "content", ["BEGIN:VCARD\n" * 5_000, "FN:x\n ", "END:VCARD\nFN:y", "=" * 500, "a;b;c" * 900]
)
def test_broken_cards_give_what_is_there(read: Read, content: str) -> None:
    try:
        assert read("a.vcf", content).segments
    except FileError as error:
        assert error.code == "file.empty"  # noqa: PT017 - either is right


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_property_lists_and_shortcuts_of_macos(read: Read, form: plistlib.PlistFormat) -> None:
    link = plistlib.dumps({"URL": "https://example.org/sailing"}, fmt=form)
    assert read("Sailing.webloc", link).segments[0].text == "URL: https://example.org/sailing\n"
    values = {"name": "Ann", "tags": ["red", "blue"], "deep": {"size": 3, "data": b"\0\1"}}
    text = read("settings.plist", plistlib.dumps(values, fmt=form, sort_keys=False)).segments[0].text
    assert text == "name: Ann\ntags: red\ntags: blue\nsize: 3\n"


def test_a_property_list_that_stands_for_an_endless_tree(read: Read) -> None:
    content = plistlib.dumps({"tree": shared(40)}, fmt=plistlib.FMT_BINARY)
    assert len(content) < 10_000
    document = read("bomb.plist", content)
    assert len(document.segments[0].text) <= 1_000_000 + 10


def shared(depth: int) -> list[object]:
    """Lists that hold one list ten times: 10**depth strings in a few hundred bytes."""
    tree: list[object] = ["boom"]
    for _ in range(depth):
        tree = [tree] * 10
    return tree


@pytest.mark.parametrize("content", [b"bplist00" + b"\xff" * 60, b"<plist><dict><key>a</dict>", b"bplist00"])
def test_broken_property_lists(read: Read, content: bytes) -> None:
    with pytest.raises(FileError) as error:
        read("a.plist", content)
    assert error.value.code == "file.broken"


def test_shortcuts_of_windows_and_linux(read: Read) -> None:
    url = read("Sailing.url", "[InternetShortcut]\r\nURL=https://example.org/sailing\r\n")
    assert "https://example.org/sailing" in url.segments[0].text
    entry = read("sail.desktop", "[Desktop Entry]\nName=Sail\nName[de]=Segeln\nExec=sail %U\n")
    assert "Segeln" in entry.segments[0].text
