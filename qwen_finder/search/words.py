"""Where the words of a query stand in a passage: for marking matches and for measuring coverage.

This is deliberately not the database's tokenizer: it works on the few passages that are shown, on the
original characters (so offsets are right), in any script, and forgives endings ("charged" for "charge").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# Scripts written without spaces (Han, kana, Thai) and Hangul, whose particles stick to the word.
_UNSPACED = (
    "\u0e00-\u0eff\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_QUERY_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W{_UNSPACED}]+(?:[.+#]+(?=\s|$))?")
_TEXT_TOKEN = re.compile(rf"[^\W_{_UNSPACED}]+|[{_UNSPACED}]+")
_CAMEL_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+|[^\W\d_A-Za-z]+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")

MAX_TERMS = 64


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
    """Where any of ``terms`` stands in ``text``, in order, without overlaps."""
    found: list[Occurrence] = []
    spaced = {term.text: index for index, term in enumerate(terms) if not term.unspaced}
    unspaced = [(term.text, index) for index, term in enumerate(terms) if term.unspaced]
    stems = {_stem(word): index for word, index in spaced.items()}
    for match in _TEXT_TOKEN.finditer(text):
        token = match[0].lower()
        if unspaced and _UNSPACED_RUN.match(token):
            for piece, index in unspaced:
                position = token.find(piece)
                while position >= 0:
                    start = match.start() + position
                    found.append(Occurrence(start, start + len(piece), index))
                    position = token.find(piece, position + 1)
            continue
        hit = spaced.get(token, stems.get(_stem(token)))
        if hit is not None:
            found.append(Occurrence(match.start(), match.end(), hit))
        elif spaced and not (match[0].islower() or match[0].isupper()):
            for part in _CAMEL_PART.finditer(match[0]):
                word = part[0].lower()
                hit = spaced.get(word, stems.get(_stem(word)))
                if hit is not None:
                    found.append(Occurrence(match.start() + part.start(), match.start() + part.end(), hit))
    found.extend(_identifiers(terms, text))
    return sorted(found, key=lambda item: (item.start, -item.end))


def _identifiers(terms: Sequence[Term], text: str) -> Iterable[Occurrence]:
    """Words with underscores or signs in them, which are no single token of the text."""
    lowered = ""
    for index, term in enumerate(terms):
        if term.text.isalnum():
            continue
        # Lower-casing can change lengths (İ), and then these offsets would be wrong: search as it stands.
        lowered = lowered or (text.lower() if len(text.lower()) == len(text) else text)
        position = lowered.find(term.text)
        while position >= 0:
            yield Occurrence(position, position + len(term.text), index)
            position = lowered.find(term.text, position + len(term.text))


def _stem(word: str) -> str:
    """What words of one family share, roughly: the first 70 %, at least 4 characters."""
    return word if len(word) < 5 else word[: max(4, len(word) - max(1, len(word) * 3 // 10))]


def merged(spans: Iterable[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Spans in order, overlapping and touching ones (or ones that only a space parts) joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and (start <= joined[-1][1] or text[joined[-1][1] : start].isspace()):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
