"""Text for a terminal: foreign bytes and control characters made visible, cells counted, lines wrapped.

A file name or a passage may hold anything, escape sequences included; nothing of that may reach the
terminal as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_DELETE = 0x7F
_SURROGATE_BYTES = range(0xDC80, 0xDD00)
# Line ends that are no "\n", and marks that reverse the direction of what follows them.
_TREACHEROUS = {0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}


def visible(text: str) -> str:
    """``text`` on one line and without any character that a terminal obeys.

    A line feed becomes ``␊``, a byte that is no UTF-8 ``\\xNN``, a mark of writing direction ``\\uNNNN``.
    """
    return "".join(_visible(character) for character in text)


def cells(text: str) -> int:
    """How many columns of a terminal ``text`` takes: two for each wide (East Asian) character."""
    if text.isascii():
        return len(text)
    return sum(_cells(character) for character in text)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """Lines of at most ``width`` cells as [start, end) offsets into ``text``, the spaces at their ends left
    out. They are broken at spaces, and anywhere in scripts that are written without.
    """
    lines, start, end, used = [], 0, 0, 0
    for piece_start, piece_end in _pieces(text):
        piece = text[piece_start:piece_end]
        if used + cells(piece.rstrip()) > width:
            if start < end:
                lines.append((start, end))
            start, end, used = piece_start, piece_start, 0
            # A word that is longer than a line is broken anywhere.
            for offset in range(piece_start, piece_start + len(piece.rstrip())):
                size = _cells(text[offset])
                if used + size > width and start < offset:
                    lines.append((start, offset))
                    start, used = offset, 0
                end, used = offset + 1, used + size
            used += cells(text[end:piece_end])
        else:
            end, used = piece_start + len(piece.rstrip()) if piece.strip() else end, used + cells(piece)
    if start < end:
        lines.append((start, end))
    return lines


def shorten(text: str, width: int) -> str:
    """``text`` in at most ``width`` cells, with an ellipsis in its middle when it is longer."""
    if cells(text) <= width:
        return text
    room = max(width - 1, 0)
    head, tail = "", ""
    for character in text:
        if cells(head) + _cells(character) > room // 2:
            break
        head += character
    for character in reversed(text):
        if cells(head) + cells(tail) + _cells(character) > room:
            break
        tail = character + tail
    return f"{head}…{tail}"


def _visible(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == _DELETE:
        return "\u2421"
    if code in _SURROGATE_BYTES:
        return f"\\x{code - 0xDC00:02x}"
    if 0x80 <= code < 0xA0:
        return f"\\x{code:02x}"
    if code in _TREACHEROUS or 0xD800 <= code < 0xE000:
        return f"\\u{code:04x}"
    return character


def _cells(character: str) -> int:
    if _is_wide(character):
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The stretches between which a line may be broken, each with the spaces that follow it."""
    start = 0
    for offset in range(1, len(text)):
        before, after = text[offset - 1], text[offset]
        may_break = (before.isspace() and not after.isspace()) or _is_wide(before) or _is_wide(after)
        # Closing punctuation and combining marks stay with what they follow.
        if may_break and unicodedata.category(after) not in ("Po", "Pe", "Pf", "Mn", "Me", "Zs"):
            yield start, offset
            start = offset
    if text:
        yield start, len(text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
