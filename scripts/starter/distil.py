"""Trains the student: each translation shall get the vector that the teacher gives its English sentence.

``python -m starter.distil WORK --teacher FOLDER --minutes N`` starts at ``WORK/start.npz``, or goes on from
``WORK/checkpoint.pt``. First only the new pieces learn, behind the teacher's own layers (which costs two
thirds and leaves English as it was); for the rest of the time the layers learn too, with English texts in
between. The learning rate follows the share of the time that is over, so that it ends as planned on a busy
machine.
"""

from __future__ import annotations

import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from starter.schedule import read
from starter.student import packed, read_teacher, vectors

BATCH = 32
QUEUE = 1024
"""Teacher's vectors of earlier sentences that serve as wrong answers too."""
TEMPERATURE = 0.05
CONTRAST = 0.3
RATES = {"new": 2e-3, "old": 1e-4, "body": 1.5e-4}
FROZEN = 0.35
"""The share of the time in which only the new pieces learn."""
REPLAY = 5
"""English texts in a batch once the layers learn."""
ENGLISH = 4.0
"""How much each of them counts: English shall stay the teacher's."""


class RowAdam:
    """Adam for a table of which a step touches few rows; each row counts its own steps."""

    def __init__(self, table: Tensor) -> None:
        self.table = table
        self.mean, self.square = torch.zeros_like(table), torch.zeros_like(table)
        self.steps = torch.zeros(len(table), 1, device=table.device)

    def step(self, rows: Tensor, gradient: Tensor, rate: Tensor) -> None:
        """Move ``rows`` against ``gradient``, each by its own ``rate``."""
        steps = self.steps[rows] + 1
        mean = self.mean[rows].lerp(gradient, 0.1)
        square = self.square[rows].lerp(gradient * gradient, 0.01)
        self.steps[rows], self.mean[rows], self.square[rows] = steps, mean, square
        corrected = (square / (1 - 0.99**steps)).sqrt() + 1e-8
        self.table[rows] -= rate * mean / (1 - 0.9**steps) / corrected

    def state(self) -> dict[str, Tensor]:
        return {"mean": self.mean, "square": self.square, "steps": self.steps}

    def load(self, state: dict[str, Tensor]) -> None:
        self.mean, self.square, self.steps = state["mean"], state["square"], state["steps"]


