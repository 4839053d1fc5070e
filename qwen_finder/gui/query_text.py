"""The query language as far as the search box edits it: finding filters and putting them there.

The service reads queries; this only finds the ``key:value`` parts again that chips and completion write.
"""

from __future__ import annotations

import re
from typing import NamedTuple

KEYS = ("type", "ext", "in", "name", "after", "before", "size", "lang")

_TOKEN = re.compile(r"""(?P<minus>-?)(?:(?P<key>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S+))""")
_FILTER = re.compile(r"""(?:^|(?<=\s))(?P<key>[A-Za-z]+):(?:"(?P<quoted>[^"]*)"?|(?P<bare>\S*))""")
_WORD = re.compile(r"\w+")


class Token(NamedTuple):
    """A filter being typed: its key, what stands of its value, and where it stands in the text."""

    key: str
    value: str
    start: int
    end: int


def filters(text: str) -> dict[str, list[str]]:
    """The values of each filter in ``text``, by key."""
    found: dict[str, list[str]] = {}
    for token in _tokens(text):
        if token.value:
            found.setdefault(token.key, []).append(token.value)
    return found


def with_filter(text: str, key: str, value: str) -> str:
    """``text`` in which ``key`` has this value and no other; "" takes the filter out."""
    kept, at = [], 0
    for token in _tokens(text):
        if token.key == key:
            kept.append(text[at : token.start])
            at = token.end
    kept.append(text[at:])
    rest = re.sub(r"  +", " ", "".join(kept)).strip()
    return " ".join(filter(None, (rest, f"{key}:{quoted(value)}" if value else "")))


def without_filters(text: str) -> str:
    """What is asked in words."""
    for key in KEYS:
        text = with_filter(text, key, "")
    return text


def quoted(value: str) -> str:
    """``value`` as it stands after a colon."""
    return f'"{value}"' if re.search(r"\s", value) else value


def filter_at(text: str, cursor: int) -> Token | None:
    """The filter that ends at ``cursor``, with the value as far as it is typed; None for a plain word."""
    for match in _FILTER.finditer(text[:cursor]):
        if match.end() == cursor and match["key"].lower() in KEYS:
            value = match["quoted"] if match["quoted"] is not None else match["bare"]
            return Token(match["key"].lower(), value, match.start(), match.end())
    return None


def words(text: str) -> list[str]:
    """The words asked for, to be marked in names: no filters, nothing that is excluded."""
    found = []
    for match in _TOKEN.finditer(without_filters(text)):
        if match["minus"]:
            continue
        part = match["quoted"] if match["quoted"] is not None else match["bare"] or ""
        found += [word for word in _WORD.findall(part) if len(word) > 1 or ord(word) > 0x2E80]
    return found


def _tokens(text: str) -> list[Token]:
    return [
        Token(
            match["key"].lower(),
            match["quoted"] if match["quoted"] is not None else match["bare"],
            match.start(),
            match.end(),
        )
        for match in _FILTER.finditer(text)
        if match["key"].lower() in KEYS
    ]
