from pathlib import Path
from types import ModuleType

import gguf
import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.bert_gguf import BertModel, read_bert, write_bert_gguf
from qwen_finder.models.gguf_file import read_gguf
from qwen_finder.models.llama_cpp import LlamaCppEmbedder

TEXTS = {
    "The cat runs.": ["[CLS]", "the", "cat", "run", "##s", ".", "[SEP]"],
    "green houses, red trees": ["[CLS]", "green", "house", "##s", ",", "red", "tree", "##s", "[SEP]"],
    "": ["[CLS]", "[SEP]"],
    "sleep " * 60: ["[CLS]", *["sleep"] * 60, "[SEP]"],
}


@pytest.mark.parametrize("pooling", [gguf.PoolingType.MEAN, gguf.PoolingType.CLS, gguf.PoolingType.LAST])
def test_llama_cpp_computes_what_the_paper_says(
    tiny: ModuleType, tmp_path: Path, pooling: gguf.PoolingType
) -> None:
    model = tiny.tiny_bert()
    expected = [
        tiny.bert_vector(model, [model.vocabulary.index(token) for token in tokens], pooling)
        for tokens in TEXTS.values()
    ]
    write_bert_gguf(model, tmp_path / "bert.gguf", name="tiny", licence="none", pooling=pooling)
    embedder = LlamaCppEmbedder(tmp_path / "bert.gguf", self_test=False)
    vectors = embedder.embed_documents(list(TEXTS))
    embedder.close()
    assert (vectors * np.stack(expected)).sum(1).min() > 0.999


def test_metadata_says_what_the_file_is(bert_gguf: Path) -> None:
    file = read_gguf(bert_gguf)
    assert (file.architecture, file.name) == ("bert", "tiny BERT")
    assert file.number("pooling_type") == 1
    assert file.number("context_length") == 128
    assert file.text("origin") == "dice"
    assert "token_embd.weight" in file.tensors
    assert not any("pooler" in name for name in file.tensors)


def test_a_model_is_read_from_its_files(bert_folder: Path, tiny: ModuleType) -> None:
    model = read_bert(bert_folder)
    assert list(model.vocabulary) == tiny.VOCABULARY
    assert model.config["num_hidden_layers"] == 2


def test_another_architecture_is_refused(tiny: ModuleType, tmp_path: Path) -> None:
    bert = tiny.tiny_bert()
    other = BertModel({**bert.config, "model_type": "roberta"}, bert.vocabulary, bert.tensors)
    with pytest.raises(ModelError, match="roberta") as caught:
        write_bert_gguf(other, tmp_path / "x.gguf", name="other", licence="none")
    assert caught.value.code == "model.foreign"


def test_a_missing_tensor_is_named(tiny: ModuleType, tmp_path: Path) -> None:
    bert = tiny.tiny_bert()
    name = "encoder.layer.1.output.dense.weight"
    tensors = {key: value for key, value in bert.tensors.items() if key != name}
    with pytest.raises(ModelError, match=name):
        write_bert_gguf(
            BertModel(bert.config, bert.vocabulary, tensors), tmp_path / "x", name="x", licence=""
        )
