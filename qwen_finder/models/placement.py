"""How much of a model goes on the graphics card: as many of its layers as free memory holds.

Computed from the file: what each layer's tensors take is known to the byte, and so is the cache of a context.
Only the buffers that a batch is computed in are estimated, generously. It asks no device anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qwen_finder.models.devices import Device
from qwen_finder.models.gguf_file import GgufFile

AUTO = "auto"

_LAYER = re.compile(r"blk\.(\d+)\.")
_ON_PROCESSOR = ("token_embd.", "token_types.", "position_embd.")
_SPARE = 512 << 20
"""Bytes of a card that are left to the desktop and to llama.cpp's own needs…"""
_SPARE_SHARE = 0.05
"""… and the share of its memory, whichever is more."""
_F16 = 2
_F32 = 4


@dataclass(frozen=True, slots=True)
class Load:
    """Contexts that are to run beside each other, by the tokens and the outputs of a batch of each."""

    tokens: int
    outputs: int


def layer_count(file: GgufFile) -> int:
    return file.number("block_count") or len(_layer_bytes(file))


def layers_that_fit(file: GgufFile, devices: Sequence[Device], loads: Sequence[Load]) -> int:
    """How many of the last layers of ``file`` fit on ``devices``, with caches and buffers of ``loads``."""
    if not devices:
        return 0
    room = sum(device.free - max(_SPARE, int(device.total * _SPARE_SHARE)) for device in devices)
    # Every card needs buffers of its own.
    room -= len(devices) * sum(_buffers(file, load) for load in loads)
    room -= _output_bytes(file)
    cache = sum(_cache_per_layer(file, load) for load in loads)
    fitting = 0
    for size in reversed(_layer_bytes(file)):
        room -= size + cache
        if room < 0:
            break
        fitting += 1
    return fitting


def wished(setting: str, file: GgufFile) -> int | None:
    """How many layers of ``file`` the setting ``models.gpu_layers`` wants on the card; None for "auto"."""
    return None if setting == AUTO else min(int(setting), layer_count(file))


def fewer(layers: int, of: int) -> int:
    """How many layers to try when ``layers`` of ``of`` were too many."""
    return next((part for part in (of * 3 // 4, of // 2, of // 4) if part < layers), 0)


def memory_needed(file: GgufFile, loads: Sequence[Load]) -> int:
    """Bytes of memory that ``file`` takes when ``loads`` run on it, wherever that is."""
    weights = sum(file.tensors.values())
    layers = layer_count(file)
    return weights + sum(layers * _cache_per_layer(file, load) + _buffers(file, load) for load in loads)


def _layer_bytes(file: GgufFile) -> list[int]:
    sizes: dict[int, int] = {}
    for name, size in file.tensors.items():
        if match := _LAYER.match(name):
            sizes[int(match[1])] = sizes.get(int(match[1]), 0) + size
    return [sizes[layer] for layer in sorted(sizes)]


def _output_bytes(file: GgufFile) -> int:
    """What goes on the card with the first layer: the output, which is a copy of the embeddings where the
    file has none of its own."""
    rest = {name: size for name, size in file.tensors.items() if not _LAYER.match(name)}
    output = sum(size for name, size in rest.items() if not name.startswith(_ON_PROCESSOR))
    return output if "output.weight" in rest else output + rest.get("token_embd.weight", 0)


def _cache_per_layer(file: GgufFile, load: Load) -> int:
    heads = file.number("attention.head_count") or 1
    width = (file.number("embedding_length") or 0) // heads
    key, value = (file.number(f"attention.{part}_length") or width for part in ("key", "value"))
    if not file.causal:
        return 0
    return load.tokens * (file.number("attention.head_count_kv") or heads) * (key + value) * _F16


def _buffers(file: GgufFile, load: Load) -> int:
    """Room for the widest steps of a batch: the feed-forward of all its tokens, the outputs' logits."""
    width = file.number("embedding_length") or 0
    inner = file.number("feed_forward_length") or 4 * width
    words = file.number("vocab_size") or _words(file, width)
    return _F32 * (load.tokens * (3 * inner + 8 * width) + load.outputs * words)


def _words(file: GgufFile, width: int) -> int:
    """Size of the vocabulary at most: two numbers of the embeddings in a byte."""
    return file.tensors.get("token_embd.weight", 0) * 2 // width if width else 0
