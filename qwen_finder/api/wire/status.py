"""Status, folders, failures, models, estimates, checks and events as JSON; ``status --json`` is the first."""

from __future__ import annotations

from dataclasses import dataclass

from qwen_finder.api.wire.fields import Fields
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
    ModelListing,
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


def service_status_to_json(status: ServiceStatus) -> dict[str, object]:
    process, engine, progress, index = (
        status.process,
        status.engine,
        status.engine.progress,
        status.engine.index,
    )
    return {
        "service": {
            "pid": process.pid,
            "version": process.version,
            "uptime_s": round(process.uptime_s, 3),
            "memory_bytes": process.memory_bytes,
        },
        "pace": engine.pace,
        "pace_reason": engine.pace_reason,
        "idle": status.idle,
        "folders": [folder_to_json(folder) for folder in engine.folders],
        "files": _counts_to_json(engine.files),
        "progress": progress
        and {
            "done": progress.done,
            "total": progress.total,
            "rate": progress.rate,
            "eta_s": progress.eta_s,
            "current": progress.current,
            "bytes_done": progress.bytes_done,
            "bytes_total": progress.bytes_total,
            "share": progress.share,
        },
        "models": {"text": _model_status_to_json(engine.text_model)},
        "index": {
            "chunks": index.chunks,
            "bytes": index.bytes,
            "dead_bytes": index.dead_bytes,
            "unindexed_rows": index.unindexed_rows,
        },
        "notices": list(engine.notices),
    }


def service_status_from_json(value: object) -> ServiceStatus:
    """Raises WireError."""
    fields = Fields(value, "the status")
    process, index = fields.inner("service"), fields.inner("index")
    engine = EngineStatus(
        pace=fields.text("pace"),
        folders=tuple(folder_from_json(item) for item in fields.items("folders")),
        progress=_progress(fields.optional_inner("progress")),
        text_model=_model_status(fields.inner("models").inner("text")),
        index=IndexSize(
            chunks=index.integer("chunks"),
            bytes=index.integer("bytes"),
            dead_bytes=index.integer("dead_bytes"),
            unindexed_rows=index.integer("unindexed_rows"),
        ),
        notices=fields.texts("notices"),
        pace_reason=fields.text("pace_reason", ""),
    )
    return ServiceStatus(
        ProcessStatus(
            pid=process.integer("pid"),
            version=process.text("version"),
            uptime_s=process.number("uptime_s"),
            memory_bytes=process.integer("memory_bytes"),
        ),
        engine,
        fields.flag("idle"),
    )


def folder_to_json(folder: FolderStatus) -> dict[str, object]:
    return {
        "path": folder.path,
        "mode": folder.mode,
        "reason": folder.reason,
        "files": _counts_to_json(folder.files),
    }


def folder_from_json(value: object) -> FolderStatus:
    """Raises WireError."""
    fields = Fields(value, "a folder")
    return FolderStatus(
        fields.text("path"), fields.text("mode"), _counts(fields.inner("files")), fields.text("reason", "")
    )


def failure_to_json(failure: Failure) -> dict[str, object]:
    return {
        "path": failure.path,
        "state": failure.state.value,
        "code": failure.code,
        "message": failure.message,
        "hint": failure.hint,
    }


def failure_from_json(value: object) -> Failure:
    """Raises WireError."""
    fields = Fields(value, "a failure")
    return Failure(
        path=fields.text("path"),
        state=fields.choice("state", FileState),
        code=fields.text("code"),
        message=fields.text("message"),
        hint=fields.text("hint", ""),
    )


def model_to_json(model: ModelListing) -> dict[str, object]:
    return {
        "id": model.id,
        "name": model.name,
        "modality": model.modality,
        "languages": model.languages,
        "dimensions": model.dimensions,
        "bytes": model.bytes,
        "licence": model.licence,
        "installed": model.installed,
        "active": model.active,
        "note": model.note,
    }


def model_from_json(value: object) -> ModelListing:
    """Raises WireError."""
    fields = Fields(value, "a model")
    return ModelListing(
        id=fields.text("id"),
        name=fields.text("name"),
        modality=fields.text("modality"),
        languages=fields.text("languages"),
        dimensions=fields.integer("dimensions"),
        bytes=fields.integer("bytes"),
        licence=fields.text("licence"),
        installed=fields.flag("installed"),
        active=fields.flag("active"),
        note=fields.text("note", ""),
    )


def estimate_to_json(estimate: Estimate) -> dict[str, object]:
    return {
        "files": estimate.files,
        "bytes": estimate.bytes,
        "to_index": estimate.to_index,
        "unchanged": estimate.unchanged,
        "skipped": estimate.skipped,
        "seconds": estimate.seconds,
        "index_bytes": estimate.index_bytes,
    }


def estimate_from_json(value: object) -> Estimate:
    """Raises WireError."""
    fields = Fields(value, "the estimate")
    return Estimate(
        files=fields.integer("files"),
        bytes=fields.integer("bytes"),
        to_index=fields.integer("to_index"),
        unchanged=fields.integer("unchanged"),
        skipped=fields.integer("skipped"),
        seconds=fields.number("seconds"),
        index_bytes=fields.integer("index_bytes"),
    )


def check_to_json(check: Check) -> dict[str, object]:
    return {"name": check.name, "state": check.state.value, "detail": check.detail, "cure": check.cure}


def check_from_json(value: object) -> Check:
    """Raises WireError."""
    fields = Fields(value, "a check")
    return Check(
        fields.text("name"),
        fields.choice("state", CheckState),
        fields.text("detail"),
        fields.text("cure", ""),
    )


def event_to_json(event: Event) -> dict[str, object]:
    return {"sequence": event.sequence, "time": event.time, "kind": event.kind, "data": dict(event.data)}


def event_from_json(value: object) -> Event:
    """Raises WireError."""
    fields = Fields(value, "an event")
    return Event(
        fields.integer("sequence"), fields.number("time"), fields.text("kind"), fields.mapping("data", {})
    )


def _counts_to_json(counts: FileCounts) -> dict[str, int]:
    return {
        "indexed": counts.indexed,
        "pending": counts.pending,
        "skipped": counts.skipped,
        "failed": counts.failed,
    }


def _counts(fields: Fields) -> FileCounts:
    return FileCounts(
        fields.integer("indexed"),
        fields.integer("pending"),
        fields.integer("skipped"),
        fields.integer("failed"),
    )


def _progress(fields: Fields | None) -> Progress | None:
    if fields is None:
        return None
    return Progress(
        done=fields.integer("done"),
        total=fields.integer("total"),
        rate=fields.number("rate"),
        eta_s=fields.optional_number("eta_s"),
        current=fields.text("current"),
        bytes_done=fields.integer("bytes_done", 0),
        bytes_total=fields.integer("bytes_total", 0),
        share=fields.number("share", 0.0),
    )


def _model_status_to_json(model: ModelStatus) -> dict[str, object]:
    return {
        "id": model.id,
        "name": model.name,
        "state": model.state,
        "dimensions": model.dimensions,
        "languages": model.languages,
        "detail": model.detail,
    }


def _model_status(fields: Fields) -> ModelStatus:
    return ModelStatus(
        id=fields.text("id"),
        name=fields.text("name"),
        state=fields.text("state"),
        dimensions=fields.integer("dimensions", 0),
        languages=fields.text("languages", ""),
        detail=fields.text("detail", ""),
    )
