"""Values out of a message of unknown origin, each checked to be what it has to be. All raise Malformed."""

from __future__ import annotations

from qwen_finder.extraction.sandbox.frames import Malformed


def fields(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def items(value: object) -> list[object]:
    if not isinstance(value, list):
        raise Malformed("not a list")
    return value


def string(value: object) -> str:
    if not isinstance(value, str):
        raise Malformed("not a string")
    return value


def number(value: object) -> int:
    """A whole number from 0 on."""
    if type(value) is not int or value < 0:
        raise Malformed("not a count")
    return value


def text(values: dict[str, object], key: str) -> str:
    return string(values.get(key))


def whole(values: dict[str, object], key: str) -> int:
    return number(values.get(key))
