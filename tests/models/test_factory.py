import subprocess
import sys
from pathlib import Path

import pytest

from qwen_finder.core.errors import ModelError
from qwen_finder.models.factory import open_embedder, open_picture_embedder, resolve, resolve_picture


def test_an_id_is_looked_up_in_the_models_folder(models_folder: Path) -> None:
    for address in ("starter-en", "gguf:starter-en"):
        model = resolve(address, models_folder)
        assert model.entry is not None
        assert model.path.parent == models_folder
        assert model.installed


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    model = resolve(f"gguf:{tmp_path}/My Model.gguf", Path("/nowhere"))
    assert model.entry is None
    assert model.path == tmp_path / "My Model.gguf"
    assert not model.installed


@pytest.mark.parametrize(
    "address", ["", "gguf:", "qwen", "ftp:starter", "other:http://localhost", ":x", "ViT-B-32-SigLIP2-256"]
)
def test_an_unknown_address_names_what_there_is(address: str) -> None:
    with pytest.raises(ModelError) as caught:
        open_embedder(address, Path("/nowhere"))
    assert caught.value.code == "model.unknown"
    assert "starter" in caught.value.hint


def test_a_missing_model_names_its_cure(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        open_embedder("starter-en", tmp_path)
    assert caught.value.code == "model.missing"
    assert f"python -m qwen_finder.models.starter {tmp_path}" in caught.value.hint
    with pytest.raises(ModelError, match="There is no model file") as caught:
        open_embedder(f"gguf:{tmp_path}/x.gguf", tmp_path)
    assert caught.value.code == "model.missing"


@pytest.mark.parametrize("address", ["auto", "ViT-B-32-SigLIP2-256", "clip:ViT-B-32-SigLIP2-256"])
def test_a_picture_model_is_a_folder_in_the_models_folder(address: str, tmp_path: Path) -> None:
    model = resolve_picture(address, tmp_path)
    assert model.entry is not None
    assert model.path == tmp_path / "ViT-B-32-SigLIP2-256"
    assert not model.installed
    with pytest.raises(ModelError, match="is not installed") as caught:
        open_picture_embedder(address, tmp_path)
    assert caught.value.code == "model.missing"
    assert "1.5 GB" in caught.value.hint
    model.path.mkdir()
    for name in ("open_clip_config.json", "open_clip_model.safetensors"):
        assert not resolve_picture(address, tmp_path).installed
        (model.path / name).touch()
    assert resolve_picture(address, tmp_path).installed
    assert model.entry.installed(tmp_path)


def test_a_folder_of_the_users_own(tmp_path: Path) -> None:
    assert resolve_picture(f"clip:{tmp_path}/mine", Path("/nowhere")).path == tmp_path / "mine"
    with pytest.raises(ModelError, match="There is no model folder") as caught:
        open_picture_embedder(f"clip:{tmp_path}/mine", Path("/nowhere"))
    assert caught.value.code == "model.missing"


@pytest.mark.parametrize("address", ["", "clip:", "starter", "gguf:starter", "gguf:/x", "ftp:auto", ":x"])
def test_an_unknown_picture_model_names_what_there_is(address: str) -> None:
    with pytest.raises(ModelError) as caught:
        open_picture_embedder(address, Path("/nowhere"))
    assert caught.value.code == "model.unknown"
    assert "ViT-B-32-SigLIP2-256" in caught.value.hint
    assert "starter" not in caught.value.hint


def test_half_a_picture_model_is_refused_before_torch_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from qwen_finder.core.errors import ModelError\n"
        "from qwen_finder.models.factory import open_picture_embedder\n"
        "try: open_picture_embedder('clip:' + sys.argv[1], Path())\n"
        "except ModelError as error: print(error.code, 'torch' in sys.modules)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "half")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("model.incomplete False", "")


def test_nothing_heavy_is_imported_before_a_model_is_opened() -> None:
    script = (
        "import sys, qwen_finder.models.factory, qwen_finder.models.catalog;"
        "print(*({'numpy', 'llama_cpp', 'gguf', 'torch', 'PIL'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("", "")
