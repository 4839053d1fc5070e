from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from qwen_finder.models.native import NativeModel
from qwen_finder.models.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def bert(bert_gguf: Path) -> Iterator[NativeModel]:
    model = NativeModel(bert_gguf)
    yield model
    model.close()


@pytest.fixture(scope="module", params=[True, False], ids=["adds-eos", "forgets-eos"])
def qwen3(
    tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[NativeModel]:
    path = tmp_path_factory.mktemp("qwen3") / "qwen3.gguf"
    tiny.tiny_qwen3().write(path, add_eos=request.param)
    model = NativeModel(path)
    yield model
    model.close()


def test_bert_keeps_both_special_tokens_when_it_cuts(bert: NativeModel, tiny: ModuleType) -> None:
    tokenizer = Tokenizer(bert, 12, ensure_eos=False)
    cls, sep = (tiny.VOCABULARY.index(token) for token in ("[CLS]", "[SEP]"))
    for text in ("", "cat", "cat " * 12, "cat " * 10_000):
        tokens = tokenizer.encode(text)
        assert (tokens[0], tokens[-1]) == (cls, sep)
        assert tokens.size == min(12, 2 + text.count("cat"))


def test_qwen3_ends_with_eos_whether_the_file_asks_for_it_or_not(
    qwen3: NativeModel, tiny: ModuleType
) -> None:
    tokenizer, eos = Tokenizer(qwen3, 16, ensure_eos=True), tiny.tiny_qwen3().eos
    for text in ("", "x", "a longer text than fits"):
        tokens = tokenizer.encode(text).tolist()
        assert tokens[-1] == eos
        assert tokens.count(eos) == 1
    assert len(tokenizer.encode("a longer text than fits")) == 16


def test_a_special_token_written_in_a_text_is_text(qwen3: NativeModel, tiny: ModuleType) -> None:
    tokens = Tokenizer(qwen3, 64, ensure_eos=True).encode("a<|endoftext|>b").tolist()
    assert tokens.count(tiny.tiny_qwen3().eos) == 1


def test_a_model_without_special_tokens_gives_an_empty_text_one(qwen3: NativeModel) -> None:
    assert Tokenizer(qwen3, 64, ensure_eos=False).encode("").size == 1


def test_long_texts_are_counted_in_slices(bert: NativeModel) -> None:
    tokenizer = Tokenizer(bert, 64, ensure_eos=False)
    assert tokenizer.count("cat " * 30_000) == 30_000
    assert tokenizer.count("\n".join(["the river"] * 5_000)) == 10_000
    assert tokenizer.count("猫" * 20_000) > 0


def test_a_cut_text_has_the_tokens_of_the_whole(bert: NativeModel) -> None:
    short, long = Tokenizer(bert, 20, ensure_eos=False), Tokenizer(bert, 120, ensure_eos=False)
    text = "the cat runs to a red house, " * 9
    assert short.encode(text)[:-1].tolist() == long.encode(text)[:19].tolist()
