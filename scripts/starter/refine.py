"""Improves the start cheaply: the mean of a translation's pieces shall be that of its English pieces.

``python -m starter.refine WORK --corpus FOLDER`` rewrites the table in ``WORK/start.npz``. No layer takes
part, so millions of pairs cost minutes, where the teacher's layers would take days: what words mean together
(compounds, endings, words of several pieces) is learnt here, before ``distil`` teaches the rest.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from starter.corpus import LANGUAGES, Corpus, phrases
from starter.distil import RowAdam
from starter.initialise import LONGEST, chosen
from starter.pieces import Pieces

BATCH = 2048
RATE = 4e-4
TEMPERATURE = 0.05
CONTRAST = 0.3
COMMON = 1e-3
"""A piece of this frequency counts half as much as a rare one."""


def bag(rows: Tensor, index: Tensor, weights: Tensor, offsets: Tensor) -> Tensor:
    """Weighted sums of ``rows``, a text each."""
    return functional.embedding_bag(index, rows, offsets, mode="sum", per_sample_weights=weights)


class Texts:
    """Piece ids of many texts in one array."""

    def __init__(self, texts: list[list[int]]) -> None:
        self.lengths = np.array([len(text) for text in texts], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self.tokens = np.concatenate([np.asarray(text, np.int32) for text in texts])

    def batch(self, numbers: np.ndarray) -> tuple[Tensor, Tensor]:
        """Tokens of the texts of those ``numbers``, and where each begins."""
        parts = [self.tokens[self.starts[n] : self.starts[n + 1]] for n in numbers]
        offsets = np.concatenate([[0], np.cumsum(self.lengths[numbers])[:-1]])
        return torch.from_numpy(np.concatenate(parts).astype(np.int64)), torch.from_numpy(offsets)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=60_000, help="of each language")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    begun = time.perf_counter()
    pieces = Pieces.load(options.work / "pieces.json")
    start = np.load(options.work / "start.npz")
    table, new = torch.from_numpy(start["table"]), torch.from_numpy(start["new"])
    corpus, rows = Corpus(options.corpus), phrases(held_out=False)
    english = corpus.english()
    ours: list[list[int]] = []
    theirs: list[list[int]] = []
    for language in LANGUAGES:
        pairs = chosen(corpus, language, english, rows)
        pairs = pairs[: options.pairs] + pairs[-4 * len(rows) :]
        encoded = zip(*(pieces.encode(side) for side in zip(*pairs, strict=True)), strict=True)
        good = [(f, e) for f, e in encoded if f and e and max(len(f), len(e)) <= LONGEST]
        ours += [f for f, _ in good]
        theirs += [e for _, e in good]
    foreign, sources = Texts(ours), Texts(theirs)
    print(f"{len(ours)} pairs, {time.perf_counter() - begun:.0f} s", flush=True)
    counts = np.bincount(foreign.tokens, minlength=len(table)) / len(LANGUAGES)
    counts = counts + np.bincount(sources.tokens, minlength=len(table))
    weight = torch.from_numpy(COMMON / (COMMON + counts / sources.tokens.size)).float()
    adam = RowAdam(table)
    order = np.random.default_rng(8).permutation(len(ours))
    centre = torch.zeros(table.shape[1])
    steps = len(order) // BATCH
    for step in range(steps):
        numbers = order[step * BATCH : (step + 1) * BATCH]
        tokens, offsets = foreign.batch(numbers)
        used, inverse = torch.unique(tokens, return_inverse=True)
        leaf = table[used].requires_grad_(True)
        lengths = torch.from_numpy(foreign.lengths[numbers]).float()[:, None]
        mine = bag(leaf, inverse, weight[tokens], offsets) / lengths
        tokens, offsets = sources.batch(numbers)
        with torch.no_grad():
            aim = bag(table, tokens, weight[tokens], offsets)
            aim = aim / torch.from_numpy(sources.lengths[numbers]).float()[:, None]
            centre = aim.mean(0) if step == 0 else centre.lerp(aim.mean(0), 0.1)
            aim = functional.normalize(aim - centre, dim=1)
        mine = functional.normalize(mine - centre, dim=1)
        cosine = (mine * aim).sum(1)
        contrast = functional.cross_entropy(mine @ aim.T / TEMPERATURE, torch.arange(len(numbers)))
        loss = 2 * (1 - cosine).mean() + CONTRAST * contrast
        loss.backward()  # type: ignore[no-untyped-call]
        assert leaf.grad is not None
        with torch.no_grad():
            rate = RATE * (1 - step / steps) * new[used].float()[:, None]
            adam.step(used, leaf.grad, rate)
        if step % 50 == 0:
            shown = f"cosine {cosine.detach().mean():.3f} contrast {contrast.detach():.3f}"
            print(f"step {step} of {steps} {shown} {time.perf_counter() - begun:.0f} s", flush=True)
    np.savez(options.work / "start.npz", table=table.numpy(), new=start["new"])


if __name__ == "__main__":
    main()
