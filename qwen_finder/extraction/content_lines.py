"""Address books and calendars (vCard, iCalendar): each person and each event as people would write it down.

Both formats are "content lines": folded lines of a name, parameters and a value. What programs only tell
each other (identifiers, time stamps, pictures) is left out.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.extraction.encoding import decode
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import name_of

_LABELS = {
    "fn": "Name", "nickname": "Nickname", "org": "Organisation", "title": "Title", "role": "Role",
    "tel": "Phone", "email": "Mail", "adr": "Address", "url": "Web", "bday": "Birthday",
    "anniversary": "Anniversary", "note": "Note", "categories": "Categories", "impp": "Chat",
    "related": "Related", "x-socialprofile": "Profile",
    "summary": "Summary", "dtstart": "From", "dtend": "To", "due": "Due", "location": "Place",
    "organizer": "Organiser", "attendee": "With", "description": "Description", "comment": "Comment",
    "contact": "Contact", "rrule": "Repeats", "status": "Status", "x-wr-calname": "Calendar",
    "x-wr-caldesc": "About",
}  # fmt: skip
_TITLES = ("fn", "summary", "x-wr-calname")
_ITEMS = frozenset({"vcard", "vevent", "vtodo", "vjournal", "vcalendar"})
_STRUCTURED = frozenset({"adr", "org", "n"})
_MAX_VALUE = 20_000

_NAME = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:;\"]*(?:\"[^\"]*\"[^:;\"]*)*)*):", re.ASCII)
_COMMON_NAME = re.compile(r";CN=(\"[^\"]*\"|[^;:]*)", re.IGNORECASE)
_TIME = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d)(?::?\d\d)?(Z)?)?")
_ESCAPE = re.compile(r"\\([nN,;:\\])")
_STRUCTURE = re.compile(r"(?<!\\)[;]")


@dataclass(slots=True)
class _Item:
    """One card, event or task: the line it begins on, its title and what it says."""

    line: int
    title: str = ""
    lines: list[str] = field(default_factory=list)


def read_content_lines(source: Source, limits: Limits) -> Document:
    """A segment for each person, event or task under its name."""
    text, whole = source.read_text(limits.max_characters)
    segments: list[Segment] = []
    length = 0
    for item in _items(text):
        if item.lines:
            words = "\n".join(item.lines) + "\n\n"
            path = (name_of(item.title),) if item.title else ()
            segments.append(Segment(words, length, item.line, None, path))
            length += len(words)
    return Document(Kind.TEXT, tuple(segments), partial="" if whole else left_out(limits))


def _items(text: str) -> Iterator[_Item]:
    """Items in order; what an alarm within an event says is the event's."""
    open_items: list[_Item] = [_Item(1)]
    for line, logical in _unfolded(text):
        found = _NAME.match(logical)
        if found is None:
            continue
        name, parameters, value = found[1].lower(), found[2], logical[found.end() :][:_MAX_VALUE]
        if name == "begin" and value.strip().lower() in _ITEMS:
            open_items.append(_Item(line))
        elif name == "end" and value.strip().lower() in _ITEMS and len(open_items) > 1:
            yield open_items.pop()
        elif name in _LABELS:
            words = _words(name, parameters, value)
            if not words:
                continue
            if name in _TITLES and not open_items[-1].title:
                open_items[-1].title = words
            open_items[-1].lines.append(f"{_LABELS[name]}: {words}")
    yield from reversed(open_items)


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """(number of its first line, logical line); quoted-printable values continue after a "=", too."""
    parts: list[str] = []
    first = 1
    soft = False
    for number, line in enumerate(text.split("\n"), start=1):
        if parts and (line[:1] in (" ", "\t") or soft):
            parts.append(line if soft and line[:1] not in (" ", "\t") else line[1:])
        else:
            if parts:
                yield first, "".join(parts)
            parts, first = [line], number
        quoted = "QUOTED-PRINTABLE" in parts[0][:200].upper()
        soft = quoted and line.endswith("=")
        if soft:
            parts[-1] = parts[-1][:-1]
    yield first, "".join(parts)


def _words(name: str, parameters: str, value: str) -> str:
    upper = parameters.upper()
    if "ENCODING=B" in upper or "BASE64" in upper:
        return ""
    if "QUOTED-PRINTABLE" in upper:
        value = decode(quopri.decodestring(value.encode("utf-8")))
    if name in ("attendee", "organizer"):
        person = _COMMON_NAME.search(parameters)
        address = re.sub("^mailto:", "", value, flags=re.IGNORECASE)
        return f"{person[1].strip(chr(34))} <{address}>" if person else address
    if name in ("dtstart", "dtend", "due", "bday", "anniversary"):
        time = _TIME.match(value)
        if time:
            clock = f" {time[4]}:{time[5]}{' UTC' if time[6] else ''}" if time[4] else ""
            return f"{time[1]}-{time[2]}-{time[3]}{clock}"
    if name in _STRUCTURED:
        value = ", ".join(part.strip() for part in _STRUCTURE.split(value) if part.strip())
    return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
