"""The query language: free text, "exact phrase", -word and ``filter:value``.

Nothing a person types is an error: an unknown filter, an unreadable value or a lone quote is part of the
text. Only options a program gives (``--after``, ``--type``) are checked, by ``parse_date`` and
``parse_types``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from qwen_finder.core.document import Kind
from qwen_finder.core.errors import UsageError

# What a query may hold at most. Nobody types more; a pasted page is cut to what a model can read anyway.
MAX_CHARACTERS = 20_000

# Beyond what any file has, and within what 64 bits hold in bytes and in nanoseconds.
LARGEST_SIZE = 1 << 60
FARTHEST_SECONDS = 9_000_000_000

TYPES: dict[str, tuple[Kind, ...]] = {
    "image": (Kind.IMAGE,),
    "document": (Kind.DOCUMENT, Kind.TEXT),
    "code": (Kind.CODE,),
    "text": (Kind.TEXT,),
    "audio": (Kind.AUDIO,),
    "video": (Kind.VIDEO,),
    "archive": (Kind.ARCHIVE,),
}

_TOKEN = re.compile(
    r"""(?P<minus>-?)(?:(?P<key>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)"|[“„](?P<curly>[^“”„]*)[”“]|(?P<bare>\S+))"""
)
_NO_QUOTES = str.maketrans("", "", '"“”„')
_SIZE = re.compile(r"^(?P<sign>>=|<=|>|<)?(?P<number>\d+(?:\.\d+)?)(?P<unit>[kmgt]?i?b?)$", re.IGNORECASE)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000, "t": 1_000_000_000_000}


@dataclass(slots=True)
class ParsedQuery:
    """``text`` is what is asked for in words, the phrases included and everything else removed.

    ``after`` and ``before`` are local dates turned into seconds since the epoch; ``before`` is exclusive.
    """

    text: str = ""
    phrases: list[str] = field(default_factory=list)
    not_words: list[str] = field(default_factory=list)
    kinds: list[Kind] = field(default_factory=list)
    exts: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    not_names: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    after: int | None = None
    before: int | None = None
    min_size: int | None = None
    max_size: int | None = None

    @property
    def filters_only(self) -> bool:
        """Nothing to rank by: every file that passes the filters answers equally."""
        return not self.text.strip()


def parse(text: str) -> ParsedQuery:
    """Read ``text`` as the query language. Control characters count as white space."""
    cleaned = "".join(" " if ord(c) < 32 or ord(c) == 127 else c for c in text[:MAX_CHARACTERS])
    query = ParsedQuery()
    words: list[str] = []
    for match in _TOKEN.finditer(cleaned):
        key, negated = (match["key"] or "").lower(), bool(match["minus"])
        quoted = match["quoted"] if match["quoted"] is not None else match["curly"]
        value = quoted if quoted is not None else match["bare"]
        if key and _apply_filter(query, key, value, negated):
            continue
        if key:
            words.append(match[0])
        elif quoted is not None:
            _take_phrase(query, words, value.strip(), negated)
        elif negated and value[0].isalnum():
            query.not_words.append(value)
        else:
            words.append(match[0])
    query.text = " ".join(words)
    return query


def _take_phrase(query: ParsedQuery, words: list[str], phrase: str, negated: bool) -> None:
    if not any(c.isalnum() for c in phrase):
        # Left in the text, a quote would pair with the next one.
        phrase = phrase.translate(_NO_QUOTES).strip()
    if not phrase:
        return
    if negated:
        query.not_words.append(phrase)
        return
    words.append(phrase)
    if any(c.isalnum() for c in phrase):
        query.phrases.append(phrase)


def _apply_filter(query: ParsedQuery, key: str, value: str, negated: bool) -> bool:
    """Whether ``key:value`` is a filter; if so it is now in force."""
    if negated:
        if key == "name" and value:
            query.not_names.append(value.lower())
            return True
        return False
    if not value:
        return False
    match key:
        case "type" if value.lower() in TYPES:
            query.kinds.extend(TYPES[value.lower()])
        case "ext":
            query.exts.extend(part.lower().lstrip(".") for part in value.split(",") if part)
        case "in":
            query.folders.append(value)
        case "name":
            query.names.append(value.lower())
        case "lang" if value.isalpha() and len(value) in (2, 3):
            query.languages.append(value.lower())
        case "after" if (span := _date_span(value)) is not None:
            query.after = span[0]
        case "before" if (span := _date_span(value)) is not None:
            query.before = span[0]
        case "size" if (size := _SIZE.match(value)) is not None:
            _apply_size(query, size)
        case _:
            return False
    return True


def _apply_size(query: ParsedQuery, size: re.Match[str]) -> None:
    unit = size["unit"].lower().removesuffix("b").removesuffix("i")
    amount = int(min(float(size["number"]) * _UNITS[unit], LARGEST_SIZE))
    match size["sign"]:
        case "<":
            query.max_size = amount - 1
        case "<=":
            query.max_size = amount
        case ">":
            query.min_size = amount + 1
        case _:
            query.min_size = amount


def _date_span(value: str) -> tuple[int, int] | None:
    """The seconds since the epoch at which a year, month or day begins and ends; None if it is none."""
    try:
        parts = [int(part) for part in value.split("-")]
        match parts:
            case [year]:
                first, end = date(year, 1, 1), date(year + 1, 1, 1)
            case [year, month]:
                first = date(year, month, 1)
                end = (first + timedelta(days=31)).replace(day=1)
            case [year, month, day]:
                first = date(year, month, day)
                end = first + timedelta(days=1)
            case _:
                return None
        return _local_seconds(first), _local_seconds(end)
    except (ValueError, OverflowError):
        return None


def _local_seconds(day: date) -> int:
    seconds = int(datetime(day.year, day.month, day.day).astimezone().timestamp())
    return max(-FARTHEST_SECONDS, min(seconds, FARTHEST_SECONDS))


def parse_date(value: str, option: str) -> int:
    """Like ``after:`` for an option on the command line; UsageError when it is no date."""
    span = _date_span(value)
    if span is None:
        raise UsageError(
            "query.date",
            f"{option} {value!r} is not a date.",
            f"Write {option} 2024, {option} 2024-06 or {option} 2024-06-30.",
        )
    return span[0]


def parse_types(values: tuple[str, ...]) -> list[Kind]:
    """The kinds that ``--type`` names; UsageError for a type that does not exist."""
    kinds: list[Kind] = []
    for value in values:
        if value.lower() not in TYPES:
            raise UsageError(
                "query.type", f"There is no type {value!r}.", "Types are " + ", ".join(TYPES) + "."
            )
        kinds.extend(TYPES[value.lower()])
    return kinds


def iso_utc(seconds: int) -> str:
    """Seconds since the epoch as ISO 8601 in UTC: 2024-06-30T08:15:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
