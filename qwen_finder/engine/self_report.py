"""What the engine says of its models and of what it cannot do now: for ``status``, and beside hits."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from qwen_finder.core.document import Kind
from qwen_finder.core.errors import FinderError, ModelError
from qwen_finder.core.ports import Catalog, Placed
from qwen_finder.core.query import SearchResponse
from qwen_finder.core.status import FileCounts, ModelStatus
from qwen_finder.engine import listing
from qwen_finder.engine.backend import Backend
from qwen_finder.engine.chosen import in_use
from qwen_finder.engine.notices import unseen, waiting
from qwen_finder.engine.remote_access import host_of
from qwen_finder.engine.sight import AUTO, OFF, Sight
from qwen_finder.indexing.indexer import Indexer
from qwen_finder.indexing.pace import Mode, Pacer
from qwen_finder.settings.store import Settings


class SelfReport:
    """``rescued`` says what was done about a damaged catalog at the start, "" if nothing was."""

    def __init__(
        self,
        catalog: Catalog,
        backend: Backend,
        sight: Sight,
        indexer: Indexer,
        pacer: Pacer,
        *,
        settings: Callable[[], Settings],
        rescued: str,
    ) -> None:
        self._catalog = catalog
        self._backend = backend
        self._sight = sight
        self._indexer = indexer
        self._pacer = pacer
        self._settings = settings
        self._rescued = rescued

    def text_model(self) -> ModelStatus:
        wanted = self.text_address()
        if self._backend.opening:
            return ModelStatus(wanted, wanted, "loading")
        embedder = self._backend.opened.embedder
        if embedder is None:
            return _unusable(wanted, self.model_error())
        spec = embedder.spec
        state = "idle" if self._backend.resting else "loaded"
        where = embedder.placement if isinstance(embedder, Placed) else None
        return ModelStatus(
            wanted,
            spec.name,
            state,
            spec.dimensions,
            spec.languages,
            detail=listing.note_on(wanted),
            device=where.device if where else "",
            layers=where.layers if where else "",
            memory_bytes=where.memory_bytes if where else 0,
            remote=host_of(wanted),
        )

    def text_address(self) -> str:
        """The model that answers, which while another one's index is made is not that of the settings."""
        used = in_use(self._catalog) if self._backend.opened.embedder is not None else None
        return used.choice.address if used else self._settings().text("models.text")

    def image_model(self) -> ModelStatus | None:
        """None when no picture model is wanted, or the default one is not there."""
        wanted = self._settings().text("models.image")
        opened = self._sight.opened
        if wanted == OFF:
            return None
        if opened.embedder is not None:
            spec = opened.embedder.spec
            state = "loaded" if opened.embedder.loaded else "idle"
            return ModelStatus(
                wanted, spec.name, state, spec.dimensions, spec.languages, detail=opened.embedder.notice
            )
        if opened.error is not None:
            return _unusable(wanted, opened.error)
        return ModelStatus(wanted, wanted, "loading") if self._sight.opening and wanted != AUTO else None

    def model_error(self) -> ModelError:
        error = self._backend.opened.error
        if isinstance(error, ModelError):
            return error
        return ModelError("model.none", "No text model is open.", "`qwen-finder doctor` says why.")

    def pictures(self) -> FileCounts:
        """Picture files by what became of their looks; those that wait for a model are not counted."""
        stamp = self._indexer.picture_stamp
        return FileCounts() if stamp is None else self._catalog.picture_counts(stamp)

    def notices(self) -> tuple[str, ...]:
        """What a person who searches should know now, one sentence each."""
        notices = [note for note in (self._rescued, self._backend.opened.rebuilt) if note]
        if not self._catalog.folders():
            notices.append("No folder is indexed yet: `qwen-finder folders add DIR` adds one.")
        error = self._backend.opened.error
        if error is not None and not self._backend.opening:
            notices.append(_said(error))
        if self._indexer.error is not None:
            notices.append(_said(self._indexer.error))
        pending = sum(self._catalog.counts().values(), FileCounts()).pending
        if (pending or self._indexer.pictures_waiting) and (
            pace := self._pacer.current()
        ).mode is Mode.PAUSED:
            cure = "`qwen-finder resume` goes on" if pace.asked else "it goes on by itself"
            joint = " " if pace.asked else ": "
            notices.append(f"Indexing is paused{joint}{pace.reason}; {cure}.")
        if pending:
            notices += waiting(pending, again=self._catalog.pending_again())
        return tuple(notices)

    def picture_notices(self) -> Iterator[str]:
        """What a person who looks for pictures should know now; nothing where there are none."""
        opened = self._sight.opened
        if opened.rebuilt:
            yield opened.rebuilt
        if opened.error is not None:
            yield _said(opened.error)
        elif self._indexer.picture_error is not None:
            yield _said(self._indexer.picture_error)
        elif opened.embedder is None and not self._sight.opening:
            # By no stamp at all, every picture waits.
            if self._settings().text("models.image") != OFF and self._catalog.pictures_waiting(""):
                yield listing.what_pictures_would_add()
            return
        elif opened.embedder is not None and opened.embedder.notice:
            yield opened.embedder.notice
        if number := self._indexer.pictures_waiting:
            yield from unseen(number)

    def notices_on(self, response: SearchResponse, *, pictures_asked: bool) -> tuple[str, ...]:
        """What to say beside an answer: of pictures only where they matter."""
        matter = pictures_asked or any(hit.kind is Kind.IMAGE for hit in response.hits)
        return (*self.notices(), *(self.picture_notices() if matter else ()))


def _unusable(wanted: str, error: FinderError) -> ModelStatus:
    state = "missing" if error.code == "model.missing" else "broken"
    return ModelStatus(wanted, wanted, state, detail=_said(error))


def _said(error: FinderError) -> str:
    return f"{error.message} {error.hint}".strip()
