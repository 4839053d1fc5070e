"""Property lists of macOS and shortcuts to web pages: their strings, without the format's brackets.

Binary lists refer to shared objects, so a small file can stand for an endless tree: what is read is bounded.
"""

from __future__ import annotations

import plistlib
from collections.abc import Iterator
from datetime import datetime
from itertools import repeat
from typing import Any
from xml.parsers.expat import ExpatError

from qwen_finder.core.document import Document, Kind, Segment
from qwen_finder.core.errors import FileError
from qwen_finder.extraction.encoding import clean
from qwen_finder.extraction.reading import Limits, Source, left_out

_MAX_ITEMS = 200_000


def read_property_list(source: Source, limits: Limits) -> Document:
    """A line for each value, "key: value". Raises FileError "file.broken"."""
    try:
        root = plistlib.loads(source.read_bytes(limits))
    except (plistlib.InvalidFileException, ExpatError, ValueError, TypeError, LookupError, OverflowError,
            RecursionError, AttributeError) as error:  # fmt: skip
        raise FileError(
            "file.broken", f"{source.path} is not a whole property list.", "It is found by its name only."
        ) from error
    lines: list[str] = []
    length = 0
    whole = True
    for line in _lines(root):
        line = clean(line)
        if length + len(line) + 1 > limits.max_characters:
            whole = False
            break
        lines.append(line + "\n")
        length += len(line) + 1
    text = "".join(lines)
    return Document(Kind.TEXT, (Segment(text),) if text else (), partial="" if whole else left_out(limits))


def _lines(root: Any) -> Iterator[str]:
    """ "key: value" of each scalar, in order, without recursion."""
    stack: list[Iterator[tuple[str, Any]]] = [iter([("", root)])]
    for _ in range(_MAX_ITEMS):
        step = next(stack[-1], None)
        if step is None:
            stack.pop()
            if not stack:
                return
            continue
        key, value = step
        if isinstance(value, dict):
            stack.append(zip(map(str, value), value.values(), strict=True))
        elif isinstance(value, list):
            stack.append(zip(repeat(key), value, strict=False))
        elif isinstance(value, str | int | float | datetime):
            yield f"{key}: {value}" if key else str(value)
