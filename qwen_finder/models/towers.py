"""A CLIP on one device: the tower that sees pictures and the one that reads queries, by open_clip and torch.

Pixels and texts in, raw vectors out. It knows nothing of batches, turns, memory that runs out or whether the
model is any good; the folder has been looked at by :mod:`qwen_finder.models.open_clip_folder` before.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch.overrides import TorchFunctionMode

from qwen_finder.core.errors import ModelError
from qwen_finder.core.picture import Fit, Framing, Interpolation
from qwen_finder.models.clip_tokenizer import open_tokenizer
from qwen_finder.models.open_clip_folder import OpenClipFolder
from qwen_finder.models.torch_stack import open_clip_library

if TYPE_CHECKING:
    from qwen_finder.core.picture import Pixels
    from qwen_finder.core.ports import Vectors


class Precision(StrEnum):
    """The numbers that a model computes with; the values are torch's names."""

    FP32 = "float32"
    BF16 = "bfloat16"
    FP16 = "float16"


PRECISIONS = {
    "cpu": (Precision.BF16,),
    "cuda": (Precision.BF16, Precision.FP16),
    "mps": (Precision.FP16,),
}
"""What may be faster than float32 on each device."""

_NO_MEMORY = "can't allocate memory"
"""What torch says of the processor's memory."""

_REFUSALS = (
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    AssertionError,
    OSError,
    ImportError,
    SafetensorError,
)
"""What open_clip, timm and transformers raise about files that do not suit them."""


def best_device() -> str:
    """The fastest kind of device here: "cuda", "mps" or "cpu"."""
    open_clip_library()
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def out_of_memory(error: Exception) -> bool:
    """Whether ``error`` says that the device has no memory left."""
    said = str(error).lower()
    return isinstance(error, torch.OutOfMemoryError) or "out of memory" in said or _NO_MEMORY in said


def free_device_memory() -> None:
    """Give what torch keeps for later back to the graphics card."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    elif torch.backends.mps.is_available():
        torch.mps.empty_cache()


class Towers:
    """The model in ``folder``, loaded to ``device`` in ``precision``.

    Raises ModelError "model.foreign" if weights and configuration do not belong together or need what is not
    in the folder, "model.tokenizer" if its tokenizer cannot be used; RuntimeError if the device has no memory
    for it. Whatever it computes may raise RuntimeError. Not to be used while it is moved.
    """

    def __init__(self, folder: OpenClipFolder, device: str, precision: Precision) -> None:
        self.device = device
        self.precision = precision
        open_clip = open_clip_library()
        address = f"local-dir:{os.fspath(folder.path)}"
        try:
            self._tokenize = open_tokenizer(folder.path)
        except _REFUSALS as error:
            raise ModelError(
                "model.tokenizer",
                f"The tokenizer of the picture model in {folder.path} cannot be used ({_first_line(error)}).",
                "Fetch its tokenizer.json and tokenizer_config.json again.",
            ) from error
        try:
            with _Unfilled():
                self._model = open_clip.create_model(
                    address,
                    precision="fp32" if precision is Precision.FP32 else f"pure_{_SHORT[precision]}",
                    require_pretrained=True,
                )
            self._model.eval().requires_grad_(False).to(device)
            preprocess = open_clip.get_model_preprocess_cfg(self._model)
            self.framing = _framing(preprocess, folder)
            self.mean, self.std = (_three(preprocess[name]) for name in ("mean", "std"))
        except _REFUSALS as error:
            if out_of_memory(error):
                raise
            raise ModelError(
                "model.foreign",
                f"open_clip cannot load the picture model in {folder.path} ({_first_line(error)}).",
                "Its weights may be those of another model than its open_clip_config.json describes: fetch "
                "the whole folder of one model.",
            ) from error

    def see(self, views: Pixels) -> Vectors:
        """A vector of any length for each of ``views``, shape (n, dimensions)."""
        with torch.inference_mode():
            # Copied, since views may be read-only or in another order, which torch does not take.
            pixels = torch.from_numpy(np.array(views, order="C")).to(self.device).permute(0, 3, 1, 2)
            mean, std = (
                torch.tensor(values, device=self.device).view(1, 3, 1, 1) for values in (self.mean, self.std)
            )
            normal = ((pixels.float() / 255 - mean) / std).to(getattr(torch, self.precision))
            return _array(self._model.encode_image(normal))

    def read(self, texts: Sequence[str]) -> Vectors:
        """As ``see``, of texts; what a text has beyond the model's context length is left out."""
        with torch.inference_mode():
            return _array(self._model.encode_text(self._tokenize(list(texts)).to(self.device)))

    def move_to_processor(self) -> None:
        """To the computer's own memory, in float32, which every processor computes."""
        self._model = self._model.to("cpu").float()
        self.device, self.precision = "cpu", Precision.FP32
        free_device_memory()

    def synchronize(self) -> None:
        """Wait until what was asked of the device is done, so that it can be timed."""
        if self.device == "cuda":
            torch.cuda.synchronize()
        elif self.device == "mps":
            torch.mps.synchronize()


class _Unfilled(TorchFunctionMode):
    """Leaves new weights as memory comes: filling hundreds of millions with random numbers takes seconds,
    and all are read from the file afterwards, or loading fails.
    """

    _FILLING = frozenset({"normal_", "uniform_", "erfinv_", "trunc_normal_"})

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func.__name__ in self._FILLING or getattr(func, "__module__", "") == "torch.nn.init":
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


_SHORT = {Precision.BF16: "bf16", Precision.FP16: "fp16"}


def _framing(preprocess: dict[str, Any], folder: OpenClipFolder) -> Framing:
    size = preprocess["size"]
    height, width = (size, size) if isinstance(size, int) else size
    if height != width:
        raise ModelError(
            "model.foreign",
            f"The picture model in {folder.path} looks at {width} × {height} pixels, which is no square.",
            "Use a model that looks at squares, as nearly all do.",
        )
    bilinear = preprocess["interpolation"] == "bilinear"
    return Framing(
        size=int(width),
        fit=Fit(preprocess["resize_mode"]),
        interpolation=Interpolation.BILINEAR if bilinear else Interpolation.BICUBIC,
        fill=int(preprocess["fill_color"]),
    )


def _three(value: float | Sequence[float]) -> tuple[float, ...]:
    return (float(value),) * 3 if isinstance(value, int | float) else tuple(map(float, value))


def _array(vectors: torch.Tensor) -> Vectors:
    return np.asarray(vectors.float().cpu().numpy(), np.float32)


def _first_line(error: BaseException) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200].rstrip(".:")
