"""Text → token ids of a loaded model, cut so that what pooling reads is never lost.

A model wraps a text in special tokens (CLS … SEP, or … EOS); the body between them is what gives way when
a text is too long. It knows nothing of vectors.
"""

from __future__ import annotations

import ctypes
import threading
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from qwen_finder.core.errors import ModelError
from qwen_finder.models.native import NativeModel, closed_error, library

Tokens = npt.NDArray[np.int32]

_SLICE = 8_192
"""Longest run of characters given to llama.cpp at once: some of its tokenizers are recursive, and a megabyte
without a space would exhaust the stack."""
_SEAM = 256


class Tokenizer:
    """``max_tokens`` is the longest sequence, special tokens included. Thread-safe.

    ``ensure_eos``: end every text with the EOS token even if the file does not ask for it, as models whose
    last token is pooled need it. ``normal_form``: put texts into this form of Unicode first ("" leaves them).
    ``step``: then spell them as the model was trained on them.
    """

    def __init__(
        self,
        model: NativeModel,
        max_tokens: int,
        *,
        ensure_eos: bool,
        normal_form: Literal["", "NFC"] = "",
        step: Callable[[str], str] | None = None,
    ) -> None:
        self._api: Any = library()
        self._vocabulary = model.vocabulary
        self._lock = threading.Lock()
        self._closed = False
        self.max_tokens = max_tokens
        self._normal_form = normal_form
        self._step = step
        self._prefix, self._suffix = self._special_tokens()
        eos = int(self._api.llama_vocab_eos(self._vocabulary))
        if ensure_eos and eos < 0:
            raise ModelError(
                "model.tokenizer",
                "The model's file names no EOS token, whose vector is that of the text.",
                "Use the file that the model's makers offer.",
            )
        if ensure_eos and eos >= 0 and (not self._suffix.size or self._suffix[-1] != eos):
            self._suffix = np.append(self._suffix, np.int32(eos))
        # A model without special tokens still needs one token for an empty text.
        self._blank = np.array([max(eos, 0)], np.int32)

    def encode(self, text: str) -> Tokens:
        """The ids of ``text`` with special tokens, at most ``max_tokens`` of them, never none."""
        body = self.body(text, self.max_tokens - self._prefix.size - self._suffix.size)
        tokens = np.concatenate([self._prefix, body, self._suffix])
        return tokens if tokens.size else self._blank

    def template(self, text: str) -> Tokens:
        """The ids of ``text``, in which the names of special tokens are these tokens."""
        return self._ids(text, parse=True)

    def body(self, text: str, most: int) -> Tokens:
        """The first ``most`` ids of ``text``, without special tokens."""
        body: list[Tokens] = [np.empty(0, np.int32)]
        for piece in self._slices(text):
            body.append(self._ids(piece)[:most])
            most -= body[-1].size
            if most <= 0:
                break
        return np.concatenate(body)

    def count(self, text: str) -> int:
        """How many tokens ``text`` has, special tokens not counted. Linear in its length."""
        return sum(self._ids(piece).size for piece in self._slices(text))

    def close(self) -> None:
        """Let go of the model, which may then be freed."""
        with self._lock:
            self._closed = True

    def _slices(self, text: str) -> Iterator[str]:
        if self._normal_form:
            text = unicodedata.normalize(self._normal_form, text)
        return _slices(self._step(text) if self._step else text)

    def _special_tokens(self) -> tuple[Tokens, Tokens]:
        bare = self._ids("a").tolist()
        wrapped = self._ids("a", special=True).tolist()
        for start in range(len(wrapped) - len(bare) + 1):
            if wrapped[start : start + len(bare)] == bare:
                return (
                    np.array(wrapped[:start], np.int32),
                    np.array(wrapped[start + len(bare) :], np.int32),
                )
        raise ModelError("model.broken", "The model's tokenizer contradicts itself.", "Use another file.")

    def _ids(self, text: str, *, special: bool = False, parse: bool = False) -> Tokens:
        # Lone surrogates (undecodable bytes of file names) are no text to any model.
        data = text.encode("utf-8", "replace")
        capacity = len(data) + 8
        while True:
            ids = np.empty(capacity, np.int32)
            pointer = ids.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
            with self._lock:
                if self._closed:
                    raise closed_error()
                count = self._api.llama_tokenize(
                    self._vocabulary, data, len(data), pointer, capacity, special, parse
                )
            if count >= 0:
                return ids[:count]
            capacity = -count


def _slices(text: str) -> Iterator[str]:
    """``text`` in pieces of at most ``_SLICE`` characters, cut before a space where one is near."""
    start = 0
    while len(text) - start > _SLICE:
        end = start + _SLICE
        seam = next((i for i in range(end, end - _SEAM, -1) if text[i].isspace()), end)
        yield text[start:seam]
        start = seam
    yield text[start:]
