"""Reads the head of a GGUF file and checks that the file is whole, before llama.cpp sees it.

llama.cpp meets some damaged files with an assertion, which ends the process: so nothing is handed over that
has not been measured here. The reader skips over the vocabulary, which makes it a hundred times faster than
one that builds every token. It knows nothing of what the metadata means.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gguf.constants import GGML_QUANT_SIZES, GGUF_DEFAULT_ALIGNMENT, GGUF_MAGIC, GGMLQuantizationType

from qwen_finder.core.errors import ModelError

Value = str | int | float | bool

_SCALARS = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_STRING, _ARRAY = 8, 9
_HEAD = struct.Struct("<IIQQ")
_U32, _U64 = _SCALARS[4], _SCALARS[10]
_VERSIONS = (2, 3)
_MOST = 1 << 24
"""More entries, tensors or array items than any model has: a count above it comes from damaged bytes."""
_LABELS = ".classifier.output_labels"


@dataclass(frozen=True, slots=True)
class GgufFile:
    """What a GGUF file says of itself: metadata without its arrays, and its tensors with their bytes.

    ``labels`` names the outputs of a classifier, in their order.
    """

    path: Path
    size: int
    metadata: Mapping[str, Value]
    tensors: Mapping[str, int]
    labels: tuple[str, ...] = ()

    @property
    def architecture(self) -> str:
        return self.text("general.architecture")

    @property
    def name(self) -> str:
        return self.text("general.name") or self.path.stem

    @property
    def causal(self) -> bool:
        """Whether a token sees only what stands before it; so it is unless the file says otherwise."""
        return self.metadata.get(f"{self.architecture}.attention.causal") is not False

    def text(self, key: str) -> str:
        """The string at ``key``; "" when there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """The integer at ``key`` of this file's architecture, such as ``pooling_type``."""
        value = self.metadata.get(f"{self.architecture}.{key}")
        return value if isinstance(value, int) else None


def read_gguf(path: Path) -> GgufFile:
    """The head of the GGUF file at ``path``.

    Raises ModelError: "model.missing" if there is no such file, "model.foreign" if it is something else,
    "model.broken" if it is damaged or shorter than its tensors need.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            if file.read(4) != GGUF_MAGIC.to_bytes(4, "little"):
                raise ModelError(
                    "model.foreign",
                    f"{path} is not a GGUF model file.",
                    "Give the path of a .gguf file of an embedding model.",
                )
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
                return _Head(view).read(path, size)
    except FileNotFoundError as error:
        raise ModelError("model.missing", f"There is no model file {path}.", "Check the path.") from error
    except OSError as error:
        raise ModelError("model.unreadable", f"{path} cannot be read ({error.strerror}).", "") from error
    except (struct.error, ValueError, KeyError, IndexError) as error:
        raise _broken(path, "its head is damaged or cut off") from error


class _Head:
    """A cursor over the bytes of the file's head."""

    def __init__(self, view: mmap.mmap) -> None:
        self._view = view
        self._at = 0

    def read(self, path: Path, size: int) -> GgufFile:
        _, version, tensor_count, entry_count = _HEAD.unpack_from(self._view)
        self._at = _HEAD.size
        if version not in _VERSIONS:
            raise ModelError(
                "model.foreign",
                f"{path} is a GGUF file of version {version}, which is not understood.",
                "Use a file of version 2 or 3, little-endian.",
            )
        metadata: dict[str, Value] = {}
        labels: tuple[str, ...] = ()
        for _ in range(_bounded(entry_count)):
            key = self._string()
            kind = self._number(_U32)
            if key == "tokenizer.ggml.tokens":
                self._check_vocabulary(path, kind)
                continue
            if key.endswith(_LABELS):
                labels = self._strings(kind)
                continue
            value = self._value(kind)
            if value is not None:
                metadata[key] = value
        tensors = [self._tensor() for _ in range(_bounded(tensor_count))]
        alignment = metadata.get("general.alignment", GGUF_DEFAULT_ALIGNMENT)
        if not isinstance(alignment, int) or alignment < 1:
            raise ValueError(f"alignment {alignment}")
        ends = (start + length for _, start, length in tensors)
        needed = -self._at % alignment + self._at + max(ends, default=0)
        if not tensors:
            raise _broken(path, "it holds no weights")
        if size < needed:
            raise _broken(path, f"it is cut off: {size:,} bytes of at least {needed:,}")
        return GgufFile(path, size, metadata, {name: length for name, _, length in tensors}, labels)

    def _number(self, kind: struct.Struct) -> int:
        (value,) = kind.unpack_from(self._view, self._at)
        self._at += kind.size
        return int(value)

    def _string(self) -> str:
        return self._bytes(self._number(_U64)).decode("utf-8", "replace")

    def _bytes(self, length: int) -> bytes:
        start, self._at = self._at, self._at + length
        if self._at > len(self._view):
            raise ValueError("a string reaches beyond the end of the file")
        return self._view[start : self._at]

    def _value(self, kind: int) -> Value | None:
        """The value of type ``kind`` under the cursor; None for an array, which is stepped over."""
        if kind == _STRING:
            return self._string()
        if kind == _ARRAY:
            self._skip_array()
            return None
        scalar = _SCALARS[kind]
        (value,) = scalar.unpack_from(self._view, self._at)
        self._at += scalar.size
        found: Value = value
        return found

    def _check_vocabulary(self, path: Path, kind: int) -> None:
        """llama.cpp ends the process over a vocabulary in which a token occurs twice."""
        if kind != _ARRAY or self._number(_U32) != _STRING:
            raise ValueError("the vocabulary is no list of strings")
        count = _bounded(self._number(_U64))
        if len({self._bytes(self._number(_U64)) for _ in range(count)}) != count:
            raise _broken(path, "its vocabulary holds a token twice")

    def _strings(self, kind: int) -> tuple[str, ...]:
        if kind != _ARRAY or self._number(_U32) != _STRING:
            raise ValueError("the labels are no list of strings")
        return tuple(self._string() for _ in range(_bounded(self._number(_U64))))

    def _skip_array(self) -> None:
        kind, count = self._number(_U32), _bounded(self._number(_U64))
        if kind == _STRING:
            view, at, unpack = self._view, self._at, _U64.unpack_from
            for _ in range(count):
                at += 8 + unpack(view, at)[0]
            self._at = at
        elif kind == _ARRAY:
            for _ in range(count):
                self._skip_array()
        else:
            self._at += _SCALARS[kind].size * count

    def _tensor(self) -> tuple[str, int, int]:
        """A tensor's name, where its bytes begin, counted from the start of the tensor area, and how many."""
        name = self._string()
        elements = 1
        for _ in range(_bounded(self._number(_U32))):
            elements *= self._number(_U64)
        block, block_bytes = GGML_QUANT_SIZES[GGMLQuantizationType(self._number(_U32))]
        return name, self._number(_U64), elements // block * block_bytes


def _bounded(count: int) -> int:
    if count > _MOST:
        raise ValueError(f"a count of {count}")
    return count


def _broken(path: Path, why: str) -> ModelError:
    return ModelError(
        "model.broken", f"The model file {path} cannot be used: {why}.", "Remove it and fetch it again."
    )
