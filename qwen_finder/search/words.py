"""Where the words of a query stand in a passage: for marking matches and for measuring coverage.

This is deliberately not the database's tokenizer: it works on the few passages that are shown, on the
original characters (so offsets are right), in any script, and forgives endings ("charged" for "charge").
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# Scripts written without spaces (Han, kana, Thai, Burmese, Khmer) and Hangul, whose particles stick to words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
# Vowel signs, accents written apart and joiners belong to their word, which ``\w`` does not know.
_MARKS = "\u200c\u200d" + "".join(
    chr(code)
    for code in range(0x300, 0x1200)
    if unicodedata.category(chr(code))[0] == "M" and not re.match(f"[{_UNSPACED}]", chr(code))
)
_QUERY_TOKEN = re.compile(rf"[{_UNSPACED}]+|(?:[^\W{_UNSPACED}]|[{_MARKS}])+(?:[+#]+(?=\s|$))?")
_NAME_RUN = re.compile(rf"\d+|(?:[^\W\d_]|[{_MARKS}])+")
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]+")

_JOINT = re.compile(r"\s+|[_\-./]")

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
        token = _lowered(match[0])
        parts = _parts(match[0])
        if len(parts) > 1 and is_identifier(match[0]):
            terms.update((Term(part), None) for part in parts)
            continue
        if _UNSPACED_RUN.fullmatch(token):
            pieces = [token[i : i + 2] for i in range(len(token) - 1)] or [token]
            terms.update((Term(piece, unspaced=True), None) for piece in pieces)
        elif token.strip("_"):
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
        if _is_word(word):
            if not _begins_word(text, start):
                continue
            end = _word_end(text, end)
            if end - start > len(word) + (LONGER if len(word) >= SHORT else 0):
                continue
        yield Occurrence(start, end, index)


@lru_cache(maxsize=64)
def _patterns(terms: tuple[Term, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """One expression for the stems of all spaced terms, in groups t0, t1, …, and one for the bigrams.

    The longest stem comes first, so that "cards" is not taken for "car".
    """
    stems = [
        (_stem(term.text) if _is_word(term.text) else term.text, index)
        for index, term in enumerate(terms)
        if not term.unspaced
    ]
    stems.sort(key=lambda item: -len(item[0]))
    words = "|".join(f"(?P<t{index}>{re.escape(stem)})" for stem, index in stems)
    unspaced = sorted((term.text for term in terms if term.unspaced), key=len, reverse=True)
    pieces = "|".join(re.escape(text) for text in unspaced)
    return (
        re.compile(words, re.IGNORECASE) if words else None,
        re.compile(f"(?=({pieces}))") if pieces else None,
    )


def _lowered(word: str) -> str:
    """Lower case without the second dot of İ, which would make a word longer than it stands in a text."""
    return word.lower().replace("i\u0307", "i")


def _parts(name: str) -> list[str]:
    """The words that a name in camelCase or snake_case is made of, in lower case."""
    parts: list[str] = []
    for run in _NAME_RUN.finditer(name):
        edges = [at for at in range(run.start() + 1, run.end()) if _is_edge(name, at)]
        bounds = [run.start(), *edges, run.end()]
        parts.extend(_lowered(name[a:b]) for a, b in pairwise(bounds))
    return parts


def _is_word(term: str) -> bool:
    """Whether ``term`` is made of letters, marks and digits only, so that it begins and ends as words do."""
    return all(_in_word(char) for char in term)


def _in_word(char: str) -> bool:
    return char.isalnum() or char in _MARKS


def _is_edge(text: str, at: int) -> bool:
    """Whether a word, or a part of a name in camelCase, begins at ``at`` when it is in a word."""
    before, here = text[at - 1], text[at]
    if not _in_word(before) or _UNSPACED_RUN.match(before) or before.isdigit() != here.isdigit():
        return True
    # The S in HTTPServer begins a part, as the one in httpServer does.
    return here.isupper() and (not before.isupper() or text[at + 1 : at + 2].islower())


def _begins_word(text: str, start: int) -> bool:
    return start == 0 or _is_edge(text, start)


def _word_end(text: str, end: int) -> int:
    while end < len(text) and _in_word(text[end]):
        if _is_edge(text, end) or _UNSPACED_RUN.match(text[end]):
            break
        end += 1
    return end


def _stem(word: str) -> str:
    """What words of one family share, roughly: the first 70 %, at least 4 characters. Numbers have none."""
    if len(word) < SHORT or any(char.isdigit() for char in word):
        return word
    return word[: max(4, len(word) - max(1, len(word) * 3 // 10))]


def merged(spans: Iterable[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Spans in order, joined where they overlap or touch, or only space or one of ``_-./`` parts them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and (start <= joined[-1][1] or _JOINT.fullmatch(text, joined[-1][1], start)):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
