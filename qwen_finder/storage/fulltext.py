"""What full-text search sees of a passage, how a query is spelled for it, and what makes a phrase exact.

The tokenizer (ICU words, English stems) cuts ``foo_bar`` apart but not ``fooBar``, sees only ``c`` in
``C++`` and keeps the particles of Korean words. So a passage is stored as ``body``: the text as it stands,
then, after it so that the positions of its words stay right, extra words for the tokenizer alone: the
context, the parts of its identifiers, a safe spelling of C++, C#, F# and .NET, Korean words without their
particles. Queries get the same treatment. Knows nothing of LanceDB.
"""

from __future__ import annotations

import re

from qwen_finder.storage import tokens
from qwen_finder.storage.tokens import UNSPACED, parts, valid

MAX_WORDS = 64
"""Words of a query that are searched for: a pasted page need not be."""

_MAX_QUERY = 8_000
_SPELLINGS = {"c++": "cplusplus", "c#": "csharp", "f#": "fsharp", "g++": "gplusplus", ".net": "dotnet"}
_SPECIAL = re.compile(r"(?<![^\W_])(?:c\+\+|c#|f#|g\+\+|\.net(?![^\W_]))", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에서는|으로는|에게서|까지|부터|에서|에게|으로|이나|처럼|보다|마다|하고"
    r"|은|는|이|가|을|를|에|의|로|과|와|도|만)$"
)
_SPACE = re.compile(r"\s+")


def body(text: str, context: str) -> str:
    """What is stored and indexed of a passage; ``body[:len(text)]`` is the text (surrogates replaced)."""
    text = valid(text)
    extra = _extra_words(text)
    return "\n".join((text, valid(context), " ".join(extra)))


def words(query: str) -> str:
    """The words to search for, spelled as ``body`` spells them; "" when there are none."""
    text = valid(query[:_MAX_QUERY])
    plain = tokens.words(_SPECIAL.sub(" ", text))
    found = dict.fromkeys([*plain, *_extra_words(text)])
    return " ".join(list(found)[:MAX_WORDS])


def has_words(phrase: str) -> bool:
    """Whether the tokenizer finds anything in the phrase at all."""
    return _WORD.search(phrase) is not None


def unspaced(phrase: str) -> bool:
    """Whether the phrase is of a script that puts no spaces between words.

    Its words are then cut by a dictionary, elsewhere in a longer text than in the phrase alone.
    """
    return UNSPACED.search(phrase) is not None


class Phrase:
    """A phrase as it must stand in a text: case and kinds of white space do not matter, all else does."""

    def __init__(self, phrase: str) -> None:
        self.text = _SPACE.sub(" ", valid(phrase)).strip()
        pattern = r"\s+".join(re.escape(piece) for piece in self.text.split(" "))
        before = r"(?<![^\W_])" if _is_spaced_letter(self.text[:1]) else ""
        after = r"(?![^\W_])" if _is_spaced_letter(self.text[-1:]) else ""
        self._pattern = re.compile(before + pattern + after, re.IGNORECASE)

    def occurs_in(self, text: str) -> bool:
        return bool(self.text) and self._pattern.search(text) is not None


def _extra_words(text: str) -> list[str]:
    found: dict[str, None] = {}
    for match in _SPECIAL.finditer(text):
        found[_SPELLINGS[match[0].lower()]] = None
    for word in _WORD.findall(text):
        if (word.isascii() and (word.islower() or word.isdigit())) or word.istitle():
            continue
        if len(pieces := parts(word)) > 1:
            found.update(dict.fromkeys(piece.lower() for piece in pieces if len(piece) > 1))
        if "가" <= word[-1] <= "힣" and (bare := _PARTICLE.sub("", word)) != word:
            found[bare] = None
    return list(found)


def _is_spaced_letter(character: str) -> bool:
    return character.isalnum() and not UNSPACED.match(character)
