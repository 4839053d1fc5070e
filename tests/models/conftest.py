"""Tiny random models and the real starter, for the tests of this room."""

from __future__ import annotations

import json
import os
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from fakes import tiny_models


@pytest.fixture(scope="session")
def tiny() -> ModuleType:
    """The module ``tests/fakes/tiny_models.py``."""
    return tiny_models


@pytest.fixture(scope="session")
def bert_gguf(tiny: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of the tiny BERT; not to be changed."""
    from qwen_finder.models.bert_gguf import write_bert_gguf

    path = tmp_path_factory.mktemp("bert") / "bert.gguf"
    write_bert_gguf(tiny.tiny_bert(), path, name="tiny BERT", licence="none", notes={"origin": "dice"})
    return path


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Where the starter is: scripts/test.py has put it there."""
    return Path(os.environ.get("QWEN_FINDER_MODELS") or Path(__file__).parents[2] / ".models")


@pytest.fixture
def bert_folder(tiny: ModuleType, tmp_path: Path) -> Path:
    """The tiny BERT in the files of its makers: configuration, vocabulary, safetensors."""
    model, folder = tiny.tiny_bert(), tmp_path / "bert"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(model.config), "utf-8")
    (folder / "vocab.txt").write_text("\n".join(model.vocabulary) + "\n", "utf-8")
    (folder / "model.safetensors").write_bytes(_safetensors(model.tensors))
    return folder


def _safetensors(tensors: dict[str, Any]) -> bytes:
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    body = b""
    for name, tensor in tensors.items():
        start, body = len(body), body + tensor.tobytes()
        header[name] = {"dtype": "F32", "shape": tensor.shape, "data_offsets": [start, len(body)]}
    head = json.dumps(header).encode()
    return struct.pack("<Q", len(head)) + head + body
