import logging
from pathlib import Path
from types import ModuleType

import gguf
import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.factory import open_embedder
from qwen_finder.models.llama_cpp import LlamaCppEmbedder

QUERY = "Instruct: Given a search query, retrieve relevant passages from files that answer it\nQuery: "


class Memory(dict[str, str]):
    """A store that forgets."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


@pytest.fixture
def qwen3(tiny: ModuleType, tmp_path: Path) -> Path:
    path = tmp_path / "qwen3.gguf"
    tiny.tiny_qwen3().write(path)
    return path


def byte_tokens(tiny: ModuleType, text: str) -> list[int]:
    """The ids of a text in which no two bytes merge, with the EOS."""
    return [*text.encode(), tiny.tiny_qwen3().eos]


def test_qwen3_pools_the_last_token_of_each_text(qwen3: Path, tiny: ModuleType) -> None:
    # Printable ASCII below "th" and " a" has its byte as rank in the vocabulary here.
    texts = ["cow", "", "box of green bins", "x" * 200, "1, 2, 3", "xx"]
    model = tiny.tiny_qwen3()
    ids = {chr(byte): model.tokens.index("Ġ" if byte == 32 else chr(byte)) for byte in range(32, 127)}
    expected = np.stack([model.vector([*(ids[letter] for letter in text), model.eos]) for text in texts])
    embedder = LlamaCppEmbedder(qwen3, self_test=False)
    assert (embedder.embed_documents(texts) * expected).sum(1).min() > 0.9999
    queries = embedder.embed_queries(texts)
    instructed = embedder.embed_documents([QUERY + text for text in texts])
    embedder.close()
    assert (queries * instructed).sum(1).min() > 0.9999
    assert (queries * expected).sum(1).max() < 0.999


def test_a_text_longer_than_a_batch_is_computed_whole(tiny: ModuleType, tmp_path: Path) -> None:
    model = tiny.tiny_qwen3()
    long = type(model)(model.tensors, model.tokens, model.eos, context=4_096)
    long.write(tmp_path / "long.gguf")
    embedder = LlamaCppEmbedder(tmp_path / "long.gguf", self_test=False)
    assert embedder.spec.max_tokens == 4_096
    text = "nine bins " * 150
    ids = [model.tokens.index("Ġ" if letter == " " else letter) for letter in text]
    (vector,) = embedder.embed_documents([text])
    (query,) = embedder.embed_queries(["x"])
    embedder.close()
    assert vector @ model.vector([*ids, model.eos]) > 0.999
    assert query.shape == vector.shape


def test_dimensions_are_cut_and_made_unit_length_again(models_folder: Path) -> None:
    whole = open_embedder("starter", models_folder)
    short = open_embedder("starter", models_folder, dimensions=64)
    texts = ["a letter to the bank", "holiday pictures"]
    expected = whole.embed_documents(texts)[:, :64]
    expected = expected / np.linalg.norm(expected, axis=1, keepdims=True)
    assert np.allclose(short.embed_documents(texts), expected, atol=1e-5)
    assert short.spec.fingerprint != whole.spec.fingerprint
    whole.close()
    short.close()


def test_more_dimensions_than_there_are_is_an_error(bert_gguf: Path) -> None:
    with pytest.raises(ModelError, match="1 to 64 dimensions, not 65") as caught:
        LlamaCppEmbedder(bert_gguf, dimensions=65, self_test=False)
    assert caught.value.code == "model.dimensions"


def test_the_fingerprint_follows_weights_and_pooling(tiny: ModuleType, tmp_path: Path) -> None:
    prints = set()
    for number, (seed, pooling) in enumerate(
        [(0, gguf.PoolingType.LAST), (1, gguf.PoolingType.LAST), (0, gguf.PoolingType.MEAN)]
    ):
        path = tmp_path / f"{number}.gguf"
        tiny.tiny_qwen3(seed).write(path, name="other", pooling=pooling)
        embedder = LlamaCppEmbedder(path, self_test=False)
        prints.add(embedder.spec.fingerprint)
        embedder.close()
    assert len(prints) == 3


def test_tuning_and_hash_are_remembered(bert_gguf: Path) -> None:
    store = Memory()
    for _ in range(2):
        embedder = LlamaCppEmbedder(bert_gguf, store=store, self_test=False)
        assert embedder.embed_documents(["cat"]).shape == (1, 64)
        embedder.close()
        assert sorted(key.partition(".")[0] for key in store) == ["sha256", "trial", "tuning"]


def test_a_model_that_gives_no_numbers_is_broken(tiny: ModuleType, tmp_path: Path) -> None:
    model = tiny.tiny_qwen3()
    model.tensors["output_norm.weight"][3] = np.nan
    model.write(tmp_path / "nan.gguf")
    with pytest.raises(ModelError, match="zero or not a number") as caught:
        LlamaCppEmbedder(tmp_path / "nan.gguf")
    assert caught.value.code == "model.broken"


def test_what_llama_cpp_says_of_a_file_is_passed_on(
    tiny: ModuleType, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    model = tiny.tiny_qwen3()
    del model.tensors["blk.1.ffn_up.weight"]
    model.write(tmp_path / "part.gguf")
    with (
        caplog.at_level(logging.DEBUG, "qwen_finder.models.native"),
        pytest.raises(ModelError, match=r"part\.gguf: .+") as caught,
    ):
        LlamaCppEmbedder(tmp_path / "part.gguf", self_test=False)
    assert caught.value.code == "model.broken"
    assert "blk.1.ffn_up.weight" in caplog.text
    assert capfd.readouterr().err == ""
