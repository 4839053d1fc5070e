"""The columns of the LanceDB tables and how embedded chunks and pictures become their rows.

``chunks`` (text and full text) is shared by all models; each text model has a ``vectors_<fingerprint>``, each
picture model a ``pictures_<fingerprint>``. All carry the columns that searches filter by.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from qwen_finder.core.document import ChunkId, FileFields, chunk_id
from qwen_finder.core.errors import StorageError
from qwen_finder.core.picture import EmbeddedPicture
from qwen_finder.core.ports import EmbeddedChunk
from qwen_finder.storage import fulltext
from qwen_finder.storage.names import lowered
from qwen_finder.storage.tokens import valid

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

CHUNKS = "chunks"

_FILTERS = [
    pa.field("file", pa.int64(), nullable=False),
    pa.field("directory", pa.int64(), nullable=False),
    pa.field("name", pa.string(), nullable=False),
    pa.field("ext", pa.string(), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("language", pa.string(), nullable=False),
    pa.field("size", pa.int64(), nullable=False),
    pa.field("mtime", pa.int64(), nullable=False),
]

CHUNK_SCHEMA = pa.schema(
    [
        pa.field("chunk", pa.int64(), nullable=False),
        *_FILTERS,
        pa.field("body", pa.string(), nullable=False),
        pa.field("length", pa.int32(), nullable=False),
        pa.field("context", pa.string(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("end", pa.int64(), nullable=False),
        pa.field("line", pa.int32(), nullable=False),
        pa.field("end_line", pa.int32(), nullable=False),
        pa.field("page", pa.int32()),
        pa.field("unit", pa.string(), nullable=False),
        pa.field("member", pa.string(), nullable=False),
    ]
)
"""``body`` starts with the passage, ``length`` code points of it; see ``fulltext`` for the rest."""


def vectors_name(fingerprint: str) -> str:
    return f"vectors_{fingerprint[:16]}"


def vector_schema(dimensions: int) -> pa.Schema:
    return pa.schema(
        [
            pa.field("chunk", pa.int64(), nullable=False),
            *_FILTERS,
            pa.field("hash", pa.string(), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimensions), nullable=False),
        ]
    )


def pictures_name(fingerprint: str) -> str:
    return f"pictures_{fingerprint[:16]}"


def picture_schema(dimensions: int) -> pa.Schema:
    """A row for each view; ``view`` is its identity, made as that of a chunk."""
    return pa.schema(
        [
            pa.field("view", pa.int64(), nullable=False),
            *_FILTERS,
            pa.field("whole", pa.bool_(), nullable=False),
            pa.field("width", pa.int32(), nullable=False),
            pa.field("height", pa.int32(), nullable=False),
            pa.field("taken", pa.int64()),
            pa.field("colours", pa.list_(pa.string()), nullable=False),
            pa.field("vector", pa.list_(pa.float32(), dimensions), nullable=False),
        ]
    )


def chunk_rows(rows: Sequence[EmbeddedChunk]) -> pa.Table:
    chunks = [row.chunk for row in rows]
    columns = _filters([row.fields for row in rows]) | {
        "chunk": [chunk_of(row) for row in rows],
        "body": [fulltext.body(chunk.text, chunk.context) for chunk in chunks],
        "length": [len(chunk.text) for chunk in chunks],
        "context": [valid(chunk.context) for chunk in chunks],
        "start": [chunk.start for chunk in chunks],
        "end": [chunk.end for chunk in chunks],
        "line": [chunk.line for chunk in chunks],
        "end_line": [chunk.end_line for chunk in chunks],
        "page": [chunk.page for chunk in chunks],
        "unit": [chunk.unit.value for chunk in chunks],
        "member": [valid(chunk.member) for chunk in chunks],
    }
    return pa.table(columns, schema=CHUNK_SCHEMA)


def vector_rows(rows: Sequence[EmbeddedChunk], dimensions: int) -> pa.Table:
    """Raises StorageError ("storage.vector") for vectors of another length or without a direction."""
    matrix = unit(np.stack([row.vector for row in rows]), dimensions)
    columns = _filters([row.fields for row in rows]) | {
        "chunk": [chunk_of(row) for row in rows],
        "hash": [row.chunk.hash for row in rows],
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), dimensions),
    }
    return pa.table(columns, schema=vector_schema(dimensions))


def picture_rows(rows: Sequence[EmbeddedPicture], dimensions: int) -> pa.Table:
    """Raises StorageError as ``vector_rows``."""
    matrix = unit(np.stack([row.vector for row in rows]), dimensions)
    columns = _filters([row.fields for row in rows]) | {
        "view": [chunk_id(row.fields.file, row.view) for row in rows],
        "whole": [row.view == 0 for row in rows],
        "width": [row.width for row in rows],
        "height": [row.height for row in rows],
        "taken": [row.taken for row in rows],
        "colours": [list(row.colours) for row in rows],
        "vector": pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), dimensions),
    }
    return pa.table(columns, schema=picture_schema(dimensions))


def unit(matrix: Vectors, dimensions: int) -> Vectors:
    """The rows at unit length, float32: searches take the cosine for granted."""
    if matrix.ndim != 2 or matrix.shape[1] != dimensions:
        raise StorageError(
            "storage.vector",
            f"The index holds vectors of {dimensions} dimensions, not of {matrix.shape[-1]}.",
            "Index with the model that is in use now: qwen-finder index",
        )
    lengths = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise StorageError(
            "storage.vector",
            "A vector is zero, infinite or not a number.",
            "The model is broken; check it with: qwen-finder doctor",
        )
    return np.asarray(matrix / lengths, dtype=np.float32)


def matrix_of(column: pa.ChunkedArray, dimensions: int) -> Vectors:
    """A vector column as an array of shape (rows, dimensions)."""
    flat = column.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat, dtype=np.float32).reshape(-1, dimensions)


def chunk_of(row: EmbeddedChunk) -> ChunkId:
    return chunk_id(row.fields.file, row.chunk.ordinal)


def _filters(fields: Sequence[FileFields]) -> dict[str, object]:
    return {
        "file": [field.file for field in fields],
        "directory": [field.directory for field in fields],
        "name": [lowered(field.name) for field in fields],
        "ext": [valid(field.ext.lower()) for field in fields],
        "kind": [field.kind.value for field in fields],
        "language": [field.language for field in fields],
        "size": [field.size for field in fields],
        "mtime": [field.mtime for field in fields],
    }
