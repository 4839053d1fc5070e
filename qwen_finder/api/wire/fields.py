"""Reading JSON objects field by field: unknown fields are passed over, wrong ones are named."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

# The real one would load `typing`, which a query has no other use for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    Choice = TypeVar("Choice", bound=StrEnum)

_KINDS = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


class WireError(ValueError):
    """JSON that does not have the expected shape; the text says which field and why."""


class Fields:
    """One JSON object. ``where`` names it in errors; a ``default`` stands in for a field that is absent."""

    __slots__ = ("_values", "_where")

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise WireError(f"{where} takes an object, not {_kind(value)}")
        self._values: Mapping[str, Any] = value
        self._where = where

    def any(self, key: str) -> Any:
        """Whatever is there."""
        return self._get(key, None)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._get(key, default)
        return value if isinstance(value, str) else self._refuse(key, "a string", value)

    def integer(self, key: str, default: int | None = None) -> int:
        value = self._get(key, default)
        return value if type(value) is int else self._refuse(key, "a whole number", value)

    def number(self, key: str, default: float | None = None) -> float:
        value = self._get(key, default)
        return float(value) if type(value) in (int, float) else self._refuse(key, "a number", value)

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self._get(key, default)
        return value if isinstance(value, bool) else self._refuse(key, "true or false", value)

    def optional_flag(self, key: str) -> bool | None:
        return None if self._values.get(key) is None else self.flag(key)

    def optional_integer(self, key: str) -> int | None:
        return None if self._values.get(key) is None else self.integer(key)

    def optional_number(self, key: str) -> float | None:
        return None if self._values.get(key) is None else self.number(key)

    def items(self, key: str, default: list[object] | None = None) -> list[Any]:
        value = self._get(key, default)
        return value if isinstance(value, list) else self._refuse(key, "a list", value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; absent means empty."""
        values = self.items(key, [])
        for value in values:
            if not isinstance(value, str):
                self._refuse(key, "a list of strings", value)
        return tuple(values)

    def mapping(self, key: str, default: dict[str, object] | None = None) -> dict[str, Any]:
        value = self._get(key, default)
        return value if isinstance(value, dict) else self._refuse(key, "an object", value)

    def inner(self, key: str) -> Fields:
        """The object in this field, to be read in its turn."""
        return Fields(self.mapping(key), f"{self._where}: {key!r}")

    def optional_inner(self, key: str) -> Fields | None:
        return None if self._values.get(key) is None else self.inner(key)

    def choice(self, key: str, kind: type[Choice], default: Choice | None = None) -> Choice:
        value = self.text(key, default)
        try:
            return kind(value)
        except ValueError:
            raise WireError(
                f"{self._where}: {key!r} is one of {', '.join(kind)}, not {value!r:.80}"
            ) from None

    def _get(self, key: str, default: object) -> Any:
        value = self._values.get(key, default)
        if value is None and key not in self._values:
            raise WireError(f"{self._where}: the field {key!r} is missing")
        return value

    def _refuse(self, key: str, wanted: str, value: object) -> Any:
        raise WireError(f"{self._where}: {key!r} takes {wanted}, not {_kind(value)}")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)
