"""Status, folders, failures, models, estimates, checks and events as JSON; ``status --json`` is the first."""

from __future__ import annotations

from dataclasses import dataclass

from qwen_finder.api.wire.fields import Fields
from qwen_finder.api.wire.switching import SWITCH
from qwen_finder.api.wire.table import OptionalNumber, Table
from qwen_finder.core.document import FileState
from qwen_finder.core.events import Event
from qwen_finder.core.status import (
    Check,
    CheckState,
    EngineStatus,
    Estimate,
    Failure,
    FileCounts,
    FolderStatus,
    IndexSize,
    ModelStatus,
    Progress,
)


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """The service as a process. ``uptime_s`` in seconds, ``memory_bytes`` the resident size."""

    pid: int
    version: str
    uptime_s: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """What ``GET /v1/status`` says. ``idle``: nothing is pending and no folder is being looked at."""

    process: ProcessStatus
    engine: EngineStatus
    idle: bool


_COUNTS = Table(FileCounts, "the files", {"indexed": int, "pending": int, "skipped": int, "failed": int})
_FOLDER = Table(
    FolderStatus, "a folder", {"path": str, "mode": str, "reason": str, "files": _COUNTS}, reason=""
)
_FAILURE = Table(
    Failure, "a failure", {"path": str, "state": FileState, "code": str, "message": str, "hint": str}, hint=""
)
_ESTIMATE = Table(
    Estimate,
    "the estimate",
    {
        "files": int, "bytes": int, "to_index": int, "unchanged": int, "skipped": int, "seconds": float,
        "index_bytes": int, "pictures": int,
    },
    pictures=0,
)  # fmt: skip
_CHECK = Table(Check, "a check", {"name": str, "state": CheckState, "detail": str, "cure": str}, cure="")
_PROCESS = Table(
    ProcessStatus, "the service", {"pid": int, "version": str, "uptime_s": float, "memory_bytes": int}
)
_PROGRESS = Table(
    Progress,
    "the progress",
    {
        "done": int, "total": int, "rate": float, "eta_s": OptionalNumber, "current": str,
        "bytes_done": int, "bytes_total": int, "share": float,
    },
    bytes_done=0,
    bytes_total=0,
    share=0.0,
)  # fmt: skip
_MODEL_STATUS = Table(
    ModelStatus,
    "the model",
    {
        "id": str, "name": str, "state": str, "dimensions": int, "languages": str, "detail": str,
        "device": str, "layers": str, "memory_bytes": int, "remote": str,
    },
    dimensions=0,
    languages="",
    detail="",
    device="",
    layers="",
    memory_bytes=0,
    remote="",
)  # fmt: skip
_INDEX = Table(
    IndexSize, "the index", {"chunks": int, "bytes": int, "dead_bytes": int, "unindexed_rows": int}
)

folder_to_json, folder_from_json = _FOLDER.to_json, _FOLDER.from_json
failure_to_json, failure_from_json = _FAILURE.to_json, _FAILURE.from_json
estimate_to_json, estimate_from_json = _ESTIMATE.to_json, _ESTIMATE.from_json
check_to_json, check_from_json = _CHECK.to_json, _CHECK.from_json


def service_status_to_json(status: ServiceStatus) -> dict[str, object]:
    process, engine = status.process, status.engine
    return {
        "service": _PROCESS.to_json(process) | {"uptime_s": round(process.uptime_s, 3)},
        "pace": engine.pace,
        "pace_reason": engine.pace_reason,
        "idle": status.idle,
        "folders": [folder_to_json(folder) for folder in engine.folders],
        "files": _COUNTS.to_json(engine.files),
        "progress": engine.progress and _PROGRESS.to_json(engine.progress),
        "models": {
            "text": _MODEL_STATUS.to_json(engine.text_model),
            "image": engine.image_model and _MODEL_STATUS.to_json(engine.image_model),
            "reranker": engine.reranker and _MODEL_STATUS.to_json(engine.reranker),
        },
        "pictures": _COUNTS.to_json(engine.pictures),
        "index": _INDEX.to_json(engine.index),
        "notices": list(engine.notices),
        "switch": engine.switch and SWITCH.to_json(engine.switch),
    }


def service_status_from_json(value: object) -> ServiceStatus:
    """Raises WireError."""
    fields = Fields(value, "the status")
    progress = fields.optional_inner("progress")
    models = fields.inner("models")
    image, pictures = models.optional_inner("image"), fields.optional_inner("pictures")
    switch = fields.optional_inner("switch")
    reranker = models.optional_inner("reranker")
    engine = EngineStatus(
        pace=fields.text("pace"),
        folders=tuple(folder_from_json(item) for item in fields.items("folders")),
        progress=None if progress is None else _PROGRESS.read(progress),
        text_model=_MODEL_STATUS.read(models.inner("text")),
        index=_INDEX.read(fields.inner("index")),
        notices=fields.texts("notices"),
        pace_reason=fields.text("pace_reason", ""),
        image_model=None if image is None else _MODEL_STATUS.read(image),
        pictures=FileCounts() if pictures is None else _COUNTS.read(pictures),
        switch=None if switch is None else SWITCH.read(switch),
        reranker=None if reranker is None else _MODEL_STATUS.read(reranker),
    )
    return ServiceStatus(_PROCESS.read(fields.inner("service")), engine, fields.flag("idle"))


def event_to_json(event: Event) -> dict[str, object]:
    return {"sequence": event.sequence, "time": event.time, "kind": event.kind, "data": dict(event.data)}


def event_from_json(value: object) -> Event:
    """Raises WireError."""
    fields = Fields(value, "an event")
    return Event(
        fields.integer("sequence"), fields.number("time"), fields.text("kind"), fields.mapping("data", {})
    )
