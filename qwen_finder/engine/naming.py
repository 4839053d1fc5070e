"""Which model of the catalog a name means here: an id, or a family, which comes in several quantisations."""

from __future__ import annotations

from pathlib import Path

from qwen_finder.engine.machine import room_here
from qwen_finder.models.catalog import CatalogEntry, load_catalog
from qwen_finder.models.fit import best_form
from qwen_finder.models.staging import Staging


def entry_of(name: str, models: Path) -> CatalogEntry | None:
    """The entry of an id, or the form of a family that is in the folder ``models``, is on its way there, or
    suits this machine best; None when the catalog has neither."""
    catalog = load_catalog()
    reference = name.removeprefix("gguf:").removeprefix("clip:")
    if entry := catalog.find(reference):
        return entry
    forms = catalog.forms(reference)
    if not forms:
        return None
    begun = Staging.begun(models)
    here = [entry.id for entry in forms if entry.installed(models)]
    here = here or [entry.id for entry in forms if entry.id in begun]
    return best_form(forms, room_here(models), here)


def exact(name: str, models: Path) -> str:
    """``name``, or the id that is meant by it when it is that of a family."""
    entry = entry_of(name, models)
    return entry.id if entry is not None and entry.family in (name, name.partition(":")[2]) else name
