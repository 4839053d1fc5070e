"""Converts a BERT sentence encoder (safetensors, vocabulary, configuration) to a GGUF that llama.cpp runs.

Matrices become Q8_0, which costs no accuracy worth naming and makes the file a quarter of the size; norms,
biases and the small position and token-type tables stay float32, as llama.cpp wants them. It knows
nothing of where the weights come from.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import numpy.typing as npt

from qwen_finder.core.errors import ModelError
from qwen_finder.models.safetensors_file import read_safetensors

Array = npt.NDArray[Any]

_EMBEDDINGS = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.LayerNorm": "token_embd_norm",
}
_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
_FLOAT32 = {"position_embd.weight", "token_types.weight"}


@dataclass(frozen=True, slots=True)
class BertModel:
    """A BERT encoder in memory, under the names of its own files.

    ``config`` is its ``config.json``, ``vocabulary`` its WordPiece tokens by id, ``tensors`` its weights.
    """

    config: Mapping[str, Any]
    vocabulary: Sequence[str]
    tensors: Mapping[str, Array]


def read_bert(folder: Path) -> BertModel:
    """The model whose ``config.json``, ``vocab.txt`` and ``model.safetensors`` lie in ``folder``."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    # Not splitlines(): some tokens are themselves line separators of Unicode.
    vocabulary = (folder / "vocab.txt").read_text("utf-8").rstrip("\n").split("\n")
    return BertModel(config, vocabulary, read_safetensors(folder / "model.safetensors"))


def write_bert_gguf(
    model: BertModel,
    target: Path,
    *,
    name: str,
    licence: str,
    pooling: gguf.PoolingType = gguf.PoolingType.MEAN,
    notes: Mapping[str, str] | None = None,
) -> None:
    """Write ``model`` to ``target``; ``notes`` become string entries of the file's metadata.

    Raises ModelError "model.foreign" if it is not a BERT encoder of the plain kind.
    """
    config = model.config
    if config.get("model_type") != "bert" or config.get("hidden_act") != "gelu":
        raise ModelError(
            "model.foreign",
            f"{name} is not a plain BERT encoder (model_type {config.get('model_type')!r}, "
            f"hidden_act {config.get('hidden_act')!r}).",
            "Only BERT encoders are converted here; other models need a GGUF file of their makers.",
        )
    writer = gguf.GGUFWriter(target, "bert")
    try:
        writer.add_name(name)
        writer.add_license(licence)
        writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
        writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
        for key, value in (notes or {}).items():
            writer.add_string(key, value)
        _add_shape(writer, config, pooling)
        _add_tokenizer(writer, model.vocabulary, config.get("type_vocab_size", 2))
        for tensor_name, tensor in _tensors(model):
            _add_tensor(writer, tensor_name, tensor)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _add_shape(writer: gguf.GGUFWriter, config: Mapping[str, Any], pooling: gguf.PoolingType) -> None:
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(pooling)


def _add_tokenizer(writer: gguf.GGUFWriter, vocabulary: Sequence[str], token_types: int) -> None:
    special = {token: vocabulary.index(token) for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")}
    writer.add_tokenizer_model("bert")
    writer.add_token_list([_llama_token(token) for token in vocabulary])
    writer.add_token_types([_token_type(token) for token in vocabulary])
    writer.add_token_type_count(token_types)
    writer.add_bos_token_id(special["[CLS]"])
    writer.add_eos_token_id(special["[SEP]"])
    writer.add_sep_token_id(special["[SEP]"])
    writer.add_pad_token_id(special["[PAD]"])
    writer.add_unk_token_id(special["[UNK]"])
    writer.add_mask_token_id(special["[MASK]"])
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(True)


def _llama_token(token: str) -> str:
    """llama.cpp marks the start of a word (U+2581), where WordPiece marks its continuation (##)."""
    if _is_special(token):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


def _token_type(token: str) -> gguf.TokenType:
    if token == "[UNK]":
        return gguf.TokenType.UNKNOWN
    if _is_special(token):
        return gguf.TokenType.CONTROL
    return gguf.TokenType.NORMAL


def _is_special(token: str) -> bool:
    return len(token) > 2 and token.startswith("[") and token.endswith("]")


def _tensors(model: BertModel) -> Iterator[tuple[str, Array]]:
    """The tensors under llama.cpp's names, in its order; those it has no use for (the pooler) left out."""
    names = dict(_EMBEDDINGS)
    for layer in range(model.config["num_hidden_layers"]):
        names |= {f"encoder.layer.{layer}.{theirs}": f"blk.{layer}.{ours}" for theirs, ours in _LAYER.items()}
    for theirs, ours in names.items():
        kinds = ("weight", "bias") if f"{theirs}.bias" in model.tensors else ("weight",)
        for kind in kinds:
            tensor = model.tensors.get(f"{theirs}.{kind}")
            if tensor is None:
                raise ModelError("model.broken", f"The weights lack {theirs}.{kind}.", "Fetch them again.")
            yield f"{ours}.{kind}", tensor


def _add_tensor(writer: gguf.GGUFWriter, name: str, tensor: Array) -> None:
    values = np.ascontiguousarray(tensor, dtype=np.float32)
    if values.ndim == 2 and name not in _FLOAT32 and values.shape[1] % 32 == 0:
        quantized = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, quantized, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    else:
        writer.add_tensor(name, values)
