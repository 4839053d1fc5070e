"""What the service says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qwen_finder.core.document import FileState
from qwen_finder.core.switching import SwitchStatus


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder the user asked to have indexed. ``path`` is absolute and real (no symlinks)."""

    id: int
    path: str


@dataclass(frozen=True, slots=True)
class FileCounts:
    """Files by state."""

    indexed: int = 0
    pending: int = 0
    skipped: int = 0
    failed: int = 0

    def __add__(self, other: FileCounts) -> FileCounts:
        return FileCounts(
            self.indexed + other.indexed,
            self.pending + other.pending,
            self.skipped + other.skipped,
            self.failed + other.failed,
        )


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """A folder and its files by state. ``mode`` says how changes are noticed: "live", "timed" or "offline",
    ``reason`` in a sentence why not live."""

    path: str
    mode: str
    files: FileCounts
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far indexing is: files done of total, ``rate`` in files a second, ``eta_s`` None when unknown.

    ``current`` is the file being read now. ``share`` is the part of the work that is done, 0 to 1: many files
    cost nothing and few cost much, so neither files nor bytes tell it.
    """

    done: int
    total: int
    rate: float
    eta_s: float | None
    current: str
    bytes_done: int = 0
    bytes_total: int = 0
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class IndexSize:
    """What the index holds and costs on disk."""

    chunks: int = 0
    bytes: int = 0
    dead_bytes: int = 0
    unindexed_rows: int = 0


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The model in use. ``state`` is "missing", "idle" (not loaded), "loading", "loaded" or "broken".

    ``device`` is what computes ("CPU", "NVIDIA H200"), ``layers`` how many of its layers are on a graphics
    card ("36/36", "" for a model without any to tell), ``memory_bytes`` what it takes there or, without one,
    in the computer's own memory. ``remote`` is the host texts are sent to, "" when they stay here.
    """

    id: str
    name: str
    state: str
    dimensions: int = 0
    languages: str = ""
    detail: str = ""
    device: str = ""
    layers: str = ""
    memory_bytes: int = 0
    remote: str = ""


class DownloadState(StrEnum):
    """What became of a download that somebody asked for."""

    QUEUED = "queued"
    RUNNING = "running"
    CHECKING = "checking"
    PAUSED = "paused"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class DownloadStatus:
    """How far the download of model ``id`` is: bytes, ``rate`` in bytes a second, ``eta_s`` None if unknown.

    ``source`` is the host it comes from. A failed one says why by ``code``, ``message`` and ``hint``; what
    was fetched stays, and asking again goes on from there.
    """

    id: str
    state: DownloadState
    bytes_done: int = 0
    bytes_total: int = 0
    rate: float = 0.0
    eta_s: float | None = None
    source: str = ""
    code: str = ""
    message: str = ""
    hint: str = ""

    @property
    def under_way(self) -> bool:
        return self.state in (DownloadState.QUEUED, DownloadState.RUNNING, DownloadState.CHECKING)


@dataclass(frozen=True, slots=True)
class ModelListing:
    """A model as ``models list`` shows it. ``bytes`` is the size on disk or of the download.

    ``modality`` is "text", "image" or "reranker". ``smallest_dimensions`` is what its vectors may be cut to
    (0: they may not be). ``memory_bytes`` is what it needs when loaded; ``fits`` is "yes", "tight" or "no"
    for this machine, ``fits_reason`` says why in a sentence. The one that suits it best is ``recommended``,
    with the ``reason``. ``figures``: how well it finds, 0 to 1, by language code.
    """

    id: str
    name: str
    modality: str
    languages: str
    dimensions: int
    bytes: int
    licence: str
    installed: bool
    active: bool
    note: str = ""
    family: str = ""
    quantization: str = ""
    context_length: int = 0
    smallest_dimensions: int = 0
    memory_bytes: int = 0
    fits: str = "yes"
    fits_reason: str = ""
    recommended: bool = False
    reason: str = ""
    download: DownloadStatus | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """Everything the engine knows about itself (the service adds pid, version, uptime and memory).

    ``pace`` is "full", "balanced", "quiet" or "paused", ``pace_reason`` why, in a few words. ``image_model``
    is None when pictures are not looked at; ``pictures`` are the picture files by what became of their looks.
    ``switch`` is the change of the text model under way, or the last one while it can be taken back.
    ``reranker`` is None when none is there and none is asked for.
    """

    pace: str
    folders: tuple[FolderStatus, ...]
    progress: Progress | None
    text_model: ModelStatus
    index: IndexSize
    notices: tuple[str, ...] = ()
    pace_reason: str = ""
    image_model: ModelStatus | None = None
    pictures: FileCounts = FileCounts()
    switch: SwitchStatus | None = None
    reranker: ModelStatus | None = None

    @property
    def files(self) -> FileCounts:
        return sum((folder.files for folder in self.folders), FileCounts())


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that is not (or only partly) in the index, and why. ``state`` is failed, skipped or indexed."""

    path: str
    state: FileState
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What indexing would cost: ``--dry-run``. Times in seconds, sizes in bytes. ``pictures`` are those among
    the files to index that would be looked at; their time is not in ``seconds``.
    """

    files: int
    bytes: int
    to_index: int
    unchanged: int
    skipped: int
    seconds: float
    index_bytes: int
    pictures: int = 0


class CheckState(StrEnum):
    """Outcome of one of the doctor's checks."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of ``doctor`` with what was found and, unless it is ok, the cure."""

    name: str
    state: CheckState
    detail: str
    cure: str = field(default="")
