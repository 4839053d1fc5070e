"""Looks at one picture file and says what there is to encode of it, or why there is nothing.

Whatever happens to a single file ends here as a ``PictureOutcome``. Which program decodes pictures is not
known here, nor which model looks at them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from qwen_finder.core.document import FileFields, FileState
from qwen_finder.core.errors import FileError, FinderError, Interrupted, UnusableError
from qwen_finder.core.picture import EmbeddedPicture, Picture, StoredPicture
from qwen_finder.core.ports import Catalog, CatalogFile, PictureOutcome, PictureStore
from qwen_finder.indexing.prepare import fields_of, hash_file

if TYPE_CHECKING:
    import numpy as np

    from qwen_finder.core.ports import Vector, Vectors

log = logging.getLogger(__name__)

Decode = Callable[[str, Callable[[], bool]], Picture]
"""Path and ``halted`` → the picture; raises FileError, UnusableError and Interrupted."""


@dataclass(slots=True)
class LookedAt:
    """A file on its way: ``vectors[i]`` belongs to view ``i``, None until known.

    ``pixels`` are the views still needed; they are let go as soon as all are encoded.
    """

    file: CatalogFile
    fields: FileFields
    outcome: PictureOutcome
    facts: StoredPicture
    vectors: list[Vector | None] = field(default_factory=list)
    pixels: list[np.ndarray] = field(default_factory=list)
    thumbnails: tuple[tuple[int, bytes], ...] = ()

    @property
    def missing(self) -> list[int]:
        return [view for view, vector in enumerate(self.vectors) if vector is None]

    @property
    def bytes(self) -> int:
        return sum(view.nbytes for view in self.pixels)

    def rows(self) -> list[EmbeddedPicture]:
        """What is to be stored; all views must be encoded."""
        facts = self.facts
        return [
            EmbeddedPicture(self.fields, view, vector, facts.width, facts.height, facts.taken, facts.colours)
            for view, vector in enumerate(self.vectors)
            if vector is not None
        ]

    def give_up(self, error: FinderError) -> None:
        """The model cannot encode it: nothing of it is stored."""
        self.vectors, self.pixels = [], []
        self.outcome = replace(
            self.outcome,
            state=FileState.FAILED,
            views=0,
            code="file.not_embedded",
            message=f"The picture model could not encode the picture ({error.message}).",
            hint="It is found by name, and tried again when it or the model changes.",
        )


def look_at(
    file: CatalogFile,
    *,
    decode: Decode,
    halted: Callable[[], bool],
    stamp: str,
    catalog: Catalog,
    store: PictureStore,
) -> LookedAt:
    """Decode ``file``, unless a file of the same content was encoded by the same ``stamp``.

    What is wrong with the file becomes its outcome; an UnusableError (of the processes that decode, of the
    store) and Interrupted are raised.
    """
    try:
        known = _like(file, stamp, catalog, store)
        return known or _decoded(file, decode(file.path, halted), stamp)
    except FileError as error:
        state = FileState.SKIPPED if error.skipped else FileState.FAILED
        return _without_looks(file, stamp, state, error.code, error.message, error.hint)
    except OSError as error:
        return _without_looks(
            file,
            stamp,
            FileState.FAILED,
            "file.unreadable",
            f"The file could not be read: {error.strerror or error}.",
            "It is tried again when it changes.",
        )
    except (UnusableError, Interrupted):
        raise
    except Exception as error:
        log.exception("decoding a picture failed unexpectedly")
        return _without_looks(
            file,
            stamp,
            FileState.FAILED,
            "file.reader_bug",
            f"The reader for this kind of picture failed ({type(error).__name__}: {error}).",
            "Please report it with a sample; the file is found by name meanwhile.",
        )


def _decoded(file: CatalogFile, picture: Picture, stamp: str) -> LookedAt:
    return LookedAt(
        file,
        fields_of(file, file.kind, ""),
        PictureOutcome(
            file.id,
            file.generation,
            FileState.INDEXED,
            stamp,
            content_hash=hash_file(file.path),
            views=len(picture.views),
            code="file.partial" if picture.partial else "",
            message=picture.partial,
        ),
        StoredPicture(file.id, picture.width, picture.height, picture.taken, picture.colours),
        [None] * len(picture.views),
        list(picture.views),
        picture.thumbnails,
    )


def _like(file: CatalogFile, stamp: str, catalog: Catalog, store: PictureStore) -> LookedAt | None:
    """``file`` with the vectors of one like it, perhaps of itself before it was touched or moved.

    Its bytes are read only if one of the same size is there: reading alone may fetch a file from a cloud.
    """
    if not catalog.pictures_of_size(stamp, file.size):
        return None
    content_hash = hash_file(file.path)
    for twin in catalog.same_pictures(stamp, [content_hash]).get(content_hash, []):
        vectors: Vectors = store.vectors(twin)
        facts = store.pictures([twin]).get(twin)
        if facts is not None and len(vectors):
            outcome = PictureOutcome(
                file.id, file.generation, FileState.INDEXED, stamp, content_hash, len(vectors)
            )
            return LookedAt(
                file, fields_of(file, file.kind, ""), outcome, replace(facts, file=file.id), list(vectors)
            )
    return None


def _without_looks(
    file: CatalogFile, stamp: str, state: FileState, code: str, message: str, hint: str
) -> LookedAt:
    outcome = PictureOutcome(file.id, file.generation, state, stamp, code=code, message=message, hint=hint)
    return LookedAt(file, fields_of(file, file.kind, ""), outcome, StoredPicture(file.id, 0, 0, None, ()))
