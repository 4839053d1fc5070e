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
from functools import cache
from pathlib import Path
from typing import Any

from qwen_finder.core.errors import ModelError

log = logging.getLogger(__name__)

_ERROR, _CONTINUED = 4, 5
"""Levels of llama.cpp's log. All below an error is for its makers: its warnings are remarks on models."""

_load_lock = threading.Lock()


class NativeLog:
    """llama.cpp's log lines, sent to ``logging``; the last error since :meth:`clear` is kept."""

    def __init__(self) -> None:
        self.clear()
        self._partial = ""
        self._level = logging.DEBUG

    def clear(self) -> None:
        self.last_error = "it gives no reason"

    def write(self, level: int, text: bytes, _data: object) -> None:
        if level != _CONTINUED:
            self._level = logging.WARNING if level == _ERROR else logging.DEBUG
        *lines, self._partial = (self._partial + text.decode("utf-8", "replace")).split("\n")
        for line in lines:
            if not line.strip():
                continue
            log.log(self._level, "%s", line)
            if self._level >= logging.WARNING:
                self.last_error = line.strip()


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
    """A model loaded by llama.cpp. Shared by contexts; to be closed after them."""

    def __init__(self, path: Path) -> None:
        self._api = library()
        parameters = self._api.llama_model_default_params()
        parameters.n_gpu_layers = -1 if self._api.llama_supports_gpu_offload() else 0
        with _load_lock:
            native_log.clear()
            self.pointer = self._api.llama_model_load_from_file(os.fsencode(path), parameters)
            reason = native_log.last_error
        if not self.pointer:
            raise ModelError(
                "model.broken",
                f"llama.cpp cannot load {path}: {reason}.",
                "Use a GGUF file of an embedding model that this version of llama.cpp knows.",
            )
        self.vocabulary = self._api.llama_model_get_vocab(self.pointer)
        self.dimensions: int = self._api.llama_model_n_embd_out(self.pointer)
        self.context_length: int = self._api.llama_model_n_ctx_train(self.pointer)

    def close(self) -> None:
        if self.pointer:
            self._api.llama_model_free(self.pointer)
            self.pointer = None


def closed_error() -> ModelError:
    return ModelError("model.closed", "The model has been unloaded.", "Load it again.")
