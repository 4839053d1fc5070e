"""Where the words of a query stand in a passage: for marking matches and for measuring coverage.

This is deliberately not the database's tokenizer: it works on the few passages that are shown, on the
original characters (so offsets are right), in any script, and forgives endings ("charged" for "charge").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

# Scripts written without spaces (Han, kana, Thai) and Hangul, whose particles stick to the word.
_UNSPACED = (
    "\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_QUERY_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+(?:[.+#]+(?=\s|$))?")
_CAMEL_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")

MAX_TERMS = 64

# Words shorter than this have no endings to forgive; others may be so many characters longer than asked for.
SHORT = 5
LONGER = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the query in lower case; ``unspaced`` ones match inside longer runs of characters."""

    text: str
    unspaced: bool = False


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``term`` (an index into the terms) stands at [start, end) of the text."""

    start: int
    end: int
    term: int


def terms_of(query: str) -> list[Term]:
    """The distinct words of ``query``, at most 64.

    Runs of unspaced scripts are cut into bigrams, identifiers into their parts: a passage that holds
    ``parse_bank_statement`` holds all of ``parseBankStatement``.
    """
    terms: dict[Term, None] = {}
    for match in _QUERY_TOKEN.finditer(query):
        token = match[0].lower()
        parts = [part.lower() for part in _CAMEL_PART.findall(match[0])]
        if len(parts) > 1 and is_identifier(match[0]):
            terms.update((Term(part), None) for part in parts)
            continue
        if _UNSPACED_RUN.fullmatch(token):
            pieces = [token[i : i + 2] for i in range(len(token) - 1)] or [token]
            terms.update((Term(piece, unspaced=True), None) for piece in pieces)
        else:
            terms[Term(token)] = None
        if len(terms) >= MAX_TERMS:
            break
    return list(terms)[:MAX_TERMS]


def is_identifier(word: str) -> bool:
    """Whether ``word`` looks like a name in source code: snake_case, camelCase, ``a.b``, ``C++``, ``x86``."""
    return bool(re.search(r"\w_\w|[a-z][A-Z]|[A-Za-z]\d|\w\.\w|\w::\w|\w\(\)?$|^[A-Za-z](?:\+\+|#)$", word))


def occurrences(terms: Sequence[Term], text: str) -> list[Occurrence]:
    """Where any of ``terms`` stands in ``text``, in order.

    A word stands where a word (or a part of a camelCase name) begins with its stem and is not much longer.
    """
    found: list[Occurrence] = []
    words, pieces = _patterns(tuple(terms))
    if words is not None:
        found.extend(_words(words, terms, text))
    if pieces is not None:
        # A look-ahead, since bigrams of one run overlap.
        for match in pieces.finditer(text):
            piece = match[1]
            found.append(
                Occurrence(match.start(), match.start() + len(piece), terms.index(Term(piece, True)))
            )
    return sorted(found, key=lambda item: (item.start, -item.end))


def _words(pattern: re.Pattern[str], terms: Sequence[Term], text: str) -> Iterable[Occurrence]:
    for match in pattern.finditer(text):
        start, end = match.span()
        index = int((match.lastgroup or "t0")[1:])
        word = terms[index].text
        if word.isalnum():
            end = _word_end(text, end)
            longest = len(word) + (LONGER if len(word) >= SHORT else 0)
            if not _begins_word(text, start) or end - start > longest:
                continue
        yield Occurrence(start, end, index)


@lru_cache(maxsize=64)
def _patterns(terms: tuple[Term, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """One expression for the stems of all spaced terms, in groups t0, t1, …, and one for the bigrams.

    The longest stem comes first, so that "cards" is not taken for "car".
    """
    stems = [
        (_stem(term.text) if term.text.isalnum() else term.text, index)
        for index, term in enumerate(terms)
        if not term.unspaced
    ]
    stems.sort(key=lambda item: -len(item[0]))
    words = "|".join(f"(?P<t{index}>{re.escape(stem)})" for stem, index in stems)
    pieces = "|".join(re.escape(term.text) for term in terms if term.unspaced)
    return (
        re.compile(words, re.IGNORECASE) if words else None,
        re.compile(f"(?=({pieces}))") if pieces else None,
    )


def _begins_word(text: str, start: int) -> bool:
    before = text[start - 1] if start else " "
    if not before.isalnum() or _UNSPACED_RUN.match(before):
        return True
    return (text[start].isupper() and not before.isupper()) or before.isdigit() != text[start].isdigit()


def _word_end(text: str, end: int) -> int:
    while end < len(text) and text[end].isalpha() and not (text[end].isupper() and text[end - 1].islower()):
        end += 1
    return end


def _stem(word: str) -> str:
    """What words of one family share, roughly: the first 70 %, at least 4 characters."""
    return word if len(word) < SHORT else word[: max(4, len(word) - max(1, len(word) * 3 // 10))]


def merged(spans: Iterable[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Spans in order, overlapping and touching ones (or ones that only a space parts) joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
