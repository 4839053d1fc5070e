"""JSON as bytes, with file names that are not valid Unicode kept whole."""

from __future__ import annotations

import json


def dumps(value: object, *, indent: int | None = None) -> bytes:
    """UTF-8 JSON of ``value``. Every script stays readable; a byte of a file name that is no UTF-8, a
    surrogate in ``str``, becomes the JSON escape ``\\udcXX`` and comes back as the same surrogate.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)
    return text.encode("utf-8", "backslashreplace")


def loads(content: bytes) -> object:
    """The value of UTF-8 JSON. Raises ValueError for anything else, nesting too deep included."""
    try:
        value: object = json.loads(content.decode("utf-8"))
        return value
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
