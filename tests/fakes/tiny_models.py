"""Tiny models with random weights, and what they compute, written out in numpy.

A random model's vectors mean nothing, but they are exact: what llama.cpp gives for its GGUF file must be what
these few lines give for its weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import erf, sqrt
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from qwen_finder.models.bert_gguf import BertModel

Array = npt.NDArray[Any]

_PIECES = ["##ing", "##ed", *(f"##{letter}" for letter in "abcdefghijklmnopqrstuvwxyz0123456789")]
_WORDS = ["the", "of", "and", "cat", "dog", "house", "river", "tree", "run", "jump", "sleep", "red", "green"]
VOCABULARY = [
    *("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"),
    *"abcdefghijklmnopqrstuvwxyz0123456789.,!?",
    *_WORDS,
    *_PIECES,
]


def tiny_bert(seed: int = 0, hidden: int = 64, layers: int = 2, positions: int = 128) -> BertModel:
    """A BERT of random weights, large enough to make attention matter."""
    random = np.random.default_rng(seed)

    def weights(*shape: int) -> Array:
        return random.normal(0, 0.2, shape).astype(np.float32)

    tensors: dict[str, Array] = {
        "embeddings.word_embeddings.weight": weights(len(VOCABULARY), hidden),
        "embeddings.position_embeddings.weight": weights(positions, hidden),
        "embeddings.token_type_embeddings.weight": weights(2, hidden),
    }

    def add_norm(name: str) -> None:
        tensors[f"{name}.weight"] = 1 + weights(hidden)
        tensors[f"{name}.bias"] = weights(hidden)

    add_norm("embeddings.LayerNorm")
    for layer in range(layers):
        at = f"encoder.layer.{layer}"
        shapes = {
            "attention.self.query": (hidden, hidden),
            "attention.self.key": (hidden, hidden),
            "attention.self.value": (hidden, hidden),
            "attention.output.dense": (hidden, hidden),
            "intermediate.dense": (2 * hidden, hidden),
            "output.dense": (hidden, 2 * hidden),
        }
        for name, shape in shapes.items():
            tensors[f"{at}.{name}.weight"] = weights(*shape)
            tensors[f"{at}.{name}.bias"] = weights(shape[0])
        add_norm(f"{at}.attention.output.LayerNorm")
        add_norm(f"{at}.output.LayerNorm")
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "intermediate_size": 2 * hidden,
        "max_position_embeddings": positions,
        "layer_norm_eps": 1e-12,
        "type_vocab_size": 2,
    }
    return BertModel(config, VOCABULARY, tensors)


def bert_vector(model: BertModel, tokens: list[int], pooling: gguf.PoolingType) -> Array:
    """The unit vector of ``tokens``, as the BERT paper has it."""
    weights, count = model.tensors, len(tokens)

    def dense(x: Array, name: str) -> Array:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(-1, keepdims=True)
        return (
            centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12) * weights[f"{name}.weight"]
            + weights[f"{name}.bias"]
        )

    x = weights["embeddings.word_embeddings.weight"][tokens]
    x = x + weights["embeddings.position_embeddings.weight"][:count]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    heads = model.config["num_attention_heads"]
    for layer in range(model.config["num_hidden_layers"]):
        at = f"encoder.layer.{layer}"
        query, key, value = (
            dense(x, f"{at}.attention.self.{part}").reshape(count, heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        attended = _softmax(query @ key.transpose(0, 2, 1) / sqrt(query.shape[-1])) @ value
        merged = attended.transpose(1, 0, 2).reshape(count, -1)
        x = norm(x + dense(merged, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        inner = dense(x, f"{at}.intermediate.dense")
        gelu = inner * 0.5 * (1 + np.vectorize(erf)(inner / sqrt(2)))
        x = norm(x + dense(gelu, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    pooled = {"MEAN": x.mean(0), "CLS": x[0], "LAST": x[-1]}
    return _unit(pooled[pooling.name])


@dataclass(frozen=True)
class TinyQwen3:
    """A Qwen3 of random weights under llama.cpp's tensor names. ``eos`` is the id of its EOS token;
    ``special`` are the names of all tokens that no text has."""

    tensors: dict[str, Array]
    tokens: list[str]
    eos: int
    hidden: int = 64
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2
    head_size: int = 32
    context: int = 256
    inner: int = 128
    merges: tuple[str, ...] = ("t h", "Ġ a")
    special: frozenset[str] = frozenset({"<|endoftext|>"})

    def write(
        self,
        path: Path,
        *,
        name: str = "Tiny Qwen3-Embedding",
        architecture: str = "qwen3",
        tokenizer: str = "qwen2",
        add_eos: bool = True,
        pooling: gguf.PoolingType | None = gguf.PoolingType.LAST,
        more: Callable[[gguf.GGUFWriter], None] = lambda _: None,
    ) -> None:
        """Write it as GGUF, as a good (or an old, or a wrong) conversion would be; ``more`` adds to it."""
        writer = gguf.GGUFWriter(path, architecture)
        writer.add_name(name)
        writer.add_context_length(self.context)
        writer.add_embedding_length(self.hidden)
        writer.add_block_count(self.layers)
        writer.add_feed_forward_length(self.inner)
        writer.add_head_count(self.heads)
        writer.add_head_count_kv(self.kv_heads)
        writer.add_key_length(self.head_size)
        writer.add_value_length(self.head_size)
        writer.add_layer_norm_rms_eps(1e-6)
        writer.add_rope_freq_base(1e6)
        if pooling is not None:
            writer.add_pooling_type(pooling)
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(tokenizer)
        writer.add_token_list(self.tokens)
        kinds = {True: gguf.TokenType.CONTROL, False: gguf.TokenType.NORMAL}
        writer.add_token_types([kinds[token in self.special] for token in self.tokens])
        writer.add_token_merges(list(self.merges))
        if self.eos >= 0:
            writer.add_eos_token_id(self.eos)
        writer.add_add_eos_token(add_eos)
        more(writer)
        for tensor, values in self.tensors.items():
            writer.add_tensor(tensor, np.ascontiguousarray(values))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()

    def write_judge(self, path: Path, *, name: str = "Tiny Qwen3-Reranker", head: bool = True) -> None:
        """Write it as a reranker, as a conversion that keeps the judging head or one that does not."""
        words = self.tensors.get("output.weight", self.tensors["token_embd.weight"])
        judge = words[[self.tokens.index("yes"), self.tokens.index("no")]]

        def add_head(writer: gguf.GGUFWriter) -> None:
            if head:
                writer.add_classifier_output_labels(["yes", "no"])
                writer.add_tensor("cls.output.weight", np.ascontiguousarray(judge))

        # Those without it have no pooling of their own either.
        pooling = gguf.PoolingType.RANK if head else None
        self.write(path, name=name, add_eos=False, pooling=pooling, more=add_head)

    def vector(self, tokens: list[int]) -> Array:
        """The unit vector of the last of ``tokens``."""
        weights, count = self.tensors, len(tokens)
        x = weights["token_embd.weight"][tokens]
        mask = np.triu(np.full((count, count), -np.inf), 1)
        for layer in range(self.layers):
            at = f"blk.{layer}"
            normed = _rms(x, weights[f"{at}.attn_norm.weight"])

            def heads_of(part: str, n: int, normed: Array = normed, at: str = at) -> Array:
                out = (normed @ weights[f"{at}.attn_{part}.weight"].T).reshape(count, n, self.head_size)
                return out.transpose(1, 0, 2)

            query = _rope(_rms(heads_of("q", self.heads), weights[f"{at}.attn_q_norm.weight"]))
            key = _rope(_rms(heads_of("k", self.kv_heads), weights[f"{at}.attn_k_norm.weight"]))
            value = heads_of("v", self.kv_heads)
            key, value = (np.repeat(part, self.heads // self.kv_heads, axis=0) for part in (key, value))
            scores = query @ key.transpose(0, 2, 1) / sqrt(self.head_size) + mask
            merged = (_softmax(scores) @ value).transpose(1, 0, 2).reshape(count, -1)
            x = x + merged @ weights[f"{at}.attn_output.weight"].T
            normed = _rms(x, weights[f"{at}.ffn_norm.weight"])
            gate, up = (normed @ weights[f"{at}.ffn_{part}.weight"].T for part in ("gate", "up"))
            x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[f"{at}.ffn_down.weight"].T
        return _unit(_rms(x, weights["output_norm.weight"])[-1])


def tiny_qwen3(seed: int = 0, layers: int = 2) -> TinyQwen3:
    random = np.random.default_rng(seed)

    def weights(*shape: int) -> Array:
        return random.normal(0, 0.2, shape).astype(np.float32)

    tokens = [*_byte_tokens(), "th", "Ġa", "<|endoftext|>"]
    shape = TinyQwen3({}, [], 0, layers=layers)
    hidden, size = shape.hidden, shape.head_size
    tensors = {
        "token_embd.weight": weights(len(tokens), hidden),
        "output_norm.weight": 1 + weights(hidden),
    }
    for layer in range(shape.layers):
        at = f"blk.{layer}"
        tensors |= {
            f"{at}.attn_norm.weight": 1 + weights(hidden),
            f"{at}.attn_q.weight": weights(shape.heads * size, hidden),
            f"{at}.attn_k.weight": weights(shape.kv_heads * size, hidden),
            f"{at}.attn_v.weight": weights(shape.kv_heads * size, hidden),
            f"{at}.attn_q_norm.weight": 1 + weights(size),
            f"{at}.attn_k_norm.weight": 1 + weights(size),
            f"{at}.attn_output.weight": weights(hidden, shape.heads * size),
            f"{at}.ffn_norm.weight": 1 + weights(hidden),
            f"{at}.ffn_gate.weight": weights(2 * hidden, hidden),
            f"{at}.ffn_up.weight": weights(2 * hidden, hidden),
            f"{at}.ffn_down.weight": weights(hidden, 2 * hidden),
        }
    return TinyQwen3(tensors, tokens, len(tokens) - 1, layers=layers)


def tiny_judge(seed: int = 0) -> TinyQwen3:
    """One with the words that a reranker needs. Its answers are random, and not all alike."""
    model = tiny_qwen3(seed)
    words = ["ye", "yes", "no", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
    tokens = [*model.tokens, *words]
    rows = np.random.default_rng(seed + 1).normal(0, 0.2, (len(words), model.hidden)).astype(np.float32)
    embeddings = np.concatenate([model.tensors["token_embd.weight"], rows])
    return replace(
        model,
        tensors=model.tensors | {"token_embd.weight": embeddings},
        tokens=tokens,
        merges=(*model.merges, "y e", "ye s", "n o"),
        special=model.special | {"<|im_start|>", "<|im_end|>"},
        context=1_024,
    )


def _byte_tokens() -> list[str]:
    """The 256 bytes as byte-level BPE writes them: printable ones as themselves, others from U+0100 on."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(byte if byte in printable else next(others)) for byte in range(256)]


def _rope(x: Array) -> Array:
    """Rotary positions with halves paired (NeoX), as Qwen has it. ``x``: (heads, positions, size)."""
    half = x.shape[-1] // 2
    angles = np.arange(x.shape[1])[:, None] / 1e6 ** (np.arange(half) / half)
    a, b = x[..., :half], x[..., half:]
    return np.concatenate(
        [a * np.cos(angles) - b * np.sin(angles), a * np.sin(angles) + b * np.cos(angles)], -1
    )


def _rms(x: Array, weight: Array) -> Array:
    return x / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6) * weight


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def _unit(x: Array) -> Array:
    return x / np.linalg.norm(x)
