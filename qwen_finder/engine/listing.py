"""What the model catalog means to the rest of the program: listings, and which languages a model reads."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from qwen_finder.core.status import ModelListing
from qwen_finder.engine.sight import AUTO, OFF
from qwen_finder.models.catalog import load_catalog


def listings(models: Path, *, active: str, seeing: str) -> tuple[ModelListing, ...]:
    """Every model of the catalog, and those of the user's own that are in use; ``active`` is the address of
    the text model, ``seeing`` that of the picture model."""
    catalog = load_catalog().models
    in_use = {"text": _reference(active), "image": _reference(seeing)}
    if seeing == AUTO:
        in_use["image"] = next(
            (entry.id for entry in catalog if entry.modality == "image" and entry.installed(models)), OFF
        )
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
            active=in_use[entry.modality] == entry.id,
            note=entry.note,
        )
        for entry in catalog
    )
    listed = {(model.modality, model.id) for model in known}
    addresses = {"text": active, "image": seeing}
    own = [
        _own(addresses[modality], modality, Path(reference).expanduser())
        for modality, reference in in_use.items()
        if reference != OFF and (modality, reference) not in listed
    ]
    return (*known, *own)


def _reference(address: str) -> str:
    return address.partition(":")[2] or address


def _own(address: str, modality: str, path: Path) -> ModelListing:
    files = path.iterdir() if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return ModelListing(
        address, path.name, modality, "", 0, size, "", bool(size), True, "A model of your own."
    )


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


def what_pictures_would_add(models: Path) -> str:
    """What the default picture model is good for, its size and how it is had, in one sentence."""
    entry = next(entry for entry in load_catalog().models if entry.modality == "image")
    return (
        "Pictures are found by their names and the words in them. To find them by what they show, in any "
        f"language, put the picture model {entry.name} ({entry.size / 1e9:.1f} GB) in {entry.path(models)}."
    )
