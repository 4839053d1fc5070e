"""The file that others shall be like: its vectors from the index, or read, cut and embedded now.

Any file that the user can read may be named, not only what is indexed: who holds the service's token is the
user, who could as well copy the file into an indexed folder and ask then. What is read of it here is read by
the same confined workers as everything else, and nothing of it is stored, logged or sent back: the answer
speaks of files in the index alone. This is the one request whose path may lead out of the indexed folders.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qwen_finder.core.document import Document, FileId, Kind
from qwen_finder.core.errors import FileError, ModelError, UsageError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.core.ports import Catalog, Embedder, VectorStore
from qwen_finder.engine.reading import chunker_for
from qwen_finder.extraction.kind import kind_of
from qwen_finder.search.looks import Looks
from qwen_finder.search.similar import MOST_PASSAGES, Example, stacked

if TYPE_CHECKING:
    from qwen_finder.core.ports import Vectors

_NOT_BY_LOOKS = "compared by the words in it, not by its looks"


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples of files. ``extract`` and ``decode`` read one in a worker and raise FileError."""

    catalog: Catalog
    store: VectorStore | None
    embedder: Embedder | None
    looks: Looks | None
    extract: Callable[[str], Document]
    decode: Callable[[str, Framing], Picture]

    def of(self, path: str) -> tuple[Example, str]:
        """The example at ``path``, and a sentence for the user if it is less than it could be, else "".

        UsageError when there is no such file, or nothing in it that others could be like; UnusableError when
        a model that is needed cannot be used.
        """
        file = self._indexed(path)
        views = self._known_views(file)
        if len(views):
            return Example(file, stacked([]), views), ""
        path = path if file is not None else _checked(path)
        excuse = ""
        if self._is_picture(file, path):
            if self.looks is not None and self.looks.embedder is not None:
                try:
                    picture = self.decode(path, self.looks.embedder.framing)
                    return Example(file, stacked([]), self.looks.embedder.embed_pictures(picture.views)), ""
                except FileError as error:
                    excuse = f"{_NOT_BY_LOOKS}: {error.message}"
            else:
                excuse = f"{_NOT_BY_LOOKS}: no picture model is in use."
        passages = self._known_passages(file)
        if not len(passages):
            passages = self._read_passages(path)
        if not len(passages):
            raise UsageError(
                "similar.nothing",
                f"There is nothing in {path} that other files could be like.",
                f"It can only be {excuse}" if excuse else "It holds no words.",
            )
        return Example(file, passages, stacked([])), f"The picture is {excuse}" if excuse else ""

    def _indexed(self, path: str) -> FileId | None:
        """The file at ``path`` in the catalog, whatever became of it; also by the name behind a link."""
        if "\0" in path:
            return None
        for name in dict.fromkeys((path, os.path.realpath(path))):
            for folder in self.catalog.folders():
                if name.startswith(folder.path.rstrip(os.sep) + os.sep):
                    known = self.catalog.known_files(folder.id, [name]).get(name)
                    if known is not None:
                        return known.id
        return None

    def _is_picture(self, file: FileId | None, path: str) -> bool:
        known = self.catalog.files([file]).get(file) if file is not None else None
        return (known.kind if known is not None else kind_of(os.path.basename(path))) is Kind.IMAGE

    def _known_views(self, file: FileId | None) -> Vectors:
        if file is None or self.looks is None:
            return stacked([])
        return self.looks.store.vectors(file)

    def _known_passages(self, file: FileId | None) -> Vectors:
        if file is None or self.store is None:
            return stacked([])
        return stacked(list(self.store.vectors_by_hash([file]).values()))

    def _read_passages(self, path: str) -> Vectors:
        if self.embedder is None:
            raise ModelError(
                "model.none",
                f"{path} can only be compared with a text model, and none can be used now.",
                "`qwen-finder doctor` says why.",
            )
        try:
            document = self.extract(path)
        except FileError as error:
            raise UsageError("similar.unreadable", error.message, error.hint) from error
        chunks = chunker_for(self.embedder).chunk(document, os.path.basename(path))
        last = len(chunks) - 1
        if last >= MOST_PASSAGES:
            chunks = [chunks[round(place * last / (MOST_PASSAGES - 1))] for place in range(MOST_PASSAGES)]
        texts = [chunk.embedded_text for chunk in chunks]
        return self.embedder.embed_documents(texts) if texts else stacked([])


def _checked(path: str) -> str:
    """``path``, which is a regular file that is there."""
    try:
        mode = os.stat(path).st_mode if os.path.isabs(path) else 0
    except (OSError, ValueError):
        mode = 0
    if not stat.S_ISREG(mode):
        raise UsageError("similar.missing", f"There is no file {path}.", "Name a file by its full path.")
    return path