class Training:
    """The state of a run in ``work``; ``seconds`` counts what it has trained in all."""

    def __init__(self, work: Path, teacher: Path, device: str) -> None:
        self.work, self.device = work, device
        self.teacher, self.teacher_table = read_teacher(teacher)
        self.teacher.to(device).requires_grad_(False)
        self.teacher_table = self.teacher_table.to(device)
        start = np.load(work / "start.npz")
        self.table = torch.from_numpy(start["table"]).to(device)
        self.new = torch.from_numpy(start["new"]).to(device)
        self.encoder = read_teacher(teacher)[0].to(device)
        self.rows = RowAdam(self.table)
        self.optimizer = torch.optim.AdamW(
            self.encoder.parameters(), RATES["body"], (0.9, 0.98), weight_decay=0.0
        )
        self.step, self.seconds = 0, 0.0
        self.texts, self.owners = read(work, "rows")
        self.english, _ = read(work, "english")
        self.targets = torch.zeros(len(self.english), self.table.shape[1], dtype=torch.float16)
        self.taught = torch.zeros(len(self.english), dtype=torch.bool)
        self.queue = torch.zeros(0, self.table.shape[1], device=device)
        if (work / "checkpoint.pt").is_file():
            self._load(work / "checkpoint.pt")

    def target(self, owners: list[int]) -> Tensor:
        """The teacher's vectors of those English sentences, computed once each."""
        missing = [number for number in dict.fromkeys(owners) if not self.taught[number]]
        if missing:
            # Foreign words in an English sentence may be pieces that the teacher does not know.
            known = [[i for i in self.english[n].tolist() if i < len(self.teacher_table)] for n in missing]
            found = vectors(self.teacher, self.teacher_table, known)
            self.targets[missing], self.taught[missing] = found.half(), True
        return self.targets[owners].float().to(self.device)

    def train(self, share: float) -> dict[str, float]:
        """One step, at ``share`` of the whole time."""
        frozen = share < FROZEN
        first = self.step * BATCH % (len(self.texts) - BATCH)
        texts = [text.tolist() for text in self.texts[first : first + BATCH]]
        owners = self.owners[first : first + BATCH].tolist()
        if not frozen:
            own = np.random.default_rng(self.step).choice(len(self.english), REPLAY, replace=False).tolist()
            texts, owners = texts + [self.english[number].tolist() for number in own], owners + own
        target = self.target(owners)
        distinct = sorted(set(owners))
        answers = torch.cat([self.target(distinct), self.queue])
        place = torch.tensor([distinct.index(owner) for owner in owners], device=self.device)
        batch = packed(texts, self.device)
        used, inverse = torch.unique(batch.ids, return_inverse=True)
        embedded = self.table[used].requires_grad_(True)
        self.encoder.requires_grad_(not frozen)
        found = self.encoder(embedded[inverse], batch)
        cosine = (found * target).sum(1)
        contrast = functional.cross_entropy(found @ answers.T / TEMPERATURE, place)
        weight = torch.ones_like(cosine)
        weight[BATCH:] = ENGLISH
        loss = 2 * ((1 - cosine) * weight).mean() + CONTRAST * contrast
        loss.backward()
        decay = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
        warm = min(1.0, (self.step + 1) / 50)
        assert embedded.grad is not None
        with torch.no_grad():
            old = 0.0 if frozen else RATES["old"]
            rate = torch.where(self.new[used], RATES["new"], old)[:, None] * decay * warm
            self.rows.step(used, embedded.grad, rate)
        if not frozen:
            for group in self.optimizer.param_groups:
                group["lr"] = RATES["body"] * decay
            torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
        self.queue = torch.cat([self.target(distinct), self.queue])[:QUEUE]
        self.step += 1
        english = float(cosine[BATCH:].detach().mean()) if not frozen else 1.0
        return {
            "loss": float(loss.detach()), "cosine": float(cosine[:BATCH].detach().mean()),
            "contrast": float(contrast.detach()), "english": english, "tokens": float(len(batch.ids)),
        }  # fmt: skip

    def save(self) -> None:
        state = {
            "encoder": self.encoder.state_dict(), "table": self.table, "rows": self.rows.state(),
            "optimizer": self.optimizer.state_dict(), "step": self.step, "seconds": self.seconds,
        }  # fmt: skip
        torch.save(state, self.work / "checkpoint.part")
        os.replace(self.work / "checkpoint.part", self.work / "checkpoint.pt")

    def _load(self, path: Path) -> None:
        state = torch.load(path, map_location=self.device, weights_only=True)
        self.encoder.load_state_dict(state["encoder"])
        self.table.copy_(state["table"])
        self.rows.load(state["rows"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = state["step"], state["seconds"]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--minutes", type=float, required=True, help="of training, all runs together")
    parser.add_argument("--save-every", type=float, default=5, help="minutes")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(8)
    training = Training(options.work, options.teacher, options.device)
    begun, saved, tokens = time.perf_counter() - training.seconds, training.seconds, 0.0
    mean: dict[str, float] = {}
    while training.seconds < options.minutes * 60:
        found = training.train(training.seconds / (options.minutes * 60))
        training.seconds = time.perf_counter() - begun
        tokens += found["tokens"]
        mean = {key: 0.95 * mean.get(key, value) + 0.05 * value for key, value in found.items()}
        if training.step % 20 == 0:
            shown = " ".join(f"{key} {value:.3f}" for key, value in mean.items())
            print(
                f"step {training.step} {training.seconds:.0f} s {shown} total {tokens / 1e6:.2f} M",
                flush=True,
            )
        if training.seconds - saved > options.save_every * 60:
            training.save()
            saved = training.seconds
    training.save()


if __name__ == "__main__":
    main()
