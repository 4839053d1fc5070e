"""Models, their downloads and what becomes of them, as JSON."""

from __future__ import annotations

from dataclasses import replace

from qwen_finder.api.wire.fields import Fields
from qwen_finder.api.wire.table import OptionalNumber, Table
from qwen_finder.core.status import DownloadState, DownloadStatus, ModelListing

_DOWNLOAD = Table(
    DownloadStatus,
    "the download",
    {
        "id": str, "state": DownloadState, "bytes_done": int, "bytes_total": int, "rate": float,
        "eta_s": OptionalNumber, "source": str, "code": str, "message": str, "hint": str,
    },
    bytes_done=0, bytes_total=0, rate=0.0, source="", code="", message="", hint="",
)  # fmt: skip
_MODEL = Table(
    ModelListing,
    "a model",
    {
        "id": str, "name": str, "modality": str, "languages": str, "dimensions": int, "bytes": int,
        "licence": str, "installed": bool, "active": bool, "note": str, "family": str, "quantization": str,
        "context_length": int, "smallest_dimensions": int, "memory_bytes": int, "fits": str,
        "fits_reason": str, "recommended": bool, "reason": str,
    },
    note="", family="", quantization="", context_length=0, smallest_dimensions=0, memory_bytes=0, fits="yes",
    fits_reason="", recommended=False, reason="",
)  # fmt: skip

download_to_json, download_from_json = _DOWNLOAD.to_json, _DOWNLOAD.from_json


def model_to_json(model: ModelListing) -> dict[str, object]:
    return _MODEL.to_json(model) | {
        "download": model.download and download_to_json(model.download),
        "figures": dict(model.figures),
    }


def model_from_json(value: object) -> ModelListing:
    """Raises WireError."""
    fields = Fields(value, "a model")
    download, figures = fields.optional_inner("download"), fields.mapping("figures", {})
    numbers = Fields(figures, "a model: 'figures'")
    return replace(
        _MODEL.read(fields),
        download=None if download is None else _DOWNLOAD.read(download),
        figures={language: numbers.number(language) for language in figures},
    )


def verdict_to_json(ok: bool, detail: str) -> dict[str, object]:
    return {"ok": ok, "detail": detail}


def verdict_from_json(value: object) -> tuple[bool, str]:
    """Raises WireError."""
    fields = Fields(value, "the verdict")
    return fields.flag("ok"), fields.text("detail")
