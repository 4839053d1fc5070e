"""A dataclass as a JSON object, by a table of its fields: the same table writes and reads."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Generic, TypeVar

from qwen_finder.api.wire.fields import Fields

T = TypeVar("T")


class Table(Generic[T]):
    """``made`` takes the fields by name; ``where`` names the object in errors. Each field has the type of its
    value: str, int, float, bool, an enumeration of strings, ``OptionalNumber``, or a Table for an object in
    the object. A field with a default may be absent.
    """

    def __init__(
        self, made: Callable[..., T], where: str, fields: dict[str, type | Table[Any]], **defaults: Any
    ) -> None:
        self._made = made
        self._where = where
        self._fields = fields
        self._defaults = defaults

    def to_json(self, item: T) -> dict[str, object]:
        return {name: _written(getattr(item, name), kind) for name, kind in self._fields.items()}

    def from_json(self, value: object) -> T:
        """Raises WireError."""
        return self.read(Fields(value, self._where))

    def read(self, fields: Fields) -> T:
        """Raises WireError."""
        defaults = self._defaults
        return self._made(
            **{name: _read(fields, name, kind, defaults.get(name)) for name, kind in self._fields.items()}
        )


class OptionalNumber:
    """The kind of a field that is a number or null."""


def _written(value: Any, kind: type | Table[Any]) -> object:
    if isinstance(kind, Table):
        return kind.to_json(value)
    return value.value if isinstance(value, StrEnum) else value


def _read(fields: Fields, name: str, kind: type | Table[Any], default: Any) -> Any:
    if isinstance(kind, Table):
        return kind.read(fields.inner(name))
    if kind is OptionalNumber:
        return fields.optional_number(name)
    if issubclass(kind, StrEnum):
        return fields.choice(name, kind, default)
    read: dict[type, Callable[[str, Any], object]] = {
        str: fields.text,
        int: fields.integer,
        float: fields.number,
        bool: fields.flag,
    }
    return read[kind](name, default)
