"""The files of a picture model: what a folder must hold before open_clip is given it.

open_clip runs a model without weights as if nothing were missing, on random numbers, and says of a
half-fetched file what only its makers understand. So the files are looked at first, with the standard
library. Nothing of torch is known here.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qwen_finder.core.errors import ModelError

CONFIG = "open_clip_config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = ("open_clip_model.safetensors", "open_clip_pytorch_model.safetensors")
"""Names of the weights, the one that open_clip takes first. Pickled weights could run code: none are read."""

_LENGTH = struct.Struct("<Q")
_LONGEST_HEADER = 100 << 20
_FETCH = "Fetch the whole folder of the model again."
_ANOTHER = "Use a folder that was made for open_clip, such as that of ViT-B-32-SigLIP2-256."


@dataclass(frozen=True, slots=True)
class OpenClipFolder:
    """A folder with all its files. ``config`` is the whole of its open_clip_config.json."""

    path: Path
    weights: Path
    config: dict[str, Any]

    @property
    def dimensions(self) -> int:
        return int(self.config["model_cfg"]["embed_dim"])

    @property
    def context_length(self) -> int:
        return int(self.config["model_cfg"]["text_cfg"].get("context_length", 77))


def holds_model(path: Path) -> bool:
    """Whether ``path`` looks like a folder of a picture model; cheap, and no promise that it is sound."""
    return (path / CONFIG).is_file() and any((path / name).is_file() for name in WEIGHTS)


def read_folder(path: Path) -> OpenClipFolder:
    """The model folder at ``path``.

    Raises ModelError "model.missing" if there is none, "model.incomplete" if a file is missing or cut off,
    "model.broken" if one is damaged, "model.foreign" if it is a folder of something else.
    """
    if not path.is_dir():
        raise ModelError(
            "model.missing",
            f"There is no folder {path} of a picture model.",
            f"Put {CONFIG}, {WEIGHTS[0]} and {TOKENIZER} of the model there, or check the path.",
        )
    config = _read_config(path)
    if other := config["model_cfg"]["text_cfg"].get("hf_model_name"):
        raise ModelError(
            "model.foreign",
            f"The text tower of {path} is a model of its own ({other}), which the folder does not hold.",
            _ANOTHER,
        )
    weights = next((path / name for name in WEIGHTS if (path / name).is_file()), None)
    if weights is None:
        raise _incomplete(path, WEIGHTS[0])
    _check_whole(weights)
    # Models without this key use the tokenizer that comes with open_clip.
    if config["model_cfg"]["text_cfg"].get("hf_tokenizer_name") and not (path / TOKENIZER).is_file():
        raise _incomplete(path, TOKENIZER)
    return OpenClipFolder(path, weights, config)


def _read_config(path: Path) -> dict[str, Any]:
    file = path / CONFIG
    if not file.is_file():
        raise _incomplete(path, CONFIG)
    try:
        config = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError("model.broken", f"{file} cannot be read ({error}).", _FETCH) from error
    try:
        model = config["model_cfg"]
        sound = int(model["embed_dim"]) > 0 and isinstance(model["vision_cfg"], dict)
        sound = sound and isinstance(model["text_cfg"], dict)
    except (KeyError, TypeError, ValueError):
        sound = False
    if not sound:
        raise ModelError(
            "model.foreign",
            f"{file} does not describe a model of open_clip.",
            _ANOTHER,
        )
    return dict(config)


def _check_whole(weights: Path) -> None:
    """Compare the file's length with what its header announces: half a download is the commonest damage."""
    size = weights.stat().st_size
    try:
        with weights.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            if length > _LONGEST_HEADER:
                raise ValueError("its header has no end")
            text = file.read(length)
    except struct.error:
        raise _cut_off(weights, size) from None
    except (OSError, ValueError) as error:
        raise ModelError("model.broken", f"{weights} is no safetensors file ({error}).", _FETCH) from error
    if len(text) < length:
        raise _cut_off(weights, size)
    try:
        header = json.loads(text)
        ends = [int(entry["data_offsets"][1]) for name, entry in header.items() if name != "__metadata__"]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ModelError("model.broken", f"{weights} has a damaged header.", _FETCH) from error
    if not ends:
        raise ModelError("model.broken", f"{weights} holds no weights.", _FETCH)
    expected = _LENGTH.size + length + max(ends)
    if size < expected:
        raise _cut_off(weights, size, expected)
    if size > expected:
        raise ModelError("model.broken", f"{weights} goes on after its last weight.", _FETCH)


def _incomplete(path: Path, name: str) -> ModelError:
    return ModelError("model.incomplete", f"The picture model in {path} has no {name}.", _FETCH)


def _cut_off(weights: Path, size: int, expected: int | None = None) -> ModelError:
    of = f" of {expected:,}" if expected else ""
    return ModelError(
        "model.incomplete",
        f"{weights} was not fetched to its end: it has {size:,}{of} bytes.",
        _FETCH,
    )
