"""Tiny Qwen3 models as their makers run them, by transformers, and the same models as GGUF files.

Weights are random, tokenizers are trained here on a few sentences: what llama.cpp computes must be what
transformers computes. Slow to import; only the reference proofs do.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from fakes.tiny_models import Array, TinyQwen3
from qwen_finder.models.torch_stack import _import_torchvision

# transformers imports torchvision when it is there, and fails if it does not fit torch.
_import_torchvision()

import torch  # noqa: E402
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers  # noqa: E402
from transformers import BertConfig, BertModel, BertTokenizer, Qwen3Config, Qwen3ForCausalLM  # noqa: E402

# More of them wait for each other on a machine that has other things to do.
torch.set_num_threads(1)

_QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
THOUGHTS = ("<think>", "</think>")
_LAYER = {
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "self_attn.o_proj": "attn_output",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}


class ReferenceQwen3:
    """A random Qwen3 with a vocabulary of its own, trained on ``texts``."""

    def __init__(self, texts: Sequence[str], *, seed: int = 0, context: int = 4_096) -> None:
        self.tokenizer = _qwen_tokenizer(texts)
        self._states: dict[str, Any] = {}
        torch.manual_seed(seed)
        self.config = Qwen3Config(
            vocab_size=self.tokenizer.get_vocab_size(),
            hidden_size=64,
            intermediate_size=160,
            num_hidden_layers=3,
            num_attention_heads=4,
            num_key_value_heads=2,
            head_dim=16,
            max_position_embeddings=context,
            rope_theta=1e6,
            rms_norm_eps=1e-6,
            tie_word_embeddings=True,
            # A layer passes on as much as it gets, as in models of this width times forty.
            initializer_range=0.125,
        )
        self.model = Qwen3ForCausalLM(self.config).eval()
        with torch.no_grad():
            for name, weights in self.model.named_parameters():
                if name.endswith("norm.weight"):
                    weights += 0.3 * torch.randn_like(weights)
            self.model.model.embed_tokens.weight *= 2

    def ids(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)

    def id(self, token: str) -> int:
        return int(self.tokenizer.token_to_id(token))

    def vector(self, text: str, dimensions: int = 0) -> Array:
        """As the model card of Qwen3-Embedding has it: the state of the last token, EOS, of unit length."""
        vector = self._state(text)[: dimensions or None]
        return np.asarray(vector / vector.norm(), np.float32)

    def _state(self, text: str) -> Any:
        if text not in self._states:
            ids = torch.tensor([[*self.ids(text), self.id("<|endoftext|>")]])
            with torch.inference_mode():
                self._states[text] = self.model.model(ids).last_hidden_state[0, -1]
        return self._states[text]

    def probability(self, before: str, pair: str, after: str) -> float:
        """As the model card of Qwen3-Reranker has it: of yes against no, for the token that comes next."""
        ids = torch.tensor([[*self.ids(before), *self.ids(pair), *self.ids(after)]])
        with torch.inference_mode():
            logits = self.model(ids).logits[0, -1]
        scores = torch.stack([logits[self.id("no")], logits[self.id("yes")]])
        return float(torch.nn.functional.log_softmax(scores, dim=0)[1].exp())

    def as_gguf(self) -> TinyQwen3:
        """The same model, to be written as GGUF."""
        weights = {name: np.asarray(value, np.float32) for name, value in self.model.state_dict().items()}
        tensors = {
            "token_embd.weight": weights["model.embed_tokens.weight"],
            "output_norm.weight": weights["model.norm.weight"],
        }
        for layer in range(self.config.num_hidden_layers):
            for theirs, ours in _LAYER.items():
                tensors[f"blk.{layer}.{ours}.weight"] = weights[f"model.layers.{layer}.{theirs}.weight"]
        vocabulary = sorted(self.tokenizer.get_vocab().items(), key=lambda item: item[1])
        return TinyQwen3(
            tensors=tensors,
            tokens=[token for token, _ in vocabulary],
            eos=self.id("<|endoftext|>"),
            hidden=self.config.hidden_size,
            layers=self.config.num_hidden_layers,
            heads=self.config.num_attention_heads,
            kv_heads=self.config.num_key_value_heads,
            head_size=self.config.head_dim,
            context=self.config.max_position_embeddings,
            inner=self.config.intermediate_size,
            merges=tuple(_merges(self.tokenizer)),
            special=frozenset((*SPECIAL, *THOUGHTS)),
        )


class ReferenceBert:
    """The sentence encoder in the GGUF file at ``path``, with the weights that are in it, by transformers."""

    def __init__(self, path: Path) -> None:
        reader = gguf.GGUFReader(path)
        tokens = [bytes(part).decode() for part in _strings(reader, "tokenizer.ggml.tokens")]
        vocabulary = {_word_piece(token): number for number, token in enumerate(tokens)}
        self.tokenizer = BertTokenizer(vocab=vocabulary, do_lower_case=True)
        layers, width, inner, heads, positions = (
            int(reader.fields[f"bert.{key}"].contents())
            for key in (
                "block_count", "embedding_length", "feed_forward_length", "attention.head_count",
                "context_length",
            )
        )  # fmt: skip
        config = BertConfig(
            vocab_size=len(tokens),
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=heads,
            intermediate_size=inner,
            max_position_embeddings=positions,
        )
        self.model = BertModel(config, add_pooling_layer=False).eval()
        # The names of the conversion, the other way round.
        from qwen_finder.models.bert_gguf import _EMBEDDINGS, _LAYER

        theirs = {ours: name for name, ours in _EMBEDDINGS.items()}
        for layer in range(layers):
            theirs |= {
                f"blk.{layer}.{ours}": f"encoder.layer.{layer}.{name}" for name, ours in _LAYER.items()
            }
        state = {}
        for tensor in reader.tensors:
            name, _, kind = tensor.name.rpartition(".")
            values = gguf.quants.dequantize(tensor.data, tensor.tensor_type)
            state[f"{theirs[name]}.{kind}"] = torch.tensor(np.array(values, np.float32))
        missing, unexpected = self.model.load_state_dict(state, strict=False)
        assert not unexpected
        assert {name for name in missing if not name.endswith("_ids")} == set()

    def vector(self, text: str) -> Array:
        """As the model card of all-MiniLM-L6-v2 has it: the mean over all tokens, of unit length."""
        inputs = self.tokenizer([text], return_tensors="pt", truncation=True, max_length=512)
        with torch.inference_mode():
            vector = self.model(**inputs).last_hidden_state[0].mean(0)
        return np.asarray(vector / vector.norm(), np.float32)


def _qwen_tokenizer(texts: Sequence[str]) -> Tokenizer:
    """A byte-level BPE that cuts words as Qwen's does, of about six hundred tokens."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_QWEN_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=600,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=[],
        show_progress=False,
    )
    tokenizer.train_from_iterator([*texts, *["yes no", "no yes"] * 40], trainer)
    tokenizer.add_special_tokens([*SPECIAL, *THOUGHTS])
    return tokenizer


def _merges(tokenizer: Tokenizer) -> list[str]:
    import json

    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def _strings(reader: gguf.GGUFReader, key: str) -> list[Any]:
    field = reader.fields[key]
    return [field.parts[index] for index in field.data]


def _word_piece(token: str) -> str:
    if token.startswith("[") and token.endswith("]") and len(token) > 2:
        return token
    return token.removeprefix("\u2581") if token.startswith("\u2581") else f"##{token}"
