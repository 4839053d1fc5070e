from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.core.probes import PLAIN_PAIRS
from qwen_finder.models.factory import open_embedder
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.selftest import self_test


def test_random_weights_are_refused(bert_gguf: Path, tiny: ModuleType, tmp_path: Path) -> None:
    tiny.tiny_qwen3().write(tmp_path / "qwen3.gguf")
    for path in (bert_gguf, tmp_path / "qwen3.gguf"):
        with pytest.raises(ModelError, match="does not work") as caught:
            LlamaCppEmbedder(path)
        assert caught.value.code == "model.broken"


def test_a_working_model_passes(models_folder: Path) -> None:
    embedder = open_embedder("starter", models_folder)
    related, unrelated = self_test("starter", embedder.embed_queries, embedder.embed_documents)
    embedder.close()
    assert (embedder.spec.related, embedder.spec.unrelated) == pytest.approx((related, unrelated))


def test_what_belongs_together_is_told_from_what_does_not() -> None:
    """Unit vectors with a cosine of 0.36 between any two."""
    count = len(PLAIN_PAIRS)
    vectors = np.hstack([np.full((count, 1), 0.6, np.float32), np.eye(count, dtype=np.float32) * 0.8])
    assert self_test("plain", lambda _: vectors, lambda _: vectors) == pytest.approx((1.0, 0.36), abs=1e-6)


def test_a_model_that_says_the_same_of_everything_is_refused() -> None:
    with pytest.raises(ModelError, match="told 1 of 8"):
        self_test(
            "constant",
            lambda texts: np.ones((len(texts), 4), np.float32) / 2,
            lambda texts: np.ones((len(texts), 4), np.float32) / 2,
        )
