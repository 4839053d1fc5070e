"""What a window asks of the engine beside searching: looking into files, failures, exclusions, privacy."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from qwen_finder.core.connections import Connections
from qwen_finder.core.desk import PrivacyReport, StoredPlace
from qwen_finder.core.document import FileId, FileState, chunk_id
from qwen_finder.core.errors import UsageError
from qwen_finder.core.picture import StoredPicture
from qwen_finder.core.ports import Catalog, CatalogFile
from qwen_finder.core.query import Passage
from qwen_finder.engine import exclusions
from qwen_finder.engine.answering import Answering
from qwen_finder.engine.backend import Backend
from qwen_finder.engine.file_previews import FilePreviews
from qwen_finder.engine.lookup import find_file
from qwen_finder.engine.sight import Sight
from qwen_finder.extraction.sandbox.pool import Pool
from qwen_finder.indexing.indexer import Indexer
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.schema import Value
from qwen_finder.settings.store import Settings


class Desk:
    """``viewers`` read files for who looks at them. ``change_settings`` keeps and applies settings,
    ``remove_folder`` forgets one, ``tidy`` takes what was deleted from the disk, ``connections`` is the list
    of those that left this machine.
    """

    def __init__(
        self,
        catalog: Catalog,
        backend: Backend,
        sight: Sight,
        answering: Answering,
        indexer: Indexer,
        viewers: Pool,
        paths: Paths,
        *,
        settings: Callable[[], Settings],
        change_settings: Callable[[Mapping[str, Value]], object],
        remove_folder: Callable[[str], object],
        tidy: Callable[[], object],
        connections: Connections,
    ) -> None:
        self._catalog = catalog
        self._backend = backend
        self._sight = sight
        self._answering = answering
        self._indexer = indexer
        self._paths = paths
        self._settings = settings
        self._change_settings = change_settings
        self._remove_folder = remove_folder
        self._tidy = tidy
        self._connections = connections
        self._since = time.time()
        self.previews = FilePreviews(
            catalog,
            viewers,
            settings=settings,
            marks=answering.marks,
            pictures=self._pictures,
            words=self._words,
        )

    def passages(self, path: str, query: str) -> list[Passage]:
        """Every passage of the file at ``path`` that answers ``query``, best first. UsageError
        "file.unknown" for what is not in the index."""
        file = find_file(self._catalog, path)
        if file is None:
            raise UsageError("file.unknown", f"{path} is not in the index.", "It may have been removed.")
        return self._answering.within(query, file.id)

    # Failures.

    def retry(self, paths: Sequence[str] = ()) -> int:
        """Have failed files tried again, all of them or these; how many. What was left out on purpose
        (skipped) is only tried when it is named."""
        wanted = set(paths)
        chosen: dict[FileId, bool] = {}
        for failure in self._catalog.failures():
            named = failure.path in wanted if wanted else failure.state is FileState.FAILED
            file = find_file(self._catalog, failure.path) if named else None
            if file is not None:
                chosen[file.id] = True
        self._catalog.requeue(list(chosen))
        self._catalog.want_pictures(list(chosen))
        self._indexer.wake()
        return len(chosen)

    # Exclusions.

    def excluded(self) -> list[str]:
        return [exclusions.path_of(entry) for entry in self._settings().names(exclusions.SETTING)]

    def exclude(self, path: str) -> list[str]:
        """Leave out the file or folder at ``path`` and take it from the index at once.

        FolderError "folder.whole" for an indexed folder, UsageError "exclude.outside" for what is in none.
        """
        folder, wanted = exclusions.excluded_folder(self._catalog, path)
        entry, entries = exclusions.entry_of(wanted), self._settings().names(exclusions.SETTING)
        if entry not in entries:
            self._change_settings({exclusions.SETTING: [*entries, entry]})
        # The next look at the folder would do so too, but whoever excluded it does not want to see it again.
        held = self._catalog.known_files(folder.id, [wanted])
        self._indexer.forget_files([known.id for known in held.values()])
        return self.excluded()

    def include(self, path: str) -> list[str]:
        """Take back an exclusion; UsageError "exclude.unknown" when there is none of this path."""
        entries = self._settings().names(exclusions.SETTING)
        left = [entry for entry in entries if path not in (entry, exclusions.path_of(entry))]
        if len(left) == len(entries):
            raise UsageError(
                "exclude.unknown",
                f"{path} is not excluded.",
                "`qwen-finder config get index.excluded` shows what is.",
            )
        self._change_settings({exclusions.SETTING: left})
        return self.excluded()

    # Privacy.

    def privacy(self) -> PrivacyReport:
        """What is kept where, and the connections that were made."""
        paths = self._paths
        kept = {
            "names": [paths.catalog_file, paths.folders_backup_file, paths.journal_file],
            "texts": [paths.vectors_folder],
            "pictures": [paths.pictures_folder],
            "thumbnails": [paths.thumbnails_folder],
            "models": [paths.models],
            "settings": [paths.config],
            "logs": [paths.log_file, paths.crash_file, paths.crashes_file],
            "history": [paths.history_file],
        }
        places = tuple(
            StoredPlace(what, str(files[0]), sum(map(_bytes_at, files))) for what, files in kept.items()
        )
        return PrivacyReport(places, self._connections.list(), self._since)

    def forget_everything(self) -> None:
        """Take the index, the thumbnails, the searches and the list of folders from the disk."""
        for folder in self._catalog.folders():
            self._remove_folder(folder.path)
        if self._settings().names(exclusions.SETTING):
            self._change_settings({exclusions.SETTING: []})
        self._tidy()
        self._paths.history_file.unlink(missing_ok=True)

    # Inside.

    def _pictures(self, files: Sequence[FileId]) -> Mapping[FileId, StoredPicture]:
        store = self._sight.opened.store
        return {} if store is None else store.pictures(files)

    def _words(self, file: CatalogFile) -> str:
        """The text that was recognised on a picture, as the index holds it."""
        store = self._backend.opened.store
        if store is None or not file.chunks:
            return ""
        ids = [chunk_id(file.id, ordinal) for ordinal in sorted(store.ordinals(file.id))]
        stored = store.chunks(ids)
        return "\n".join(stored[id].text for id in ids if id in stored)


def _bytes_at(path: Path) -> int:
    """What a file with its journals, or a folder, takes on the disk."""
    if path.is_dir():
        return sum(_size(Path(folder, name)) for folder, _, names in os.walk(path) for name in names)
    return sum(_size(beside) for beside in (path, *path.parent.glob(f"{path.name}[-.]*")))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0
