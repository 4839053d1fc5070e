"""Tables as text: rows stay as they are, and the header row travels with every passage cut from them."""

from __future__ import annotations

import csv
import re

from qwen_finder.extraction.segments import Path, name_of

_NUMBER = re.compile(r"[-+]?[\d.,\s%$€£¥]*\d[\d.,\s%$€£¥]*")


def header_path(text: str) -> Path:
    """The column names as the path of the table's segment; empty when the first row is no header."""
    end = text.find("\n", 0, 4000)
    first = text[: end if end >= 0 else 4000]
    delimiter = max(",;\t|", key=first.count)
    try:
        cells = next(csv.reader([first], delimiter=delimiter), [])
    except csv.Error:
        return ()
    names = [cell.strip() for cell in cells]
    if len(names) < 2 or not all(names) or any(_NUMBER.fullmatch(name[:40]) for name in names):
        return ()
    return (name_of(", ".join(names)),)
