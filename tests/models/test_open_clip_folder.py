"""What is found wrong with the folder of a picture model before open_clip is asked."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.open_clip_folder import CONFIG, TOKENIZER, WEIGHTS, holds_model, read_folder

KEPT = Path(__file__).parents[1] / "data" / "tiny_clip"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KEPT, tmp_path / "model"))


def test_a_whole_folder_is_read(folder: Path) -> None:
    found = read_folder(folder)
    assert (found.path, found.weights) == (folder, folder / "open_clip_model.safetensors")
    assert (found.dimensions, found.context_length) == (64, 32)
    assert holds_model(folder)


def test_the_weights_may_have_their_older_name(folder: Path) -> None:
    (folder / WEIGHTS[0]).rename(folder / WEIGHTS[1])
    assert read_folder(folder).weights.name == WEIGHTS[1]
    assert holds_model(folder)


def _cut(folder: Path, size: int) -> None:
    with (folder / WEIGHTS[0]).open("r+b") as file:
        file.truncate(size)


def _lengthen(weights: Path) -> None:
    weights.write_bytes(weights.read_bytes() + b"more")


def _header(folder: Path, text: bytes) -> None:
    (folder / WEIGHTS[0]).write_bytes(struct.pack("<Q", len(text)) + text)


def _configure(folder: Path, content: object) -> None:
    (folder / CONFIG).write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    ("damage", "code", "said"),
    [
        (shutil.rmtree, "model.missing", "no folder"),
        (lambda folder: (folder / CONFIG).unlink(), "model.incomplete", CONFIG),
        (lambda folder: (folder / WEIGHTS[0]).unlink(), "model.incomplete", WEIGHTS[0]),
        (lambda folder: (folder / TOKENIZER).unlink(), "model.incomplete", TOKENIZER),
        (lambda folder: _cut(folder, 0), "model.incomplete", "0 bytes"),
        (lambda folder: _cut(folder, 5), "model.incomplete", "5 bytes"),
        (lambda folder: _cut(folder, 700), "model.incomplete", "700 bytes"),
        (lambda folder: _cut(folder, 1_000_000), "model.incomplete", "1,000,000 of 1,722,648 bytes"),
        (lambda folder: _header(folder, b"not json"), "model.broken", "header"),
        (lambda folder: _header(folder, b"[1]"), "model.broken", "header"),
        (lambda folder: _header(folder, b'{"a": {"dtype": "F32"}}'), "model.broken", "header"),
        (lambda folder: _header(folder, b"{}"), "model.broken", "no weights"),
        (lambda folder: (folder / WEIGHTS[0]).write_bytes(b"\xff" * 99), "model.broken", "no end"),
        (lambda folder: _lengthen(folder / WEIGHTS[0]), "model.broken", "goes on"),
        (lambda folder: (folder / CONFIG).write_text("{"), "model.broken", CONFIG),
        (lambda folder: (folder / CONFIG).write_bytes(b"\xff\xfe\x00"), "model.broken", CONFIG),
        (lambda folder: _configure(folder, []), "model.foreign", "does not describe"),
        (lambda folder: _configure(folder, {"model_type": "bert"}), "model.foreign", "does not describe"),
        (lambda folder: _configure(folder, {"model_cfg": {"embed_dim": 0}}), "model.foreign", "describe"),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    folder: Path, damage: Callable[[Path], object], code: str, said: str
) -> None:
    damage(folder)
    with pytest.raises(ModelError, match=said) as caught:
        read_folder(folder)
    assert caught.value.code == code
    assert caught.value.hint


def test_pickled_weights_are_not_taken_for_a_model(folder: Path) -> None:
    (folder / WEIGHTS[0]).rename(folder / "open_clip_pytorch_model.bin")
    assert not holds_model(folder)
    with pytest.raises(ModelError, match=r"has no open_clip_model\.safetensors"):
        read_folder(folder)


def test_a_model_without_a_tokenizer_of_its_own_needs_no_file(folder: Path) -> None:
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    del config["model_cfg"]["text_cfg"]["hf_tokenizer_name"]
    del config["model_cfg"]["text_cfg"]["context_length"]
    _configure(folder, config)
    (folder / TOKENIZER).unlink()
    assert read_folder(folder).context_length == 77
