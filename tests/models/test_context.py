from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models import context as context_module
from qwen_finder.models.context import Context, ContextShape
from qwen_finder.models.native import NativeModel
from qwen_finder.models.profile import Pooling
from qwen_finder.models.tokenizer import Tokens


@pytest.fixture
def context(bert_gguf: Path) -> Iterator[Context]:
    """A context for batches of 32 tokens of a model that takes 128."""
    model = NativeModel(bert_gguf)
    opened = Context(model, ContextShape(32, 4, 1, Pooling.MEAN, causal=False))
    yield opened
    opened.close()
    model.close()


def tokens(count: int) -> Tokens:
    return np.arange(5, 5 + count, dtype=np.int32) % 70


def test_it_grows_for_a_batch_longer_than_its_shape(context: Context) -> None:
    (short,) = context.run([tokens(20)])
    assert context.run([tokens(120)]).shape == (1, 64)
    (again, longer) = context.run([tokens(20), tokens(90)])
    cosine = short @ again / np.linalg.norm(short) / np.linalg.norm(again)
    assert cosine > 0.999
    assert np.isfinite(longer).all()


def test_what_one_long_batch_took_is_given_back(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context_module, "KEPT_TOKENS", 64)
    opened: list[int] = []
    new = context._new

    def noting(tokens: int, outputs: int) -> object:
        opened.append(tokens)
        return new(tokens, outputs)

    monkeypatch.setattr(context, "_new", noting)
    (before,) = context.run([tokens(20)])
    for count in (50, 20, 120, 100, 20, 30, 50):
        context.run([tokens(count)])
    assert opened == [64, 128, 64]
    assert np.allclose(before, context.run([tokens(20)])[0], atol=1e-4)


def test_what_cannot_grow_is_still_there_for_shorter_texts(
    context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: object) -> object:
        raise ModelError("model.failed", "no memory", "")

    with monkeypatch.context() as patched:
        patched.setattr(context, "_new", no_memory)
        with pytest.raises(ModelError):
            context.run([tokens(120)])
    assert context.run([tokens(20)]).shape == (1, 64)


def test_tokens_that_the_model_does_not_have_are_an_error(context: Context) -> None:
    with pytest.raises(ModelError, match="failed on a batch of 2 tokens") as caught:
        context.run([np.array([5, 9_999], np.int32)])
    assert caught.value.code == "model.failed"
    assert context.run([tokens(2)]).shape == (1, 64)
