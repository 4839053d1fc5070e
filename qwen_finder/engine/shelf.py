"""The models that can be had and those that are here: the engine's part that ``models …`` speaks to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from qwen_finder.core.connections import Connections
from qwen_finder.core.errors import ModelError, UsageError
from qwen_finder.core.events import EventLog
from qwen_finder.core.status import DownloadState, DownloadStatus, ModelListing
from qwen_finder.engine.downloads import Downloads
from qwen_finder.engine.hub_access import hubs
from qwen_finder.engine.listing import listings
from qwen_finder.engine.naming import entry_of
from qwen_finder.engine.sight import AUTO
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.download import Download, Step
from qwen_finder.models.patience import Halt
from qwen_finder.models.receipts import compare, read_receipt, remove_receipt
from qwen_finder.settings.schema import Value
from qwen_finder.settings.store import Settings


class Shelf:
    """``models`` is the folder that models go into; ``settings`` tells which ones are in use. ``take_up``
    is told, from another thread, of the setting that names a model which was missing and has come;
    ``answering()`` is the address of the text model that answers now."""

    def __init__(
        self,
        models: Path,
        settings: Callable[[], Settings],
        events: EventLog,
        connections: Connections,
        take_up: Callable[[Mapping[str, Value]], object],
        answering: Callable[[], str],
    ) -> None:
        self._models = models
        self._settings = settings
        self._connections = connections
        self._take_up = take_up
        self._answering = answering
        self._downloads = Downloads(models, events, self._fetch, self._arrived)

    def models(self) -> tuple[ModelListing, ...]:
        """Every model of the catalog, and those of the user's own that are in use."""
        settings = self._settings()
        return listings(
            self._models,
            active=self._answering(),
            seeing=settings.text("models.image"),
            judging=settings.text("models.reranker"),
            context=settings.number("models.max_tokens"),
            downloads=self._downloads.status(),
        )

    def download(self, model: str) -> DownloadStatus:
        """Begin to fetch ``model``, go on with it, or join who fetches it already; returns at once.

        UsageError "model.unknown", ModelError "download.impossible" for one that is made otherwise.
        """
        entry = self._entry(model)
        if entry.installed(self._models):
            return DownloadStatus(entry.id, DownloadState.DONE, entry.size, entry.size)
        if not entry.downloadable:
            raise ModelError(
                "download.impossible",
                f"{entry.name} is on no hub.",
                entry.cure(self._models),
            )
        # A wrong address is said to who asks.
        hubs(self._settings())
        return self._downloads.ask(entry)

    def pause(self, model: str, *, discard: bool = False) -> DownloadStatus:
        """Stop fetching ``model``; ``discard`` throws away what was fetched. UsageError "model.unknown"."""
        return self._downloads.pause(self._entry(model), discard=discard)

    def verify(self, model: str) -> tuple[bool, str]:
        """Whether the files of ``model`` are what was published, and what was found; reads all of them.

        UsageError "model.unknown", ModelError "model.missing" when it is not here.
        """
        entry = self._installed(model)
        receipt = read_receipt(self._models, entry.id)
        if receipt is not None:
            wrong = compare(entry, self._models, receipt)
            if wrong:
                return False, f"{wrong} `qwen-finder models remove {entry.id}`, then download it again."
            source = f"{receipt.repository} at {receipt.commit[:12]}"
            return True, f"All files are those of {source} ({receipt.source})."
        try:
            self._look_into(entry)
        except ModelError as error:
            return False, f"{error.message} {error.hint}".strip()
        return True, "It is whole; no published hash to compare with is known, since we did not download it."

    def remove(self, model: str) -> int:
        """Remove the files of ``model``, half fetched ones too; the bytes that became free.

        UsageError "model.unknown", "model.active" when it is in use, "model.shipped" when it is part of the
        program, "model.absent" when there is nothing.
        """
        entry = self._entry(model)
        if any(listed.id == entry.id and listed.active and listed.installed for listed in self.models()):
            raise UsageError(
                "model.active",
                f"{entry.id} is in use.",
                "Use another one first: `qwen-finder models use ID`.",
            )
        if entry.source == "shipped":
            raise UsageError(
                "model.shipped",
                f"{entry.id} is part of the program and goes with it.",
                "Use another one if you like: `qwen-finder models use ID`.",
            )
        self._downloads.pause(entry, discard=True)
        path = entry.path(self._models)
        files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
        freed = sum(file.stat().st_size for file in files if file.exists())
        if not freed:
            raise UsageError(
                "model.absent", f"{entry.id} is not here.", "`qwen-finder models list` says what is."
            )
        try:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        except OSError as error:
            raise ModelError(
                "model.remove", f"{path} cannot be removed ({error.strerror}).", "Remove it by hand."
            ) from error
        remove_receipt(self._models, entry.id)
        return freed

    def close(self) -> None:
        self._downloads.close()

    def _fetch(self, entry: CatalogEntry, halt: Halt, told: Callable[[Step], None]) -> None:
        asked = hubs(self._settings())
        Download(entry, self._models, asked, connections=self._connections, halt=halt, told=told).run()

    def _arrived(self, entry: CatalogEntry) -> None:
        """Whoever waits for this model opens it now."""
        key = {"text": "models.text", "image": "models.image"}.get(entry.modality, "models.reranker")
        wanted = self._settings().text(key)
        first = next(other for other in load_catalog().models if other.modality == entry.modality)
        names = {entry.id, f"gguf:{entry.id}", f"clip:{entry.id}"}
        if wanted in names or (wanted == AUTO and (entry is first or entry.modality == "reranker")):
            self._take_up({key: wanted})

    def _entry(self, model: str) -> CatalogEntry:
        """The entry of an id, or the form of a family to take here."""
        entry = entry_of(model, self._models)
        if entry is not None:
            return entry
        raise UsageError(
            "model.unknown",
            f"There is no model {model!r} in the catalog.",
            "`qwen-finder models list` shows all.",
        )

    def _installed(self, model: str) -> CatalogEntry:
        entry = self._entry(model)
        if entry.installed(self._models):
            return entry
        raise ModelError(
            "model.missing",
            f"{entry.id} is not here: there is no {entry.path(self._models)}.",
            f"`qwen-finder models download {entry.id}` fetches it."
            if entry.downloadable
            else "The set-up script makes it.",
        )

    def _look_into(self, entry: CatalogEntry) -> None:
        path = entry.path(self._models)
        if entry.modality == "image":
            from qwen_finder.models.open_clip_folder import read_folder

            read_folder(path)
        else:
            from qwen_finder.models.gguf_file import read_gguf

            read_gguf(path)
