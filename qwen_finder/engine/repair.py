"""What is done about damage: after a crash, a broken catalog, a broken index.

Finds it or is told of it, sets aside what cannot be read and has the rest rebuilt. Healthy state is none
of its business.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from qwen_finder.core.errors import FinderError, StorageError
from qwen_finder.core.ports import Catalog, PictureStore, VectorStore
from qwen_finder.engine.backend import Backend
from qwen_finder.engine.sight import Sight
from qwen_finder.indexing.indexer import Indexer
from qwen_finder.indexing.recovery import blame
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.store import Settings
from qwen_finder.storage.journal import CrashJournal
from qwen_finder.storage.rescue import set_aside, write_folders

log = logging.getLogger(__name__)


def open_journal(paths: Paths, catalog: Catalog) -> CrashJournal:
    """The journal for this process, after the files that the last one died of were noted as suspects.

    Raises StorageError ("storage.unreadable") when it cannot be written.
    """
    try:
        journal = CrashJournal(paths.journal_file)
        trace = paths.crash_file.read_text("utf-8", "replace") if paths.crash_file.exists() else ""
        if trace:
            log.error("the service crashed the last time:\n%s", trace)
            paths.crash_file.write_bytes(b"")
    except OSError as error:
        raise StorageError(
            "storage.unreadable",
            f"The state of Qwen Finder in {paths.data} cannot be written: {error.strerror or error}.",
            "Make the folder writable, or set QWEN_FINDER_HOME to one that is.",
        ) from error
    blame(catalog, journal.left_over, traced=bool(trace))
    return journal


def back_up_folders(catalog: Catalog, backup: Path) -> None:
    """Note the folders outside the catalog; a full disk is no reason to refuse one."""
    try:
        write_folders(backup, [folder.path for folder in catalog.folders()])
    except OSError as error:
        log.warning("the list of folders could not be backed up: %s", error)


class Mender:
    """Looks into suspected damage of the index in the background, and repairs on demand.

    ``release()`` makes sure that nobody uses model and store any more; ``settings()`` says what to open.
    """

    def __init__(
        self,
        backend: Backend,
        sight: Sight,
        indexer: Indexer,
        data: Path,
        *,
        release: Callable[[], None],
        settings: Callable[[], Settings],
    ) -> None:
        self._backend = backend
        self._sight = sight
        self._indexer = indexer
        self._data = data
        self._release = release
        self._settings = settings
        self._mending = threading.Lock()
        self._closed = False

    def suspect(self, error: FinderError) -> None:
        """Look the index over if ``error`` tells of damage, and rebuild it if that is so. Returns at once."""
        if error.code == "storage.broken" and not self._mending.locked() and not self._closed:
            threading.Thread(target=self._rebuild_if_damaged, name="mender", daemon=True).start()

    def repair(self) -> list[str]:
        """Put right whatever can be; what was done, a sentence each. Takes seconds to minutes."""
        if self._rebuild_if_damaged():
            return ["The index was damaged; it is rebuilt from your files now."]
        done = []
        repairs = self._indexer.reconcile_index()
        if repairs.orphans:
            done.append(f"Removed passages of {repairs.orphans:,} files that are not indexed any more.")
        if repairs.requeued:
            done.append(f"Queued {repairs.requeued:,} files whose passages were missing.")
        repairs = self._indexer.reconcile_pictures()
        if repairs.orphans:
            done.append(f"Removed {repairs.orphans:,} pictures that are not indexed any more.")
        if repairs.requeued:
            done.append(f"Queued {repairs.requeued:,} pictures that were missing.")
        if (freed := sum(map(_freed, self._stores()))) > 0:
            done.append(f"Freed {freed / 1e6:,.1f} MB of the index.")
        for file in set_aside(self._data):
            file.unlink(missing_ok=True)
            done.append(f"Deleted {file.name}, a damaged catalog.")
        return done

    def close(self) -> None:
        self._closed = True

    def _rebuild_if_damaged(self) -> bool:
        with self._mending:
            damaged = [
                opener
                for opener in (self._backend, self._sight)
                if (store := opener.opened.store) is not None
                and not self._closed
                and _damaged(store)
                # Not one that other models took the place of meanwhile: its vectors may have been deleted.
                and opener.opened.store is store
            ]
            if not damaged:
                return False
            self._release()
            for opener in (self._backend, self._sight):
                if opener in damaged:
                    opener.rebuild(self._settings())
                else:
                    # It was let go with the other.
                    opener.taken_up()
            return True

    def _stores(self) -> list[VectorStore | PictureStore]:
        stores = (self._backend.opened.store, self._sight.opened.store)
        return [store for store in stores if store is not None]


def _freed(store: VectorStore | PictureStore) -> int:
    """Bytes that were freed by doing all that may be due."""
    before = store.size().bytes
    store.maintain()
    store.maintain(exclusive=True)
    return before - store.size().bytes


def _damaged(store: VectorStore | PictureStore) -> bool:
    try:
        store.check()
    except StorageError as error:
        log.error("the index was looked over: %s", error.message)
        return error.code == "storage.broken"
    return False
