"""Sound and video by what they say of themselves: title, artist, album, comment, lyrics, duration."""

from __future__ import annotations

import os
from typing import Any

from tinytag import TinyTag, TinyTagException, UnsupportedFormatError

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.formats import Format, format_of
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.reading import Limits, Source, left_out
from qwen_finder.extraction.segments import name_of

_FIELDS = ("artist", "album", "albumartist", "composer", "genre", "year")
_LABELS = {"albumartist": "Album artist"}
_LONG = ("comment", "description", "synopsis", "lyrics")
_KINDS = (Kind.AUDIO, Kind.VIDEO)


def read_media(source: Source, limits: Limits) -> Document:
    """The tags as one segment. Raises FileError "file.broken", and as skipped "file.no_reader" for formats
    whose tags are not read and "file.no_text" without any.
    """
    try:
        # The whole name: the library tells the format by it where the first bytes do not.
        tag = TinyTag.get(os.path.basename(source.name), file_obj=source.stream())
    except UnsupportedFormatError as error:
        raise FileError(
            "file.no_reader",
            f"{source.path} is of a kind whose title and artist are not read.",
            "It is found by its name only.",
            skipped=True,
        ) from error
    except (TinyTagException, ValueError, LookupError, OSError, EOFError, ArithmeticError) as error:
        raise FileError(
            "file.broken", f"{source.path} is damaged or cut off.", "It is found by its name only."
        ) from error
    facts = _facts(tag.as_dict())
    title = name_of(facts.pop("title", ""))
    body = [facts.pop(name) for name in _LONG if name in facts]
    lines = [
        title,
        *(f"{_LABELS.get(name, name.capitalize())}: {facts[name]}" for name in _FIELDS if name in facts),
    ]
    text = "\n".join(line for line in lines if line)
    text = "\n\n".join(part for part in (text, *body) if part)
    if not text:
        raise FileError(
            "file.no_text",
            f"{source.path} says nothing of itself: no title, no artist.",
            "It is found by its name only.",
            skipped=True,
        )
    metadata = {("author" if name == "artist" else name): facts[name] for name in _FIELDS if name in facts}
    if tag.duration:
        metadata["duration"] = duration(tag.duration)
    kind = kind_of(source.name)
    if kind not in _KINDS:
        kind = Kind.VIDEO if format_of(source) is Format.VIDEO else Kind.AUDIO
    partial = left_out(limits) if len(text) >= limits.max_characters else ""
    text = (text + "\n")[: limits.max_characters]
    return Document(kind, (Segment(text, path=(title,) if title else ()),), "", title, metadata, partial)


def _facts(tags: dict[str, Any]) -> dict[str, str]:
    """The tags as text; several values of one are joined."""
    facts = {}
    for name in ("title", *_FIELDS, *_LONG):
        value = tags.get(name)
        values = value if isinstance(value, list) else [value]
        text = ", ".join(dict.fromkeys(clean(str(item)).strip() for item in values if item))
        if text:
            facts[name] = text
    return facts


def duration(seconds: float) -> str:
    """ "3:05" or "1:02:09"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
