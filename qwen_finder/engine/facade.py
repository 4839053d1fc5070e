"""The engine: everything this program can do, as one object that knows nothing of HTTP or screens."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qwen_finder.core.document import FileId
from qwen_finder.core.errors import FinderError, FolderError, ModelError
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
    ModelListing,
    ModelStatus,
)
from qwen_finder.engine import listing, reading
from qwen_finder.engine.backend import Backend, Opened
from qwen_finder.engine.checks import run_checks
from qwen_finder.engine.disks import Disks
from qwen_finder.engine.examples import Examples
from qwen_finder.engine.notices import waiting
from qwen_finder.engine.previews import Preview, Previews
from qwen_finder.engine.repair import Mender, back_up_folders, open_journal
from qwen_finder.extraction.kind import kind_of
from qwen_finder.extraction.reading import PictureLimits
from qwen_finder.indexing.activity import UserActivity
from qwen_finder.indexing.estimate import estimate
from qwen_finder.indexing.indexer import Indexer, Workshop
from qwen_finder.indexing.pace import Mode, Pace, Pacer, Wish
from qwen_finder.indexing.surroundings import Machine
from qwen_finder.search.searcher import Searcher
from qwen_finder.settings import store as settings_store
from qwen_finder.settings.paths import Paths
from qwen_finder.settings.schema import Value, setting
from qwen_finder.settings.store import Settings
from qwen_finder.sources.folders import check_folder
from qwen_finder.sources.watch import Watcher
from qwen_finder.storage.rescue import open_catalog

log = logging.getLogger(__name__)

# A query that comes while the model is still loading waits for it rather than answer without meaning.
OPENING_SECONDS = 20.0

# How long a model that is still loading may hold up the end.
CLOSING_SECONDS = 1.0

# What a chunk takes on disk before there is an index to measure: its text twice and its vector.
TEXT_BYTES_PER_CHUNK = 3_500


class Engine:
    """One per process and home. ``start`` begins background work; ``close`` ends it within two seconds.

    Raises StorageError when the state folder cannot be used.
    """

    def __init__(self, paths: Paths, settings: Settings) -> None:
        self._paths = paths
        self._settings = settings
        self.events = EventLog()
        self._catalog, self._rescued = open_catalog(
            paths.catalog_file, paths.folders_backup_file, paths.vectors_folder
        )
        self._journal = open_journal(paths, self._catalog)
        self._backend = Backend(self._catalog, paths.models, paths.vectors_folder, self._backend_changed)
        self._pool = reading.open_pool(paths.state, settings)
        self._previews = Previews(self._catalog, paths.thumbnails_folder, settings, self._pool.picture)
        self._workshop: Workshop | None = None
        self._searcher = self._new_searcher(Opened())
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
            # Files that vanished while nobody ran are found before the store is open, and their rows must go.
            store=lambda: self._backend.wait().store,
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
        self._mender = Mender(
            self._backend,
            self._indexer,
            paths.data,
            release=self._let_go,
            settings=lambda: self._settings,
        )
        back_up_folders(self._catalog, paths.folders_backup_file)

    def start(self) -> None:
        self._backend.open(self._settings)
        self._indexer.start()
        self._previews.start()

    def close(self) -> None:
        self._mender.close()
        self._watcher.close()
        self._indexer.close()
        self._pool.close()
        self._previews.close()
        self._backend.close(CLOSING_SECONDS)
        self._journal.close()
        self._catalog.close()

    # Searching.

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a request; UsageError when it cannot be read, ModelError when it needs a missing model."""
        searcher = self._opened_searcher()
        with self._pacer.query():
            try:
                response = searcher.search(request)
            except FinderError as error:
                if searcher is self._searcher:
                    self._mender.suspect(error)
                    raise
                # The model was changed, and the old one closed, while the search went on.
                response = self._opened_searcher().search(request)
        notices = (*response.notices, *self._foreign_to_model(request.text), *self._notices())
        return replace(response, notices=notices)

    def similar(self, request: SimilarRequest) -> SearchResponse:
        """Files like the one at ``request.path``, which need not be indexed; raises as ``Examples.of``."""
        searcher = self._opened_searcher()
        with self._pacer.query():
            example, notice = self._examples().of(request.path)
            response = searcher.similar(example, request)
        return replace(response, notices=(*((notice,) if notice else ()), *self._notices()))

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
        folder = self._known_folder(path)
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
            raise self._model_error()
        known = {folder.path: folder for folder in self._catalog.folders()}
        roots = [os.path.realpath(folder) for folder in folders] or list(known)
        size = self._index_size()
        limits = reading.limits_of(self._settings)
        return estimate(
            (record for root in roots for record in reading.open_scan(root, self._settings)),
            {
                path: file
                for root in roots
                if root in known
                for path, file in self._catalog.known_files(known[root].id).items()
            },
            reading.stamps_for(embedder, self._settings).current,
            extract=lambda path: self._pool.extract(path, limits),
            cut=reading.chunker_for(embedder).chunk,
            embed=embedder.embed_documents,
            bytes_per_chunk=size.bytes / size.chunks
            if size.chunks > 1_000
            else TEXT_BYTES_PER_CHUNK + embedder.spec.dimensions * 4,
        )

    def idle(self) -> bool:
        """Nothing is being indexed and nothing is left that could be."""
        return not self._backend.opening and self._indexer.idle()

    # What the engine says of itself.

    def status(self) -> EngineStatus:
        pace = self._pacer.current()
        return EngineStatus(
            pace=pace.mode.value,
            pace_reason=pace.reason,
            folders=self.folders(),
            progress=self._indexer.progress(),
            text_model=self._model_status(),
            index=self._index_size(),
            notices=self._notices(),
        )

    def failures(self) -> Iterator[Failure]:
        return self._catalog.failures()

    def models(self) -> tuple[ModelListing, ...]:
        return listing.listings(self._paths.models, active=self._settings.text("models.text"))

    def checks(self) -> Iterator[Check]:
        self._backend.wait(OPENING_SECONDS)
        return run_checks(
            self._catalog, self._backend.opened, self.folders(), self._paths.data, self._indexer.error
        )

    def repair(self) -> list[str]:
        """Put right what the checks complain of, where that is possible; what was done, a sentence each."""
        self._backend.wait(OPENING_SECONDS)
        return self._mender.repair()

    # Settings.

    def settings(self) -> dict[str, Value]:
        return self._settings.as_dict()

    def change_settings(self, changes: Mapping[str, Value]) -> dict[str, Value]:
        """Check all changes, then keep and apply them; SettingsError changes nothing."""
        checked = {key: setting(key, "settings").check(value, "settings") for key, value in changes.items()}
        for key, value in checked.items():
            settings_store.save(self._paths.settings_file, key, value)
        self._settings = Settings({**self._settings.as_dict(), **checked})
        if any(key.startswith("models.") for key in checked):
            # An opening under way would put its workshop in the place of the one that is to come.
            self._backend.wait()
            self._let_go()
            self._backend.close()
            self._backend.open(self._settings)
        elif any(key.startswith("index.") for key in checked):
            self._watcher.renew()
            self._pool.allow(reading.allowance_of(self._settings))
            self._previews.follow(self._settings)
            self._workshop = None
            self._indexer.interrupt()
            self._backend_changed()
        elif any(key.startswith("pace.") for key in checked):
            self._indexer.wake()
        return self.settings()

    # Inside.

    def _let_go(self) -> None:
        """Have nobody use model and store; the workshop first, so that no run begins with the old one."""
        self._workshop = None
        self._searcher = self._new_searcher(Opened())
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
        self._searcher = self._new_searcher(opened)
        if opened.store is not None and opened.embedder is not None:
            self._workshop = reading.open_workshop(
                self._catalog, opened.store, opened.embedder, opened.recent, self._settings, self._pool
            )
        self._indexer.request([folder.id for folder in self._catalog.folders()])
        self._indexer.wake()

    def _new_searcher(self, opened: Opened) -> Searcher:
        return Searcher(self._catalog, opened.store, opened.embedder, reads=self._reads, gone=self._gone)

    def _examples(self) -> Examples:
        opened = self._backend.opened
        limits = reading.limits_of(self._settings)
        picture_limits = PictureLimits(limits.max_bytes, thumbnails=())
        return Examples(
            self._catalog,
            opened.store,
            opened.embedder,
            None,
            extract=lambda path: self._pool.extract(path, limits),
            decode=lambda path, framing: self._pool.picture(path, picture_limits, framing),
        )

    def _opened_searcher(self) -> Searcher:
        if self._backend.opening:
            self._backend.wait(OPENING_SECONDS)
        return self._searcher

    def _reads(self, text: str) -> bool:
        embedder = self._backend.opened.embedder
        return embedder is not None and listing.reads(embedder.spec.languages, text)

    def _foreign_to_model(self, text: str) -> tuple[str, ...]:
        """Says so when the model cannot tell what ``text`` means, which nobody would guess from the hits."""
        embedder = self._backend.opened.embedder
        if embedder is None or listing.reads(embedder.spec.languages, text):
            return ()
        return (
            f"{embedder.spec.name} reads {embedder.spec.languages}: this was searched for by words and in "
            "names, not by meaning. `qwen-finder models list` shows how to get a model that reads it.",
        )

    def _gone(self, files: Sequence[FileId]) -> None:
        """Hits that no longer exist: where they were is looked at again."""
        for file in self._catalog.files(files).values():
            self._indexer.hint(file.folder, [file.path])

    def _chosen(self, folders: Sequence[str]) -> list[Folder]:
        return [self._known_folder(path) for path in folders] if folders else self._catalog.folders()

    def _known_folder(self, path: str) -> Folder:
        wanted = os.path.realpath(os.path.expanduser(path)) if "\0" not in path else ""
        for folder in self._catalog.folders():
            if folder.path in (path, wanted):
                return folder
        raise FolderError(
            "folder.unknown",
            f"{path} is not one of the indexed folders.",
            "`qwen-finder folders list` shows them; `qwen-finder folders add` adds one.",
        )

    def _folder_status(self, folder: Folder, counts: Mapping[int, FileCounts]) -> FolderStatus:
        mode, reason = self._indexer.mode(folder.id)
        return FolderStatus(folder.path, mode, counts.get(folder.id, FileCounts()), reason)

    def _index_size(self) -> IndexSize:
        store = self._backend.opened.store
        return IndexSize() if store is None else store.size()

    def _model_status(self) -> ModelStatus:
        wanted = self._settings.text("models.text")
        if self._backend.opening:
            return ModelStatus(wanted, wanted, "loading")
        opened = self._backend.opened
        if opened.embedder is None:
            error = self._model_error()
            state = "missing" if error.code == "model.missing" else "broken"
            return ModelStatus(wanted, wanted, state, detail=f"{error.message} {error.hint}".strip())
        spec = opened.embedder.spec
        return ModelStatus(
            wanted,
            spec.name,
            "idle" if self._backend.resting else "loaded",
            spec.dimensions,
            spec.languages,
            detail=listing.note_on(wanted),
        )

    def _model_error(self) -> ModelError:
        error = self._backend.opened.error
        if isinstance(error, ModelError):
            return error
        return ModelError("model.none", "No text model is open.", "`qwen-finder doctor` says why.")

    def _notices(self) -> tuple[str, ...]:
        """What a person who searches should know now, one sentence each."""
        notices = [note for note in (self._rescued, self._backend.opened.rebuilt) if note]
        if not self._catalog.folders():
            notices.append("No folder is indexed yet: `qwen-finder folders add DIR` adds one.")
        error = self._backend.opened.error
        if error is not None and not self._backend.opening:
            notices.append(f"{error.message} {error.hint}".strip())
        if self._indexer.error is not None:
            notices.append(f"{self._indexer.error.message} {self._indexer.error.hint}".strip())
        pending = sum(self._catalog.counts().values(), FileCounts()).pending
        if pending and (pace := self._pacer.current()).mode is Mode.PAUSED:
            cure = "`qwen-finder resume` goes on" if pace.asked else "it goes on by itself"
            joint = " " if pace.asked else ": "
            notices.append(f"Indexing is paused{joint}{pace.reason}; {cure}.")
        if pending:
            notices += waiting(pending, again=self._catalog.pending_again())
        return tuple(notices)
