"""The llama.cpp library and a model in its memory: loading, its log, what the model says of itself.

The thin layer over ctypes: everything here is llama.cpp's own notion, nothing is an embedder's. A model file
has to be checked by :mod:`qwen_finder.models.gguf_file` first, since llama.cpp ends the process on some
damaged ones.
"""

from __future__ import annotations

import ctypes
import logging
import os
import threading
from collections import deque
from functools import cache
from pathlib import Path
from typing import Any

from qwen_finder.core.errors import ModelError

log = logging.getLogger(__name__)

_ERROR, _CONTINUED = 4, 5
"""Levels of llama.cpp's log. All below an error is for its makers: its warnings are remarks on models."""

OUT_OF_MEMORY = "model.memory"
"""Code of errors after which less of the model on the graphics card may help."""

ALL_LAYERS = -1

_KEPT = 20
_LOADING = "error loading model: "

_load_lock = threading.Lock()


class NativeLog:
    """llama.cpp's log lines, sent to ``logging``; errors since :meth:`clear` are kept, the last of many."""

    def __init__(self) -> None:
        self.clear()
        self._partial = ""
        self._level = logging.DEBUG

    def clear(self) -> None:
        self._errors: deque[str] = deque(maxlen=_KEPT)

    @property
    def last_error(self) -> str:
        return self._errors[-1] if self._errors else "it gives no reason"

    @property
    def load_error(self) -> str:
        """Why a model was not loaded: what comes after it only says that it was not."""
        reasons = [line.partition(_LOADING)[2] for line in self._errors if _LOADING in line]
        return reasons[0] if reasons else self.last_error

    def speaks_of(self, word: str) -> bool:
        return any(word in line for line in self._errors)

    def write(self, level: int, text: bytes, _data: object) -> None:
        if level != _CONTINUED:
            self._level = logging.WARNING if level == _ERROR else logging.DEBUG
        *lines, self._partial = (self._partial + text.decode("utf-8", "replace")).split("\n")
        for line in lines:
            if not line.strip():
                continue
            log.log(self._level, "%s", line)
            if self._level >= logging.WARNING:
                self._errors.append(line.strip())


native_log = NativeLog()


@cache
def library() -> Any:
    """The ``llama_cpp`` binding, loaded once. Raises ModelError "model.library" if it cannot be."""
    # Waiting threads must sleep: spinning ones take the user's cores, and our own queries' with them.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    # On a failed assertion it would otherwise start a debugger on this process.
    os.environ.setdefault("GGML_NO_BACKTRACE", "1")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelError(
            "model.library",
            f"llama.cpp cannot be loaded ({error}).",
            "Install llama-cpp-python for this Python; the README names the wheels.",
        ) from error
    callback = llama_cpp.llama_log_callback(native_log.write)
    llama_cpp.llama_log_set(callback, ctypes.c_void_p(0))
    library.callback = callback  # type: ignore[attr-defined]  # must outlive the library's use of it
    llama_cpp.llama_backend_init()
    return llama_cpp


class NativeModel:
    """A model loaded by llama.cpp. Shared by contexts; to be closed after them.

    ``gpu_layers`` of its last layers, with the output behind them, are put on the graphics card, if this
    build of llama.cpp can use one.
    """

    def __init__(self, path: Path, gpu_layers: int = ALL_LAYERS) -> None:
        self._api = library()
        parameters = self._api.llama_model_default_params()
        offloads = gpu_layers != 0 and self._api.llama_supports_gpu_offload()
        # llama.cpp counts the output as one more layer, and takes from the end.
        parameters.n_gpu_layers = (gpu_layers + 1 if gpu_layers > 0 else -1) if offloads else 0
        with _load_lock:
            native_log.clear()
            self.pointer = self._api.llama_model_load_from_file(os.fsencode(path), parameters)
            reason = native_log.load_error
            short = offloads and native_log.speaks_of("alloc")
        if not self.pointer:
            raise ModelError(
                OUT_OF_MEMORY if short else "model.broken",
                f"llama.cpp cannot load {path}: {reason}.",
                "Use a GGUF file of an embedding model that this version of llama.cpp knows.",
            )
        self.vocabulary = self._api.llama_model_get_vocab(self.pointer)
        self.dimensions: int = self._api.llama_model_n_embd_out(self.pointer)
        self.context_length: int = self._api.llama_model_n_ctx_train(self.pointer)
        self.layers: int = self._api.llama_model_n_layer(self.pointer)
        self.bytes: int = self._api.llama_model_size(self.pointer)

    def close(self) -> None:
        if self.pointer:
            self._api.llama_model_free(self.pointer)
            self.pointer = None


def closed_error() -> ModelError:
    return ModelError("model.closed", "The model has been unloaded.", "Load it again.")
