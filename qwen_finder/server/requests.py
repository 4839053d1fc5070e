"""Reading request bodies: small, valid JSON, or a sentence that says what is wrong."""

from __future__ import annotations

import os
from urllib.parse import unquote_to_bytes

from starlette.requests import ClientDisconnect, Request

from qwen_finder.api.wire.fields import Fields, WireError
from qwen_finder.api.wire.text import loads
from qwen_finder.core.errors import UsageError

BODY_LIMIT = 1 << 20
"""Longest request body that is read, in bytes."""

# A sender that has not finished sending never sees an answer, so some excess is read and dropped.
_DRAIN_LIMIT = 16 * BODY_LIMIT


async def read_body(request: Request) -> object:
    """The JSON value of the body, None for an empty one. Raises UsageError."""
    content, received = bytearray(), 0
    try:
        async for part in request.stream():
            received += len(part)
            if received <= BODY_LIMIT:
                content += part
            elif received > _DRAIN_LIMIT:
                break
    except ClientDisconnect:
        raise UsageError("request.broken", "The request broke off.") from None
    if received > BODY_LIMIT:
        raise UsageError(
            "request.too_large", f"The request is too large: the most is {BODY_LIMIT} bytes.", "Ask for less."
        )
    if not content:
        return None
    try:
        return loads(bytes(content))
    except ValueError as error:
        raise UsageError("request.json", f"The request is not valid JSON: {error}.") from error


async def read_fields(request: Request, what: str) -> Fields:
    """The body as an object called ``what``; an empty body is an empty object. Raises UsageError."""
    body = await read_body(request)
    try:
        return Fields({} if body is None else body, what)
    except WireError as error:
        raise invalid(error) from error


def query_number(request: Request, name: str, default: float, most: float) -> float:
    """The number in the query string under ``name``, from 0 to ``most``. Raises UsageError."""
    text = request.query_params.get(name)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    # Also refuses "nan", which compares false with everything.
    if not 0 <= value <= most:
        raise UsageError("request.invalid", f"{name} is a number from 0 to {most:g}, not {text!r:.40}.")
    return value


def query_path(request: Request, name: str) -> str:
    """The path in the query string under ``name``, also one that is no valid Unicode. Raises UsageError."""
    query: bytes = request.scope["query_string"]
    for part in query.split(b"&"):
        key, _, value = part.partition(b"=")
        if key == name.encode("ascii"):
            try:
                return os.fsdecode(unquote_to_bytes(value.replace(b"+", b" ")))
            except UnicodeDecodeError:
                break
    raise UsageError("request.invalid", f"{name} has to be the path of a file.")


def query_text(request: Request, name: str) -> str:
    """The text in the query string under ``name``, "" when it is not there."""
    return request.query_params.get(name, "")


def invalid(error: WireError) -> UsageError:
    return UsageError("request.invalid", f"The request cannot be understood: {error}.")
