"""The random models that speed is measured with are models."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from random_qwen3 import QUANTIZATIONS, SHAPES, Shape, write_random_qwen3

from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.llama_cpp import LlamaCppEmbedder

SMALL = Shape(layers=3, hidden=256, heads=4, kv_heads=2, inner=512, head_size=64, words=400, context=512)


@pytest.mark.parametrize("quantization", QUANTIZATIONS)
def test_a_random_model_gives_vectors_of_its_shape(tmp_path: Path, quantization: str) -> None:
    path = tmp_path / "random.gguf"
    write_random_qwen3(path, SMALL, quantization)
    assert len(read_gguf(path).tensors) == 2 + 3 * 11
    embedder = LlamaCppEmbedder(path, self_test=False)
    vectors = embedder.embed_documents(["one text", "another one, longer", ""])
    count = embedder.count_tokens("one text")
    embedder.close()
    assert vectors.shape == (3, 256)
    assert np.isfinite(vectors).all()
    # Random weights tell texts apart, and a byte is a token.
    assert (vectors @ vectors.T)[~np.eye(3, dtype=bool)].max() < 0.99
    assert count == len("one text")


def test_the_shapes_are_those_of_the_real_models() -> None:
    def parameters(shape: Shape) -> int:
        attention = 2 * shape.hidden * shape.head_size * (shape.heads + shape.kv_heads)
        return shape.words * shape.hidden + shape.layers * (attention + 3 * shape.hidden * shape.inner)

    assert [round(parameters(SHAPES[name]) / 1e9, 1) for name in ("0.6B", "4B", "8B")] == [0.6, 4.0, 7.6]
