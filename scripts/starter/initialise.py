"""Gives the new pieces a meaning to start from: that of the English pieces they translate to.

``python -m starter.initialise WORK --corpus FOLDER --teacher FOLDER`` writes ``WORK/start.npz``: the
embedding table of all pieces. Each language's translations are aligned with IBM model 1 (expectation
maximisation over piece pairs), which says how probable each English piece is for each piece of that
language; the piece starts as their mean in the teacher's table, so weighted.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qwen_finder.models.safetensors_file import read_safetensors
from starter.corpus import HELD_OUT, LANGUAGES, WEIGHTS, Corpus, phrases
from starter.pieces import Pieces

Array = npt.NDArray[Any]
SEED = 8
PAIRS = 60_000
LONGEST = 40
ROUNDS = 5
SHARPNESS = 1.5
"""Exponent of the probabilities: what is likelier weighs more than its share."""
GLOSSES = 16
"""English pieces a piece may be the mean of."""


def aligned(foreign: list[list[int]], english: list[list[int]], size: int) -> tuple[Array, Array, Array]:
    """Expected alignment counts of (foreign piece, English piece), by IBM model 1: three columns.

    One more stands for no foreign piece at all: it takes what English adds of its own.
    """
    # Numbered anew without gaps, so that all pairs that could be fit in one array: no sorting of millions.
    known, column = _compact(foreign, size), _compact(english, size)
    ours, theirs = np.flatnonzero(known >= 0), np.flatnonzero(column >= 0)
    width = theirs.size
    none = ours.size
    keys_, groups_, base = [], [], 0
    for f, e in zip(foreign, english, strict=True):
        fs, es = np.append(known[list(set(f))], none), column[e]
        keys_.append((fs[:, None] * width + es).ravel())
        groups_.append(np.tile(np.arange(base, base + es.size, dtype=np.int32), fs.size))
        base += es.size
    keys, groups = np.concatenate(keys_), np.concatenate(groups_)
    place = np.full((none + 1) * width, -1, np.int32)
    place[keys] = 0
    pairs = np.flatnonzero(place == 0)
    place[pairs] = np.arange(pairs.size, dtype=np.int32)
    inverse = place[keys]
    owner = pairs // width
    counts = np.bincount(inverse, np.ones(inverse.size), pairs.size)
    for _ in range(ROUNDS):
        # A little is taken off every count, or pieces seen once would explain whatever stands beside them.
        chance = counts / (np.bincount(owner, counts) + 0.5)[owner]
        value = chance[inverse]
        value /= np.bincount(groups, value, minlength=base)[groups]
        counts = np.bincount(inverse, value, minlength=pairs.size)
    keep = (counts > 0.05) & (owner != none)
    return ours[owner[keep]], theirs[pairs[keep] % width], counts[keep]


def _compact(texts: list[list[int]], size: int) -> Array:
    """A number without gaps for each piece that occurs in ``texts``, -1 for the others."""
    found = np.full(size, -1, np.int64)
    pieces = np.unique(np.concatenate([np.asarray(text, np.int64) for text in texts]))
    found[pieces] = np.arange(pieces.size)
    return found


def chosen(
    corpus: Corpus, language: str, english: list[str], rows: list[dict[str, str]]
) -> list[tuple[str, str]]:
    """Translations to align, general ones first."""
    draw = random.Random(f"{SEED}-align-{language}")
    keyed = []
    for pair in corpus.pairs(language):
        if pair.source not in HELD_OUT and len(english[pair.english]) < 250:
            weight = WEIGHTS.get(pair.source, 0.5)
            keyed.append((draw.random() ** (1 / weight), pair.translation, english[pair.english]))
    keyed.sort(reverse=True)
    own = [(row[language], row["en"]) for row in rows if row.get(language)]
    return [(text, source) for _, text, source in keyed[:PAIRS]] + 4 * own


def glossed(table: Array, owners: Array, glosses: Array, counts: Array, new: Array) -> tuple[Array, int]:
    """``table`` (teacher's rows, zeros beyond) with the pieces ``new`` filled; how many had no gloss."""
    keys, inverse = np.unique(owners * len(table) + glosses, return_inverse=True)
    counts = np.bincount(inverse, counts)
    owners, glosses = keys // len(table), keys % len(table)
    bounds = np.searchsorted(owners, np.arange(len(table) + 1))
    norms = np.linalg.norm(table, axis=1)
    missing = []
    for piece in np.flatnonzero(new):
        start, end = bounds[piece], bounds[piece + 1]
        if start == end:
            missing.append(piece)
            continue
        order = np.argsort(counts[start:end])[::-1][:GLOSSES] + start
        weight = counts[order] ** SHARPNESS
        weight /= weight.sum()
        mean = weight @ table[glosses[order]]
        table[piece] = mean * (weight @ norms[glosses[order]] / max(float(np.linalg.norm(mean)), 1e-6))
    filled = np.flatnonzero(new & (norms == 0))
    filled = np.setdiff1d(filled, missing)
    table[missing] = table[filled].mean(0) if filled.size else 0
    return table, len(missing)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    options = parser.parse_args(arguments)
    start = time.perf_counter()
    pieces = Pieces.load(options.work / "pieces.json")
    teacher = read_safetensors(options.teacher / "model.safetensors")["embeddings.word_embeddings.weight"]
    size, old = len(pieces.vocabulary), len(teacher)
    table = np.zeros((size, teacher.shape[1]), np.float32)
    table[:old] = teacher
    new = np.array([number >= old or not piece.isascii() for number, piece in enumerate(pieces.vocabulary)])
    words = np.array([any(c.isalnum() for c in piece) for piece in pieces.vocabulary])
    corpus, rows = Corpus(options.corpus), phrases(held_out=False)
    english = corpus.english()
    columns: list[tuple[Array, Array, Array]] = []
    for language in LANGUAGES:
        pairs = chosen(corpus, language, english, rows)
        foreign, sources = (pieces.encode(side) for side in zip(*pairs, strict=True))
        sources = [[i for i in ids if words[i]] for ids in sources]
        good = [
            i
            for i, (f, e) in enumerate(zip(foreign, sources, strict=True))
            if f and e and max(len(f), len(e)) <= LONGEST
        ]
        columns.append(aligned([foreign[i] for i in good], [sources[i] for i in good], size))
        print(f"{language}: {len(good)} pairs aligned, {time.perf_counter() - start:.0f} s", flush=True)
    owners, glosses, counts = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    real = ~new[glosses] & (glosses < old)
    table, missing = glossed(table, owners[real], glosses[real], counts[real], new)
    np.savez(options.work / "start.npz", table=table, new=new)
    print(f"{new.sum()} new pieces, {missing} without a gloss, {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
