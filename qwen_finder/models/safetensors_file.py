"""Reads tensors of a ``.safetensors`` file as numpy arrays, without the library of that name.

The format is a length, a JSON header and raw bytes; a memory map is all that a converter needs of it. It
knows nothing of what the tensors mean.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qwen_finder.core.errors import ModelError

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4"}
_LENGTH = struct.Struct("<Q")


def read_safetensors(path: Path) -> dict[str, npt.NDArray[Any]]:
    """Name → tensor, each a read-only view into the mapped file.

    Raises ModelError "model.broken" if the file is not a whole safetensors file or holds a tensor of a type
    that numpy has no word for.
    """
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
            header = json.loads(file.read(min(length, size)))
        start = _LENGTH.size + length
        raw = np.memmap(path, np.uint8, "r", start, (size - start,))
        return {
            name: raw[slice(*entry["data_offsets"])].view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__"
        }
    except (struct.error, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            "model.broken",
            f"{path} is not a whole safetensors file ({error}).",
            "Remove it and fetch it again.",
        ) from error
