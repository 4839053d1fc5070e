"""What this build of llama.cpp can compute on beside the processor, and how much memory is free there.

Asks ggml, the library beneath llama.cpp, which knows only what it was built for: a graphics card that it
cannot use is not here (see :mod:`qwen_finder.models.graphics`).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from functools import cache
from typing import Any

from qwen_finder.models.native import library

CPU, GPU, INTEGRATED = 0, 1, 2
"""ggml's kinds of devices; there are others, which only help the processor."""


@dataclass(frozen=True, slots=True)
class Device:
    """``name`` is ggml's ("CUDA0"), ``description`` for people ("NVIDIA H200"). Memory in bytes; that of an
    ``integrated`` one is the computer's own."""

    name: str
    description: str
    free: int
    total: int
    integrated: bool = False


def all_devices() -> tuple[tuple[int, Device], ...]:
    """Everything that ggml computes on, each with its kind; the processor among them."""
    ggml = _ggml()
    found = []
    for index in range(ggml["ggml_backend_dev_count"]()):
        device = ggml["ggml_backend_dev_get"](index)
        kind = ggml["ggml_backend_dev_type"](device)
        free, total = ctypes.c_size_t(), ctypes.c_size_t()
        ggml["ggml_backend_dev_memory"](device, ctypes.byref(free), ctypes.byref(total))
        name, description = (
            (ggml[function](device) or b"").decode("utf-8", "replace")
            for function in ("ggml_backend_dev_name", "ggml_backend_dev_description")
        )
        found.append((kind, Device(name, description, free.value, total.value, kind == INTEGRATED)))
    return tuple(found)


def graphics_devices() -> tuple[Device, ...]:
    """The graphics cards that llama.cpp can put layers on: as it does, integrated ones only without others.

    What is free is asked anew each time, and for CUDA it takes part of a second the first time.
    """
    if not library().llama_supports_gpu_offload():
        return ()
    devices = all_devices()
    cards = tuple(device for kind, device in devices if kind == GPU)
    return cards or tuple(device for kind, device in devices if kind == INTEGRATED)[:1]


@cache
def _ggml() -> dict[str, Any]:
    """The functions of ggml that are used here, with their types."""
    library()
    from llama_cpp import _ctypes_extensions, _ggml

    # Which of its libraries a function is in changes, and not every system looks through them all.
    libraries = [_ggml.libggml, _ctypes_extensions.load_shared_library("ggml-base", _ggml.libggml_base_path)]
    pointer, size = ctypes.c_void_p, ctypes.c_size_t
    types: dict[str, tuple[Any, list[Any]]] = {
        "ggml_backend_dev_count": (size, []),
        "ggml_backend_dev_get": (pointer, [size]),
        "ggml_backend_dev_type": (ctypes.c_int, [pointer]),
        "ggml_backend_dev_memory": (None, [pointer, ctypes.POINTER(size), ctypes.POINTER(size)]),
        "ggml_backend_dev_name": (ctypes.c_char_p, [pointer]),
        "ggml_backend_dev_description": (ctypes.c_char_p, [pointer]),
    }
    functions: dict[str, Any] = {}
    for name, (result, arguments) in types.items():
        function = next(getattr(item, name) for item in libraries if hasattr(item, name))
        function.restype, function.argtypes = result, arguments
        functions[name] = function
    return functions
