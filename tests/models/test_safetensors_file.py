from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.safetensors_file import read_safetensors


def test_tensors_come_back(bert_folder: Path, tiny: ModuleType) -> None:
    tensors = read_safetensors(bert_folder / "model.safetensors")
    expected = tiny.tiny_bert().tensors
    assert tensors.keys() == expected.keys()
    assert all(np.array_equal(tensors[name], expected[name]) for name in expected)


@pytest.mark.parametrize("keep", [0, 4, 100, 5_000])
def test_a_file_cut_off_is_named(bert_folder: Path, keep: int) -> None:
    path = bert_folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(ModelError, match=r"model\.safetensors is not a whole") as caught:
        read_safetensors(path)
    assert caught.value.code == "model.broken"
