"""Measures a model on what it was never trained on: sentence retrieval, the phrasebook's held-out fifth,
English.

``python -m starter.evaluate WORK --corpus FOLDER --teacher FOLDER [--checkpoint FILE]`` prints a table by
language and writes it as JSON. Retrieval: 1,000 English sentences of the held-out sources and their
translations; how often the nearest is the right one, to and from English, as cosine. The phrasebook's words
(``term``), each of which the model may never have met, are counted apart from its phrases. Everything is
drawn by a seed.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from starter.corpus import HELD_OUT, LANGUAGES, Corpus, phrases
from starter.pieces import Pieces
from starter.student import Encoder, read_teacher, vectors

SEED = 8
AMONG = 1000


def development(corpus: Corpus, language: str, english: Sequence[str], most: int) -> list[tuple[str, str]]:
    """Held-out (English, translation) pairs of at least three words, no English twice."""
    found: dict[str, str] = {}
    for pair in corpus.pairs(language):
        text = english[pair.english]
        if pair.source in HELD_OUT and text.count(" ") >= 2 and pair.translation != text:
            found.setdefault(text, pair.translation)
    pairs = sorted(found.items())
    return random.Random(f"{SEED}-{language}").sample(pairs, min(most, len(pairs)))


def right(queries: Tensor, answers: Tensor) -> float:
    """How often the nearest of ``answers`` is the one at the query's own place."""
    nearest = (queries @ answers.T).argmax(1)
    return float((nearest == torch.arange(len(queries))).float().mean())


def tables(checkpoint: Path | None, work: Path, teacher: Path) -> tuple[Encoder, Tensor]:
    """The encoder and embedding table of a checkpoint; without one, what training starts from."""
    encoder, _ = read_teacher(teacher)
    if checkpoint is None:
        return encoder, torch.from_numpy(np.load(work / "start.npz")["table"])
    state = torch.load(checkpoint, map_location="cpu", weights_only=True)
    encoder.load_state_dict(state["encoder"])
    return encoder, state["table"]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--among", type=int, default=AMONG)
    parser.add_argument("--languages", nargs="*", default=list(LANGUAGES))
    parser.add_argument("--rows", type=int, default=10_000, help="phrasebook rows at most")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    pieces = Pieces.load(options.work / "pieces.json")
    encoder, table = tables(options.checkpoint, options.work, options.teacher)
    teacher, teacher_table = read_teacher(options.teacher)

    def embed(texts: Sequence[str]) -> Tensor:
        return vectors(encoder, table, pieces.encode(texts))

    corpus = Corpus(options.corpus)
    english = corpus.english()
    held = phrases(held_out=True)
    rows = [row for row in held if row["kind"] != "term"][: options.rows]
    words = [row for row in held if row["kind"] == "term"][: options.rows]
    report: dict[str, Any] = {
        "among": options.among, "phrases": len(rows), "words": len(words), "languages": {},
    }  # fmt: skip
    sources = embed([row["en"] for row in rows])
    english_words = embed([row["en"] for row in words])
    known: dict[str, Tensor] = {}
    for language in options.languages:
        pairs = development(corpus, language, english, options.among)
        missing = [text for text, _ in pairs if text not in known]
        known |= dict(zip(missing, embed(missing), strict=True))
        there, here = torch.stack([known[text] for text, _ in pairs]), embed([text for _, text in pairs])
        own = embed([row[language] for row in rows])
        own_words = embed([row[language] for row in words])
        report["languages"][language] = found = {
            "to_english": right(here, there), "from_english": right(there, here),
            "phrases_to_english": right(own, sources), "phrases_from_english": right(sources, own),
            "words": (right(own_words, english_words) + right(english_words, own_words)) / 2,
        }  # fmt: skip
        print(
            f"{language} {len(pairs)} pairs",
            " ".join(f"{key} {value:.3f}" for key, value in found.items()),
            flush=True,
        )
    both = [value for code, value in report["languages"].items() if code != "zht"]
    for key in ("to_english", "from_english", "phrases_to_english", "phrases_from_english", "words"):
        report[key] = sum(item[key] for item in both) / len(both)
        print(f"mean {key} {report[key]:.3f}")
    draw = random.Random(SEED)
    sentences = draw.sample([text for text in english if 3 < text.count(" ") < 60], 300)
    sentences += draw.sample([text for text, _ in corpus.english_extra() if text.count(" ") < 90], 300)
    taught = vectors(
        teacher, teacher_table, Pieces(pieces.vocabulary[: len(teacher_table)], "", "").encode(sentences)
    )
    cosines = (embed(sentences) * taught).sum(1)
    report["english_cosine"] = {"mean": float(cosines.mean()), "lowest_tenth": float(cosines.quantile(0.1))}
    print("English cosine to the teacher", report["english_cosine"])
    name = options.checkpoint.stem if options.checkpoint else "start"
    (options.work / f"report-{name}.json").write_text(json.dumps(report, indent=1), "utf-8")


if __name__ == "__main__":
    main()
