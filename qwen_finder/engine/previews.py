"""Thumbnails of pictures in the index: kept as they come, shown from the disk or made now, forgotten.

Only what the index holds is shown: a path that is not in the catalog gets nothing, whatever lies there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qwen_finder.core.document import FileId, Kind
from qwen_finder.core.errors import StorageError, UsageError
from qwen_finder.core.picture import Framing, Picture
from qwen_finder.core.ports import Catalog, CatalogFile
from qwen_finder.engine.lookup import find_file
from qwen_finder.engine.reading import picture_limits_of
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.settings.store import Settings
from qwen_finder.storage.thumbnails import Thumbnails

log = logging.getLogger(__name__)

SIDES = (256, 1024)
"""The longer sides in pixels that are to be had."""

# Nobody looks at the views that come along.
_FRAMING = Framing(16)


@dataclass(frozen=True, slots=True)
class Preview:
    """``tag`` is another one as soon as the picture has changed; ``content`` makes or reads the WebP."""

    tag: str
    content: Callable[[], bytes]


class Previews:
    """``folder`` is the thumbnails' own; ``decode`` looks at a picture in a worker and raises FileError."""

    def __init__(
        self,
        catalog: Catalog,
        folder: Path,
        settings: Settings,
        decode: Callable[[str, PictureLimits, Framing], Picture],
    ) -> None:
        self._catalog = catalog
        self._decode = decode
        self._kept = Thumbnails(folder, _room(settings))
        self._limits = picture_limits_of(settings)
        self._tidying = threading.Thread(target=self._tidy, name="thumbnails", daemon=True)

    def start(self) -> None:
        """Begin to remove what a crash may have left of forgotten files."""
        self._tidying.start()

    def close(self) -> None:
        if self._tidying.is_alive():
            self._tidying.join()

    def follow(self, settings: Settings) -> None:
        """From now on, to these settings."""
        self._limits = picture_limits_of(settings)
        self._kept.allow(_room(settings))

    def keep(self, file: CatalogFile, thumbnails: Sequence[tuple[int, bytes]]) -> None:
        """Keep what was made of ``file`` when it was indexed."""
        self._kept.put(file.id, file.generation, thumbnails)

    def size(self) -> int:
        """Bytes of all thumbnails on disk."""
        return self._kept.size()

    def forget(self, files: Collection[FileId]) -> None:
        """Take all thumbnails of ``files`` from the disk."""
        self._kept.remove(files)

    def of(self, path: str, side: int) -> Preview:
        """The thumbnail of the picture at ``path`` whose longer side is at most ``side``, one of ``SIDES``.

        Its ``content`` raises FileError for what cannot be shown. UsageError "thumbnail.size" for another
        side, "file.unknown" for a path that is not in the index, "thumbnail.unknown" for what is no picture.
        """
        if side not in SIDES:
            raise UsageError("thumbnail.size", f"The size is {' or '.join(map(str, SIDES))}, not {side}.")
        file = find_file(self._catalog, path)
        if file is None:
            sentence = f"{path} is not in the index."
            raise UsageError("file.unknown", sentence, "Thumbnails are made of indexed pictures only.")
        if file.kind is not Kind.IMAGE:
            raise UsageError("thumbnail.unknown", f"{path} is no picture.", "Only pictures have thumbnails.")
        return Preview(f"{file.id}-{file.generation}-{side}", lambda: self._content(file, side))

    def _content(self, file: CatalogFile, side: int) -> bytes:
        kept = self._kept.get(file.id, file.generation, side)
        if kept is not None:
            return kept
        # Small ones too: who asks to see an icon shall see it.
        limits = replace(self._limits, min_side=0, thumbnails=SIDES)
        made = self._decode(file.path, limits, _FRAMING).thumbnails
        self._kept.put(file.id, file.generation, made)
        if not self._catalog.files([file.id]):
            # It was forgotten meanwhile, and nobody else would remove this.
            self._kept.remove([file.id])
        return dict(made)[side]

    def _tidy(self) -> None:
        try:
            self._kept.retain(self._catalog.chunk_counts())
        except StorageError as error:
            log.warning("the thumbnails of forgotten files were not looked for: %s", error.message)


def _room(settings: Settings) -> int:
    return settings.number("index.thumbnails_mb") * 1_000_000
