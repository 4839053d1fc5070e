"""Source text to coloured stretches, by Pygments, in a thread that may take its time.

Pygments is imported here only, and only when the first source file is looked at.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterator

MOST = 80_000
# Other threads, the one that paints above all, get their turn after so many tokens.
_TURN = 1_500

Span = tuple[int, int, str]
"""Start and length in a line, in code points, and the name of a colour of the theme."""


def colour(text: str, language: str) -> dict[int, list[Span]]:
    """The coloured stretches of each line of ``text``, by its number from 0; empty for unknown languages."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return {}
    text = text[:MOST]
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    spans: dict[int, list[Span]] = {}
    for number, (start, kind, value) in enumerate(lexer.get_tokens_unprocessed(text)):
        if number % _TURN == 0:
            time.sleep(0.001)
        name = _colour_of(str(kind))
        if name:
            for row, at, length in _by_line(starts, start, value):
                spans.setdefault(row, []).append((at, length, name))
    return spans


def _by_line(starts: list[int], start: int, value: str) -> Iterator[tuple[int, int, int]]:
    line = bisect_right(starts, start) - 1
    for part in value.split("\n"):
        if part:
            yield line, start - starts[line], len(part)
        start += len(part) + 1
        line += 1


def _colour_of(kind: str) -> str:
    """``kind`` as Pygments writes it: "Token.Literal.String.Doc"."""
    kind = kind.removeprefix("Token.")
    for beginning, name in _COLOURS:
        if kind.startswith(beginning):
            return name
    return ""


# The first that fits counts.
_COLOURS = (
    ("Keyword.Type", "code_type"),
    ("Keyword", "code_keyword"),
    ("Operator.Word", "code_keyword"),
    ("Name.Tag", "code_keyword"),
    ("Comment.Preproc", "code_type"),
    ("Comment", "code_comment"),
    ("Literal.String", "code_string"),
    ("Literal.Number", "code_number"),
    ("Name.Constant", "code_number"),
    ("Name.Function", "code_function"),
    ("Name.Decorator", "code_function"),
    ("Name.Class", "code_type"),
    ("Name.Builtin", "code_type"),
    ("Name.Exception", "code_type"),
    ("Name.Attribute", "code_function"),
    ("Generic.Heading", "code_keyword"),
    ("Generic.Subheading", "code_keyword"),
    ("Generic.Inserted", "code_string"),
    ("Generic.Deleted", "danger"),
)
