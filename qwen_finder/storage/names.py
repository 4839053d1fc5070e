"""How a file name becomes searchable, and how a query is matched against it.

Names are searched by trigrams. A name is kept as its words between single spaces, folded, so that
``" car"`` finds the beginning of a word and ``"bericht"`` the inside of one. Scripts that put no spaces
between words (Chinese, Japanese, Korean, Thai, …) are kept with a space after each character: two
characters then make one trigram and need no scan of the whole table.

A query is taken word by word. Words weigh by their letters, a pair of characters of an unspaced script as
four letters. A name answers when words of at least a third of the query's weight occur in it; the commonest
English words do not count beside others, so that a long question does not find every name with a "the".

Knows nothing of SQLite: it makes strings and compares strings.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from qwen_finder.storage.tokens import UNSPACED, parts, valid, words

MIN_SHARE = 1 / 3
MAX_TERMS = 24

MAX_QUERY = 2_000
_COMBINING = re.compile(r"[\u0300-\u036f]")
_SEPARATORS = re.compile(r"[\s_.\-]+")
_COMMON = frozenset(
    """
    a about all an and any are as at be by can did do does file files find for from had has have how i if in
    is it its me my no not of on or our so that the their there these this to was we were what when where
    which who why will with you your
    """.split()  # noqa: SIM905 - a paragraph of words, not a program
)


def lowered(name: str) -> str:
    """The form of a name that ``name:`` filters look into."""
    return unicodedata.normalize("NFKC", valid(name)).lower()


def folded(text: str) -> str:
    """``text`` without case and without the accents of Latin, Greek and Cyrillic letters."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", valid(text).casefold())
    return unicodedata.normalize("NFC", _COMBINING.sub("", apart))


def searchable(name: str) -> str:
    """The words of a file name between single spaces: ``" getusername get user name py "``."""
    kept: list[str] = []
    for word in words(unicodedata.normalize("NFKC", valid(name))):
        whole = _spaced(folded(word))
        kept.append(whole)
        if len(pieces := parts(word)) > 1:
            apart = (folded(piece) for piece in pieces if not UNSPACED.search(piece))
            kept.extend(piece for piece in apart if f" {piece} " not in f" {whole} ")
    return f" {' '.join(kept)} "


def key(text: str) -> str:
    """The form in which a query is compared with a whole name: folded, all separators alike."""
    return _SEPARATORS.sub(" ", folded(unicodedata.normalize("NFKC", valid(text[:MAX_QUERY])))).strip()


def stem(name: str) -> str:
    """The ``key`` of a name without its extension."""
    return key(name.rpartition(".")[0] or name)


def same_name(query: str, name: str) -> bool:
    """Whether the query is the name, with or without its extension; its ``stem`` is one of ``stems_of``."""
    asked = key(query)
    return bool(asked) and asked in (key(name), stem(name))


def stems_of(query: str) -> tuple[str, str]:
    """The stems of all names that the query can be: as it is, or with its extension taken off."""
    return key(query), stem(query)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query. ``text`` is spelled as ``searchable`` spells it."""

    text: str
    weight: int

    @property
    def match(self) -> str:
        """The FTS5 phrase that finds every name the term can occur in (at least one trigram)."""
        if len(self.text) >= 3:
            return f'"{self.text}"'
        return f'" {self.text}"' if len(self.text) == 2 else f'" {self.text} "'

    def quality(self, name: str) -> float:
        """How well it occurs in a ``searchable`` name: 1 a word, 0.9 its beginning, 0.7 inside, 0 not."""
        if f" {self.text} " in name:
            return 1.0
        if f" {self.text}" in name and len(self.text) > 1:
            return 0.9
        return 0.7 if len(self.text) >= 3 and self.text in name else 0.0


def terms(query: str) -> list[Term]:
    """The words a query is matched by: the first ``MAX_TERMS`` different ones; none for an empty query."""
    found: dict[str, Term] = {}
    for word in words(folded(unicodedata.normalize("NFKC", valid(query[:MAX_QUERY])))):
        for text, weight in _pieces(_spaced(word)):
            found.setdefault(text, Term(text, weight))
    weighty = [term for term in found.values() if term.text not in _COMMON]
    return (weighty or list(found.values()))[:MAX_TERMS]


def score(asked: list[Term], name: str) -> tuple[float, float]:
    """(share of the query's weight that occurs in the name, the same weighed by how well), both 0 to 1."""
    total = sum(term.weight for term in asked)
    share = goodness = 0.0
    for term in asked:
        quality = term.quality(name)
        share += term.weight if quality else 0
        goodness += term.weight * quality
    return share / total, goodness / total


def _spaced(word: str) -> str:
    """``word`` with each character of an unspaced script standing alone."""
    return " ".join(UNSPACED.sub(lambda match: f" {match[0]} ", word).split())


def _pieces(spaced: str) -> list[tuple[str, int]]:
    """A spaced word as (term, weight): words as they are, unspaced characters in overlapping pairs."""
    pieces: list[tuple[str, int]] = []
    run: list[str] = []
    for part in [*spaced.split(), ""]:
        if UNSPACED.fullmatch(part):
            run.append(part)
            continue
        if len(run) == 1:
            pieces.append((run[0], 2))
        pieces.extend((f"{left} {right}", 4) for left, right in pairwise(run))
        run = []
        if part:
            pieces.append((part, len(part)))
    return pieces
