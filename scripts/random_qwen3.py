"""Writes Qwen3-Embedding models of the real shapes with random weights, to measure speed and memory with.

Neither depends on the weights' values. Quantised blocks are filled directly and streamed to the file, from
one pool of random bytes: the disk is what takes the time. A token is a byte of text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType

Array = npt.NDArray[Any]

_POOL_BLOCKS = 1 << 17
_PAIR = "\u0100\u0101"
_SPREAD = 0.02
"""Standard deviation of weights, as they have it before training."""


@dataclass(frozen=True, slots=True)
class Shape:
    layers: int
    hidden: int
    heads: int
    kv_heads: int
    inner: int
    head_size: int = 128
    words: int = 151_669
    context: int = 32_768


SHAPES = {
    "0.6B": Shape(28, 1024, 16, 8, 3072),
    "4B": Shape(36, 2560, 32, 8, 9728),
    "8B": Shape(36, 4096, 32, 8, 12288),
}
QUANTIZATIONS = ("Q8_0", "Q4_K_M")


def write_random_qwen3(path: Path, shape: Shape, quantization: str, seed: int = 0) -> None:
    """Write the model to ``path``; takes about as long as copying a file of its size."""
    random = np.random.default_rng(seed)
    pools = {kind: _pool(kind, random) for kind in _kinds(quantization)}
    writer = gguf.GGUFWriter(path, "qwen3")
    try:
        _add_metadata(writer, shape)
        tensors = list(_tensors(shape, quantization))
        for name, dimensions, kind in tensors:
            if kind is None:
                writer.add_tensor_info(name, dimensions, np.dtype(np.float32), 4 * dimensions[0])
            else:
                width = _row_bytes(dimensions[1], kind)
                bytes_shape = (dimensions[0], width)
                writer.add_tensor_info(name, bytes_shape, np.dtype(np.uint8), dimensions[0] * width, kind)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for _, dimensions, kind in tensors:
            if kind is None:
                writer.write_tensor_data(np.ones(dimensions, np.float32))
            else:
                writer.write_tensor_data(_filled(dimensions, kind, pools[kind], random))
    finally:
        writer.close()


def _tensors(
    shape: Shape, quantization: str
) -> Iterator[tuple[str, tuple[int, ...], GGMLQuantizationType | None]]:
    """Name, dimensions and type of each tensor; None for float32."""
    usual, finer = _kinds(quantization)
    yield "token_embd.weight", (shape.words, shape.hidden), finer
    yield "output_norm.weight", (shape.hidden,), None
    queries, keys = shape.heads * shape.head_size, shape.kv_heads * shape.head_size
    for layer in range(shape.layers):
        # What Q4_K_M spends more bits on: values and the end of the feed-forward, in some of the layers.
        chosen = finer if layer < shape.layers // 8 or layer % 3 == 2 else usual
        for name, dimensions, kind in (
            ("attn_norm", (shape.hidden,), None),
            ("attn_q", (queries, shape.hidden), usual),
            ("attn_k", (keys, shape.hidden), usual),
            ("attn_v", (keys, shape.hidden), chosen),
            ("attn_q_norm", (shape.head_size,), None),
            ("attn_k_norm", (shape.head_size,), None),
            ("attn_output", (shape.hidden, queries), usual),
            ("ffn_norm", (shape.hidden,), None),
            ("ffn_gate", (shape.inner, shape.hidden), usual),
            ("ffn_up", (shape.inner, shape.hidden), usual),
            ("ffn_down", (shape.hidden, shape.inner), chosen),
        ):
            yield f"blk.{layer}.{name}.weight", dimensions, kind


def _kinds(quantization: str) -> tuple[GGMLQuantizationType, GGMLQuantizationType]:
    """The type of most tensors and of those that get more bits."""
    if quantization == "Q8_0":
        return GGMLQuantizationType.Q8_0, GGMLQuantizationType.Q8_0
    if quantization == "Q4_K_M":
        return GGMLQuantizationType.Q4_K, GGMLQuantizationType.Q6_K
    raise ValueError(f"no such quantisation here: {quantization}")


def _row_bytes(width: int, kind: GGMLQuantizationType) -> int:
    block, block_bytes = GGML_QUANT_SIZES[kind]
    return int(width // block * block_bytes)


def _pool(kind: GGMLQuantizationType, random: np.random.Generator) -> Array:
    """Blocks of random weights around 0, as bytes, shape (blocks, bytes of a block)."""
    _, block_bytes = GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (_POOL_BLOCKS, block_bytes), np.uint8)
    if kind is GGMLQuantizationType.Q8_0:  # a scale, 32 integers of 8 bits
        _put(blocks, 0, _SPREAD / 74)
    elif kind is GGMLQuantizationType.Q4_K:  # two scales, theirs of 6 bits, 256 integers of 4 bits
        _put(blocks, 0, _SPREAD / 180)
        _put(blocks, 2, _SPREAD / 180 * 7.5)
    else:  # Q6_K: 256 integers of 6 bits, their scales of 8 bits, a scale
        _put(blocks, block_bytes - 2, _SPREAD / 1_370)
    return blocks


def _put(blocks: Array, at: int, scale: float) -> None:
    blocks[:, at : at + 2] = np.frombuffer(np.float16(scale).tobytes(), np.uint8)


def _filled(
    dimensions: tuple[int, ...], kind: GGMLQuantizationType, pool: Array, random: np.random.Generator
) -> Array:
    width = _row_bytes(dimensions[1], kind)
    needed = dimensions[0] * width // pool.shape[1]
    start = int(random.integers(len(pool)))
    rolled = np.concatenate([pool[start:], pool[:start]])
    return np.resize(rolled, (needed, pool.shape[1])).reshape(dimensions[0], width)


def _add_metadata(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_name("Random Qwen3-Embedding")
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_size)
    writer.add_value_length(shape.head_size)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e6)
    writer.add_pooling_type(gguf.PoolingType.LAST)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    unused = (f"<unused {number}>" for number in range(shape.words - 258))
    tokens = [*_byte_tokens(), *unused, _PAIR, "<|endoftext|>"]
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.NORMAL] * (shape.words - 1) + [gguf.TokenType.CONTROL])
    # There has to be one; this is of two bytes that no text has.
    writer.add_token_merges([" ".join(_PAIR)])
    writer.add_eos_token_id(shape.words - 1)
    writer.add_add_eos_token(True)


def _byte_tokens() -> list[str]:
    """The 256 bytes as byte-level BPE writes them: printable ones as themselves, others from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]
