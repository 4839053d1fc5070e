"""What the model catalog means to the rest of the program: listings, and which languages a model reads."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from qwen_finder.core.status import ModelListing
from qwen_finder.models.catalog import load_catalog


def listings(models: Path, *, active: str) -> tuple[ModelListing, ...]:
    """Every model of the catalog, and the user's own file when that is the active one."""
    known = tuple(
        ModelListing(
            id=entry.id,
            name=entry.name,
            modality=entry.modality,
            languages=entry.languages,
            dimensions=entry.dimensions,
            bytes=entry.size,
            licence=entry.licence,
            installed=entry.installed(models),
            active=active in (entry.id, f"gguf:{entry.id}"),
            note=entry.note,
        )
        for entry in load_catalog().models
    )
    if any(model.active for model in known):
        return known
    file = Path(active.partition(":")[2]).expanduser()
    size = file.stat().st_size if file.is_file() else 0
    own = ModelListing(active, file.name, "text", "", 0, size, "", bool(size), True, "A file of your own.")
    return (*known, own)


def note_on(model: str) -> str:
    """What the user should know of a catalog model; "" for one of their own."""
    entry = load_catalog().find(model.removeprefix("gguf:"))
    return "" if entry is None else entry.note


def reads(languages: str, text: str) -> bool:
    """Whether a model of ``languages`` gives ``text`` a meaningful vector.

    An English model reads other languages in Latin letters a little, through shared words and names, and
    everything else not at all.
    """
    if languages != "English":
        return True
    letters = [char for char in text if char.isalpha()]
    latin = sum(unicodedata.name(char, "").startswith("LATIN") for char in letters)
    return latin * 2 >= len(letters)
