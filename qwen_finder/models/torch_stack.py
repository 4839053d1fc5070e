"""Imports open_clip and what it stands on: offline, and past a torchvision that does not fit torch.

Costs seconds and hundreds of megabytes, so it is called when the first picture model is loaded and not
before. It knows nothing of models.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from functools import cache
from typing import Any

from qwen_finder.core.errors import ModelError

_MISSING_OPERATOR = "operator torchvision::"
_OPERATORS = ("nms", "qnms")
_SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"

_importing = threading.Lock()
_declared: list[Any] = []
"""Operators live only as long as the library object that declared them."""


def open_clip_library() -> Any:
    """The ``open_clip`` package, imported once. Raises ModelError "model.library" if it cannot be."""
    with _importing:
        return _import()


@cache
def _import() -> Any:
    # What a model lacks is an error to be told at once: asking the network for it hangs half a minute.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # As in models.native: waiting threads must sleep.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        _import_torchvision()
        return importlib.import_module("open_clip")
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            "model.library",
            f"open_clip, which runs picture models, cannot be loaded ({error}).",
            "Install open_clip_torch, and a torch and a torchvision of one release, for this Python.",
        ) from error


def _import_torchvision() -> None:
    """The default torchvision of Linux is built for CUDA and asks a CPU-only torch for operators it lacks.

    open_clip needs of it only transforms, which use none of them: declaring them is enough.
    """
    try:
        importlib.import_module("torchvision")
    except RuntimeError as error:
        if not str(error).startswith(_MISSING_OPERATOR):
            raise
        library = importlib.import_module("torch").library.Library("torchvision", "FRAGMENT")
        for name in _OPERATORS:
            library.define(name + _SIGNATURE)
        _declared.append(library)
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
            del sys.modules[name]
        importlib.import_module("torchvision")
