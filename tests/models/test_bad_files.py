"""Model files of every wrong kind: each has a sentence and a cure, and the process lives to say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import gguf
import pytest

from fakes.tiny_models import TinyQwen3, tiny_qwen3
from qwen_finder.core.errors import ModelError
from qwen_finder.models.factory import Wishes, open_embedder


def _truncated(model: TinyQwen3, path: Path) -> None:
    model.write(path)
    path.write_bytes(path.read_bytes()[:-1_000])


def _chat(model: TinyQwen3, path: Path) -> None:
    def template(writer: gguf.GGUFWriter) -> None:
        writer.add_chat_template("{{ messages }}")

    model.write(path, name="Qwen3 4B Instruct", pooling=None, more=template)


def _too_few_words(model: TinyQwen3, path: Path) -> None:
    replace(model, tokens=model.tokens[:-2]).write(path, name="short of words")


def _without_eos(model: TinyQwen3, path: Path) -> None:
    replace(model, eos=-1).write(path, name="endless", add_eos=False)


def _by_writing(**options: Any) -> Callable[[TinyQwen3, Path], None]:
    return lambda model, path: model.write(path, **options)


CASES: list[tuple[str, Callable[[TinyQwen3, Path], None], dict[str, Any], str, str]] = [
    ("truncated", _truncated, {}, "model.broken", "cut off"),
    ("unknown architecture", _by_writing(architecture="fancy", name="m"), {}, "model.broken", "fancy"),
    (
        "another architecture",
        _by_writing(architecture="llama", name="m"),
        {},
        "model.broken",
        "wrong number of tensors",
    ),
    ("not for texts", _by_writing(architecture="clip", name="m"), {}, "model.broken", "clip|CLIP"),
    ("chat model", _chat, {}, "model.pooling", "chat model"),
    (
        "without pooling",
        _by_writing(name="m", pooling=None),
        {},
        "model.pooling",
        "qwen3.pooling_type is missing",
    ),
    ("wrong pooling", _by_writing(pooling=gguf.PoolingType.CLS), {}, "model.pooling", "not LAST"),
    ("wrong tokenizer", _by_writing(tokenizer="default"), {}, "model.tokenizer", "gpt2/default"),
    ("unknown tokenizer", _by_writing(name="m", tokenizer="odd"), {}, "model.broken", "odd"),
    ("too few words", _too_few_words, {}, "model.broken", "token_embd.weight"),
    ("without EOS", _without_eos, {}, "model.tokenizer", "EOS"),
    ("dimensions", _by_writing(), {"dimensions": 65}, "model.dimensions", "32 to 64 dimensions, not 65"),
    ("random weights", _by_writing(), {}, "model.broken", "plain questions"),
    ("chat model, forced", _chat, {"pooling": "last"}, "model.broken", "plain questions"),
]


@pytest.mark.parametrize(
    ("make", "wishes", "code", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_bad_file_is_told_with_its_cure(
    tmp_path: Path,
    make: Callable[[TinyQwen3, Path], None],
    wishes: dict[str, Any],
    code: str,
    message: str,
) -> None:
    path = tmp_path / "bad.gguf"
    make(tiny_qwen3(), path)
    # Without the trial apart, which would only take time: none of these ends a process.
    with pytest.raises(ModelError, match=message) as caught:
        open_embedder(f"gguf:{path}", tmp_path, wishes=Wishes(threads=1, **wishes))
    assert caught.value.code == code
    assert caught.value.hint
