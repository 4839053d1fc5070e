"""Errors over the wire: what the service raises is raised again, as the same type, in the client."""

from __future__ import annotations

from qwen_finder.api.wire.fields import Fields, WireError
from qwen_finder.core.errors import (
    FileError,
    FinderError,
    FolderError,
    ModelError,
    ServiceError,
    SettingsError,
    StorageError,
    UnusableError,
    UsageError,
)

_TYPES: dict[str, type[FinderError]] = {
    kind.__name__: kind
    for kind in (
        FinderError,
        UsageError,
        FolderError,
        SettingsError,
        UnusableError,
        ServiceError,
        ModelError,
        StorageError,
        FileError,
    )
}


def error_to_json(error: FinderError) -> dict[str, object]:
    """``FinderError.to_json`` and the name of its type."""
    return {**error.to_json(), "type": type(error).__name__}


def error_from_json(value: object) -> FinderError:
    """The error that ``error_to_json`` wrote; a foreign value is an error of the service."""
    try:
        fields = Fields(value, "the error")
        fallback = "UsageError" if fields.integer("exit_code", 3) == UsageError.exit_code else "UnusableError"
        kind = _TYPES.get(fields.text("type", ""), _TYPES[fallback])
        return kind(fields.text("code"), fields.text("message"), fields.text("hint", ""))
    except WireError:
        return ServiceError(
            "service.answer",
            "The service answered with an error that cannot be read.",
            "`qwen-finder service stop` ends it; the next command starts a fresh one.",
        )
