"""What goes back over HTTP: JSON, and errors as JSON with the status code that fits them."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from qwen_finder.api.wire.errors import error_to_json
from qwen_finder.api.wire.text import dumps
from qwen_finder.core.errors import FinderError, UsageError


def answer(value: object, status: int = 200) -> Response:
    return Response(dumps(value), status, media_type="application/json")


def picture_answer(content: bytes, headers: Mapping[str, str]) -> Response:
    return Response(content, media_type="image/webp", headers=headers)


def error_answer(error: FinderError, status: int | None = None) -> Response:
    """``{"error": {"code", "message", "hint", "exit_code", "type"}}``; 400, 404 or 503 unless told."""
    if status is None:
        if error.code.endswith(".unknown") and isinstance(error, UsageError):
            status = 404
        else:
            status = 400 if isinstance(error, UsageError) else 503
    return answer({"error": error_to_json(error)}, status)
