import contextlib
import struct
from pathlib import Path
from types import ModuleType

import gguf
import numpy as np
import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.gguf_file import read_gguf


def code_of(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        read_gguf(path)
    assert str(path) in caught.value.message
    return caught.value.code


def test_a_whole_file_is_read(bert_gguf: Path) -> None:
    file = read_gguf(bert_gguf)
    assert file.size == bert_gguf.stat().st_size
    assert len(file.tensors) == 5 + 2 * 16
    assert file.number("attention.head_count") == 4
    assert not file.causal
    assert file.number("nothing") is None
    assert file.text("nothing") == ""


@pytest.mark.parametrize("share", [0.0001, 0.01, 0.3, 0.9, 0.999])
def test_a_file_cut_off_anywhere_is_broken(bert_gguf: Path, tmp_path: Path, share: float) -> None:
    whole = bert_gguf.read_bytes()
    path = tmp_path / "cut.gguf"
    path.write_bytes(whole[: max(8, int(share * len(whole)))])
    assert code_of(path) == "model.broken"


@pytest.mark.parametrize("content", [b"", b"GG", b"PK\x03\x04 a zip file", b"\x89PNG\r\n\x1a\n" * 9])
def test_a_foreign_file_is_foreign(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    assert code_of(path) == "model.foreign"


@pytest.mark.parametrize("version", [1, 9, 3 << 24])
def test_an_unknown_version_is_foreign(tmp_path: Path, version: int) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", version, 0, 0))
    assert code_of(path) == "model.foreign"


@pytest.mark.parametrize("counts", [(0, 0), (1 << 60, 0), (0, 1 << 60), (3, 0), (0, 3)])
def test_absurd_counts_are_broken(tmp_path: Path, counts: tuple[int, int]) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, *counts))
    assert code_of(path) == "model.broken"


def test_every_flipped_byte_of_the_head_is_survived(bert_gguf: Path, tmp_path: Path) -> None:
    whole = bytearray(bert_gguf.read_bytes())
    path = tmp_path / "flipped.gguf"
    for position in range(4, 1_500, 7):
        whole[position] ^= 0xFF
        path.write_bytes(whole)
        with contextlib.suppress(ModelError):
            read_gguf(path)
        whole[position] ^= 0xFF


def test_what_is_not_there_is_missing(tmp_path: Path) -> None:
    assert code_of(tmp_path / "nothing.gguf") == "model.missing"


def test_a_folder_is_unreadable(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "model.unreadable"


def test_a_token_twice_is_broken_since_llama_cpp_would_end_the_process(
    tiny: ModuleType, tmp_path: Path
) -> None:
    model = tiny.tiny_qwen3()
    model.tokens[5] = model.tokens[6]
    path = tmp_path / "twice.gguf"
    model.write(path)
    assert code_of(path) == "model.broken"


def test_every_kind_of_value_is_stepped_over(tmp_path: Path) -> None:
    path = tmp_path / "kinds.gguf"
    writer = gguf.GGUFWriter(path, "bert")
    for kind in ("uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"):
        getattr(writer, f"add_{kind}")(f"a.{kind}", 7)
    writer.add_float32("a.f32", 0.5)
    writer.add_float64("a.f64", 0.25)
    writer.add_bool("a.bool", True)
    writer.add_array("a.numbers", [1, 2, 3])
    writer.add_array("a.words", ["one", "two"])
    writer.add_string("bert.last", "reached")
    writer.add_tensor("t", np.zeros(32, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    metadata = read_gguf(path).metadata
    assert metadata["bert.last"] == "reached"
    assert (metadata["a.int64"], metadata["a.f32"], metadata["a.bool"]) == (7, 0.5, True)
    assert "a.words" not in metadata
