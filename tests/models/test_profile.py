from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.catalog import load_catalog
from qwen_finder.models.gguf_file import GgufFile
from qwen_finder.models.profile import Pooling, Profile, profile_of


def profile(
    architecture: str,
    name: str,
    pooling: int | None = None,
    *,
    tokenizer: str = "gpt2/qwen2",
    wish: str = "auto",
    instruction: str = "",
    **metadata: str | int,
) -> Profile:
    model, _, before = tokenizer.partition("/")
    metadata |= {"general.architecture": architecture, "general.name": name}
    metadata |= {
        "tokenizer.ggml.model": model,
        "tokenizer.ggml.pre": before,
        "tokenizer.ggml.eos_token_id": 9,
    }
    if pooling is not None:
        metadata[f"{architecture}.pooling_type"] = pooling
    file = GgufFile(Path("m.gguf"), 1, metadata, {})
    return profile_of(file, None, load_catalog(), pooling=wish, instruction=instruction)


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


@pytest.mark.parametrize("tokenizer", ["gpt2/default", "llama/", "/", "bert/qwen2"])
def test_a_conversion_with_another_tokenizer_is_refused(tokenizer: str) -> None:
    with pytest.raises(ModelError, match="not gpt2/qwen2") as caught:
        profile("qwen3", "Qwen3 Embedding 0.6B", 3, tokenizer=tokenizer)
    assert caught.value.code == "model.tokenizer"


def test_pooling_is_taken_from_the_user_only_where_nothing_else_says_it() -> None:
    assert profile("bert", "bge", wish="cls").pooling is Pooling.CLS
    assert profile("bert", "bge", 1, wish="cls").pooling is Pooling.MEAN
    assert profile("qwen3", "Qwen3 Embedding 0.6B", wish="mean").pooling is Pooling.LAST


def test_a_file_without_pooling_says_which_setting_tells_it() -> None:
    with pytest.raises(ModelError) as caught:
        profile("bert", "bge")
    assert "config set models.pooling" in caught.value.hint
    assert "chat" not in caught.value.message


def test_a_chat_model_is_called_one() -> None:
    with pytest.raises(ModelError, match="seems to be a chat model") as caught:
        profile("qwen3", "Qwen3 4B Instruct", **{"tokenizer.chat_template": "{{ messages }}"})
    assert caught.value.code == "model.pooling"


def test_a_qwen3_reranker_is_no_embedder_whatever_its_file_says_of_pooling() -> None:
    with pytest.raises(ModelError, match="reranker") as caught:
        profile("qwen3", "Qwen3 Reranker 0.6B")
    assert "models.reranker" in caught.value.hint


def test_the_user_may_say_what_queries_are_for() -> None:
    task = profile("qwen3", "Qwen3 Embedding 0.6B", instruction="Find code\\1")
    assert task.query("sort {text}") == "Instruct: Find code\\1\nQuery: sort {text}"
    whole = profile("qwen3", "Qwen3 Embedding 0.6B", instruction="query: {text}?")
    assert whole.query("why") == "query: why?"
    assert profile("bert", "e5", 1, instruction="query: ").query("why") == "query: why"
    assert task.document("bare") == "bare"


def test_vectors_are_cut_to_what_suits_the_model() -> None:
    qwen = profile("qwen3", "Qwen3 Embedding 4B")
    assert [qwen.dimensions(0, native) for native in (1024, 2560, 64)] == [1024, 1024, 64]
    assert [qwen.dimensions(wanted, 2560) for wanted in (32, 100, 2560)] == [32, 100, 2560]
    assert profile("bert", "some model", 1).dimensions(0, 384) == 384


@pytest.mark.parametrize("wanted", [1, 31, 2561])
def test_dimensions_that_are_not_allowed_name_those_that_are(wanted: int) -> None:
    with pytest.raises(ModelError, match=f"32 to 2560 dimensions, not {wanted}") as caught:
        profile("qwen3", "Qwen3 Embedding 4B").dimensions(wanted, 2560)
    assert caught.value.code == "model.dimensions"
    assert "models.dimensions" in caught.value.hint


def test_a_model_of_the_catalog_is_known_whatever_its_file_calls_it() -> None:
    catalog = load_catalog()
    entry = next(entry for entry in catalog.models if entry.family == "Qwen3-Embedding-4B")
    metadata: dict[str, str | int] = {
        "general.architecture": "qwen3",
        "general.name": "checkpoint 7",
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.eos_token_id": 9,
    }
    found = profile_of(GgufFile(Path("m.gguf"), 1, metadata, {}), entry, catalog)
    assert found.pooling is Pooling.LAST
    assert found.dimensions(0, entry.dimensions) == 1024
    assert found.query("why").endswith("Query: why")
