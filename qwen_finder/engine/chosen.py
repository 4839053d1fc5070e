"""Which text model is wished, which is in use and which was before it.

The settings hold the wish, the catalog the fact; a change of the model is under way whenever the two differ.
So nothing else has to survive the end of the process, at whatever moment it comes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from qwen_finder.core.ports import Catalog, ModelSpec
from qwen_finder.engine.stores import table_entry
from qwen_finder.settings.store import Settings

ACTIVE_TABLE = "active_table"
ACTIVE_MODEL = "active_model"
PREVIOUS_MODEL = "previous_model"


@dataclass(frozen=True, slots=True)
class Choice:
    """A text model as the settings name it: its address, and to how many dimensions vectors are cut (0: as
    the model has them)."""

    address: str
    dimensions: int

    @classmethod
    def of(cls, settings: Settings) -> Choice:
        return cls(plain(settings.text("models.text")), settings.number("models.dimensions"))

    def as_settings(self) -> dict[str, bool | int | str | list[str]]:
        return {"models.text": self.address, "models.dimensions": self.dimensions}


@dataclass(frozen=True, slots=True)
class Used:
    """A model that an index was made by. ``until`` is when a former one's is deleted, in seconds since the
    epoch."""

    choice: Choice
    name: str
    fingerprint: str
    dimensions: int
    until: float = 0.0

    @classmethod
    def by(cls, choice: Choice, spec: ModelSpec) -> Used:
        return cls(choice, spec.name, spec.fingerprint, spec.dimensions)

    def entry(self) -> str:
        """As the catalog remembers it."""
        return json.dumps(asdict(self))


def plain(address: str) -> str:
    """``address`` in the one spelling by which two of them are compared."""
    scheme, separator, reference = address.partition(":")
    if not separator and not _is_path(address):
        return address
    if separator and scheme != "gguf":
        return address
    path = reference if separator else address
    return f"gguf:{os.path.abspath(os.path.expanduser(path))}" if _is_path(path) else path


def in_use(catalog: Catalog) -> Used | None:
    """The model whose table answers; None when there is no index, or an older program made it."""
    used = _read(catalog.get(ACTIVE_MODEL))
    table = json.loads(catalog.get(ACTIVE_TABLE) or "{}")
    return used if used is not None and used.fingerprint == table.get("fingerprint") else None


def before(catalog: Catalog) -> Used | None:
    """The model that a rollback goes back to; None when there is none."""
    return _read(catalog.get(PREVIOUS_MODEL))


def taking_over(used: Used, former: Used | None) -> Mapping[str, str]:
    """What the catalog has to remember for ``used`` to answer from now on, and ``former`` on a rollback."""
    return {
        ACTIVE_TABLE: table_entry(used.fingerprint, used.dimensions),
        ACTIVE_MODEL: used.entry(),
        PREVIOUS_MODEL: former.entry() if former else "",
    }


def _is_path(text: str) -> bool:
    return text.startswith(("/", "~", "./", "../")) or text.endswith(".gguf") or os.path.isabs(text)


def _read(text: str | None) -> Used | None:
    if not text:
        return None
    values = json.loads(text)
    return Used(**{**values, "choice": Choice(**values["choice"])})
