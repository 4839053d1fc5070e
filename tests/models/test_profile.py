from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import load_catalog
from qwen_finder.models.gguf_file import GgufFile
from qwen_finder.models.profile import Pooling, Profile, profile_of


def profile(architecture: str, name: str, pooling: int | None = None) -> Profile:
    metadata: dict[str, str | int] = {"general.architecture": architecture, "general.name": name}
    if pooling is not None:
        metadata[f"{architecture}.pooling_type"] = pooling
    return profile_of(GgufFile(Path("m.gguf"), 1, metadata, {}), None, load_catalog())


def test_qwen3_embedding_wants_an_instruction_and_its_last_token() -> None:
    found = profile("qwen3", "Qwen3 Embedding 0.6B")
    assert found.pooling is Pooling.LAST
    assert found.query("red {text} cars").endswith("\nQuery: red {text} cars")
    assert found.document("as it is") == "as it is"


def test_what_the_file_says_of_pooling_counts() -> None:
    assert profile("qwen3", "another model", 1).pooling is Pooling.MEAN
    assert profile("bert", "some model", 2).pooling is Pooling.CLS


def test_a_model_nobody_knows_is_asked_bare() -> None:
    found = profile("bert", "some model", 1)
    assert found.query("text") == found.document("text") == "text"
    assert found.languages == ""


@pytest.mark.parametrize("pooling", [None, 0, 7])
def test_unknown_pooling_names_the_key(pooling: int | None) -> None:
    with pytest.raises(ModelError, match=r"bert\.pooling_type is") as caught:
        profile("bert", "bge", pooling)
    assert caught.value.code == "model.pooling"


def test_a_reranker_is_no_embedder() -> None:
    with pytest.raises(ModelError, match="reranker") as caught:
        profile("bert", "some reranker", 4)
    assert caught.value.code == "model.foreign"


def test_a_conversion_that_contradicts_its_makers_is_refused() -> None:
    with pytest.raises(ModelError, match=r"qwen3\.pooling_type is MEAN, not LAST") as caught:
        profile("qwen3", "Qwen3 Embedding 0.6B", 1)
    assert caught.value.code == "model.pooling"
