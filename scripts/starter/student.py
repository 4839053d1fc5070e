"""The student: a BERT sentence encoder in plain torch, made for short texts of many lengths.

All tokens of a batch lie in one array without padding; only attention looks at texts, group by group of equal
length. The embedding table is no parameter of torch: a step touches few of its rows, and their gradient comes
back as a small array (see ``distil``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from qwen_finder.models.safetensors_file import read_safetensors
from starter.pieces import CLS, SEP

LONGEST = 128
"""Tokens of a text in training and evaluation, CLS and SEP included."""


@dataclass(frozen=True, slots=True)
class Packed:
    """Texts of equal length side by side: ``groups`` are (number of texts, their length), shortest first.

    ``order``: the place of each text as it was given.
    """

    ids: Tensor
    positions: Tensor
    groups: list[tuple[int, int]]
    order: Tensor


def packed(texts: Sequence[Sequence[int]], device: str = "cpu") -> Packed:
    wrapped = [[CLS, *text[: LONGEST - 2], SEP] for text in texts]
    order = sorted(range(len(wrapped)), key=lambda index: len(wrapped[index]))
    groups: list[tuple[int, int]] = []
    for index in order:
        length = len(wrapped[index])
        if groups and groups[-1][1] == length:
            groups[-1] = (groups[-1][0] + 1, length)
        else:
            groups.append((1, length))
    flat = np.concatenate([np.asarray(wrapped[index], np.int64) for index in order])
    positions = np.concatenate([np.arange(len(wrapped[index])) for index in order])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    ids, where, back = (torch.from_numpy(a).to(device) for a in (flat, positions, place))
    return Packed(ids, where, groups, back)


class Encoder(torch.nn.Module):
    """The layers of a BERT; ``weights`` are tensors under the names of its safetensors file."""

    def __init__(self, weights: Mapping[str, npt.NDArray[Any]], heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.names = [name for name in weights if _wanted(name)]
        self.layers = 1 + max(int(name.split(".")[2]) for name in self.names if name.startswith("encoder"))
        for name in self.names:
            value = torch.from_numpy(np.array(weights[name], np.float32))
            self.register_parameter(name.replace(".", "/"), torch.nn.Parameter(value))

    def weights(self) -> dict[str, npt.NDArray[np.float32]]:
        return {name: self._get(name).detach().cpu().numpy().copy() for name in self.names}

    def forward(self, rows: Tensor, batch: Packed) -> Tensor:
        """Unit vectors of the texts, given the embedding row of each token."""
        hidden = rows + self._get("embeddings.position_embeddings.weight")[batch.positions]
        hidden = hidden + self._get("embeddings.token_type_embeddings.weight")[0]
        hidden = self._norm(hidden, "embeddings.LayerNorm")
        for layer in range(self.layers):
            hidden = self._layer(hidden, f"encoder.layer.{layer}", batch.groups)
        means = [
            part.view(count, length, -1).mean(1)
            for part, (count, length) in zip(self._parts(hidden, batch.groups), batch.groups, strict=True)
        ]
        return functional.normalize(torch.cat(means), dim=1)[batch.order]

    def _layer(self, hidden: Tensor, name: str, groups: list[tuple[int, int]]) -> Tensor:
        own = f"{name}.attention.self"
        weight = torch.cat([self._get(f"{own}.{part}.weight") for part in ("query", "key", "value")])
        bias = torch.cat([self._get(f"{own}.{part}.bias") for part in ("query", "key", "value")])
        mixed = functional.linear(hidden, weight, bias)
        seen = [
            self._attend(part, *group) for part, group in zip(self._parts(mixed, groups), groups, strict=True)
        ]
        hidden = self._norm(
            hidden + self._linear(torch.cat(seen), f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        inner = functional.gelu(self._linear(hidden, f"{name}.intermediate.dense"))
        return self._norm(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attend(self, mixed: Tensor, count: int, length: int) -> Tensor:
        width = mixed.shape[1] // 3
        query, key, value = mixed.view(count, length, 3, self.heads, width // self.heads).permute(
            2, 0, 3, 1, 4
        )
        seen = functional.scaled_dot_product_attention(query, key, value)
        return seen.transpose(1, 2).reshape(count * length, width)

    @staticmethod
    def _parts(hidden: Tensor, groups: list[tuple[int, int]]) -> tuple[Tensor, ...]:
        return torch.split(hidden, [count * length for count, length in groups])

    def _linear(self, hidden: Tensor, name: str) -> Tensor:
        return functional.linear(hidden, self._get(f"{name}.weight"), self._get(f"{name}.bias"))

    def _norm(self, hidden: Tensor, name: str) -> Tensor:
        weight, bias = self._get(f"{name}.weight"), self._get(f"{name}.bias")
        return functional.layer_norm(hidden, weight.shape, weight, bias, 1e-12)

    def _get(self, name: str) -> Tensor:
        return self.get_parameter(name.replace(".", "/"))


def read_teacher(folder: Path) -> tuple[Encoder, Tensor]:
    """The teacher in ``folder`` (its makers' files): layers and embedding table."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    weights = read_safetensors(folder / "model.safetensors")
    table = torch.from_numpy(np.array(weights["embeddings.word_embeddings.weight"], np.float32))
    return Encoder(weights, config["num_attention_heads"]), table


def _wanted(name: str) -> bool:
    return (
        not name.startswith("pooler")
        and name != "embeddings.word_embeddings.weight"
        and "position_ids" not in name
    )


@torch.no_grad()
def vectors(encoder: Encoder, table: Tensor, texts: Sequence[Sequence[int]], budget: int = 4096) -> Tensor:
    """Unit vectors of ``texts`` (piece ids), a few thousand tokens at a time."""
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    result = torch.empty(len(texts), table.shape[1])
    chunk: list[int] = []
    tokens = 0
    for index in [*order, -1]:
        if chunk and (index < 0 or tokens + len(texts[index]) + 2 > budget):
            batch = packed([texts[i] for i in chunk], str(table.device))
            result[chunk] = encoder(table[batch.ids], batch).cpu()
            chunk, tokens = [], 0
        if index >= 0:
            chunk.append(index)
            tokens += len(texts[index]) + 2
    return result
