"""The engine: everything this program can do, as one object that knows nothing of HTTP or screens."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qwen_finder.core.connections import Connections
from qwen_finder.core.document import FileId
from qwen_finder.core.events import EventLog
from qwen_finder.core.query import SearchRequest, SearchResponse, SimilarRequest
from qwen_finder.core.status import (
    Check,
    EngineStatus,
    Estimate,
    Failure,
    FileCounts,
    Folder,
    FolderStatus,
    IndexSize,
)
from qwen_finder.engine import reading
from qwen_finder.engine.answering import OPENING_SECONDS, Answering, asks_for_pictures
from qwen_finder.engine.backend import Backend
from qwen_finder.engine.checks import run_checks
from qwen_finder.engine.desk import Desk
from qwen_finder.engine.disks import Disks
from qwen_finder.engine.embeddings import Embeddings
from qwen_finder.engine.estimating import estimate_folders
from qwen_finder.engine.exchange import Exchange
from qwen_finder.engine.picture_checks import PictureState
from qwen_finder.engine.previews import Preview, Previews
from qwen_finder.engine.remote_access import key_for
from qwen_finder.engine.repair import Mender, back_up_folders, open_journal
from qwen_finder.engine.self_report import SelfReport
from qwen_finder.engine.shelf import Shelf
from qwen_finder.engine.sight import Sight
from qwen_finder.engine.stores import size_of
from qwen_finder.engine.switching import FOLLOWED, Switching
from qwen_finder.extraction.kind import kind_of
from qwen_finder.indexing.activity import UserActivity
from qwen_finder.indexing.indexer import Indexer, Workshop
from qwen_finder.indexing.pace import Pace, Pacer, Wish
from qwen_finder.indexing.pictures import Gallery
from qwen_finder.indexing.surroundings import Machine
from qwen_finder.settings import store as settings_store
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.schema import Value, setting
from qwen_finder.settings.store import Settings
from qwen_finder.sources.folders import check_folder, known_folder
from qwen_finder.sources.watch import Watcher
from qwen_finder.storage.rescue import open_catalog

log = logging.getLogger(__name__)

# How long a model that is still loading may hold up the end.
CLOSING_SECONDS = 1.0


class Engine:
    """One per process and home. ``start`` begins background work; ``close`` ends it within two seconds.

    Raises StorageError when the state folder cannot be used.
    """

    def __init__(self, paths: Paths, settings: Settings) -> None:
        self._paths = paths
        self._settings = settings
        self.events = EventLog()
        self.connections = Connections()
        self.shelf = Shelf(
            paths.models, lambda: self._settings, self.events, self.connections, self.change_settings,
            answering=lambda: self._report.text_address(),
        )  # fmt: skip
        self._catalog, rescued = open_catalog(
            paths.catalog_file, paths.folders_backup_file, paths.vectors_folder, paths.pictures_folder
        )
        self._journal = open_journal(paths, self._catalog)
        self._backend = Backend(
            self._catalog, paths.models, paths.vectors_folder, self._backend_changed,
            key=lambda address: key_for(address, paths), noted=self.connections.note,
        )  # fmt: skip
        self._sight = Sight(self._catalog, paths.models, paths.pictures_folder, self._sight_changed)
        self._pool = reading.open_pool(paths.state, settings)
        self._viewers = reading.open_viewers(paths.state, settings)
        self._previews = Previews(self._catalog, paths.thumbnails_folder, settings, self._viewers.picture)
        self._workshop: Workshop | None = None
        self._gallery: Gallery | None = None
        self._pacer = Pacer(
            wish=self._wish,
            look=Machine(paths.data, UserActivity().idle_s).look,
            recall=self._catalog.get,
            remember=self._catalog.set,
        )
        disks = Disks(self._catalog)
        self._watcher = Watcher(
            lambda folder, paths: self._indexer.hint(folder, paths),
            skip=lambda folder: reading.left_out(folder.path, self._settings),
        )
        self._indexer = Indexer(
            self._catalog,
            self.events,
            workshop=lambda: self._workshop,
            gallery=lambda: self._gallery,
            # Files that vanished while nobody ran are found before a store is open, and their rows must go.
            stores=lambda: [
                store for store in (self._backend.wait().store, self._sight.wait().store) if store is not None
            ],
            forgot=self._previews.forget,
            scan=lambda folder, only: disks.check(
                folder, reading.open_scan(folder.path, self._settings, only)
            ),
            watch=self._watcher.watch,
            unwatch=self._watcher.unwatch,
            kind_of=kind_of,
            rescan_seconds=lambda: self._settings.number("index.rescan_minutes") * 60.0,
            readable=lambda: self._settings.number("index.max_characters"),
            pace=self._pacer,
            journal=self._journal,
            failed=lambda error: self._mender.suspect(error),
        )
        self._answering = Answering(
            self._catalog, self._backend, self._sight, self._pacer, self._pool, models=paths.models,
            settings=lambda: self._settings, gone=self._gone,
            suspect=lambda error: self._mender.suspect(error),
        )  # fmt: skip
        self._report = SelfReport(
            self._catalog, self._backend, self._sight, self._indexer, self._pacer,
            settings=lambda: self._settings, rescued=rescued,
        )  # fmt: skip
        self.embeddings = Embeddings(self._backend, self._pacer, self._report.model_error)
        self._mender = Mender(
            self._backend, self._sight, self._indexer, paths.data, release=self._let_go,
            settings=lambda: self._settings,
        )  # fmt: skip
        self.desk = Desk(
            self._catalog, self._backend, self._sight, self._answering, self._indexer, self._viewers, paths,
            settings=lambda: self._settings, change_settings=self.change_settings,
            remove_folder=self.remove_folder, tidy=self.repair, connections=self.connections,
        )  # fmt: skip
        self._changing = threading.RLock()
        exchange = Exchange(
            self._catalog, self._backend, self._indexer, settings=lambda: self._settings,
            calm=self._calm, renew=self._backend_changed, changing=self._changing,
        )  # fmt: skip
        self.switching = Switching(
            exchange, self._pacer, self.events, models=paths.models, data=paths.data,
            change=self.change_settings, keep=self._keep,
        )  # fmt: skip
        back_up_folders(self._catalog, paths.folders_backup_file)

    def start(self) -> None:
        self._backend.open(self._settings)
        self._sight.open(self._settings)
        self._indexer.start()
        self._previews.start()

    def close(self) -> None:
        for part in (self.shelf.close, self.switching.close, self._mender.close, self._watcher.close):
            part()
        for part in (self._indexer.close, self._pool.close, self._viewers.close, self._previews.close):
            part()
        self._backend.close(CLOSING_SECONDS)
        self._sight.close(CLOSING_SECONDS)
        self._answering.judging.close()
        self._journal.close()
        self._catalog.close()

    # Searching.

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request; UsageError when it cannot be read, ModelError when it needs a missing model."""
        response = self._answering.search(request)
        said = self._report.notices_on(response, pictures_asked=asks_for_pictures(request))
        return replace(response, notices=(*response.notices, *said))

    def similar(self, request: SimilarRequest) -> SearchResponse:
        """Files like the one at ``request.path``, which need not be indexed; raises as ``Examples.of``."""
        response = self._answering.similar(request)
        said = self._report.notices_on(response, pictures_asked=False)
        return replace(response, notices=(*response.notices, *said))

    def thumbnail(self, path: str, side: int) -> Preview:
        """The thumbnail of an indexed picture; raises as ``Previews.of``."""
        return self._previews.of(path, side)

    # Folders.

    def folders(self) -> tuple[FolderStatus, ...]:
        counts = self._catalog.counts()
        return tuple(self._folder_status(folder, counts) for folder in self._catalog.folders())

    def add_folder(self, path: str) -> FolderStatus:
        """Remember a folder and begin to index it; FolderError when it cannot be."""
        known = [folder.path for folder in self._catalog.folders()]
        folder = self._catalog.add_folder(check_folder(path, known))
        back_up_folders(self._catalog, self._paths.folders_backup_file)
        self._indexer.request([folder.id])
        return self._folder_status(folder, {})

    def remove_folder(self, path: str) -> FolderStatus:
        """Forget a folder and remove its text and vectors from the index; FolderError when it is unknown."""
        folder = known_folder(self._catalog.folders(), path)
        status = self._folder_status(folder, self._catalog.counts())
        self._indexer.forget_folder(folder.id)
        back_up_folders(self._catalog, self._paths.folders_backup_file)
        return status

    def index(self, folders: Sequence[str] = ()) -> None:
        """Look for changes in ``folders`` (all when empty) now, and index them at full pace: who asks waits.

        FolderError for one that is not indexed.
        """
        self._indexer.request([folder.id for folder in self._chosen(folders)], urgent=True)

    def set_pace(self, mode: str, seconds: float | None = None) -> Pace:
        """Keep to ``mode`` ("full", "balanced", "quiet", "paused") for ``seconds``, or until told otherwise,
        also in the next life of the service; "auto" lets settings and machine decide again. The pace now.
        """
        self._pacer.order(mode, seconds)
        self._indexer.wake()
        pace = self._pacer.current()
        self.events.publish("pace", mode=pace.mode.value, reason=pace.reason)
        return pace

    def estimate(self, folders: Sequence[str] = ()) -> Estimate:
        """What indexing these folders would cost; they need not be indexed yet. May take seconds."""
        embedder = self._backend.wait(OPENING_SECONDS).embedder
        if embedder is None:
            raise self._report.model_error()
        return estimate_folders(
            folders,
            catalog=self._catalog,
            embedder=embedder,
            looks=self._sight.opened.embedder is not None,
            size=self._index_size(),
            pool=self._pool,
            settings=self._settings,
        )

    def idle(self) -> bool:
        """Nothing is being indexed and nothing is left that could be."""
        return not (self._backend.opening or self._sight.opening) and self._indexer.idle()

    # What the engine says of itself.

    def status(self) -> EngineStatus:
        pace = self._pacer.current()
        return EngineStatus(
            pace=pace.mode.value,
            pace_reason=pace.reason,
            folders=self.folders(),
            progress=self._indexer.progress(),
            text_model=self._report.text_model(),
            image_model=self._report.image_model(),
            pictures=self._report.pictures(),
            reranker=self._answering.judging.status(),
            index=self._index_size(),
            notices=(*self._report.notices(), *self.switching.notices(), *self._report.picture_notices()),
            switch=self.switching.status(),
        )

    def failures(self) -> Iterator[Failure]:
        return self._catalog.failures()

    def checks(self) -> Iterator[Check]:
        opened, sight = self._backend.wait(OPENING_SECONDS), self._sight.wait(OPENING_SECONDS)
        pictures = PictureState(
            sight, self._indexer.picture_stamp, self._indexer.picture_error, self._report.pictures(),
            " ".join(self._report.picture_notices()),
        )  # fmt: skip
        return run_checks(
            self._catalog, opened, pictures, self.folders(), self._paths.data, self._indexer.error
        )

    def repair(self) -> list[str]:
        """Put right what the checks complain of, where that is possible; what was done, a sentence each."""
        self._backend.wait(OPENING_SECONDS)
        self._sight.wait(OPENING_SECONDS)
        return self._mender.repair()

    # Settings.

    def settings(self) -> dict[str, Value]:
        return self._settings.as_dict()

    def change_settings(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """Check all changes, then keep and apply them; SettingsError changes nothing."""
        checked = {key: setting(key, "settings").check(value, "settings") for key, value in changes.items()}
        with self._changing:
            self.switching.check(checked)
            self._keep(checked)
            self._obey(checked)
        return self.settings()

    # Inside.

    def _keep(self, changes: Mapping[str, Value]) -> None:
        for key, value in changes.items():
            settings_store.save(self._paths.settings_file, key, value)
        self._settings = Settings({**self._settings.as_dict(), **changes})

    def _obey(self, changed: Mapping[str, Value]) -> None:
        models = {key for key in changed if key.startswith("models.")}
        if models and not (models <= FOLLOWED and self.switching.follow()):
            # An opening under way would put its workshop in the place of the one that is to come.
            self._backend.wait()
            self._sight.wait()
            self._let_go()
            for opener in (self._backend, self._sight):
                opener.close()
                opener.open(self._settings)
        if any(key.startswith("index.") for key in changed):
            self._watcher.renew()
            self._pool.allow(reading.allowance_of(self._settings))
            self._viewers.allow(reading.viewing_of(self._settings))
            self._previews.follow(self._settings)
            self._workshop = self._gallery = None
            self._indexer.interrupt()
            self._sight_changed()
            self._backend_changed()
        elif any(key.startswith("pace.") for key in changed):
            self._indexer.wake()

    def _calm(self) -> None:
        """Have no text indexed any more, until ``_backend_changed``."""
        self._workshop = None
        self._indexer.interrupt()

    def _let_go(self) -> None:
        """Have nobody use models and stores; what works with them first, so that no run begins with those."""
        self._workshop = self._gallery = None
        self._answering.let_go()
        self._indexer.interrupt()

    def _wish(self) -> Wish:
        return Wish(
            self._settings.text("pace.mode"),
            self._settings.number("pace.idle_minutes") * 60.0,
            self._settings.number("index.min_free_mb") * 1_000_000,
        )

    def _backend_changed(self) -> None:
        """Model or settings changed: what was indexed under others is outdated, which a reconcile finds."""
        opened = self._backend.opened
        self._answering.renew()
        self._backend.close_former()
        if opened.store is not None and opened.embedder is not None:
            self._workshop = reading.open_workshop(
                self._catalog, opened.store, opened.embedder, opened.recent, self._settings, self._pool
            )
        self._indexer.request([folder.id for folder in self._catalog.folders()])
        self._indexer.wake()
        self.switching.follow()

    def _sight_changed(self) -> None:
        """As ``_backend_changed``, of pictures, which the catalog itself knows to be outdated."""
        opened = self._sight.opened
        self._answering.renew()
        if opened.store is not None and opened.embedder is not None:
            self._gallery = reading.open_gallery(
                self._catalog, opened.store, opened.embedder, opened.recent, self._settings, self._pool,
                self._previews.keep,
            )  # fmt: skip
        self._indexer.wake()

    def _gone(self, files: Sequence[FileId]) -> None:
        """Hits that no longer exist: where they were is looked at again."""
        for file in self._catalog.files(files).values():
            self._indexer.hint(file.folder, [file.path])

    def _chosen(self, folders: Sequence[str]) -> list[Folder]:
        known = self._catalog.folders()
        return [known_folder(known, path) for path in folders] if folders else known

    def _folder_status(self, folder: Folder, counts: Mapping[int, FileCounts]) -> FolderStatus:
        mode, reason = self._indexer.mode(folder.id)
        return FolderStatus(folder.path, mode, counts.get(folder.id, FileCounts()), reason)

    def _index_size(self) -> IndexSize:
        return size_of(self._backend.opened.store, self._sight.opened.store)
