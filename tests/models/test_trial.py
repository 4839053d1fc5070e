from pathlib import Path
from types import ModuleType

import gguf
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.llama_cpp import LlamaCppEmbedder
from qwen_finder.models.profile import Pooling
from qwen_finder.models.trial import try_apart


class Memory(dict[str, str]):
    """A store that forgets."""

    def set(self, key: str, value: str) -> None:
        self[key] = value


def test_a_file_that_ends_llama_cpp_ends_only_a_trial(tiny: ModuleType, tmp_path: Path) -> None:
    # Whole in all its parts, and llama.cpp asserts that this number is another.
    def lame(writer: gguf.GGUFWriter) -> None:
        writer.add_rope_dimension_count(16)

    path = tmp_path / "lame.gguf"
    tiny.tiny_qwen3().write(path, more=lame)
    with pytest.raises(ModelError, match=r"ended its process \(SIGABRT") as caught:
        LlamaCppEmbedder(path, store=Memory(), self_test=False)
    assert caught.value.code == "model.crash"
    assert str(path) in caught.value.message


def test_a_file_that_passed_is_not_tried_again(
    bert_gguf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = Memory()
    try_apart(bert_gguf, "5ha", Pooling.MEAN, store)
    monkeypatch.setattr("sys.executable", str(tmp_path / "nothing"))
    try_apart(bert_gguf, "5ha", Pooling.MEAN, store)
    with pytest.raises(FileNotFoundError):
        try_apart(bert_gguf, "another", Pooling.MEAN, store)


def test_what_can_be_said_in_words_is_left_to_be_said(tiny: ModuleType, tmp_path: Path) -> None:
    model = tiny.tiny_qwen3()
    del model.tensors["blk.1.ffn_up.weight"]
    model.write(tmp_path / "part.gguf")
    store = Memory()
    try_apart(tmp_path / "part.gguf", "5ha", Pooling.LAST, store)
    assert not store
    with pytest.raises(ModelError, match=r"tensor 'blk.1.ffn_up.weight' not found") as caught:
        LlamaCppEmbedder(tmp_path / "part.gguf", store=store, self_test=False)
    assert caught.value.code == "model.broken"
