"""Opens what looking at pictures takes: the picture store, and the picture model when there is need of it.

The model's library alone takes seconds and hundreds of megabytes. So what is known of a model is remembered,
and neither is loaded before there is a picture to encode or a query to answer.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qwen_finder import __version__
from qwen_finder.core.errors import FinderError, ModelError, StorageError
from qwen_finder.core.picture import Fit, Framing, Interpolation
from qwen_finder.core.ports import Catalog, ModelSpec, PictureStore
from qwen_finder.engine.stores import DAMAGED, IMPORTING, discard, open_store
from qwen_finder.indexing.recent import RecentVectors
from qwen_finder.models.resting import NoticingPictureEmbedder, RestingPictureEmbedder

if TYPE_CHECKING:
    from qwen_finder.settings.store import Settings

log = logging.getLogger(__name__)

ACTIVE_PICTURES = "active_pictures"
REMEMBERED = "picture_model"

AUTO, OFF = "auto", "off"


@dataclass(frozen=True, slots=True)
class OpenedPictures:
    """What is usable now. Without ``embedder`` and ``error`` no picture model is wanted or there; the store,
    of the last model then, still has to give up what belongs to files that are removed."""

    store: PictureStore | None = None
    embedder: RestingPictureEmbedder | None = None
    error: FinderError | None = None
    rebuilt: str = ""
    recent: RecentVectors = field(default_factory=RecentVectors)


class Sight:
    """Opened in the background; ``ready`` is called whenever it changed."""

    def __init__(self, catalog: Catalog, models: Path, folder: Path, ready: Callable[[], None]) -> None:
        self._catalog = catalog
        self._models = models
        self._folder = folder
        self._ready = ready
        self._opened = OpenedPictures()
        self._rebuilt = ""
        self._thread: threading.Thread | None = None

    @property
    def opened(self) -> OpenedPictures:
        return self._opened

    @property
    def opening(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def open(self, settings: Settings) -> None:
        """Begin to open what ``settings`` ask for and return at once."""
        self._thread = threading.Thread(target=self._open, args=(settings,), name="open-sight", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float | None = None) -> OpenedPictures:
        """What is usable, after waiting for an opening that is under way (for ever when None)."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._opened

    def close(self, timeout_s: float | None = None) -> None:
        opened, self._opened = self.wait(timeout_s), OpenedPictures()
        if opened.embedder is not None:
            opened.embedder.close()
        if opened.store is not None:
            opened.store.close()

    def taken_up(self) -> None:
        """Say once more that what is open can be used."""
        self._ready()

    def rebuild(self, settings: Settings) -> None:
        """Discard the pictures and begin to open an empty store; nothing may use the old one any more."""
        self.close()
        self._rebuilt = discard(self._folder, DAMAGED)
        self.open(settings)

    def _open(self, settings: Settings) -> None:
        store: PictureStore | None = None
        embedder: RestingPictureEmbedder | None = None
        error: FinderError | None = None
        try:
            embedder = self._open_embedder(settings)
        except FinderError as problem:
            log.warning("the picture model cannot be used: %s", problem.message)
            error = problem
        except Exception as problem:
            log.exception("opening the picture model failed")
            error = ModelError(
                "model.unexpected",
                f"The picture model could not be opened ({type(problem).__name__}: {problem}).",
                "`qwen-finder doctor` shows where the log is.",
            )
        try:
            store = self._open_store(None if embedder is None else embedder.spec)
        except FinderError as problem:
            log.warning("the pictures of the index cannot be used: %s", problem.message)
            error = error or problem
        except Exception as problem:
            log.exception("opening the pictures of the index failed")
            error = error or StorageError(
                "storage.unexpected",
                f"The pictures of the index could not be opened ({type(problem).__name__}: {problem}).",
                "`qwen-finder doctor` shows where the log is.",
            )
        self._opened = OpenedPictures(store, embedder, error, self._rebuilt)
        self._ready()

    def _open_embedder(self, settings: Settings) -> RestingPictureEmbedder | None:
        """None when the default model is asked for and not there, or none is wanted."""
        address = settings.text("models.image")
        path = model_folder(address, self._models)
        if path is None:
            return None
        state = _state_of(path)
        known = self._known(state)
        tested = known is not None

        def load() -> NoticingPictureEmbedder:
            from qwen_finder.models.factory import open_picture_embedder

            return open_picture_embedder(
                address,
                self._models,
                threads=settings.number("models.threads"),
                store=self._catalog,
                self_test=not tested,
            )

        def unloaded() -> None:
            # Imported here and not above: it takes a second.
            with IMPORTING:
                from qwen_finder.storage.lance import release_memory

            release_memory()

        embedder = RestingPictureEmbedder(
            load, idle_s=settings.number("models.idle_minutes") * 60.0, unloaded=unloaded, known=known
        )
        if known is None:
            # What is wrong with the model has to be found now, and its store is named after it.
            log.info("opened the picture model %s", embedder.spec.name)
            seen = {"state": state, "spec": asdict(embedder.spec), "framing": asdict(embedder.framing)}
            self._catalog.set(REMEMBERED, json.dumps(seen))
            tested = True
        return embedder

    def _known(self, state: str) -> tuple[ModelSpec, Framing] | None:
        """What was found out about the model in this state by an earlier process."""
        try:
            seen = json.loads(self._catalog.get(REMEMBERED) or "{}")
            if seen.get("state") != state:
                return None
            framing = seen["framing"]
            return ModelSpec(**seen["spec"]), Framing(
                framing["size"], Fit(framing["fit"]), Interpolation(framing["interpolation"]), framing["fill"]
            )
        except (ValueError, KeyError, TypeError):
            return None

    def _open_store(self, spec: ModelSpec | None) -> PictureStore | None:
        with IMPORTING:
            from qwen_finder.storage.pictures import LancePictureStore

        def make(dimensions: int, fingerprint: str) -> PictureStore:
            return LancePictureStore(self._folder, dimensions=dimensions, fingerprint=fingerprint)

        store, said = open_store(self._catalog, ACTIVE_PICTURES, self._folder, spec, make)
        self._rebuilt = said or self._rebuilt
        return store


def model_folder(address: str, models: Path) -> Path | None:
    """Where the picture model at ``address`` is; None when none is wanted, or "auto" has none to take.

    Raises ModelError: "model.unknown".
    """
    if address == OFF:
        return None
    # Imported here and not above, as all that is of models.
    from qwen_finder.models.factory import resolve_picture

    path = resolve_picture(address, models).path
    return None if address == AUTO and not path.is_dir() else path


def _state_of(folder: Path) -> str:
    """What changes whenever a file of the model does, or the program that opens it."""
    try:
        files = sorted(entry for entry in folder.iterdir() if entry.is_file())
        seen = [
            (entry.name, status.st_size, status.st_mtime_ns) for entry in files for status in [entry.stat()]
        ]
    except OSError:
        seen = []
    return json.dumps([__version__, os.fspath(folder), seen])
