"""Decides what is trained on and in which order, and turns it into token arrays.

``python -m starter.schedule WORK --corpus FOLDER --rows N`` writes ``WORK/rows-*.npz`` in parts of at most
60 MiB: texts in training order with the number of their English sentence, and ``WORK/english.npz``: those
sentences as the teacher reads them. An English sentence is drawn by the weight of its source and brings a
few translations, of the languages that had least so far; the phrasebook's rows come in between again and
again; and some texts are joined from several of one source, so that paragraphs are learnt too.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from starter.corpus import HELD_OUT, LANGUAGES, WEIGHTS, Corpus, phrases
from starter.pieces import Pieces
from starter.student import LONGEST

SEED = 8
TRANSLATIONS = 4
PHRASEBOOK_SHARE = 0.6
JOINED_SHARE = 0.15
JOINED_WORDS = (15, 70)
"""English words of a joined text."""
PART = 1_500_000
"""Tokens in one file."""
_WORDS = re.compile(r"[a-zA-Z]{2,}")


@dataclass(slots=True)
class Sentence:
    """An English text, its source, and its translations by language."""

    english: str
    source: str
    translations: dict[str, str] = field(default_factory=dict)


def corpus_sentences(corpus: Corpus, wanted: int) -> list[Sentence]:
    """Sentences of the corpus in the order in which they are drawn, at most ``wanted``."""
    english = corpus.english()
    held = {pair.english for code in LANGUAGES for pair in corpus.pairs(code) if pair.source in HELD_OUT}
    held_texts = {english[number] for number in held}
    found: dict[int, Sentence] = {}
    for code in LANGUAGES:
        for pair in corpus.pairs(code):
            text = english[pair.english]
            if text in held_texts or pair.translation == text or len(pair.translation) > 500:
                continue
            known = found.get(pair.english)
            if known is None:
                known = found[pair.english] = Sentence(text, pair.source)
            elif WEIGHTS.get(pair.source, 0.5) > WEIGHTS.get(known.source, 0.5):
                known.source = pair.source
            known.translations[code] = pair.translation
    draw = random.Random(SEED)
    keyed = []
    for sentence in found.values():
        words = len(_WORDS.findall(sentence.english))
        if words >= 1 and len(sentence.english) < 400:
            general = 1.0 if sentence.source in ("omw", "osm_id_tagging", "cldr") else min(words / 6, 1.0)
            weight = (
                WEIGHTS.get(sentence.source, 0.5) * general * min(len(sentence.translations), TRANSLATIONS)
            )
            keyed.append((draw.random() ** (1 / weight), sentence))
    keyed.sort(key=lambda item: item[0], reverse=True)
    return [sentence for _, sentence in keyed[:wanted]]


def mixed(drawn: Sequence[Sentence], book: Sequence[Sentence]) -> Iterator[Sentence]:
    """The phrasebook's sentences between the others, and joined ones of both."""
    draw = random.Random(SEED)
    pool: list[Sentence] = []
    for sentence in drawn:
        while draw.random() < PHRASEBOOK_SHARE:
            if not pool:
                pool = list(book)
                draw.shuffle(pool)
            yield pool.pop()
        yield sentence
        if draw.random() < JOINED_SHARE / (1 - PHRASEBOOK_SHARE):
            yield joined(draw, drawn, book)


def joined(draw: random.Random, drawn: Sequence[Sentence], book: Sequence[Sentence]) -> Sentence:
    """A paragraph: neighbours of the phrasebook's topic, or texts of one source that share languages."""
    wanted = draw.randint(*JOINED_WORDS)
    if draw.random() < PHRASEBOOK_SHARE:
        start = draw.randrange(len(book))
        parts = _up_to(wanted, [s for s in book[start : start + 20] if s.source == book[start].source])
    else:
        first = draw.choice(drawn)
        alike = [s for s in draw.sample(drawn, min(2000, len(drawn))) if s.source == first.source]
        common = [s for s in alike if set(s.translations) & set(first.translations) and s is not first]
        parts = _up_to(wanted, [first, *common])
    codes = set.intersection(*(set(part.translations) for part in parts))
    between = draw.choice((" ", "\n", ", "))
    texts = {code: between.join(part.translations[code] for part in parts) for code in codes}
    return Sentence(between.join(part.english for part in parts), "joined", texts)


def _up_to(words: int, parts: Sequence[Sentence]) -> list[Sentence]:
    """The first of ``parts`` that have so many English words together; one at least."""
    taken = []
    for part in parts:
        taken.append(part)
        words -= len(part.english.split())
        if words <= 0:
            break
    return taken


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rows", type=int, default=160_000)
    options = parser.parse_args(arguments)
    pieces = Pieces.load(options.work / "pieces.json")
    book = [
        Sentence(
            row["en"], row["row"].rsplit("-", 1)[0], {code: row[code] for code in LANGUAGES if row.get(code)}
        )
        for row in phrases(held_out=False)
    ]
    drawn = corpus_sentences(Corpus(options.corpus), options.rows) if options.corpus else list(book)
    draw = random.Random(SEED)
    seen: dict[str, int] = dict.fromkeys(LANGUAGES, 0)
    numbers: dict[str, int] = {}
    texts: list[str] = []
    owners: list[int] = []
    for sentence in mixed(drawn, book):
        number = numbers.setdefault(sentence.english, len(numbers))
        codes = sorted(sentence.translations, key=lambda code: seen[code] + 3 * draw.random())
        for code in codes[:TRANSLATIONS]:
            seen[code] += 1
            texts.append(sentence.translations[code])
            owners.append(number)
        if len(texts) >= options.rows:
            break
    print(f"{len(texts)} texts of {len(numbers)} English ones: {seen}")
    _write(options.work, "rows", pieces.encode(texts), owners)
    _write(options.work, "english", pieces.encode(list(numbers)), list(range(len(numbers))))


def _write(work: Path, name: str, ids: Sequence[Sequence[int]], owners: Sequence[int]) -> None:
    for old in work.glob(f"{name}-*.npz"):
        old.unlink()
    start = part = 0
    while start < len(ids):
        end = tokens = 0
        for end in range(start, len(ids)):
            tokens += min(len(ids[end]), LONGEST)
            if tokens > PART:
                break
        end += 1
        cut = [np.asarray(text[:LONGEST], np.int32) for text in ids[start:end]]
        lengths = np.array([len(text) for text in cut], np.int32)
        own = np.array(owners[start:end], np.int32)
        np.savez_compressed(
            work / f"{name}-{part:03}.npz", tokens=np.concatenate(cut), lengths=lengths, owners=own
        )
        start, part = end, part + 1


def read(work: Path, name: str) -> tuple[list[npt.NDArray[np.int32]], npt.NDArray[np.int32]]:
    """Texts and the numbers of their English sentences, as ``main`` wrote them."""
    texts: list[npt.NDArray[np.int32]] = []
    owners = []
    for path in sorted(work.glob(f"{name}-*.npz")):
        with np.load(path) as file:
            texts += np.split(file["tokens"], np.cumsum(file["lengths"])[:-1])
            owners.append(file["owners"])
    return texts, np.concatenate(owners)


if __name__ == "__main__":
    main()
